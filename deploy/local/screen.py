"""What the user of `make run` sees: prefixed log lines, and a progress bar or, without a terminal, plain lines."""

from __future__ import annotations

import time

from honcho.printer import Message, Printer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

PLAIN_EVERY = 2.0  # seconds between two progress lines without a terminal


class _Above:
    """A file for honcho's printer whose lines appear above the progress bar."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def isatty(self) -> bool:
        return self.console.is_terminal

    def write(self, text: str) -> None:
        if text != "\n":  # print() writes the line and its end one after the other
            self.console.print(Text.from_ansi(text), soft_wrap=True)

    def flush(self) -> None:
        self.console.file.flush()


class Screen:
    """One per run. Lines are counted since `begin`; rates are in lines per second over the last seconds."""

    def __init__(self, names: list[str]) -> None:
        self.console = Console(highlight=False)
        self.printer = Printer(_Above(self.console), width=max(map(len, names)))
        self.bar = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"), TextColumn("ETA"), TimeRemainingColumn(compact=True),
            console=self.console,
        )  # fmt: skip
        self._task = self.bar.add_task("CRM changes", total=None, rate="", visible=False)
        self._marks: list[tuple[float, int]] = []
        self._plain_at = 0.0

    def line(self, message: Message) -> None:
        """A line of a process, prefixed with its name."""
        self.printer.write(message)

    def say(self, text: str) -> None:
        """A line of our own, unprefixed."""
        self.console.print(text, markup=False, soft_wrap=True)

    def progress(self, done: int, total: int, doing: str) -> None:
        """Show how many lines were taken in, and what is being done."""
        now = time.monotonic()
        self._marks = [*self._marks[-40:], (now, done)]
        (then, before), lines_left = self._marks[0], total - done
        rate = (done - before) / (now - then) if now > then else 0.0
        if self.console.is_terminal:
            self.bar.start()
            self.bar.update(
                self._task, completed=done, total=total, description=doing, rate=f"{rate:,.0f}/s", visible=True
            )
        elif now >= self._plain_at:
            self._plain_at = now + PLAIN_EVERY
            speed = f", {rate:,.0f}/s" if lines_left else ""
            left = f", ETA {lines_left / rate:.0f} s" if rate and lines_left else ""
            self.say(f"progress {done:,} of {total:,} ({done / total:.0%}){speed}{left}: {doing}")

    def finish(self) -> None:
        """Take the progress bar away."""
        if self.bar.live.is_started:
            self.bar.stop()
