"""The report in Chromium."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("plotly", reason="the page draws with it")
pytest.importorskip("playwright", reason="playwright drives the browser")

from chromium import chromium
from sayso.evaluation import Evaluation, Share
from sayso.evaluation.page import make_page
from sayso.evaluation.report import Findings, describe
from sayso.evaluation.speed import Speed

WORDS = ("go", "left", "no", "right", "stop", "_unknown_")
CONFUSED = {(0, 2): 2, (3, 1): 1, (5, 4): 3}  # beside the diagonal there is little


def report() -> str:
    """The page for a good model."""
    pairs = [(word, word) for word in range(len(WORDS)) for _ in range(9)]
    pairs += [pair for pair, count in CONFUSED.items() for _ in range(count)]
    said, heard = np.array(pairs).T
    probabilities = np.full((len(pairs), len(WORDS)), 0.01, np.float32)
    probabilities[np.arange(len(pairs)), heard] = 0.95
    evaluation = Evaluation(WORDS, said, probabilities, (None,) * len(pairs))
    findings = Findings(
        model="tiny",
        data=Path("data"),
        split="testing",
        evaluation=evaluation,
        speakers=("ann",) * len(pairs),
        groups={"all": Share(54, len(pairs))},
        speed=Speed(1000, None, 1.0, 1.0, 5, "here"),
        metadata={},
    )
    return make_page(describe(findings), {})


_WATCH = """() => {
  globalThis.places = [];
  addEventListener("focusin", ({ target }) => {
    const cell = target.closest("td");
    if (cell) places.push([cell.parentElement.rowIndex - 1, cell.cellIndex - 1]);
  });
}"""


@pytest.mark.parametrize("order", ["by name", "confused words together"])
def test_arrows_lead_through_the_whole_matrix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    monkeypatch.setattr("plotly.offline.get_plotlyjs", lambda: "const Plotly = { react() {} };")
    path = tmp_path / "report.html"
    path.write_text(report(), encoding="utf-8")
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 400})
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path.as_uri())
        page.evaluate(_WATCH)

        def walk(key: str) -> list[tuple[int, int]]:
            """The places in the matrix, as it is shown, that a key leads through."""
            for _ in range(buttons):
                page.keyboard.press(key)
            return [(row, column) for row, column in page.evaluate("places.splice(0)")]

        page.locator("#order").select_option(order)
        page.locator("#order").focus()
        page.keyboard.press("Tab")
        buttons = page.locator("#matrix button").count()
        assert buttons == len(WORDS) + len(CONFUSED)
        (first,) = page.evaluate("places.splice(0)")
        there = [tuple(first), *walk("ArrowRight")]
        assert there == sorted(set(there))
        assert len(there) == buttons
        assert [there[-1], *walk("ArrowLeft")] == there[::-1]
        down = [there[0], *walk("ArrowDown")]
        assert [row for row, _ in down] == [*range(len(WORDS))]
        for (_, before), (row, column) in pairwise(down):
            others = [each for found, each in there if found == row]
            assert abs(column - before) == min(abs(each - before) for each in others)
        assert [row for row, _ in walk("ArrowUp")] == [*range(len(WORDS) - 1)][::-1]
        page.locator("#matrix button").last.click()
        page.keyboard.press("ArrowLeft")
        assert page.locator("#matrix [tabindex='0']").count() == 1
        assert faults == []
