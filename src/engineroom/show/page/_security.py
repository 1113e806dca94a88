"""Who may speak with the server: whoever holds the token, from a page that the server itself served.

Other pages in the same browser can reach 127.0.0.1 too. Without the token they are refused; a name of theirs that was
made to point at this machine (DNS rebinding) is refused by the Host header, and a form or socket of theirs by Origin.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from engineroom.errors import OptionError

__all__ = ["HEADERS", "LOOPBACK", "Gate", "check_address"]

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""What this machine calls itself."""

_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
"""Sent with everything."""


@dataclass(frozen=True)
class Gate:
    """What a request must show.

    Attributes
    ----------
    port : the port that is served.
    hosts : names by which the server may be called.
    token : what the link holds.
    """

    port: int
    hosts: tuple[str, ...] = LOOPBACK
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    def knows_host(self, host: str | None) -> bool:
        """Whether the Host header names this server."""
        return host is not None and host.lower() in self._addresses

    def knows_origin(self, origin: str | None, *, needed: bool) -> bool:
        """Whether the Origin header, where there is one, is of a page that this server served."""
        if origin is None:
            return not needed
        return origin.lower() in {f"http://{address}" for address in self._addresses}

    def knows_token(self, token: str | None) -> bool:
        """Whether the token is the link's; the time that takes tells nothing of it."""
        return token is not None and hmac.compare_digest(token.encode("utf-8", "replace"), self.token.encode())

    def refusal(self, host: str | None, origin: str | None, token: str | None, *, origin_needed: bool) -> str | None:
        """Return why a request is refused, in a sentence, or None."""
        if not self.knows_host(host):
            return "this server is called by its own address only: open the link that was printed in the terminal"
        if not self.knows_origin(origin, needed=origin_needed):
            return "this server answers its own page only: open the link that was printed in the terminal"
        if not self.knows_token(token):
            return "the link is not the one that was printed in the terminal: open that one"
        return None

    @property
    def _addresses(self) -> set[str]:
        names = {name.lower() for name in self.hosts}
        return {f"{name}:{self.port}" for name in names} | (names if self.port == 80 else set())


def check_address(host: str, expose: bool) -> None:
    """Raise an OptionError where a host would let others in and that was not said."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        loopback = False
    if not loopback and not expose:
        raise OptionError(
            f"--host {host} lets everyone who can reach this machine and sees the link read the runs and their data, "
            "train and upload, over a connection that is not encrypted: add --expose if that is meant"
        )
