"""Each attack on the server is tried: wrong token, Host and Origin, traversal, floods, and files that are traps."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from engineroom.errors import OptionError
from engineroom.show.page import Desk, Gate, application, pack, unpack
from engineroom.show.page._desk import MESSAGE_LIMIT
from engineroom.show.page._security import check_address
from engineroom.show.page._uploads import UPLOAD_LIMIT

BASE = "http://127.0.0.1:8642"
CSV = b"id,city,price\n1,Ulm,100\n2,Bonn,150\n3,Ulm,120\n4,Bonn,170\n"


@pytest.fixture
def gate() -> Gate:
    return Gate(8642)


@pytest.fixture
def client(desk: Desk, gate: Gate, tmp_path: Path) -> Iterator[TestClient]:
    static = tmp_path / "static"
    (static / "parts").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>page</title>")
    (static / "page.js").write_text("export {};")
    (static / "part.mjs").write_text("export {};")
    (static / "parts" / "a.css").write_text("a{}")
    (static / "font.unheard-of").write_bytes(b"...")
    (tmp_path / "secret.txt").write_text("secret")
    # Not entered: entering would run the application's end, which closes the desk before its fixture does.
    yield TestClient(application(desk, gate, static), base_url=BASE)


def test_the_page_with_its_token(client: TestClient, gate: Gate) -> None:
    answer = client.get(f"/?token={gate.token}")
    assert answer.status_code == 200 and "<title>page</title>" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"].startswith("text/html")


def test_files_are_sent_as_what_they_are(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/parts/a.css").headers["content-type"].startswith("text/css")
    assert client.get("/font.unheard-of").headers["content-type"] == "application/octet-stream"
    # Windows asks its registry, where other programs call a script plain text, which no browser would run.
    monkeypatch.setattr("mimetypes.guess_type", lambda name: ("text/plain", None))
    for name in ("page.js", "part.mjs"):
        assert client.get(f"/{name}").headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("token", ["", "wrong", "é", "x" * 10_000])
def test_a_wrong_token_is_refused(client: TestClient, token: str) -> None:
    assert client.get("/", params={"token": token}).status_code == 403
    assert client.get("/").status_code == 403
    assert client.post("/upload", params={"token": token, "name": "a.csv"}, content=CSV).status_code == 403
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        client.websocket_connect(
            f"/socket?token={token[:100]}", headers={"origin": BASE, "host": "127.0.0.1:8642"}
        ) as socket,
    ):
        socket.receive_bytes()
    assert refused.value.code == 1008
    assert refused.value.reason == "the link is not the one that was printed in the terminal: open that one"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8642", "127.0.0.1:1", "127.0.0.1.evil.example:8642", ""]
)
def test_another_name_for_this_machine_is_refused(client: TestClient, gate: Gate, host: str) -> None:
    for path in ("/", "/page.js", "/nothing"):
        assert client.get(path, params={"token": gate.token}, headers={"host": host}).status_code == 403
    assert client.post(f"/upload?token={gate.token}&name=a.csv", content=CSV, headers={"host": host}).status_code == 403
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(f"/socket?token={gate.token}", headers={"origin": BASE, "host": host}) as socket,
    ):
        socket.receive_bytes()


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "https://127.0.0.1:8642", "http://127.0.0.1:9", "null", "file://"]
)
def test_a_page_from_elsewhere_is_refused(client: TestClient, gate: Gate, origin: str) -> None:
    headers = {"origin": origin, "host": "127.0.0.1:8642"}
    assert client.post(f"/upload?token={gate.token}&name=a.csv", content=CSV, headers=headers).status_code == 403
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        client.websocket_connect(f"/socket?token={gate.token}", headers=headers) as socket,
    ):
        socket.receive_bytes()
    assert refused.value.code == 1008


def test_a_socket_without_an_origin_is_refused(client: TestClient, gate: Gate) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(f"/socket?token={gate.token}", headers={"host": "127.0.0.1:8642"}) as socket,
    ):
        socket.receive_bytes()


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/parts/../../secret.txt",
     "/parts/%2e%2e/%2e%2e/secret.txt",
     "//etc/passwd", "/etc/passwd", "/..\\secret.txt", "/page.js%00", "/index.html", "/parts", "/C:/x"],
)  # fmt: skip
def test_no_path_leads_out(client: TestClient, gate: Gate, path: str) -> None:
    answer = client.get(f"{path}?token={gate.token}")
    assert answer.status_code in (403, 404) and "secret" not in answer.text and "root:" not in answer.text
    assert answer.headers["content-security-policy"]


def test_a_path_that_no_route_takes_is_refused_too(client: TestClient) -> None:
    answer = client.get("/page%0A.js")
    assert answer.status_code == 404 and answer.headers["content-security-policy"]
    assert answer.json() == {"error": "there is no such page"}


@pytest.mark.parametrize(
    ("verb", "path", "status"),
    [("PUT", "/", 405), ("DELETE", "/page.js", 405), ("GET", "/upload", 404), ("POST", "/", 405)],
)
def test_other_verbs_are_refused(client: TestClient, gate: Gate, verb: str, path: str, status: int) -> None:
    answer = client.request(verb, f"{path}?token={gate.token}")
    assert answer.status_code == status and answer.headers["content-security-policy"]
    told = {404: "there is no such file", 405: "this address takes another kind of request"}
    assert answer.json() == {"error": told[status]}


def test_a_socket_talks(client: TestClient, gate: Gate) -> None:
    headers = {"origin": BASE, "host": "127.0.0.1:8642"}
    with client.websocket_connect(f"/socket?token={gate.token}", headers=headers) as socket:
        socket.send_bytes(pack({"id": 1, "ask": "hello"}))
        assert unpack(socket.receive_bytes())[0]["answer"]["newest"] == 2
        socket.send_text("not a frame")
        assert unpack(socket.receive_bytes())[0]["error"]
        bomb = b'{"id":2,"ask":' + b"[" * 100_000 + b"}"
        socket.send_bytes(struct.pack("<I", len(bomb)) + bomb)
        assert "levels deep" in unpack(socket.receive_bytes())[0]["error"]
        socket.send_bytes(pack({"id": 3, "ask": "runs"}))
        assert len(unpack(socket.receive_bytes())[0]["answer"]["runs"]) == 2


def test_an_oversized_frame_ends_the_talk(client: TestClient, gate: Gate) -> None:
    headers = {"origin": BASE, "host": "127.0.0.1:8642"}
    with client.websocket_connect(f"/socket?token={gate.token}", headers=headers) as socket:
        socket.send_bytes(bytes(MESSAGE_LIMIT + 1))
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_bytes()
        assert ended.value.code == 1009


class Trap:
    """A pickle that would run something."""

    def __reduce__(self) -> Any:
        return (eval, ("__import__('os').environ.__setitem__('ENGINEROOM_TRAP', 'sprung')",))


def packed_bomb() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", bytes(300 * 2**20))
    return whole.getvalue()


def test_a_table_is_taken(client: TestClient, gate: Gate) -> None:
    answer = client.post(f"/upload?token={gate.token}&name=houses.csv", content=CSV, headers={"origin": BASE})
    told = answer.json()
    assert answer.status_code == 200 and told["name"] == "houses.csv" and told["rows"] == 4
    assert answer.headers["content-type"] == "application/json"
    assert [(c["name"], c["kind"]) for c in told["fields"]] == [
        ("id", "drop"),
        ("city", "category"),
        ("price", "number"),
    ]
    assert told["targets_proposed"][0] == "price"


def test_a_table_with_a_long_name_is_taken_and_its_name_cut(client: TestClient, gate: Gate) -> None:
    answer = client.post("/upload", params={"token": gate.token, "name": "x" * 90 + ".csv"}, content=CSV)
    assert answer.status_code == 200, answer.text
    assert answer.json()["name"] == "x" * 79 + "…"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pkl", pickle.dumps(Trap()), "kind that is not taken"),
        ("a.csv", pickle.dumps(Trap()), "no text"),
        ("a.npy", pickle.dumps(Trap()), "kind that is not taken"),
        ("../../a.sh", b"rm", "kind that is not taken"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"alone\n", "no rows"),
        ("a.json", b"[" * 100_000, "a.json"),
        ("a.json", b'{"x": ' * 50_000, "a.json"),
        ("a.json", json.dumps({"x": 9}).encode(), "no table"),
        ("a.parquet", b"PAR1 not really", "cannot be read as Parquet"),
        ("a.xlsx", b"PK not really", "not an Excel file"),
        ("a.xlsx", packed_bomb(), "unpacks to more"),
        ("", CSV, "kind that is not taken"),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    client: TestClient, gate: Gate, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, said: str
) -> None:
    monkeypatch.delenv("ENGINEROOM_TRAP", raising=False)
    answer = client.post("/upload", params={"token": gate.token, "name": name}, content=content)
    assert answer.status_code == 400 and said in answer.json()["error"], answer.text
    import os

    assert "ENGINEROOM_TRAP" not in os.environ


def test_an_oversized_upload_is_refused(client: TestClient, gate: Gate) -> None:
    path = f"/upload?token={gate.token}&name=a.csv"
    answer = client.post(path, content=b"x" * (UPLOAD_LIMIT + 1))
    assert answer.status_code == 413
    assert answer.json() == {"error": "the file is larger than 32 MB: train on it with `engineroom train`"}
    # One that says it is too long is not heard to its end.
    assert client.post(path, content=b"a,b", headers={"content-length": str(UPLOAD_LIMIT + 1)}).status_code == 413

    def pieces() -> Iterator[bytes]:
        for _ in range(UPLOAD_LIMIT // 2**20 + 2):
            yield b"x" * 2**20

    # Without a length said beforehand.
    assert client.post(path, content=pieces()).status_code == 413


def test_no_file_of_an_upload_stays(
    client: TestClient, gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    assert client.post(f"/upload?token={gate.token}&name=houses.csv", content=CSV).status_code == 200
    assert list((tmp_path / "temporary").iterdir()) == []


def test_beyond_this_machine_needs_a_word() -> None:
    for host in ("127.0.0.1", "localhost", "::1"):
        check_address(host, False)
    for host in ("0.0.0.0", "192.168.1.5", "::", "example.org"):
        with pytest.raises(OptionError, match="add --expose"):
            check_address(host, False)
        check_address(host, True)


def test_tokens_differ_and_are_long() -> None:
    tokens = {Gate(1).token for _ in range(20)}
    assert len(tokens) == 20 and all(len(token) >= 32 for token in tokens)
    assert "token" not in repr(Gate(1))


def test_without_the_built_front_end_the_page_says_how_to_build_it(desk: Desk, gate: Gate, tmp_path: Path) -> None:
    client = TestClient(application(desk, gate, tmp_path / "none"), base_url=BASE)
    answer = client.get(f"/?token={gate.token}")
    assert answer.status_code == 200 and "make web" in answer.text


def test_whatever_a_parser_stumbles_over_the_page_is_told(
    client: TestClient, gate: Gate, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(name: str, content: bytes) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(desk.uploads, "add", stumble)
    answer = client.post(f"/upload?token={gate.token}&name=t.csv", content=b"a,b")
    assert answer.status_code == 400 and answer.headers["content-type"] == "application/json"
    assert answer.json() == {"error": "this file cannot be read as a table (ZeroDivisionError)"}
