"""Run a program that ends when its supervisor does, even when the supervisor was killed with -9 (Linux).

`python leash.py PID_OF_SUPERVISOR PROGRAM ARGUMENT...`: asks the kernel for SIGTERM at the parent's death, then
becomes the program. Standard library only, and nothing of Django: it runs at each start of a child.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(supervisor: int, command: list[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != supervisor:  # it died before the kernel was told
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606  the very point


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
