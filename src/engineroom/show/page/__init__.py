"""The page: a server of one logbook, its messages, and what carries them."""

from engineroom.show.page._face import __dir__ as __dir__
from engineroom.show.page._face import __getattr__ as __getattr__

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
