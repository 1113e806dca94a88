"""Write web/src/lib/messages.ts, the page's messages in TypeScript; a test holds it against the Python."""

from __future__ import annotations

from pathlib import Path

from engineroom.show.page import typescript

PLACE = Path(__file__).resolve().parents[1] / "web" / "src" / "lib" / "messages.ts"

if __name__ == "__main__":
    PLACE.parent.mkdir(parents=True, exist_ok=True)
    PLACE.write_text(typescript(), "utf-8")
    print(PLACE)
