"""Serving the page: a port is found, the link is printed, and all ends with the terminal."""

from __future__ import annotations

import errno
import ipaddress
import shutil
import signal
import socket
import tempfile
import threading
import webbrowser
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from engineroom.errors import OptionError
from engineroom.logbook import Writer
from engineroom.show.page._desk import MESSAGE_LIMIT, Desk
from engineroom.show.page._security import LOOPBACK, Gate, check_address
from engineroom.show.page._server import application, need_server

__all__ = ["PORT", "Served", "serve", "start"]

PORT = 8642
"""Where the first server listens."""

_TRIES = 50
_LAST_PORT = 65535


class Served:
    """A page that is being served.

    Attributes
    ----------
    url : its link, with the token.
    notes : sentences about what was not as asked.
    desk : answers what the page asks.
    """

    def __init__(self, url: str, notes: tuple[str, ...], desk: Desk, server: Any, sockets: list[socket.socket]) -> None:
        self.url, self.notes, self.desk = url, notes, desk
        self._server, self._sockets = server, sockets
        self._thread: threading.Thread | None = None

    def run(self) -> None:
        """Serve until Ctrl-C, SIGTERM or the end of the terminal; in the main thread."""
        hangup = getattr(signal, "SIGHUP", None)
        before = None if hangup is None else signal.signal(hangup, lambda number, frame: self._end())
        try:
            self._server.run(sockets=self._sockets)
        except KeyboardInterrupt:
            pass
        finally:
            if hangup is not None:
                signal.signal(hangup, signal.SIG_DFL if before is None else before)

    def wait(self) -> None:
        """Wait, while it is served in a thread, until Ctrl-C, SIGTERM or the end of the terminal; then end it."""
        ended = threading.Event()
        numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
        before = {number: signal.signal(number, lambda *_: ended.set()) for number in numbers}
        try:
            # Python heeds signals between waits only.
            while not ended.wait(0.2) and self._thread is not None and self._thread.is_alive():
                pass
        finally:
            for number, handler in before.items():
                signal.signal(number, signal.SIG_DFL if handler is None else handler)
            self.stop()

    def start(self) -> None:
        """Serve in a thread that ends with the program."""
        serve = partial(self._server.run, sockets=self._sockets)
        self._thread = threading.Thread(target=serve, name="engineroom-server", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it; what it trains stops between two steps and is kept."""
        self._end()
        if self._thread is not None:
            self._thread.join(40.0)
        elif not self._server.started:
            self.desk.close()
            for listening in self._sockets:
                listening.close()

    def _end(self) -> None:
        self._server.should_exit = True

    def __repr__(self) -> str:
        return f"<Page {self.url}>"


def serve(
    logbook: Path | None,
    *,
    at: str = "",
    host: str = "127.0.0.1",
    port: int | None = None,
    expose: bool = False,
    opens: bool = True,
) -> Served:
    """Return a page ready to be served.

    Parameters
    ----------
    logbook : the file to show; None shows what is trained on the page, and forgets it in the end.
    at : what to open there, such as "/run/3/cycle?step=120".
    host, port : where to listen; a port in use gives way to the next free one.
    expose : whether a host may be meant that others can reach.
    opens : whether to open a browser.

    Raises
    ------
    OptionError : when a package is missing, no port is free, or a host was not meant to be reached by others.
    """
    need_server()
    check_address(host, expose)
    listening, notes = _listen(host, PORT if port is None else port)
    number = int(listening.getsockname()[1])
    folder = None
    if logbook is None:
        folder = Path(tempfile.mkdtemp(prefix="engineroom-"))
        logbook = folder / "page.logbook"
    if folder is not None or not logbook.exists():
        Writer.open(logbook).close()
    # Browsers write an IPv6 address in its shortest form, whichever was typed.
    called = host if ":" not in host else f"[{ipaddress.ip_address(host.strip('[]'))}]"
    gate = Gate(number, (*LOOPBACK, called, *(_own_names() if expose else ())))
    desk = Desk(logbook, named=folder is None)
    shown = "127.0.0.1" if called in ("0.0.0.0", "localhost") else called
    url = f"http://{shown}:{number}/?token={gate.token}" + (f"#{at}" if at else "")
    server = _server(application(desk, gate), opened=(url if opens else None), ended=partial(_forget, folder))
    return Served(url, notes, desk, server, [listening])


def start(logbook: Path | None, **options: Any) -> Served:
    """Serve a page in a thread, and return it once it answers."""
    page = serve(logbook, **options)
    page.start()
    return page


def _listen(host: str, port: int) -> tuple[socket.socket, tuple[str, ...]]:
    """Return a socket that listens, at the next free port where this one is in use."""
    if not 0 <= port <= _LAST_PORT:
        raise OptionError(f"port must be from 1 to {_LAST_PORT}, or 0 for any that is free, got {port}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last = min(port + _TRIES - 1, _LAST_PORT)
    why = ""
    for number in range(port, last + 1):
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host.strip("[]"), number))
            listening.listen(64)
        except OSError as error:
            listening.close()
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                why = why or ("is in use" if error.errno == errno.EADDRINUSE else "is not for this user to serve at")
                continue
            raise OptionError(f"no page can be served at {host} ({error.strerror}): give an own address") from None
        moved = (f"Port {port} {why}, so it is served at {number}.",) if number != port else ()
        return listening, moved
    raise OptionError(f"no port from {port} to {last} is free, port {port} {why}: give another one with --port")


def _server(app: Any, opened: str | None, ended: Callable[[], None]) -> Any:
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if opened is not None and self.started:
                threading.Thread(target=webbrowser.open, args=(opened,), daemon=True).start()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            await super().shutdown(sockets)
            ended()

    return Server(
        uvicorn.Config(
            app,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            ws="websockets-sansio",
            ws_max_size=MESSAGE_LIMIT,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=2,
            lifespan="on",
        )
    )


def _forget(folder: Path | None) -> None:
    """Remove the folder of a logbook that was made for this page alone."""
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _own_names() -> tuple[str, ...]:
    """Return the names and addresses by which others may call this machine."""
    name = socket.gethostname()
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(name, None)}
    except OSError:
        found = set()
    return (name, *(f"[{a}]" if ":" in a else a for a in sorted(found)))
