from typing import Any

import pytest

from sayso.errors import SaysoError
from sayso.prepare import Settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "magic"}, {"margin_ms": -1}, {"length": "long"}, {"keep": "all"},
        {"pad": "left"}, {"fill": "music"}, {"format": "mp3"}, {"rate": 44_100}, {"rate": 100},
        {"seed": -1},
    ],
)  # fmt: skip
def test_a_wrong_choice_is_told(wrong: dict[str, Any]) -> None:
    with pytest.raises(SaysoError):
        Settings(**wrong)


def test_keys_change_with_what_matters_and_only_then() -> None:
    usual = Settings()
    assert usual.measuring_key() == Settings(length="1s", seed=3).measuring_key()
    assert usual.measuring_key() != Settings(margin_ms=51).measuring_key()
    key = usual.writing_key(16_000, "ab")
    others: list[dict[str, Any]] = [
        {"margin_ms": 51}, {"keep": "end"}, {"pad": "end"}, {"fill": "zeros"}, {"seed": 1},
        {"format": "flac"}, {"rate": 8_000},
    ]  # fmt: skip
    keys = [Settings(**other).writing_key(16_000, "ab") for other in others]
    keys += [usual.writing_key(16_001, "ab"), usual.writing_key(16_000, "ac")]
    assert len({key, *keys}) == 1 + len(keys)
