"""The pages as a reader meets them: in Chromium, on a desk and on a phone, and from files."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("starlette", reason="the pages need the extra web")
pytest.importorskip("playwright", reason="playwright drives the browser")

import numpy as np
import playwright.sync_api as playwright
import soundfile

from chromium import WAITED_MS, chromium
from sayso.audio import resample
from sayso.lessons import Lesson, find_lesson, find_lessons
from sayso.lessons.glass import read_clip
from sayso.lessons.lesson import Panel, write
from sayso.web.figures import LOST, draw_complete
from sayso.web.sounds import Sounds
from web.client import Client
from web.test_export import figures_of

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

DESK: playwright.ViewportSize = {"width": 1280, "height": 900}
PHONE: playwright.ViewportSize = {"width": 390, "height": 844}
_HEARING = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]

_NAMES = [lesson.name for lesson in find_lessons()]
DRAWN = [lesson for lesson in find_lessons() if not lesson.lacks]
lessons = pytest.mark.parametrize("lesson", DRAWN, ids=lambda lesson: lesson.name)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Chromium's microphone hears, over and over: a word, with quiet around it."""
    path = tmp_path_factory.mktemp("said") / "marvin.wav"
    word = np.pad(read_clip("marvin"), (8_000, 8_000))
    soundfile.write(path, resample(word, 16_000, 48_000), 48_000, subtype="PCM_16")
    return path


@pytest.fixture(scope="module")
def context(said: Path, copying: object) -> Iterator[BrowserContext]:  # noqa: ARG001
    with chromium(*_HEARING, f"--use-file-for-fake-audio-capture={said}") as browser:
        yield browser.new_context(viewport=DESK, color_scheme="light")


_TOLD = """captions => Object.entries(captions).every(([name, caption]) => {
  const panel = document.getElementById(name);
  const told = panel.querySelector("figcaption").textContent;
  return told === caption && panel.querySelector(".main-svg");
})"""


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

    def reveal(self, panel: str) -> None:
        """Leaves out a panel's question, if it has one that is not answered yet."""
        if self.page.locator(f"#{panel} .quiet").is_visible():
            self.page.locator(f"#{panel} .quiet").click()

    def show(self, panel: str) -> None:
        """Leaves out a panel's question, and waits for its figure."""
        self.reveal(panel)
        self.page.locator(f"#{panel} .main-svg").first.wait_for()

    def wait_for(self, captions: dict[str, str]) -> None:
        """Waits until each of the panels has a figure and its caption is the one given."""
        try:
            self.page.wait_for_function(_TOLD, arg=captions)
        except playwright.TimeoutError:
            assert {panel: self.caption(panel) for panel in captions} == captions
            raise

    def fits(self) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, "the page is wider than the screen"

    def caption(self, panel: str) -> str:
        return self.page.locator(f"#{panel} figcaption").inner_text()


@pytest.fixture
def reader(context: BrowserContext) -> Iterator[Reader]:
    page = context.new_page()
    page.set_default_timeout(WAITED_MS)
    yield Reader(page)
    page.close()


def move_sliders(
    reader: Reader, panels: Iterable[Panel], right: Callable[[Panel, dict[str, str]], str]
) -> None:
    """Moves every slider by a key; in the end all captions are the right ones."""
    expected = {}
    for panel in panels:
        if panel.lacks:
            continue
        reader.reveal(panel.name)
        query = {}
        for control in panel.sliders:
            slider = reader.page.locator(f"#{panel.name}-{control.name}")
            place = int(slider.input_value())
            back = place == len(control.values) - 1
            slider.press("ArrowLeft" if back else "ArrowRight")
            value = control.values[place - 1 if back else place + 1]
            assert slider.get_attribute("aria-valuetext") == control.show(value)
            query[control.name] = write(value)
        expected[panel.name] = right(panel, query)
    reader.wait_for(expected)


def drawn_caption(panel: Panel, query: dict[str, str]) -> str:
    return draw_complete(panel, query).caption


FORBID_STORAGE = """for (const name of ["localStorage", "sessionStorage"]) {
  const get = () => { throw new DOMException("Access is denied.", "SecurityError"); };
  Object.defineProperty(globalThis, name, { get });
}"""


@lessons
def test_a_lesson_at_two_widths(reader: Reader, lesson: Lesson, client: Client) -> None:
    reader.open(f"{client.home}/lessons/{lesson.name}.html")
    move_sliders(reader, lesson.panels.values(), drawn_caption)
    reader.fits()
    reader.page.set_viewport_size(PHONE)
    reader.page.emulate_media(color_scheme="dark")
    move_sliders(reader, list(lesson.panels.values())[:1], drawn_caption)
    reader.fits()
    assert reader.faults == []
    assert all(address.startswith(client.home) for address in reader.asked)


@lessons
def test_a_lesson_from_files(reader: Reader, lesson: Lesson, copy: Path) -> None:
    figures = figures_of(copy, lesson)

    def copied_caption(panel: Panel, query: dict[str, str]) -> str:
        address = "&".join(f"{name}={text}" for name, text in query.items())
        return str(figures[f"{lesson.name}/{panel.name}.json?{address}"]["caption"])

    reader.open((copy / f"{lesson.name}.html").as_uri())
    move_sliders(reader, list(lesson.panels.values())[-1:], copied_caption)
    assert reader.page.locator(".check, .recording").count() == 0
    assert reader.faults == []
    assert all(address.startswith(copy.as_uri()) for address in reader.asked)


def test_the_index_leads_to_the_lessons(reader: Reader, client: Client) -> None:
    reader.open(f"{client.home}/lessons/")
    reader.page.wait_for_function("() => !document.querySelector('.progress:empty')")
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


def test_a_check_that_fails_can_be_tried_again(reader: Reader, client: Client) -> None:
    reader.open(f"{client.home}/lessons/growth.html")
    button = reader.page.get_by_role("button", name="Check growth.py")
    verdict = reader.page.locator(".verdict")
    failures: list[Callable[[playwright.Route], None]] = [
        lambda route: route.fulfill(status=500, json={"error": "Something went wrong."}),
        lambda route: route.abort(),
    ]
    for fail, told in zip(failures, ("Something went wrong.", "does not answer"), strict=True):
        reader.page.route("**/check", fail, times=1)
        button.click()
        playwright.expect(verdict).to_contain_text(told)
        assert button.is_enabled()
    button.click()
    playwright.expect(verdict).to_contain_text("run the command above")
    assert all("Failed to load" in fault or "/check" in fault for fault in reader.faults)


def test_an_address_pasted_into_its_own_lesson(reader: Reader, client: Client) -> None:
    reader.open(f"{client.home}/lessons/growth.html")
    reader.show("year")
    reader.page.evaluate("location.hash = 'year.guess=none&year.steps=100'")
    playwright.expect(reader.page.locator("#year figcaption")).to_contain_text("After 100 steps")
    assert reader.faults == []


def test_the_skip_link_leaves_the_address_as_it_is(reader: Reader, client: Client) -> None:
    address = f"{client.home}/lessons/growth.html#year.steps=3"
    reader.open(address)
    reader.page.locator("#year .main-svg").first.wait_for()
    reader.page.keyboard.press("Tab")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_url(address)
    reader.page.wait_for_function("() => document.querySelector('.skip-link').offsetLeft < 0")
    reader.page.keyboard.press("Tab")
    assert reader.page.evaluate("document.activeElement.closest('main') !== null")
    reader.page.reload()
    playwright.expect(reader.page.locator("#year figcaption")).to_contain_text("After 3 steps")


def test_a_lesson_without_storage(reader: Reader, client: Client, kept: Sounds) -> None:
    reader.page.add_init_script(FORBID_STORAGE)
    reader.open(f"{client.home}/lessons/shift.html")
    reader.show("answer")
    own = reader.page.locator("#answer input[type=file]")
    content = io.BytesIO()
    soundfile.write(content, read_clip("happy"), 16_000, format="WAV")
    own.set_input_files({"name": "a.wav", "mimeType": "", "buffer": content.getvalue()})
    playwright.expect(reader.page.locator("#answer audio")).to_be_visible()
    reader.wait_for({"answer": answer_for(kept)})
    assert reader.faults == []


def test_a_figures_sounds_are_played(reader: Reader, client: Client, copy: Path) -> None:
    heard = "const play = Audio.prototype.play; globalThis.heard = []; "
    heard += "Audio.prototype.play = function () { heard.push(this.src.slice(0, 22)); "
    heard += "this.addEventListener('playing', () => heard.push('playing')); "
    heard += "return play.call(this); };"
    reader.page.add_init_script(heard)
    for address in (f"{client.home}/lessons/sound.html", (copy / "sound.html").as_uri()):
        reader.open(address)
        reader.show("equal")
        reader.page.get_by_role("button", name="Prepared").click()
        reader.page.wait_for_function("() => heard.includes('playing')")
        assert reader.page.evaluate("heard[0]") == "data:audio/wav;base64,"
    assert reader.faults == []


def test_the_list_tells_how_far_the_reader_is(
    reader: Reader, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "growth.py").write_text(find_lesson("growth").source("solution.py"))
    (tmp_path / "coins.py").write_text(find_lesson("coins").source("exercise.py"))
    reader.open(f"{client.home}/lessons/")
    reader.page.wait_for_function("() => !document.querySelector('.progress:empty')")
    told = dict(zip(_NAMES, reader.page.locator(".progress").all_inner_texts(), strict=True))
    assert told == dict.fromkeys(_NAMES, "not begun") | {"growth": "done", "coins": "0 of 9"}
    assert reader.faults == []


def test_a_lesson_whose_check_fails_hides_nothing_of_the_others(
    reader: Reader, client: Client
) -> None:
    first, *rest = _NAMES
    missing = {"missing": "somewhere"}
    reader.page.route("**/check", lambda route: route.fulfill(json=missing))
    failed = {"error": "Something went wrong."}
    reader.page.route(f"**/{first}/check", lambda route: route.fulfill(status=500, json=failed))
    reader.open(f"{client.home}/lessons/")
    playwright.expect(reader.page.locator(".progress", has_text="not begun")).to_have_count(
        len(rest)
    )
    assert reader.page.locator(f"[data-lesson={first}] .progress").inner_text() == ""


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Sounds:
    """What the server keeps, for one test."""
    sounds = Sounds()
    monkeypatch.setattr("sayso.web.sounds.SOUNDS", sounds)
    return sounds


def test_a_recording_from_a_file(
    reader: Reader,
    client: Client,
    kept: Sounds,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own, letter = tmp_path / "own.flac", tmp_path / "letter.txt"
    soundfile.write(own, read_clip("happy"), 16_000)
    letter.write_text("happy")
    reader.open(f"{client.home}/lessons/shift.html")
    reader.show("answer")
    bundled = reader.caption("answer")
    panel = reader.page.locator("#answer")
    told, back = panel.locator(".told"), panel.get_by_role("button", name="Use the bundled")

    def choose(path: Path) -> None:
        with reader.page.expect_file_chooser() as chooser:
            panel.get_by_label("a sound file").click()
        chooser.value.set_files(path)

    choose(letter)
    playwright.expect(told).to_contain_text("is not sound that can be read")
    assert reader.caption("answer") == bundled
    assert not back.is_visible()
    choose(own)
    playwright.expect(told).to_have_text("Your recording, 1.0 s.")
    reader.wait_for({"answer": answer_for(kept)})
    assert "hears “happy”" in reader.caption("answer")
    assert panel.get_by_label("Word", exact=True).is_disabled()
    assert f"answer.own={next(iter(kept))}" in reader.page.url

    panel.get_by_label("Milliseconds later").press("End")
    reader.wait_for({"answer": answer_for(kept, 500)})
    reader.page.reload()  # the address holds it
    reader.wait_for({"answer": answer_for(kept, 500)})
    back.click()
    assert reader.page.evaluate("document.activeElement.className").startswith("record")
    panel.get_by_label("Milliseconds later").press("Home")
    reader.page.wait_for_function("() => !location.hash.includes('own')")
    assert panel.get_by_label("Word", exact=True).is_enabled()

    panel.get_by_role("button", name="Use your recording").click()
    reader.wait_for({"answer": answer_for(kept, -500)})
    monkeypatch.setattr("sayso.web.sounds.SOUNDS", Sounds())  # as if sayso were started anew
    reader.page.reload()
    playwright.expect(told).to_have_text(LOST)
    reader.page.wait_for_function("() => !location.hash.includes('own')")
    assert not panel.get_by_role("button", name="Use your recording").is_visible()
    assert len(reader.faults) == 1  # a letter is no sound
    assert "422" in reader.faults[0]


def answer_for(kept: Sounds, shift_ms: int = 0) -> str:
    panel = find_lesson("shift").panel("answer")
    (sound,) = kept.values()
    return str(panel.draw(shift_ms, panel.sliders[1].start, sound).caption)


_WATCH = """() => {
  const [told, meter, left] = [".told", "meter", ".level output"].map(
    (each) => document.querySelector(`#answer ${each}`));
  globalThis.seen = { told: [], level: [], left: [] };
  new MutationObserver(() => seen.told.push(told.textContent)).observe(told, { childList: true });
  new MutationObserver(() => seen.level.push(meter.value)).observe(meter, { attributes: true });
  new MutationObserver(() => seen.left.push(left.textContent)).observe(left, { childList: true });
}"""


def test_a_recording_from_the_microphone(reader: Reader, client: Client, kept: Sounds) -> None:
    reader.open(f"{client.home}/lessons/shift.html")
    reader.show("answer")
    reader.show("layers")
    panel = reader.page.locator("#answer")
    panel.get_by_role("button", name="Record two seconds").press("Enter")
    panel.get_by_role("button", name="Cancel").click()
    playwright.expect(panel.locator(".level")).to_be_hidden()
    assert len(kept) == 0
    reader.page.evaluate(_WATCH)
    panel.get_by_role("button", name="Record two seconds").click()
    reader.page.wait_for_function(
        "() => document.querySelector('#answer .told').textContent.includes('2.0 s')"
    )
    (sound,) = kept.values()
    assert sound.shape == (32_000,)
    reader.wait_for({"answer": answer_for(kept)})
    assert "hears “marvin”" in reader.caption("answer")
    seen = reader.page.evaluate("seen")
    assert "Speak now." in seen["told"]
    assert max(seen["level"]) > 0.5 > min(seen["level"])
    assert {"1.0 s", "0.0 s"} <= set(seen["left"])
    assert not panel.locator(".level").is_visible()
    other = reader.page.locator("#layers")
    other.get_by_role("button", name="Use your recording here too").click()
    playwright.expect(other.locator("figcaption")).to_contain_text("Your recording moved by 0 ms")
    assert reader.faults == []


def test_without_a_microphone_there_is_no_button_for_it(reader: Reader, client: Client) -> None:
    reader.page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', {})")
    reader.open(f"{client.home}/lessons/shift.html")
    reader.show("answer")
    assert not reader.page.locator("#answer .record").is_visible()
    assert reader.page.locator("#answer").get_by_label("a sound file").is_visible()
