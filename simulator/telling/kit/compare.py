"""What of a figure is the same whatever drew it: its words, its groups, its size."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from xml.etree import ElementTree

from simulator.errors import InputError
from simulator.message import Message

#: An SVG names what is declared before it; ours declare nothing but the type.
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_PNG = b"\x89PNG\r\n\x1a\n"
#: So much of a compressed text of a PNG is read.
_MOST_TEXT = 1 << 20
#: So much of a drawing of a PDF is read; from this difference on a pixel is clearly another.
_MOST_DRAWN, _CLEARLY = 1 << 26, 64
_BOX = re.compile(rb"/MediaBox \[([^\]]*)\]")
_INFO = re.compile(rb"/Info (\d+) 0 R")

Structure = tuple[object, ...]


def structure(name: str, data: bytes) -> Structure | None:
    """What of that figure does not depend on what drew it; None where it is no figure's file.

    Raises :class:`InputError` where the bytes are not what the name says.
    """
    read = {"svg": _svg, "png": _png, "pdf": _pdf}.get(name.rpartition(".")[2])
    if read is None:
        return None
    try:
        return read(data)
    except (ElementTree.ParseError, struct.error, zlib.error, ValueError, IndexError):
        raise InputError(Message("{file}: not such a picture", file=name)) from None


def alike(name: str, one: bytes, other: bytes) -> bool:
    """Whether two figures show the same, whatever drew them.

    Raises :class:`InputError` where the bytes are not what the name says.
    """
    if structure(name, one) != structure(name, other):
        return False
    if name.endswith(".png"):
        return _look_alike(name, one, other)
    return not name.endswith(".pdf") or _as_long(_unpacked(one), _unpacked(other))


def _look_alike(name: str, one: bytes, other: bytes) -> bool:
    """Whether at most one pixel in a hundred is clearly another."""
    from PIL import Image, ImageChops, UnidentifiedImageError

    try:
        with Image.open(BytesIO(one)) as left, Image.open(BytesIO(other)) as right:
            apart = ImageChops.difference(left.convert("L"), right.convert("L"))
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError):
        raise InputError(Message("{file}: not such a picture", file=name)) from None
    clearly = sum(apart.histogram()[_CLEARLY:])
    return clearly * 100 <= apart.width * apart.height


def _unpacked(data: bytes) -> int:
    """How long the drawing of a PDF is, in bytes of its own language."""
    total = 0
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        with suppress(zlib.error):
            total += len(zlib.decompressobj().decompress(packed, _MOST_DRAWN))
    return total


def _as_long(one: int, other: int) -> bool:
    return abs(one - other) * 20 <= max(one, other)


def _svg(data: bytes) -> Structure:
    if _ENTITY.search(data):
        raise ValueError
    root = ElementTree.fromstring(data)  # noqa: S314
    spaced = "{http://www.w3.org/2000/svg}"
    said = tuple(
        (node.tag.removeprefix(spaced), node.text)
        for node in root
        if node.tag in {f"{spaced}title", f"{spaced}desc"}
    )
    # What is drawn in which group and in which colours; where exactly, a version may round.
    drawn = tuple(
        (node.tag.removeprefix(spaced), node.get("id"), node.get("style"))
        for node in root.iter()
        if node.tag.removeprefix(spaced) in {"g", "use", "path", "text", "image", "rect"}
    )
    return (root.get("viewBox"), said, drawn)


def _png(data: bytes) -> Structure:
    if not data.startswith(_PNG):
        raise ValueError
    said = tuple(_texts(data))
    width, height = struct.unpack(">II", data[16:24])
    return (width, height, said)


def _texts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind in {b"tEXt", b"iTXt", b"zTXt"}:
            key, _, rest = body.partition(b"\0")
            if kind == b"zTXt":
                rest = zlib.decompressobj().decompress(rest[1:], _MOST_TEXT)
            yield key, rest
        at += 12 + length


def _pdf(data: bytes) -> Structure:
    info = _INFO.search(data)
    if not data.startswith(b"%PDF-") or info is None:
        raise ValueError
    start = re.search(rb"(?:^|\n)" + info[1] + rb" 0 obj\n", data)
    if start is None:
        raise ValueError
    said = data[start.end() : data.index(b"\nendobj", start.end())]
    return (tuple(_BOX.findall(data)), said)
