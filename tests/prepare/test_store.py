import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from sayso import audio
from sayso.errors import SaysoError
from sayso.prepare import Settings, prepare_clips
from sayso.prepare.store import Folder, Store, check_apart, open_store

fsspec = pytest.importorskip("fsspec")


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "folder":
        yield Folder(tmp_path / "store")
        return
    url = f"memory://{uuid.uuid4().hex}"
    yield open_store(url)
    fsspec.filesystem("memory").rm(url, recursive=True)


def test_what_is_written_can_be_found_read_and_removed(store: Store) -> None:
    names = ["b/two.wav", "a/one.flac", "top.mp3"]
    for name in names:
        store.write(name, name.encode())
    store.write("a/notes.txt", b"no sound")
    store.write("a/.hidden.wav", b"not seen")
    with store.create("long.csv") as file:
        file.write(b"line\n")
        file.write(b"line\n")
    assert set(store.find()) == set(names)
    assert list(store.find()) == list(store.find())
    assert store.read("b/two.wav") == b"b/two.wav"
    assert store.read("long.csv") == b"line\nline\n"
    assert store.exists("top.mp3")
    store.remove("top.mp3")
    store.remove("top.mp3")
    assert not store.exists("top.mp3")


def test_what_is_not_there_is_told(store: Store) -> None:
    store.write("there.wav", b"")
    with pytest.raises(SaysoError, match=r"nowhere\.wav"):
        store.read("nowhere.wav")


def test_a_file_made_bit_by_bit_is_whole_or_not_there(store: Store) -> None:
    store.write("there.wav", b"")
    with pytest.raises(ZeroDivisionError), store.create("half.csv") as file:
        file.write(b"half" * (1 // 0))
    assert not store.exists("half.csv")


def test_a_url_gives_the_same_clips_as_a_folder(recordings: Path, tmp_path: Path) -> None:
    url, settings = f"memory://{uuid.uuid4().hex}", Settings(pad="random")
    source, target = open_store(f"{url}/in"), open_store(f"{url}/out")
    for path in audio.find(recordings):
        source.write(path.relative_to(recordings).as_posix(), path.read_bytes())
    summary = prepare_clips(f"{url}/in", f"{url}/out", settings, jobs=1)
    prepare_clips(f"file://{recordings}", f"file://{tmp_path / 'out'}", settings, jobs=1)
    expected = {p.relative_to(tmp_path / "out").as_posix(): p for p in audio.find(tmp_path / "out")}
    assert set(target.find()) == set(expected)
    assert all(target.read(name) == path.read_bytes() for name, path in expected.items())
    assert target.read("manifest.csv") == (tmp_path / "out" / "manifest.csv").read_bytes()
    assert summary.written == 12
    assert prepare_clips(f"{url}/in", f"{url}/out", settings, jobs=1).written == 0
    fsspec.filesystem("memory").rm(url, recursive=True)


@pytest.mark.parametrize("url", ["gopher://clips", "memory://x/in"])
def test_a_url_that_cannot_be_used_is_told(url: str, tmp_path: Path) -> None:
    with pytest.raises(SaysoError):
        prepare_clips(url, tmp_path / "out", jobs=1)


def test_one_url_inside_another_is_refused() -> None:
    with pytest.raises(SaysoError, match="lie in one another"):
        check_apart(open_store("memory://a/b"), open_store("memory://a/b/c"))
    check_apart(open_store("memory://a/b"), open_store("memory://a/bc"))
