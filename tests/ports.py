"""Ports for programs that do not choose one by themselves."""

import random
import socket
from contextlib import suppress

#: Below those that the system gives away (net.ipv4.ip_local_port_range): between the choice and the program's start,
#: no connection takes it.
CHOICE = range(20_000, 32_000)
DRAW = random.SystemRandom()  # a seeded draw would be the same in each process of the tests


def free_port() -> int:
    while True:
        port = DRAW.choice(CHOICE)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
