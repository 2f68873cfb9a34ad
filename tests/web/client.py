"""An HTTP client that can lie about where it comes from."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Client:
    """Asks one server; the headers given take the place of those that a browser would send."""

    port: int
    patience_s: float = 20.0  # for an answer

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience_s)
        try:
            own = {"Host": f"127.0.0.1:{self.port}"}
            connection.request(method, path, body, headers={**own, **headers})
            response = connection.getresponse()
            text = response.read().decode()
            return Answer(response.status, dict(response.getheaders()), text)
        finally:
            connection.close()
