"""Pieces of set-up: each knows whether it is done; those that are not run, side by side where they may."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from types import FrameType

from host.setup.checkout import ROOT, SETUP_FOLDER, SetupError
from host.setup.command import Commands
from host.setup.progress import Progress

NEEDED_BYTES = 2 * 1024**3
"""What a first set-up with tests takes, caches included."""

Chain = Sequence["Stage"]
"""Stages that need each other, in order."""


class Interrupted(Exception):
    """A signal, whose number is the argument, ended set-up; the next run goes on where it stopped."""


class Stage(ABC):
    """One piece of set-up."""

    title: str
    is_required = True

    @abstractmethod
    def is_done(self) -> bool:
        """Whether nothing has changed since it was last made; must be quick."""

    @abstractmethod
    def make(self, commands: Commands) -> None:
        """Make it, whatever an interrupted run has left behind. Raises SetupError."""


def set_up(first: Chain, then: Sequence[Chain]) -> None:
    """Make what is not done: the first chain, then the others side by side. Raises SetupError."""
    if all(stage.is_done() for chain in (first, *then) for stage in chain):
        return
    _check_folder()
    progress = Progress()
    with _only_one_at_a_time() as lock, _ended_by_signals(commands := Commands(lock)):
        _run_side_by_side([first], commands, progress)
        _run_side_by_side(then, commands, progress)


def _run_side_by_side(chains: Sequence[Chain], commands: Commands, progress: Progress) -> None:
    with ThreadPoolExecutor(max(1, len(chains))) as pool:
        futures: list[Future[None]] = [pool.submit(_run_chain, chain, commands, progress) for chain in chains]
        while wait(futures, timeout=0.1).not_done:
            progress.tick()
    progress.clear()
    errors = [error for future in futures if (error := future.exception())]
    for error in errors:
        raise error


def _run_chain(chain: Chain, commands: Commands, progress: Progress) -> None:
    for stage in chain:
        if stage.is_done():
            continue
        progress.start(stage.title)
        try:
            stage.make(commands)
        except BaseException as error:
            progress.fail(stage.title)
            if stage.is_required or not isinstance(error, SetupError):
                raise
            progress.note(str(error))
        else:
            progress.finish(stage.title)


@contextmanager
def _only_one_at_a_time() -> Iterator[int]:
    """Hold this checkout's set-up lock, waiting for another ./dreamseed that holds it."""
    with (SETUP_FOLDER / "lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another ./dreamseed is setting up this checkout; waiting for it ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


@contextmanager
def _ended_by_signals(commands: Commands) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the running programs; what they have finished is kept."""
    caught: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        caught.append(number)
        commands.interrupt()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except SetupError:
        if not caught:
            raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if caught:
        raise Interrupted(caught[0])


def _check_folder() -> None:
    """Say at once what would fail late."""
    if not os.access(ROOT, os.W_OK):
        raise SetupError(f"{ROOT} cannot be written to: clone the repository into a folder of yours.")
    SETUP_FOLDER.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES // 2:
        raise SetupError(f"Only {free // 1024**2} MB are free in {ROOT}; set-up needs about {NEEDED_BYTES // 1024**2}.")
