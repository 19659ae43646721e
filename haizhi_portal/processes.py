"""Starting processes, keeping them alive, and never leaving one behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)
_FULL_LOG = 10 * 1024 * 1024
_QUICK_DEATH = 10.0
_LONGEST_PAUSE = 30.0


@dataclass(kw_only=True)
class Child:
    """One process the portal consists of, and how to start, end and restart it.

    `orphaned` is the signal the kernel sends it when this process dies without a word.
    """

    name: str
    command: Sequence[str]
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    keep_open: tuple[int, ...] = ()
    patience: float = 10.0
    orphaned: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    due: float = 0.0

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches the launcher alone."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _FULL_LOG:
            self.log.replace(self.log.with_suffix(".old.log"))
        parent = os.getpid()
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                pass_fds=self.keep_open,
                start_new_session=True,
                preexec_fn=lambda: die_with(parent, self.orphaned),
            )
        self.started = time.monotonic()

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal_group(self, which: signal.Signals) -> None:
        """Signal it and everything it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, which)
            except ProcessLookupError:
                pass

    def ask_to_finish(self) -> None:
        if self.process is not None and self.alive:
            self.process.terminate()

    def stop(self, *, hurried: Callable[[], bool] = lambda: False) -> None:
        """Ask it to finish, give it `patience` seconds unless hurried, then end it and whatever it left behind."""
        if self.process is None:
            return
        self.ask_to_finish()
        deadline = time.monotonic() + self.patience
        while self.alive and time.monotonic() < deadline and not hurried():
            time.sleep(0.02)
        self.signal_group(signal.SIGKILL)
        self.process.wait()

    def last_words(self, lines: int = 8) -> str:
        """The end of its log, for a person to read."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""


def die_with(parent: int, which: signal.Signals) -> None:
    """In a fresh child: be signalled when the parent dies, also if it died before this line."""
    _LIBC.prctl(PR_SET_PDEATHSIG, int(which))
    if os.getppid() != parent:
        os.kill(os.getpid(), which)


class Supervisor:
    """Keeps its children running until it is told to stop. The first child, on which the others lean, stops last."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.tell = tell
        self.children: list[Child] = []
        self.stopping = False
        self.hurried = False

    def start(self, children: Iterable[Child]) -> None:
        for child in children:
            self.children.append(child)
            child.start()

    def on_signal(self, number: int, _frame: object) -> None:
        """Signal handler: somebody wants the portal to stop; the second time, at once."""
        self.hurried = self.stopping
        self.stopping = True

    def look_after(self, *, seconds: float = 0.2) -> None:
        """One round: start again what has ended. A child that keeps dying is given longer and longer pauses."""
        now = time.monotonic()
        for child in self.children:
            if child.alive or self.stopping:
                continue
            if not child.due:
                status = child.process.returncode if child.process else None
                child.signal_group(signal.SIGKILL)
                quick = now - child.started < _QUICK_DEATH
                child.pause = min(_LONGEST_PAUSE, max(1.0, child.pause * 2)) if quick else 0.0
                child.due = now + child.pause
                later = f" in {child.pause:.0f} s" if child.pause else ""
                self.tell(f"{child.name} ended ({describe(status)}); starting it again{later}. Its log: {child.log}")
            if now >= child.due:
                child.due = 0.0
                child.start()
        time.sleep(seconds)

    def stop(self) -> None:
        self.stopping = True
        for child in self.children[1:]:
            child.ask_to_finish()
        for child in reversed(self.children):
            child.stop(hurried=lambda: self.hurried)


def describe(status: int | None) -> str:
    """An exit status in words."""
    if status is None:
        return "never started"
    if status < 0:
        return f"signal {signal.Signals(-status).name}"
    return f"exit status {status}"


def python(*arguments: str) -> list[str]:
    """A command that runs this interpreter; the environment's scripts carry addresses that a moved checkout breaks."""
    return [sys.executable, *arguments]
