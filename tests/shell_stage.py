"""A stage of set-up for tests, and `./dreamseed` with that stage alone: `python -m tests.shell_stage FOLDER SHELL`."""

from __future__ import annotations

import sys
from pathlib import Path

from host.setup import command, main, stage
from host.setup.checkout import read_stamp, write_stamp
from host.setup.command import Commands
from host.setup.stage import Stage, set_up


class ShellStage(Stage):
    """Runs a shell command in its folder."""

    def __init__(self, folder: Path, shell: str) -> None:
        self.title = folder.name
        self.folder = folder
        self.shell = shell

    def is_done(self) -> bool:
        return read_stamp(self.folder) == self.shell

    def make(self, commands: Commands) -> None:
        self.folder.mkdir(exist_ok=True)
        commands.run(["sh", "-c", self.shell], log="test", cwd=self.folder)
        write_stamp(self.folder, self.shell)


def run_alone(folder: Path, shell: str) -> int:
    """Set up in a folder of the test's own, with the signals and exit statuses of the real command."""
    command.SETUP_FOLDER = stage.SETUP_FOLDER = folder / "setup"
    return main.report(lambda: set_up([ShellStage(folder / "made", shell)], []))


if __name__ == "__main__":
    sys.exit(run_alone(Path(sys.argv[1]), sys.argv[2]))
