"""Runs a command that cannot outlive the process which started it, whatever happens to that one.

    tethered(["postgres", "-D", data])   the command line that does so

Linux ends the command when its parent dies (`PR_SET_PDEATHSIG`, which `exec` keeps). This file is the small program in
between: started without site-packages, it makes the request and becomes the command. Elsewhere it only becomes it.
"""

import os
import signal
import sys


def tethered(command: list[str]) -> list[str]:
    """The command line that runs `command` tethered to the process that starts it."""
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


def _tie_to_parent(parent: int) -> None:
    if sys.platform != "linux":
        return
    import ctypes  # not needed by those who only import `tethered`

    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before the request was made
        os._exit(1)


if __name__ == "__main__":
    _tie_to_parent(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - no shell is wanted  # nosec B606
