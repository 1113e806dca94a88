"""The built page is the one that the sources in web/ make; `make web` builds it anew."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
STATIC = ROOT / "src" / "engineroom" / "show" / "static"
SOURCES = ("index.html", "package.json", "package-lock.json", "svelte.config.js", "tsconfig.json", "vite.config.ts")
FOLDERS = ("scripts", "src")
MOST = 300_000
"""Bytes that the page may take, gzipped."""

pytestmark = pytest.mark.skipif(not WEB.is_dir(), reason="the sources of the page are not part of this copy")


@pytest.fixture(scope="module")
def manifest() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((STATIC / "manifest.json").read_text("utf-8"))
    return found


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_page_was_built_from_these_sources(manifest: dict[str, dict[str, str]]) -> None:
    paths = [WEB / name for name in SOURCES]
    paths += [path for folder in FOLDERS for path in (WEB / folder).rglob("*") if path.is_file()]
    found = {path.relative_to(WEB).as_posix(): _hash(path) for path in paths}
    recorded = manifest["sources"]
    changed = sorted(name for name in found.keys() | recorded.keys() if found.get(name) != recorded.get(name))
    assert not changed, f"built from other sources than these: run `make web` ({', '.join(changed)})"


def test_the_built_files_are_the_ones_that_were_written(manifest: dict[str, dict[str, str]]) -> None:
    found = {path.name: _hash(path) for path in STATIC.iterdir() if path.name != "manifest.json"}
    assert found == manifest["outputs"], "run `make web`, and commit all that it writes"


def test_the_page_is_small() -> None:
    sizes = {
        name: len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in ("index.html", "page.js", "page.css")
    }
    assert sum(sizes.values()) < MOST, sizes


def test_the_page_runs_under_a_strict_policy() -> None:
    html = (STATIC / "index.html").read_text("utf-8")
    assert re.findall(r"<script([^>]*)>", html) == [' type="module" src="page.js"']
    assert "<style" not in html
    assert not re.search(r"\sstyle=|\son[a-z]+=", html)
    code = (STATIC / "page.js").read_text("utf-8")
    # Styles in the text of a template would be refused; those that are set property by property are not.
    assert not re.search(r"<[a-z][^<>`]*\sstyle=\"", code)
    assert not re.search(r"\beval\(|new Function\(", code)


def test_nothing_is_fetched_from_elsewhere() -> None:
    harmless = re.compile(r"https?://(www\.w3\.org/|svelte\.dev/e/|github\.com/leeoniya/uPlot)")
    for name in ("index.html", "page.js", "page.css", "widget.js", "widget.css", "standalone.html"):
        text = (STATIC / name).read_text("utf-8")
        strange = [m.group() for m in re.finditer(r"https?://[\w./-]+", text) if not harmless.match(m.group())]
        assert not strange, (name, strange)


def test_the_lock_file_names_no_place_to_download_from() -> None:
    assert '"resolved"' not in (WEB / "package-lock.json").read_text("utf-8")


def test_the_exported_file_has_a_place_for_its_data() -> None:
    page = (STATIC / "standalone.html").read_text("utf-8")
    assert page.count("<!--engineroom-export-->") == 1
    assert page.index("<!--engineroom-export-->") < page.index('<script type="module">')
    assert not re.search(r"<(script|link)[^>]*(src|href)=\"(?!data:)", page)
