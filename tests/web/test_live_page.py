"""The recognizer's page in Chromium, with a microphone that speaks bundled clips."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile

pytest.importorskip("starlette", reason="the pages need the extra web")
pytest.importorskip("playwright", reason="playwright drives the browser")

import playwright.sync_api as playwright

import sayso
from sayso import audio
from sayso.audio import Sound
from sayso.corpus import read_corpus
from sayso.recognition import load
from sayso.recognition.stream import Detector, listen
from sayso.web.service import Service
from web.client import Client
from web.serving import serving
from web.speaking import speaking_browser
from web.test_browser import DESK, FORBID_STORAGE, PHONE, Reader

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CLIPS = Path(sayso.__file__).parent / "bundled" / "clips"
SPOKEN = ("yes", "left", "go", "right")
BEFORE_S, AFTER_S = 1.5, 1.0  # of quiet, for the page to be ready and to hear the last word
WAITED_MS = 30_000


def speech() -> Sound:
    """The spoken words, a second apart, in a quiet room."""
    parts = [np.zeros(round(BEFORE_S * 16_000), np.float32)]
    for word in SPOKEN:
        parts += [audio.read(CLIPS / f"{word}.opus"), np.zeros(16_000, np.float32)]
    spoken = np.concatenate([*parts, np.zeros(round(AFTER_S * 16_000), np.float32)])
    return spoken + np.random.default_rng(0).normal(0, 3e-4, len(spoken)).astype(np.float32)


def in_order(heard: list[str]) -> bool:
    """Whether the spoken words are among those heard, in the order in which they were said.

    They are said over and over, so the step from one to the next tells, too: forwards, not back.
    """
    rest = iter(heard)
    places = [SPOKEN.index(word) for word in heard if word in SPOKEN]
    steps = [(after - before) % len(SPOKEN) for before, after in pairwise(places)]
    forwards = steps.count(1) > steps.count(len(SPOKEN) - 1)
    return forwards and all(word in rest for word in SPOKEN)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("live")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Client]:
    with serving(Service(load(), folder=folder / "saved")) as client:
        yield client


@pytest.fixture(scope="module")
def browser(folder: Path) -> Iterator[Browser]:
    with speaking_browser(speech(), folder) as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, server: Client) -> Iterator[Callable[..., Reader]]:
    """Opens the page; in the end nothing may have been said in its console or asked elsewhere."""
    readers: list[Reader] = []

    def open_one(**options: Any) -> Reader:
        context = browser.new_context(**{"permissions": ["microphone"], "viewport": DESK} | options)
        page = context.new_page()
        page.set_default_timeout(WAITED_MS)
        readers.append(Reader(page))
        readers[-1].open(server.home)
        return readers[-1]

    yield open_one
    for reader in readers:
        reader.page.context.close()
        assert reader.faults == []
        assert all(address.startswith(server.home) for address in reader.asked)


def heard(reader: Reader) -> list[str]:
    """The words in the list, in the order in which they came."""
    return reader.page.locator("#heard strong").all_text_contents()[::-1]


def wait_for(reader: Reader, true: Callable[[], bool], waited_ms: int = WAITED_MS) -> None:
    for _ in range(waited_ms // 100):
        if true():
            return
        reader.page.wait_for_timeout(100)
    pytest.fail(f"It did not become so; heard: {heard(reader)}")


def test_the_speech_is_heard_without_a_browser() -> None:
    detector = Detector(load().model)
    assert in_order([found.word for found in listen([speech()], detector)])


def test_words_appear_in_order(open_page: Callable[..., Reader], folder: Path) -> None:
    reader = open_page()
    page = reader.page
    page.get_by_role("button", name="Listen").click()
    page.get_by_text("Listening.").wait_for()
    wait_for(reader, lambda: in_order(heard(reader)))
    assert page.locator("#announced").inner_text().startswith(heard(reader)[-1])
    level = page.get_by_role("meter")
    wait_for(reader, lambda: float(level.get_attribute("aria-valuenow") or 0) > -50)
    wait_for(reader, lambda: page.locator(".live .words .likely").count() > 0)
    assert _drawn(reader, "#sight") > 100

    page.get_by_role("button", name="Stop").click()  # else what comes next is the newest
    page.get_by_role("button", name="Listen").wait_for()
    newest = page.locator("#heard li").first
    word = newest.locator("strong").inner_text()
    assert newest.get_by_role("button", name="Save", exact=True).is_disabled()
    newest.get_by_role("button", name=f"Hear {word} again").click()
    newest.get_by_role("button", name="Right", exact=True).click()
    speaker = page.get_by_label("Save clips as spoken by")
    speaker.fill("Ada Lovelace")
    newest.get_by_role("button", name="Save", exact=True).click()
    newest.get_by_text("A speaker's name is 1 to 32 letters").wait_for()
    speaker.fill("me")
    newest.get_by_role("button", name="Save", exact=True).click()
    newest.get_by_text(f"saved as {word}/me_nohash_0.wav").wait_for()
    assert newest.get_by_role("button", name="Save", exact=True).is_disabled()
    assert "400" in reader.faults.pop()  # the name

    count = page.locator("#heard li").count()
    speaker.fill("ada")
    second = page.locator("#heard li").nth(1)
    second.get_by_role("button", name="Wrong", exact=True).click()
    second.get_by_label("It was").select_option(label="no command")
    second.get_by_role("button", name="Save", exact=True).click()
    second.get_by_text("saved as _unknown_/ada_nohash_0.wav").wait_for()
    second.get_by_label("It was").select_option(label="zero")
    second.get_by_role("button", name="Save", exact=True).click()
    second.get_by_text("saved as zero/ada_nohash_0.wav").wait_for()
    assert page.locator("#heard li").count() == count
    reader.fits()

    corpus = read_corpus(folder / "saved")
    assert {clip.word for clip in corpus.clips} == {word, "_unknown_", "zero"}
    saved = audio.read(folder / "saved" / word / "me_nohash_0.wav")
    assert len(saved) == 16_000
    assert load().recognize(saved).word == word


def test_the_latency_is_measured(open_page: Callable[..., Reader]) -> None:
    reader = open_page()
    reader.page.get_by_role("button", name="Listen").click()
    told = reader.page.locator("#heard .told")
    wait_for(reader, lambda: any("after the word" in text for text in told.all_text_contents()))
    for text in told.all_text_contents():
        for seconds in re.findall(r"([\d.-]+) s after the word", text):
            assert -0.5 < float(seconds) < 10


def test_a_hidden_page_measures_nothing_and_draws_once(open_page: Callable[..., Reader]) -> None:
    reader = open_page()
    page = reader.page
    page.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", { get: () => true });
          globalThis.frames = [];
          globalThis.requestAnimationFrame = (draw) => frames.push(draw);
        }"""
    )
    page.get_by_role("button", name="Listen").click()
    wait_for(reader, lambda: len(heard(reader)) >= 2)
    page.get_by_role("button", name="Stop", exact=True).click()
    assert page.evaluate("frames.length") <= 2  # what comes, and where it was cleared
    page.evaluate("for (const draw of frames) draw()")
    told = page.locator("#heard .told").all_text_contents()
    assert not any("after the word" in text for text in told)


def test_the_server_ends_and_comes_back(browser: Browser, tmp_path: Path) -> None:
    service = partial(Service, load(), pack=tmp_path / "taught.npz")
    context = browser.new_context(permissions=["microphone"])
    reader = Reader(context.new_page())
    page = reader.page
    page.set_default_timeout(WAITED_MS)
    with serving(service()) as server:
        reader.open(server.home)
    page.get_by_role("button", name="Listen").click()
    state = page.locator("#state")
    playwright.expect(state).to_have_text("The server is gone: start it again.")
    page.get_by_label("The word").fill("jarvis")
    page.get_by_role("button", name="Record", exact=True).click()
    told = page.locator("#lesson-state")
    playwright.expect(told).to_have_text("The server is gone: start it again.")
    with serving(service(), port=server.port):
        page.get_by_role("button", name="Listen").click()
        playwright.expect(state).to_have_text("Listening.")
        page.get_by_role("button", name="Stop", exact=True).click()
    context.close()
    assert all("ERR_CONNECTION_REFUSED" in fault for fault in reader.faults)


def test_without_storage(open_page: Callable[..., Reader]) -> None:
    page = open_page().page
    page.add_init_script(FORBID_STORAGE)
    page.reload()
    assert page.locator("#listening .words li").count() > 0
    assert page.get_by_label("Save clips as spoken by").input_value() == "me"


def test_by_keyboard(open_page: Callable[..., Reader]) -> None:
    reader = open_page()
    page = reader.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "listen"
    page.keyboard.press("Space")
    page.get_by_text("Listening.").wait_for()
    page.locator("#heard li").first.wait_for()
    page.keyboard.press("Space")
    page.get_by_text("Press the button to listen again.").wait_for()
    page.keyboard.press("Tab")
    assert "again" in (page.evaluate("document.activeElement.getAttribute('aria-label')") or "")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#heard li").first.get_attribute("data-verdict") == "right"
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "file":
            return
    pytest.fail("the file chooser cannot be reached")


def test_a_file_on_a_phone_in_the_dark(open_page: Callable[..., Reader]) -> None:
    reader = open_page(viewport=PHONE, color_scheme="dark")
    page = reader.page
    page.locator("#file").set_input_files(CLIPS / "left.opus")
    page.get_by_text("left.opus: left.").wait_for()
    assert page.locator("#answer-word").inner_text().startswith("left")
    assert page.locator("#ranked li").count() == 5
    assert page.locator("#ranked span").first.inner_text() == "left"
    assert "Trimming would keep" in page.locator("#wave-caption").inner_text()
    assert _drawn(reader, "#wave") > 3
    assert _drawn(reader, "#mel") > 100
    page.get_by_role("button", name="Play").click()
    playhead = page.locator("#playhead")
    playhead.wait_for(state="attached")
    page.locator("#nearest li").first.wait_for(timeout=120_000)
    assert page.locator("#nearest strong").first.inner_text() == "left"
    page.locator("#nearest button").first.click()
    reader.fits()


def test_a_dropped_recording_and_one_that_is_none(open_page: Callable[..., Reader]) -> None:
    reader = open_page()
    page = reader.page
    content = io.BytesIO()
    soundfile.write(content, speech(), 16_000, format="WAV", subtype="PCM_16")
    _drop(reader, "talk.wav", content.getvalue())
    rows = page.locator("#commands tbody tr")
    rows.first.wait_for()
    expected = load().search(io.BytesIO(content.getvalue()))
    assert page.locator("#commands td:nth-child(3)").all_text_contents() == [
        found.word for found in expected
    ]
    starts = page.locator("#commands td:nth-child(1)").all_text_contents()
    assert starts == [f"{found.start_s:.2f} s" for found in expected]
    playwright.expect(page.locator("#answer-word")).to_be_in_viewport()  # dropped far above
    rows.first.get_by_role("button").click()
    play = page.locator("#play")
    play.click()
    page.locator("#playhead").wait_for()
    playwright.expect(play).to_have_text("Stop")
    play.click()
    playwright.expect(play).to_have_text("Play")
    play.click()
    playwright.expect(play).to_have_text("Stop")
    page.evaluate("scrollTo(0, 0)")
    _drop(reader, "poem.txt", b"This is no sound at all. " * 50)
    state = page.get_by_text("is not sound that can be read")
    playwright.expect(state).to_be_in_viewport()
    assert not page.locator("#answer").is_visible()
    playwright.expect(play).to_have_text("Play")  # what was playing is over
    page.locator("#playhead").wait_for(state="hidden")
    reader.faults = [fault for fault in reader.faults if "422" not in fault]  # that is the refusal


def test_what_else_may_be_dropped(open_page: Callable[..., Reader], tmp_path: Path) -> None:
    page = open_page().page
    silent = tmp_path / "zeros.wav"
    audio.write(silent, np.zeros(16_000, np.float32))
    events = page.context.new_cdp_session(page)

    state = page.locator("#file-state")

    def drop(*paths: Path) -> None:
        """Drops files until the page says something else: a busy browser loses some drops."""
        before = state.text_content() or ""
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        for _ in range(10):
            for kind in ("dragEnter", "dragOver", "drop"):
                event = {"type": kind, "x": 300, "y": 300, "data": data}
                events.send("Input.dispatchDragEvent", event)
            with suppress(AssertionError):
                playwright.expect(state).not_to_have_text(before, timeout=3000)
                return

    drop(silent)
    playwright.expect(state).to_have_text("zeros.wav: silence.")
    (colour,) = page.locator("#mel").evaluate(_COLOURS)
    assert min(colour[:3]) > 240  # paper: nothing is loud
    drop(silent, silent)
    playwright.expect(state).to_have_text("These are 2 files: drop one at a time.")
    assert not page.locator("#answer").is_visible()
    drop(tmp_path)
    playwright.expect(state).to_have_text(
        f"{tmp_path.name} is no file that can be read: drop a sound file."
    )


def test_without_a_microphone(open_page: Callable[..., Reader]) -> None:
    reader = open_page()
    reader.page.evaluate(
        """() => {
          const refuse = async () => { throw new DOMException("", "NotAllowedError"); };
          navigator.mediaDevices.getUserMedia = refuse;
        }"""
    )
    reader.page.get_by_role("button", name="Listen").click()
    reader.page.get_by_text("allow it in the browser's address bar").wait_for()
    assert reader.page.get_by_role("button", name="Listen").is_visible()


def test_the_picture_is_what_the_model_looks_at(open_page: Callable[..., Reader]) -> None:
    features = pytest.importorskip("sayso.network.features", reason="the oracle needs torch")
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, 480).astype(np.float32)
    found = open_page().page.evaluate(
        """async (samples) => {
          const { column } = await import("/assets/log-mel.js");
          return [...column(Float32Array.from(samples))];
        }""",
        samples.tolist(),
    )
    offset = np.arange(480) + 0.5 - 240
    windowed = samples * (0.5 + 0.5 * np.cos(np.pi * offset / 240))
    power = np.abs(np.fft.rfft(windowed, 512)) ** 2
    assert found == pytest.approx(np.log(features.mel_filters() @ power + 1e-7), abs=1e-4)


_COLOURS = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Set(new Uint32Array(data.buffer));
  return [...colours].map((colour) => [...new Uint8Array(new Uint32Array([colour]).buffer)]);
}"""


def _drawn(reader: Reader, canvas: str) -> int:
    """How many colours there are in a canvas."""
    return len(reader.page.locator(canvas).evaluate(_COLOURS))


def _drop(reader: Reader, name: str, content: bytes) -> None:
    transfer = reader.page.evaluate_handle(
        """([name, bytes]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([Uint8Array.from(bytes)], name));
          return transfer;
        }""",
        [name, list(content)],
    )
    reader.page.dispatch_event("main", "dragover", {"dataTransfer": transfer})
    assert "over" in (reader.page.locator(".drop").get_attribute("class") or "")
    reader.page.dispatch_event("main", "drop", {"dataTransfer": transfer})
