"""Take the pictures of the page in Chromium that the README and docs/page.md show: python scripts/photograph_page.py.

Needs chromium, and the packages playwright and pillow.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

import engineroom as er

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
SHOTS = {
    "page-cycle": "#/run/1/cycle?step=120&phase=backward",
    "page-lesson": "#/lesson/3?lr=0.15",
    "page-neurons": "#/run/2/cycle?step=1150",
}


def moons(book: Path) -> None:
    """Train a network of two inputs into a logbook."""
    generator = np.random.default_rng(0)
    angle, half = generator.uniform(0, np.pi, 300), np.arange(300) % 2
    x = np.stack([np.cos(angle) * (1 - 2 * half) + half, np.sin(angle) * (1 - 2 * half) + 0.35 * half], 1)
    network = er.Network(er.Dense(6, "tanh"), er.Dense(4, "tanh"), er.Dense(2))
    table = {"x": x[:, 0], "y": x[:, 1], "moon": np.where(half, "lower", "upper")}
    er.train(network, table, target="moon", optimizer=er.Adam(lr=0.01), steps=1500, batch_size=32, logbook=book)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "digits.logbook"
        command = [sys.executable, "-m", "engineroom"]
        subprocess.run([*command, "train", "digits", "--logbook", str(book)], check=True, stdout=subprocess.DEVNULL)
        moons(book)
        words = [*command, "show", str(book), "--no-open", "--json"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server, sync_playwright() as playwright:
            assert server.stdout is not None
            said = ""
            while not said.rstrip().endswith("}"):
                said += server.stdout.readline()
            link = json.loads(said)["page"]
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            for name, place in SHOTS.items():
                page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
                page.goto(link.partition("#")[0] + place)
                page.wait_for_timeout(5000)
                taken = Path(folder) / f"{name}.png"
                page.screenshot(path=taken)
                Image.open(taken).convert("RGB").save(PICTURES / f"{name}.webp", quality=85, method=6)
            browser.close()
            server.terminate()


if __name__ == "__main__":
    main()
