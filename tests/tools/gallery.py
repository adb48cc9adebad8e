"""The gallery: which figures are shown in ``figures/``, and its index.

``python -m tests.tools.gallery`` draws all of them anew; a test holds what is committed against
what would be drawn.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
from attrs import frozen
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from simulator.atomic import write_bytes, write_text
from simulator.scenario.library import read
from simulator.telling.figures.canvas import Drawing
from simulator.telling.figures.gallery import BOTH_STORIES, FIGURES
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import Size
from simulator.telling.figures.render import as_bytes
from simulator.telling.figures.saving import alternative
from simulator.telling.words import LANGS, Lang, words

FOLDER = Path(__file__).parents[2] / "figures"
MAIN = "album-pipeline"


@frozen
class Shown:
    """One figure of the gallery."""

    figure: str
    scenario: str = MAIN
    size: Size = "wide"

    def name(self, lang: Lang) -> str:
        """The name of its files, without an ending."""
        parts = [self.figure]
        if self.scenario != MAIN:
            parts.append(self.scenario)
        if self.size != "wide":
            parts.append(self.size)
        return ".".join([*parts, lang])

    def draw(self, lang: Lang) -> Drawing:
        """Draw it."""
        return FIGURES[self.figure].draw(material(self.scenario), words(lang), self.size)


SHOWN: tuple[Shown, ...] = (
    *(Shown(name) for name in FIGURES),
    Shown(BOTH_STORIES, size="long"),
    Shown(BOTH_STORIES, "dewu-2022"),
    Shown("incident-timeline", "dewu-2022"),
    Shown(BOTH_STORIES, "seal-211"),
)


@cache
def material(name: str) -> Material:
    """A scenario and its worlds, worked out once."""
    return Material(read(name).value)


def picture(drawing: Drawing) -> bytes:
    """The picture for the repository: its 256 commonest colours, a third of the bytes.

    Plain areas keep their colour, edges move by a few steps, and the words in the file stay.
    """
    with Image.open(BytesIO(as_bytes(drawing, "png"))) as full:
        words_ = PngInfo()
        for key, text in full.info.items():
            if isinstance(text, str):
                words_.add_itxt(key, text)
        few = _commonest(full.convert("RGB"))
        out = BytesIO()
        few.save(out, "png", optimize=True, pnginfo=words_, dpi=full.info.get("dpi"))
    return out.getvalue()


def _commonest(picture: Image.Image) -> Image.Image:
    """The picture in its 256 commonest colours: every plain area stays as it is."""
    pixels = np.asarray(picture, dtype=np.int32)
    packed = (pixels[..., 0] << 16 | pixels[..., 1] << 8 | pixels[..., 2]).ravel()
    colors, which, counts = np.unique(packed, return_inverse=True, return_counts=True)
    chosen = colors[np.argsort(-counts, kind="stable")[:256]]
    parts = np.stack([colors >> 16, colors >> 8 & 255, colors & 255], axis=1)
    kept = np.stack([chosen >> 16, chosen >> 8 & 255, chosen & 255], axis=1)
    # Pillow's own search for the nearest colour is coarse, and would shift the paper itself.
    nearest = (abs(parts[:, None, :] - kept[None, :, :])).sum(axis=2).argmin(axis=1)
    few = Image.fromarray(nearest[which].astype(np.uint8).reshape(pixels.shape[:2]), "P")
    few.putpalette(kept.astype(np.uint8).ravel().tolist())
    return few


def index() -> str:
    """The gallery's page: each figure in both languages, with both texts for it."""
    return "\n".join(_index()) + "\n"


def _index() -> Iterator[str]:
    yield "# Figures"
    yield ""
    yield (
        "Drawn by `make figures` from the records of a run; a test holds that they are what would"
        " be drawn now. The text under each picture is for readers who do not see it; it stands in"
        " the picture’s file as well. A model, not evidence. / 由`make figures`根据推演记录画出，"
        "测试会核对。每张图下面的文字供看不到图的读者使用，图的文件里也有。模型推演，不构成取证结论。"
    )
    for shown in SHOWN:
        yield ""
        yield f"## {shown.figure} ({shown.scenario}, {shown.size})"
        for lang in LANGS:
            drawing = shown.draw(lang)
            name = shown.name(lang)
            yield ""
            yield f"![{_escaped(drawing.title)}]({name}.png)"
            yield ""
            summary = "In words" if lang == "en" else "文字说明"
            yield f"<details><summary>{summary}</summary>"
            yield ""
            for line in drawing.description.splitlines():
                yield f"- {_escaped(line)}"
            yield ""
            yield "</details>"


def _escaped(text: str) -> str:
    for mark in "\\[]<>*_`#|":
        text = text.replace(mark, f"\\{mark}")
    return text


def main() -> None:
    """Draw every figure of the gallery, and its index."""
    wanted = {"README.md"}
    for shown in SHOWN:
        for lang in LANGS:
            drawing, name = shown.draw(lang), shown.name(lang)
            write_bytes(FOLDER / f"{name}.png", picture(drawing))
            write_text(FOLDER / f"{name}.txt", alternative(drawing))
            wanted |= {f"{name}.png", f"{name}.txt"}
            sys.stderr.write(f"{name}\n")
    write_text(FOLDER / "README.md", index())
    for path in FOLDER.iterdir():
        if path.name not in wanted:
            path.unlink()


if __name__ == "__main__":
    main()
