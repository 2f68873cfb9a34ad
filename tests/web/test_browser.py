"""The pages as a reader meets them: in Chromium, on a desk and on a phone, and from files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("starlette", reason="the pages need the extra web")
pytest.importorskip("playwright", reason="playwright drives the browser")

import playwright.sync_api as playwright

from sayso.lessons import Lesson, find_lesson, find_lessons
from sayso.lessons.lesson import Panel
from web.client import Client

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

DESK: playwright.ViewportSize = {"width": 1280, "height": 900}
PHONE: playwright.ViewportSize = {"width": 390, "height": 844}
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]

DRAWN = [lesson for lesson in find_lessons() if not lesson.lacks]
lessons = pytest.mark.parametrize("lesson", DRAWN, ids=lambda lesson: lesson.name)


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    path = os.environ.get("SAYSO_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.skip("No Chromium: install the package chromium, or name one in SAYSO_CHROMIUM.")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=_QUIET)
        yield chromium.new_context(viewport=DESK, color_scheme="light")
        chromium.close()


@dataclass
class Reader:
    """A page, with everything that went wrong in it and everything that it asked for."""

    page: Page
    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("requestfailed", lambda request: self.faults.append(request.url))
        self.page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith("data:"):
            self.asked.append(request.url)

    def open(self, address: str) -> None:
        self.page.goto(address)

    def show(self, panel: str) -> None:
        """Leaves out a panel's question, and waits for its figure."""
        if self.page.locator(f"#{panel} .quiet").is_visible():
            self.page.locator(f"#{panel} .quiet").click()
        self.page.locator(f"#{panel} .main-svg").first.wait_for()

    def fits(self) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, "the page is wider than the screen"

    def caption(self, panel: str) -> str:
        return self.page.locator(f"#{panel} figcaption").inner_text()


@pytest.fixture
def reader(context: BrowserContext) -> Iterator[Reader]:
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield Reader(page)
    page.close()


def move_sliders(reader: Reader, panels: Iterable[Panel]) -> None:
    """Moves every slider by a key; the caption says what the package says."""
    for panel in panels:
        reader.show(panel.name)
        for control in panel.controls:
            slider = reader.page.locator(f"#{panel.name}-{control.name}")
            for key, place in (("Home", 0), ("ArrowRight", 1)):
                slider.press(key)
                assert slider.get_attribute("aria-valuetext") == control.show(control.values[place])
        expected = panel.draw(*(control.values[1] for control in panel.controls)).caption
        playwright.expect(reader.page.locator(f"#{panel.name} figcaption")).to_have_text(expected)


@lessons
def test_a_lesson_at_two_widths(reader: Reader, lesson: Lesson, client: Client) -> None:
    reader.open(f"{client.home}/lessons/{lesson.name}.html")
    move_sliders(reader, lesson.panels.values())
    reader.fits()
    reader.page.set_viewport_size(PHONE)
    reader.page.emulate_media(color_scheme="dark")
    move_sliders(reader, list(lesson.panels.values())[:1])
    reader.fits()
    assert reader.faults == []
    assert all(address.startswith(client.home) for address in reader.asked)


@lessons
def test_a_lesson_from_files(reader: Reader, lesson: Lesson, copy: Path) -> None:
    reader.open((copy / f"{lesson.name}.html").as_uri())
    move_sliders(reader, list(lesson.panels.values())[-1:])
    assert reader.page.locator(".check").count() == 0
    assert reader.faults == []
    assert all(address.startswith(copy.as_uri()) for address in reader.asked)


def test_the_index_leads_to_the_lessons(reader: Reader, client: Client) -> None:
    reader.open(client.home)
    reader.page.get_by_text("Growth").click()
    assert reader.page.url == f"{client.home}/lessons/growth.html"
    assert reader.faults == []


def test_predict_run_gap(reader: Reader, client: Client) -> None:
    reader.open(f"{client.home}/lessons/growth.html")
    assert not reader.page.locator("#year .plot").is_visible()
    reader.page.get_by_label("Your guess").first.fill("2.5")
    reader.page.keyboard.press("Enter")
    reader.page.locator("#year .main-svg").first.wait_for()
    gap = reader.page.locator("#year .gap").inner_text()
    assert gap == "You said 2.5, it is 2.613. 0.113 too low."
    assert reader.page.locator("#year .annotation-text").all_text_contents()[-1] == "your guess"
    assert reader.caption("year").startswith("After 12 steps")
    assert reader.page.evaluate("document.activeElement.id") == "year-steps"


def test_an_address_brings_back_what_was_seen(reader: Reader, client: Client) -> None:
    state = "#year.steps=3&year.rate=-1&year.guess=0.5"
    reader.open(f"{client.home}/lessons/growth.html{state}")
    reader.page.locator("#year .main-svg").first.wait_for()
    assert reader.caption("year").startswith("After 3 steps one euro has become 0.2963")
    assert "You said 0.5" in reader.page.locator("#year .gap").inner_text()
    reader.page.locator("#year-steps").press("End")
    assert "year.steps=100" in reader.page.url


def test_an_address_with_nonsense_in_it_shows_the_lesson(reader: Reader, client: Client) -> None:
    nonsense = "#year.steps=-4&year.guess=%3Cb%3E&x=<b>&ends.steps=&=&constructor=1"
    reader.open(f"{client.home}/lessons/growth.html{nonsense}")
    reader.page.locator("#year .main-svg").first.wait_for()
    assert reader.caption("year").startswith("After 4 steps")
    assert reader.faults == []


def test_figures_follow_day_and_night(reader: Reader, client: Client) -> None:
    reader.open(f"{client.home}/lessons/growth.html")
    reader.show("ends")
    tick = reader.page.locator("#ends .xtick text").first
    playwright.expect(tick).to_have_css("fill", "rgb(93, 102, 115)")
    reader.page.emulate_media(color_scheme="dark")
    playwright.expect(tick).to_have_css("fill", "rgb(162, 171, 184)")


def test_the_exercise_is_checked_from_the_page(
    reader: Reader, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lesson = find_lesson("growth")
    reader.open(f"{client.home}/lessons/growth.html")
    verdict = reader.page.locator(".verdict")
    for part, told in (
        (None, "run the command above"),
        ("exercise.py", "compound is still to be written."),
        ("solution.py", "All of it is right."),
    ):
        if part:
            (tmp_path / "growth.py").write_text(lesson.source(part))
        reader.page.get_by_role("button", name="Check growth.py").click()
        playwright.expect(verdict).to_contain_text(told)
    assert "while left > 0.5:" in verdict.inner_text()
    assert reader.faults == []
