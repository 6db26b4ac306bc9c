"""LocalStack's own virtual environment, from its full lock, with our plugins and its index of services."""

from __future__ import annotations

import shutil
from pathlib import Path

from host.setup.checkout import LOCALSTACK, ROOT, files_below, fingerprint, read_stamp, write_stamp
from host.setup.command import Command, Commands
from host.setup.python_environment import UV, UV_VERSION, python_version, uv_environment
from host.setup.stage import Stage

FOLDER = ROOT / "host" / "localstack"
LOCK = FOLDER / "requirements.lock"
PLUGINS = FOLDER / "executor"


class LocalStackEnvironment(Stage):
    """`.localstack`, made beside its place and moved there when it is complete."""

    title = "LocalStack"

    def is_done(self) -> bool:
        return read_stamp(LOCALSTACK) == self._fingerprint() and (LOCALSTACK / "bin" / "python").exists()

    def make(self, commands: Commands) -> None:
        fresh = LOCALSTACK.with_name(".localstack.new")
        shutil.rmtree(fresh, ignore_errors=True)
        python = fresh / "bin" / "python"
        install: Command = [UV, "pip", "install", "--no-deps", "--python", python]
        commands.run([UV, "venv", fresh], log="localstack", extra=uv_environment())
        commands.run([*install, "--requirements", LOCK], log="localstack", extra=uv_environment())
        commands.run([*install, PLUGINS], log="localstack", extra=uv_environment())
        self._index_services(commands, python, fresh / "filesystem")
        write_stamp(fresh, self._fingerprint())
        shutil.rmtree(LOCALSTACK, ignore_errors=True)
        fresh.rename(LOCALSTACK)

    def _index_services(self, commands: Commands, python: Path, filesystem: Path) -> None:
        """Read the descriptions of all AWS services once: 5 s and 370 MB that every LocalStack would pay otherwise."""
        (filesystem / "usr" / "lib" / "localstack").mkdir(parents=True)
        environment = {"FILESYSTEM_ROOT": str(filesystem), "OVERRIDE_IN_DOCKER": "0"}
        commands.run([python, "-m", "localstack.aws.spec"], log="localstack", extra=environment)

    def _fingerprint(self) -> str:
        return fingerprint(python_version(), UV_VERSION, LOCK, *files_below(PLUGINS, leaving_out=["__pycache__"]))
