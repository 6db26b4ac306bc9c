"""LocalStack ends with the host that started it, even when the host is killed.

The host holds the other end of LocalStack's standard input. The kernel closes it when the host ends, however it ends.
"""

# mypy: disable-error-code="import-not-found,import-untyped,untyped-decorator"

from __future__ import annotations

import os
import sys
import threading

from localstack.runtime.hooks import on_infra_start


@on_infra_start()
def end_with_the_host() -> None:
    threading.Thread(target=_wait_for_the_end, name="leash", daemon=True).start()


def _wait_for_the_end() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(0)  # everything is in memory: there is nothing to save
