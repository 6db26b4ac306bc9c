"""The template process: has imported what functions need, and is forked for each worker. It runs no function itself.

    python -m host.invoke.template <lifeline> <module to preload> …       (`package.*` for all modules below it)

Its control socket is its standard input; messages are lines of JSON.

    from the host   {"id": 7, "name": …, "handler": …, "variables": {…}, "task_root": …, "log_file": …, "niceness": 0}
    to the host     {"id": 0, "pid": 4710}      the template is ready
                    {"id": 7, "pid": 4711}      a worker was started
                    {"id": 7, "status": -9}     it ended, negative for a signal

The fork is a worker as `python -m awslambdaric` would have started it: the same environment, working folder, standard
output and code; only modules that it would import anyway are there already. It ends with the host because the host
holds the other end of a pipe, the lifeline, on which a thread of each worker waits. So workers outlive the template.

Nothing that starts threads or reads its environment when it is imported may be preloaded: `awslambdaric` does the
latter, so it is left to the forks.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass


@dataclass(frozen=True)
class Order:
    """A worker that the host wants."""

    id: int
    name: str
    handler: str
    variables: dict[str, str]
    task_root: str
    log_file: str
    niceness: int


class Template:
    """Waits for orders and for the ends of its children."""

    def __init__(self, control: socket.socket, lifeline: int) -> None:
        self._control = control
        self._lifeline = lifeline
        self._buffer = b""
        self._orders: dict[int, int] = {}
        self._child_ended, self._signals = socket.socketpair()
        self._child_ended.setblocking(False)
        self._signals.setblocking(False)

    def greet(self) -> None:
        """Tell the host that orders can come."""
        self._tell({"id": 0, "pid": os.getpid()})

    def serve(self) -> Order | None:
        """Fork until the host hangs up. Returns None in the template then, and the order in each fork."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._signals.fileno(), warn_on_full_buffer=False)
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            selector.register(self._child_ended, selectors.EVENT_READ)
            selector.register(self._lifeline, selectors.EVENT_READ)
            while True:
                ready = {key.fileobj for key, _ in selector.select()}
                if self._lifeline in ready:
                    return None
                if self._child_ended in ready:
                    self._report_ends()
                if self._control in ready:
                    received = self._control.recv(1 << 16)
                    if not received:
                        return None
                    for order in self._take_orders(received):
                        if self._fork(order) == 0:
                            return order

    def close(self) -> None:
        """Let go of what is the template's alone."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for end in (self._control, self._child_ended, self._signals):
            end.close()

    def _take_orders(self, received: bytes) -> list[Order]:
        *lines, self._buffer = (self._buffer + received).split(b"\n")
        return [Order(**json.loads(line)) for line in lines]

    def _fork(self, order: Order) -> int:
        pid = os.fork()
        if pid:
            self._orders[pid] = order.id
            self._tell({"id": order.id, "pid": pid})
        return pid

    def _report_ends(self) -> None:
        self._child_ended.recv(1 << 12)
        while self._orders:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._tell({"id": self._orders.pop(pid), "status": os.waitstatus_to_exitcode(status)})

    def _tell(self, message: dict[str, int]) -> None:
        self._control.sendall(json.dumps(message).encode() + b"\n")


def become(order: Order, lifeline: int) -> None:
    """Turn this fork into the worker that was ordered; returns when its function is done for good."""
    log = os.open(order.log_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for descriptor in (1, 2):
        os.dup2(log, descriptor)
    os.close(log)
    os.environ.clear()
    os.environ.update(order.variables)
    time.tzset()
    os.chdir(order.task_root)
    sys.path.insert(0, order.task_root)
    sys.argv = ["awslambdaric", order.handler]
    os.nice(order.niceness)
    _name_process(order.name)
    threading.Thread(target=_end_with_host, args=(lifeline,), name="lifeline", daemon=True).start()
    from awslambdaric.__main__ import main  # reads the environment

    main(sys.argv)


def preload(modules: list[str]) -> None:
    """Import the modules, and keep the collector from touching (and so copying) them in the forks."""
    for module in modules:
        package = importlib.import_module(module.removesuffix(".*"))
        if module.endswith(".*"):
            for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
                importlib.import_module(found.name)
    gc.collect()
    gc.freeze()


def _end_with_host(lifeline: int) -> None:
    os.read(lifeline, 1)
    os._exit(0)


def _name_process(name: str) -> None:
    """Show the function's name in `ps` and `top`; the kernel keeps 15 letters."""
    if sys.platform == "linux":
        pr_set_name = 15
        ctypes.CDLL(None).prctl(pr_set_name, name.encode()[:15], 0, 0, 0)


def take_over_descriptors(lifeline: int) -> socket.socket:
    """Take the control socket from standard input, and close what else was inherited but the lifeline and the log."""
    control = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for descriptor in sorted(int(name) for name in os.listdir("/dev/fd")):
        if descriptor > 2 and descriptor not in (lifeline, control.fileno()):
            with suppress(OSError):  # the one with which the folder was read
                os.close(descriptor)
    return control


def main() -> None:
    """Serve as the template, or in a fork be a worker."""
    lifeline = int(sys.argv[1])
    control = take_over_descriptors(lifeline)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    preload(sys.argv[2:])
    template = Template(control, lifeline)
    template.greet()
    order = template.serve()
    template.close()
    if order is not None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        become(order, lifeline)


if __name__ == "__main__":
    main()
