"""The gallery in ``figures/`` is what would be drawn now."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from simulator.telling.figures.saving import alternative
from simulator.telling.words import LANGS, Lang
from tests.tools.gallery import FOLDER, SHOWN, Shown, index, picture
from tests.tools.pictures import faults


def pixels(data: bytes) -> Any:
    with Image.open(BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.int16)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown.name("en"))
def test_a_figure_of_the_gallery_is_what_would_be_drawn_now(shown: Shown, lang: Lang) -> None:
    drawing, name = shown.draw(lang), shown.name(lang)
    assert faults(drawing) == []
    assert (FOLDER / f"{name}.txt").read_text(encoding="utf-8") == alternative(drawing)
    committed = (FOLDER / f"{name}.png").read_bytes()
    now = picture(drawing)
    if committed != now:
        # Another processor may round an edge otherwise; anybody's eye would see the same.
        one, other = pixels(committed), pixels(now)
        assert one.shape == other.shape
        assert np.count_nonzero(abs(one - other).max(axis=2) > 24) <= one.shape[0]


def test_the_index_is_what_would_be_written_now() -> None:
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == index()


def test_nothing_else_lies_in_the_gallery() -> None:
    names = {s.name(lang) for s in SHOWN for lang in LANGS}
    expected = {f"{name}.{end}" for name in names for end in ("png", "txt")} | {"README.md"}
    assert {path.name for path in FOLDER.iterdir()} == expected
