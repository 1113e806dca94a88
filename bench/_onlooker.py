"""A page in Chromium that no debugger follows.

Playwright has the browser tell it of every message that a page is sent: the weights of a run that trains are copied,
written as text and parsed again in two more processes, on the same cores. What a page costs a person's computer is
measured without that: this one is only told where to go, where to click, and what to evaluate.
"""

from __future__ import annotations

import json
import time
from typing import Any

__all__ = ["READY", "Onlooker"]

READY = "!!document.querySelector(\"[role=application][aria-label*='Step ']\")"
"""Whether the network of a run is drawn."""


class Onlooker:
    """A page of its own in a browser that Playwright started.

    Parameters
    ----------
    browser : the browser.
    url : what to open.
    before : script that the page runs before its own.
    """

    def __init__(self, browser: Any, url: str, before: str = "") -> None:
        self._browser = browser.new_browser_cdp_session()
        self._heard: dict[int, dict[str, Any]] = {}
        self._sent = 0
        self._browser.on("Target.receivedMessageFromTarget", self._hear)
        # Nobody follows what is opened in a context that Playwright did not make.
        context = self._context = self._browser.send("Target.createBrowserContext")["browserContextId"]
        size = {"width": 1440, "height": 900}
        target = self._browser.send("Target.createTarget", {"url": "about:blank", "browserContextId": context, **size})
        attached = self._browser.send("Target.attachToTarget", {"targetId": target["targetId"], "flatten": False})
        self._session = attached["sessionId"]
        if before:
            self._order("Page.enable")
            self._order("Page.addScriptToEvaluateOnNewDocument", source=before)
        self._order("Page.navigate", url=url)

    def evaluate(self, script: str) -> Any:
        """Return the value of a script, or what it promises."""
        told = self._order("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in told:
            raise RuntimeError(told["exceptionDetails"])
        return told["result"].get("value")

    def until(self, script: str, seconds: float = 60.0) -> None:
        """Wait until a script's value is true."""
        end = time.monotonic() + seconds
        while not self.evaluate(script):
            if time.monotonic() > end:
                raise RuntimeError(f"the page never came to {script}")
            time.sleep(0.05)

    def click(self, x: float, y: float) -> None:
        """Press the mouse there, and let go."""
        for kind in ("mousePressed", "mouseReleased"):
            self._order("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def close(self) -> None:
        """Close the page."""
        self._browser.send("Target.disposeBrowserContext", {"browserContextId": self._context})
        self._browser.detach()

    def _hear(self, told: dict[str, Any]) -> None:
        message = json.loads(told["message"])
        if "id" in message:
            self._heard[message["id"]] = message

    def _order(self, method: str, **params: Any) -> dict[str, Any]:
        self._sent += 1
        order = json.dumps({"id": self._sent, "method": method, "params": params})
        self._browser.send("Target.sendMessageToTarget", {"sessionId": self._session, "message": order})
        while self._sent not in self._heard:
            # Playwright hears of events while it waits for an answer.
            self._browser.send("Browser.getVersion")
        message = self._heard.pop(self._sent)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']}")
        return dict(message["result"])
