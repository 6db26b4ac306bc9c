"""A calm display of what set-up is doing: a line per finished stage, and on a terminal one moving line for the rest."""

from __future__ import annotations

import shutil
import sys
import threading
import time

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
CLEAR_LINE = "\r\x1b[K"
TITLE_WIDTH = 44


class Progress:
    """Stages report from their threads; the main thread calls `tick` while it waits for them."""

    def __init__(self) -> None:
        self._is_terminal = sys.stdout.isatty()
        self._lock = threading.Lock()
        self._running: dict[str, float] = {}
        self._frame = 0
        self._done, self._failed = ("✓", "✗") if _can_print("✓✗⠋") else ("ok", "failed:")
        self._frames = FRAMES if _can_print(FRAMES) else "-\\|/"

    def start(self, title: str) -> None:
        with self._lock:
            self._running[title] = time.monotonic()
            if not self._is_terminal:
                print(f"  {title} ...", flush=True)

    def finish(self, title: str) -> None:
        with self._lock:
            seconds = time.monotonic() - self._running.pop(title)
            self._print_line(f"{self._done} {title:{TITLE_WIDTH}} {seconds:6.1f} s")

    def fail(self, title: str) -> None:
        with self._lock:
            seconds = time.monotonic() - self._running.pop(title)
            self._print_line(f"{self._failed} {title:{TITLE_WIDTH}} {seconds:6.1f} s")

    def note(self, text: str) -> None:
        """Say something that does not stop set-up."""
        with self._lock:
            self._print_line(text)

    def tick(self) -> None:
        """Redraw the moving line."""
        if not self._is_terminal:
            return
        with self._lock:
            self._frame += 1
            spinner = self._frames[self._frame % len(self._frames)]
            now = time.monotonic()
            tasks = " · ".join(f"{title} {now - since:.0f} s" for title, since in self._running.items())
            width = shutil.get_terminal_size().columns - 1
            sys.stdout.write(CLEAR_LINE + f"{spinner} {tasks}"[:width] if tasks else CLEAR_LINE)
            sys.stdout.flush()

    def clear(self) -> None:
        """Leave the terminal clean."""
        if self._is_terminal:
            sys.stdout.write(CLEAR_LINE)
            sys.stdout.flush()

    def _print_line(self, line: str) -> None:
        print((CLEAR_LINE if self._is_terminal else "") + line, flush=True)


def _can_print(characters: str) -> bool:
    try:
        characters.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
