"""Keep a few programs running on one machine: start them, watch them, start them again, stop them.

What `manage.py serve` needs and no more. In production systemd does this (deploy/systemd).
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

#: Seconds between two looks at the children.
TICK = 0.2
#: Seconds before the first restart; doubled at each failure in a row, up to the longest.
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
#: A child that lived this long was well: its failures are forgotten.
WELL_AFTER = 60.0
#: Seconds that children get to finish what they do (a request, a job) when asked to stop.
PATIENCE = 25.0

Say = Callable[[str], object]


@dataclass(eq=False)
class Child:
    """One program in a session of its own, so that what it leaves behind can be ended as a group."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    start_at: float = field(default=0.0)

    def start(self) -> None:
        leash = str(Path(__file__).with_name("leash.py"))
        self.process = subprocess.Popen(  # noqa: S603  our own commands
            [sys.executable, "-I", leash, str(os.getpid()), *self.command],
            env=dict(self.environment),
            start_new_session=True,
        )
        self.started_at = time.monotonic()

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def bury(self) -> float:
        """End what the dead program left (a worker's children would work on); returns the pause before a restart."""
        now = time.monotonic()
        self.kill()
        self.process = None
        self.failures = 1 if now - self.started_at >= WELL_AFTER else self.failures + 1
        pause = min(FIRST_PAUSE * 2.0 ** (self.failures - 1), LONGEST_PAUSE)
        self.start_at = now + pause
        return pause

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def kill(self) -> None:
        """End the whole group of the child, itself included."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Supervisor:
    """Runs children until `stop` is called, from a signal handler for instance."""

    def __init__(self, children: Iterable[Child], *, say: Say) -> None:
        self.children = list(children)
        self.say = say
        self.is_stopping = False

    def stop(self, *_: object) -> None:
        self.is_stopping = True

    def run(self, *, at_each_tick: Callable[[], None] = lambda: None) -> None:
        """Watch until stopped. `at_each_tick` may raise to give up: the children are stopped all the same."""
        try:
            while not self.is_stopping:
                self.look()
                at_each_tick()
                time.sleep(TICK)
        finally:
            self.stop_children()

    def look(self) -> None:
        """Bury the dead and start who is due."""
        for child in self.children:
            if child.has_died():
                code = child.process.returncode if child.process else None
                pause = child.bury()
                self.say(f"{child.name} ended (exit code {code}); it starts again in {pause:.1f} s")
            if child.process is None and time.monotonic() >= child.start_at:
                child.start()

    def stop_children(self) -> None:
        """Ask all, wait, then end the groups: nothing of ours is left running."""
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not all(
            child.process is None or child.has_died() for child in self.children
        ):
            time.sleep(TICK / 4)
        for child in self.children:
            child.kill()
