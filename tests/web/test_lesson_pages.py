from __future__ import annotations

import dataclasses
import inspect
import re
import textwrap
import time
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest

pytest.importorskip("starlette")

from sayso.lessons import Lesson, find_lesson, find_lessons
from sayso.lessons.lesson import Panel, write
from sayso.web.figures import draw_complete
from web.client import Client

LESSONS = find_lessons()
DRAWN = [lesson for lesson in LESSONS if not lesson.lacks]

lessons = pytest.mark.parametrize("lesson", DRAWN, ids=lambda lesson: lesson.name)


class Page(HTMLParser):
    """The elements of a page, with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def drawn(lesson: Lesson) -> list[Panel]:
    return [panel for panel in lesson.panels.values() if not panel.lacks]


def page_of(client: Client, lesson: Lesson) -> Page:
    answer = client.ask(f"/lessons/{lesson.name}.html")
    assert answer.status == 200
    return Page(answer.text)


def test_the_first_page_leads_to_all_lessons(client: Client) -> None:
    assert {"href": "/lessons/"} in Page(client.ask("/").text).all("a")
    answer = client.ask("/lessons/")
    links = [link["href"] for link in Page(answer.text).all("a")]
    assert links == [f"{lesson.name}.html" for lesson in LESSONS]


@lessons
def test_the_source_beside_a_figure_is_that_of_the_package(client: Client, lesson: Lesson) -> None:
    text = page_of(client, lesson).text
    for panel in drawn(lesson):
        for function in panel.functions:
            assert textwrap.dedent(inspect.getsource(function)) in text
    assert lesson.source("exercise.py").strip() in text


@lessons
def test_every_input_has_a_label_and_every_id_is_used_once(client: Client, lesson: Lesson) -> None:
    page = page_of(client, lesson)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    labels = {label["for"] for label in page.all("label")}
    inputs = {field["id"] for field in page.all("input")}
    assert labels == inputs
    sliders = [field for field in page.all("input") if field["type"] == "range"]
    assert len(sliders) == sum(len(panel.sliders) for panel in drawn(lesson))
    files = [field for field in page.all("input") if field["type"] == "file"]
    assert len(files) == sum(len(panel.recordings) for panel in drawn(lesson))
    for _, attributes in page.elements:
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(attributes.get(name, "").split()) <= set(ids)
    headings = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1


@lessons
def test_nothing_on_a_page_comes_from_elsewhere(client: Client, lesson: Lesson) -> None:
    page = page_of(client, lesson)
    for _, attributes in page.elements:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href"):
            assert not re.match(r"[a-z]+:|//", attributes.get(name, "").removeprefix("data:,"))


@lessons
def test_figures_come_with_their_captions(client: Client, lesson: Lesson) -> None:
    for panel in drawn(lesson):
        query = {slider.name: write(slider.values[-1]) for slider in panel.sliders}
        picture = draw_complete(panel, query)
        answer = client.ask(f"/lessons/{lesson.name}/{panel.name}.json?{urlencode(query)}").json()
        assert answer["caption"] == picture.caption
        assert len(answer["figure"]["data"]) == len(picture.figure.data)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("growth/year.json?steps=101", "choose one of 100 values from 1 to 100."),
        ("growth/year.json?steps=1;rm", "Steps in the year cannot be '1;rm'"),
        ("growth/year.json?pupil=1", "There is no control 'pupil' here."),
        ("growth/month.json", "The lesson growth has no panel 'month'."),
        ("grwth.html", "There is no lesson 'grwth'"),
        ("grwth/year.json", "There is no lesson 'grwth'"),
        ("assets/pages.py", "There is no file 'pages.py' here."),
    ],
)
def test_what_is_not_there_gets_a_sentence(client: Client, path: str, told: str) -> None:
    answer = client.ask(f"/lessons/{path}")
    assert answer.status == 404
    assert told in answer.json()["error"]


@pytest.mark.parametrize("name", ["..%2fpages.py", "%2e%2e/guard.py", "..%5c..%5cguard.py"])
def test_no_path_leads_out_of_the_assets(client: Client, name: str) -> None:
    answer = client.ask(f"/lessons/assets/{name}")
    assert answer.status == 404
    assert "import" not in answer.text


def test_the_exercise_on_disk_is_checked(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lesson = find_lesson("growth")
    address, file = "/lessons/growth/check", tmp_path / "growth.py"
    assert client.ask(address, "POST").json() == {"missing": str(file)}
    file.write_text(r"raise ValueError('\ud800')")  # no character, so no UTF-8
    assert r"ValueError: \ud800" in client.ask(address, "POST").json()["got"]
    file.write_text(lesson.source("exercise.py"))
    answer = client.ask(address, "POST").json()
    total = len(lesson.part("checks").CASES)
    assert (answer["passed"], answer["total"], answer["call"]) == (0, total, "compound(1.0, 1)")
    file.write_text(lesson.source("solution.py"))
    answer = client.ask(address, "POST").json()
    assert answer["passed"] == total
    shown = unescape(re.sub(r"<[^>]+>", "", answer["solution"]))
    assert shown.strip() == lesson.source("solution.py").strip()
    assert client.ask(address).status == 405


def test_a_lesson_that_lacks_something_says_so_in_one_line(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = 'The lesson growth needs PyTorch: run pip install "sayso[train]".'
    monkeypatch.setattr(Lesson, "lacks", line)
    page = page_of(client, find_lesson("growth"))
    assert line in page.text
    assert not [section for section in page.all("section") if section.get("class") == "panel"]
    assert "Your turn" in page.text


def test_a_figure_that_lacks_something_says_so_in_its_place(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = find_lesson("growth")
    panels = dict(lesson.panels)
    panels["ends"] = dataclasses.replace(panels["ends"], needs_torch=True)
    monkeypatch.setattr(Lesson, "panels", panels)
    monkeypatch.setattr("sayso.lessons.lesson.find_spec", lambda _name: None)
    page = page_of(client, lesson)
    title = panels["ends"].title
    assert f'The figure “{title}” needs PyTorch: run pip install "sayso[train]".' in page.text
    shown = [section["id"] for section in page.all("section") if section["class"] == "panel"]
    assert shown == [name for name in panels if name != "ends"]


def test_a_fault_of_the_program_is_answered_in_a_sentence(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "growth.py").write_text("x = 1")
    monkeypatch.setattr("sayso.web.lessons.check", None)
    answer = client.ask("/lessons/growth/check", "POST")
    assert answer.status == 500
    assert "Something went wrong inside sayso" in answer.json()["error"]


def test_the_list_is_there_before_anything_is_checked(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "growth.py").write_text("while True: pass")
    begun = time.perf_counter()
    page = Page(client.ask("/lessons/").text)
    assert time.perf_counter() - begun < 2  # an endless loop is ended after five seconds
    assert [entry["data-lesson"] for entry in page.all("li")] == [each.name for each in LESSONS]
