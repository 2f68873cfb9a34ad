"""Teaching on the page in Chromium, whose microphone speaks a word that the model does not know."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("starlette", reason="the pages need the extra web")
pytest.importorskip("playwright", reason="playwright drives the browser")

import playwright.sync_api as playwright

from sayso import audio
from sayso.audio import Sound
from sayso.recognition import load
from sayso.recognition.packs import load_pack
from sayso.recognition.taught import TeachingError
from sayso.recognition.teaching import check_name
from sayso.recognition.utterance import next_utterance
from sayso.web import teaching
from sayso.web.service import Service
from strange_word import strange_clips
from web.client import Client
from web.serving import serving
from web.speaking import speaking_browser
from web.test_browser import DESK, PHONE, Reader

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WORD = "aliehs"
SPEAKERS = 6
WAITED_MS = 90_000  # in vain; a busy machine is slow
BLOCK = 640  # samples, as capture.js sends them


def speech() -> Sound:
    """The strange word by several speakers, in a quiet room."""
    quiet = np.zeros(20_000, np.float32)
    spoken = np.concatenate([part for clip in strange_clips()[:SPEAKERS] for part in (quiet, clip)])
    return spoken + np.random.default_rng(0).normal(0, 3e-4, len(spoken)).astype(np.float32)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return tmp_path / "settings" / "taught.npz"


@pytest.fixture
def server(pack: Path) -> Iterator[Client]:
    with serving(Service(load(), pack=pack)) as client:
        yield client


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with speaking_browser(speech(), tmp_path_factory.mktemp("said")) as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, server: Client) -> Iterator[Callable[..., Reader]]:
    """Opens the page; in the end nothing may have gone wrong but what the server refused."""
    readers: list[Reader] = []

    def open_one(**options: Any) -> Reader:
        context = browser.new_context(**{"permissions": ["microphone"], "viewport": DESK} | options)
        page = context.new_page()
        page.set_default_timeout(WAITED_MS)
        readers.append(Reader(page))
        readers[-1].open(server.home)
        page.get_by_text("What you teach will stand here.").wait_for()
        return readers[-1]

    yield open_one
    for reader in readers:
        reader.page.context.close()
        assert [fault for fault in reader.faults if "422" not in fault] == []
        assert all(address.startswith(server.home) for address in reader.asked)


def takes(page: Page) -> int:
    return page.locator("#takes canvas").count()


def told(page: Page) -> str:
    return page.locator("#lesson-state").inner_text()


def record(page: Page, press: Callable[[], None]) -> None:
    """One press of the button, until the take has ended by itself and was judged."""
    press()
    page.locator("#record[aria-pressed=true]").wait_for()
    page.locator("#record[aria-pressed=false]").wait_for()


def record_until(page: Page, count: int, press: Callable[[], None]) -> None:
    """So many takes; one that was begun in the middle of the word may be no use."""
    for _ in range(3 * count):
        if takes(page) == count:
            return
        record(page, press)
    pytest.fail(f"{takes(page)} takes: {told(page)}")


def test_a_word_is_taught_while_the_page_listens(
    open_page: Callable[..., Reader], pack: Path
) -> None:
    reader = open_page(viewport=PHONE, color_scheme="dark")
    page = reader.page
    page.get_by_role("button", name="Listen", exact=True).click()
    page.get_by_text("Listening.", exact=True).wait_for()
    count = int(page.locator("#count").inner_text())
    page.get_by_label("The word").fill(WORD)
    button = page.get_by_role("button", name="Record", exact=True)
    record_until(page, 3, button.click)
    assert told(page) == "That is enough. 10 takes make it surer still."
    reader.fits()
    for number in (1, 2, 3):
        page.get_by_role("button", name=f"Hear take {number}").click()
        colours = page.get_by_label(f"The sound of take {number}").evaluate(
            """(canvas) => {
              const { width, height } = canvas;
              const image = canvas.getContext("2d").getImageData(0, 0, width, height);
              return new Set(new Uint32Array(image.data.buffer)).size;
            }"""
        )
        assert colours >= 2
    page.get_by_role("button", name="Remove take 2").click()
    assert takes(page) == 2
    assert page.evaluate("document.activeElement.id") == "record"
    record_until(page, 5, button.click)

    assert WORD not in page.locator("#heard strong").all_text_contents()
    asked: list[playwright.Route] = []
    page.route("**/taught/*", lambda route: asked.append(route), times=1)
    page.get_by_role("button", name=f"Teach {WORD}").click()
    playwright.expect(page.locator("#lesson-state")).to_have_text(f"Teaching {WORD} …")
    assert page.locator("#word").evaluate("(field) => field.closest('[inert]') !== null")
    playwright.expect(page.locator("#record[inert], .finish[inert]")).to_have_count(2)
    playwright.expect(page.locator("#takes canvas")).to_have_count(5)
    while not asked:
        page.wait_for_timeout(20)
    asked[0].continue_()
    said = rf"{WORD} is taught(, with a remark in the list)?\. Say it: it is listened for now\."
    playwright.expect(page.locator("#lesson-state")).to_have_text(re.compile(said))
    remarks = page.locator("#taught .careful").count()  # on takes begun in the middle of the word
    assert takes(page) == (5 if remarks else 0)
    assert ("remark" in told(page)) == (remarks > 0)
    assert page.get_by_role("button", name="Stop", exact=True).count() == 1  # it still listens
    heard = page.locator("#heard strong", has_text=WORD)
    heard.first.wait_for()
    assert page.locator("#count").inner_text() == str(count + 1)
    assert WORD in page.locator("#listening .words span").all_text_contents()
    row = page.locator("#taught li")
    assert row.locator("strong").inner_text() == WORD
    assert "5 takes" in row.inner_text()
    assert row.locator(".fit .take").count() == 5
    reader.fits()
    (word,) = load_pack(load().model, pack).words
    assert (word.word, len(word.recordings)) == (WORD, 5)

    assert page.locator("[inert]").count() == 0
    assert page.evaluate("document.activeElement.id") == "learn"

    row.get_by_role("button", name=f"Forget {WORD}").dblclick()
    sure = row.get_by_role("button", name=f"Forget {WORD} for good?")
    sure.blur()
    row.get_by_role("button", name=f"Forget {WORD}").focus()
    for _ in range(3):
        page.keyboard.down("Enter")  # held down
    page.keyboard.up("Enter")
    sure.wait_for()
    assert not any(address.endswith(f"/taught/{WORD}") for address in reader.asked)  # it asks first
    row.get_by_role("button", name=f"Forget {WORD} for good?").click()
    page.get_by_text(f"{WORD} is forgotten.").wait_for()
    assert page.locator("#count").inner_text() == str(count)
    assert load_pack(load().model, pack).words == ()
    page.get_by_role("button", name="Stop", exact=True).wait_for()


def test_a_word_that_another_page_has_forgotten(open_page: Callable[..., Reader]) -> None:
    page = open_page().page
    before = {"taught": [{"word": WORD, "recordings": 3, "warnings": []}], "words": ["yes", WORD]}
    page.route("**/taught", lambda route: route.fulfill(json=before), times=1)
    page.reload()
    row = page.locator("#taught li")
    row.get_by_role("button", name=f"Forget {WORD}").click()
    row.get_by_role("button", name=f"Forget {WORD} for good?").click()
    row.wait_for(state="detached")
    assert WORD not in page.locator("#listening .words span").all_text_contents()
    assert "was not taught" in told(page)


def test_by_keyboard(open_page: Callable[..., Reader], server: Client) -> None:
    reader = open_page(viewport=PHONE)
    page = reader.page

    def press() -> None:
        page.keyboard.press("Space")

    page.get_by_label("The word").focus()
    page.keyboard.type(WORD)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "record"
    record_until(page, 1, press)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.ariaLabel") == "Hear take 1"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert takes(page) == 0
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "learn"
    page.keyboard.press("Enter")
    assert told(page) == f"Record {WORD} 3 times more."
    assert page.evaluate("document.activeElement.id") == "record"
    assert server.ask("/taught").json()["taught"] == []


def test_what_goes_wrong_gets_a_sentence(
    open_page: Callable[..., Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(viewport=PHONE).page
    button = page.locator("#record")
    for word, sentence in {
        "": "Type the word first.",
        "  ": "Type the word first.",
        "Yes": "It knows Yes already: teach another word.",
        "a/b": "“a/b” is no name for a word: write it as it is spoken.",
    }.items():
        page.get_by_label("The word").fill(word)
        button.click()
        assert told(page) == sentence
        assert page.evaluate("document.activeElement.id") == "word"
        assert button.get_attribute("aria-pressed") == "false"
    page.get_by_label("The word").fill(WORD)

    fault = "That was too loud: move away a little."
    monkeypatch.setattr(teaching, "find_fault", lambda _sound: fault)
    record(page, button.click)
    assert (told(page), takes(page)) == (fault, 0)
    monkeypatch.undo()

    page.evaluate(
        """() => {
          const silent = async () => new AudioContext().createMediaStreamDestination().stream;
          navigator.mediaDevices.getUserMedia = silent;
        }"""
    )
    button.click()
    page.get_by_text(f"Say {WORD} now.").wait_for()
    page.wait_for_timeout(300)
    button.click()  # though nobody has spoken
    page.locator("#record[aria-pressed=false]").wait_for()
    assert takes(page) == 0
    assert told(page) in ("Nothing was heard: say it again.", "That was very quiet: come nearer.")

    page.evaluate(
        """() => {
          const refuse = async () => { throw new DOMException("", "NotAllowedError"); };
          navigator.mediaDevices.getUserMedia = refuse;
        }"""
    )
    button.click()
    page.get_by_text("allow it in the browser's address bar").wait_for()
    page.locator("#record[aria-pressed=false]").wait_for()


def test_a_page_that_does_not_teach(browser: Browser) -> None:
    with serving(Service(load())) as server:
        context = browser.new_context()
        page = context.new_page()
        page.goto(server.home)
        assert page.get_by_text("To teach it words of your own, start sayso serve.").is_visible()
        assert not page.locator("#record").is_visible()
        context.close()


def test_takes_end_where_the_commands_do(open_page: Callable[..., Reader]) -> None:
    rng = np.random.default_rng(0)
    clips = [np.pad(clip, (9_000, 14_000)) for clip in strange_clips()[:3]]
    sounds = [clip + rng.normal(0, 1e-3, len(clip)) for clip in clips]
    sounds += [sounds[0][:12_000], rng.normal(0, 0.1, 70_000)]  # cut off; never quiet
    sounds += [np.concatenate([np.zeros(3_200), np.full(100_000, 1e-3), sounds[0]])]  # too late
    page = open_page().page
    for sound in sounds:
        samples = np.round(np.clip(sound, -1, 1) * 32767).astype("<i2")
        found = page.evaluate(
            """async ([text, length]) => {
              const { Utterance } = await import("/assets/utterance.js");
              const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
              const samples = new Int16Array(bytes.buffer);
              const utterance = new Utterance();
              for (let at = 0; at < samples.length; at += length) {
                if (utterance.push(samples.slice(at, at + length))) break;
              }
              const found = new Uint8Array(utterance.samples().buffer);
              const letters = [...found].map((byte) => String.fromCharCode(byte));
              return { began: utterance.first !== null, samples: btoa(letters.join("")) };
            }""",
            [base64.b64encode(samples.tobytes()).decode(), BLOCK],
        )
        blocks = np.split(samples, range(BLOCK, len(samples), BLOCK))
        expected = next_utterance((block / 32768).astype(np.float32) for block in blocks)
        assert found["began"] == (expected is not None)
        if expected is not None:
            samples = np.frombuffer(base64.b64decode(found["samples"]), "<i2")
            assert np.array_equal(samples / np.float32(32768), expected)


def test_the_page_takes_the_names_that_the_commands_take(open_page: Callable[..., Reader]) -> None:
    model = load().model
    names = [
        "jarvis", "lights on", "Öl", "नमस्ते", "don't", "don\u2019t", "R2-D2", "7", "a" * 40,
        "a" * 41, "-a", "_a", "a_b", ".", "../x", "a/b", "a,b", "a=b", "'s", "<b>", "{a}", "😀",
    ]  # fmt: skip

    def is_name(text: str) -> bool:
        try:
            return check_name(text, model) == text
        except TeachingError:
            return False

    found = open_page().page.evaluate(
        """async (names) => {
          const { NAME } = await import("/assets/teach.js");
          return names.map((name) => NAME.test(name));
        }""",
        names,
    )
    assert found == [is_name(name) for name in names]


def test_the_speech_is_that_of_a_word(tmp_path: Path) -> None:
    audio.write(tmp_path / "said.wav", speech())
    assert load().recognize(strange_clips()[0]).word == "_unknown_"
