"""What the page offers; at run time `_face.py` loads it on demand."""

from engineroom.show.page._desk import Client, Desk
from engineroom.show.page._export import Exported, export
from engineroom.show.page._frames import pack, unpack
from engineroom.show.page._open import show_record, widget
from engineroom.show.page._security import Gate
from engineroom.show.page._serve import PORT, Served, serve, start
from engineroom.show.page._server import application
from engineroom.show.page._typescript import typescript

__all__ = [
    "PORT",
    "Client",
    "Desk",
    "Exported",
    "Gate",
    "Served",
    "application",
    "export",
    "pack",
    "serve",
    "show_record",
    "start",
    "typescript",
    "unpack",
    "widget",
]
