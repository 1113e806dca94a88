"""The web server: static files, one socket, one place to send tables to."""

from __future__ import annotations

import json
import mimetypes
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from engineroom.errors import EngineroomError, OptionError
from engineroom.show.page._desk import MESSAGE_LIMIT, Client, Desk
from engineroom.show.page._frames import plain_json
from engineroom.show.page._security import HEADERS, Gate
from engineroom.show.page._uploads import UPLOAD_LIMIT

__all__ = ["STATIC", "application", "need_server"]

STATIC = Path(__file__).resolve().parents[1] / "static"
"""The built front end."""

_WAITING = 16 * 2**20
"""Bytes of answers that may wait for a client before it is heard again."""

_NO_PAGE = """<!doctype html><meta charset="utf-8"><title>engineroom</title>
<p>The front end is not built: run <code>make web</code>, or install engineroom from a wheel.</p>
"""


def need_server() -> None:
    """Raise an OptionError that names the extra where the server's packages are missing."""
    try:
        __import__("starlette")
        __import__("uvicorn")
        __import__("websockets")
    except ImportError as error:
        raise OptionError(f'the page needs {error.name}; install it with pip install "engineroom[standard]"') from None


def application(desk: Desk, gate: Gate, static: Path = STATIC) -> Any:
    """Return the ASGI application.

    Parameters
    ----------
    desk : answers what is asked.
    gate : says who may ask.
    static : where the built front end lies.
    """
    need_server()
    from starlette.applications import Starlette
    from starlette.requests import HTTPConnection, Request
    from starlette.responses import FileResponse, HTMLResponse, Response
    from starlette.routing import Route, WebSocketRoute
    from starlette.websockets import WebSocket

    files = (
        {} if not static.is_dir() else {p.relative_to(static).as_posix(): p for p in static.rglob("*") if p.is_file()}
    )

    def told(text: str, status: int) -> Response:
        return Response(json.dumps({"error": text}), status, HEADERS, "application/json")

    def refusal(of: HTTPConnection, *, origin_needed: bool = False) -> str | None:
        host, origin = of.headers.get("host"), of.headers.get("origin")
        return gate.refusal(host, origin, of.query_params.get("token"), origin_needed=origin_needed)

    async def page(request: Request) -> Response:
        if (refused := refusal(request)) is not None:
            return told(refused, 403)
        if "index.html" not in files:
            return HTMLResponse(_NO_PAGE, headers=HEADERS)
        return FileResponse(files["index.html"], headers=HEADERS, media_type="text/html")

    async def file(request: Request) -> Response:
        # The front end is the same for everyone and holds no secret; the token is asked for where data is.
        if not gate.knows_host(request.headers.get("host")):
            return told("this server is called by its own address only", 403)
        name = request.path_params["name"]
        # Looked up in what was listed when the server began: no path can lead out of it.
        if name not in files or name == "index.html":
            return told("there is no such file", 404)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        kind = "text/javascript" if name.endswith((".js", ".mjs")) else kind
        return FileResponse(files[name], headers=HEADERS, media_type=kind)

    async def upload(request: Request) -> Response:
        if (refused := refusal(request)) is not None:
            return told(refused, 403)
        too_large = f"the file is larger than {UPLOAD_LIMIT // 2**20} MB: train on it with `engineroom train`"
        declared = request.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > UPLOAD_LIMIT:
            return told(too_large, 413)
        content = bytearray()
        async for piece in request.stream():
            content += piece
            if len(content) > UPLOAD_LIMIT:
                return told(too_large, 413)
        try:
            taken = await _in_thread(partial(desk.uploads.add, request.query_params.get("name", ""), bytes(content)))
        except EngineroomError as error:
            return told(" ".join(str(error).split()), 400)
        except Exception as error:  # whatever a parser stumbles over, the page is told
            return told(f"this file cannot be read as a table ({type(error).__name__})", 400)
        return Response(json.dumps(plain_json(taken), allow_nan=False), 200, HEADERS, "application/json")

    async def socket(websocket: WebSocket) -> None:
        refused = refusal(websocket, origin_needed=True)
        await websocket.accept()
        if refused is not None:
            await websocket.close(1008, refused[:120])
            return
        await _converse(desk, websocket)

    async def missing(request: Request, error: Exception) -> Response:
        return told("there is no such page", 404)

    async def wrong_verb(request: Request, error: Exception) -> Response:
        return told("this address takes another kind of request", 405)

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        yield
        await _in_thread(desk.close)

    return Starlette(
        routes=[
            Route("/", page),
            Route("/upload", upload, methods=["POST"]),
            WebSocketRoute("/socket", socket),
            Route("/{name:path}", file),
        ],
        exception_handlers={404: missing, 405: wrong_verb},
        lifespan=life,
    )


async def _in_thread(work: Callable[[], Any]) -> Any:
    """Do something that takes a while without holding up the others."""
    import asyncio

    return await asyncio.get_running_loop().run_in_executor(None, work)


async def _converse(desk: Desk, websocket: Any) -> None:
    """Carry frames between a socket and the desk until one of them ends."""
    import asyncio

    from starlette.websockets import WebSocketDisconnect

    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    gone = threading.Event()

    def wake() -> None:
        if not gone.is_set():
            try:
                loop.call_soon_threadsafe(ready.set)
            except RuntimeError:  # the loop has ended
                gone.set()

    client, taken = desk.join(wake), asyncio.Event()
    sender = asyncio.create_task(_send(client, ready, taken, websocket.send_bytes))
    try:
        while True:
            # A client that asks and reads no answers is not listened to until its answers were taken.
            while client.mailbox.waiting > _WAITING and not sender.done():
                taken.clear()
                await taken.wait()
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                break
            frame = message.get("bytes")
            if frame is None:
                frame = (message.get("text") or "").encode()
            if len(frame) > MESSAGE_LIMIT:
                await websocket.close(1009)
                break
            desk.receive(client, frame)
    except (WebSocketDisconnect, RuntimeError):
        pass
    finally:
        gone.set()
        desk.leave(client)
        sender.cancel()


async def _send(client: Client, ready: Any, taken: Any, send: Callable[[bytes], Awaitable[None]]) -> None:
    """Send what the mailbox holds, as fast as the other side takes it, and say so each time."""
    try:
        while True:
            await ready.wait()
            ready.clear()
            while (frame := client.mailbox.take()) is not None:
                await send(frame)
                taken.set()
    finally:
        taken.set()
