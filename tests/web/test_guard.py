from __future__ import annotations

import pytest

pytest.importorskip("starlette")

from sayso.web.guard import HEADERS
from web.client import Client


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:80", "localhost"])
def test_this_machine_is_answered(client: Client, host: str) -> None:
    assert client.ask("/lessons/", Host=host, Origin=f"http://{host}").status == 200
    assert client.ask("/lessons/", Host=host).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example:8000",
        "localhost:8000@evil.example",
        "",
        "::1",
        "x:y",
    ],
)
def test_foreign_hosts_are_refused(client: Client, host: str) -> None:
    assert client.ask("/lessons/", Host=host).status == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:8000", ""]
)
@pytest.mark.parametrize("path", ["", "growth/year.json", "growth/check"])
def test_foreign_origins_are_refused(client: Client, origin: str, path: str) -> None:
    for method in ("GET", "POST"):
        answer = client.ask(f"/lessons/{path}", method, Host="127.0.0.1:8000", Origin=origin)
        assert (answer.status, answer.text) == (403, "sayso answers only its own pages.")


@pytest.mark.parametrize(
    "path", ["/", "/lessons/", "/lessons/growth.html", "/lessons/nothing.html", "/nothing"]
)
def test_every_answer_carries_the_security_headers(client: Client, path: str) -> None:
    answer = client.ask(path)
    for name, value in HEADERS.items():
        assert answer.headers[name.lower()] == value


def test_scripts_come_from_here_only() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "connect-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy
