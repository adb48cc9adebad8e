"""What of a figure is the same whatever drew it: its words, its groups, its size."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree

from simulator.errors import InputError
from simulator.message import Message

#: An SVG names what is declared before it; ours declare nothing but the type.
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_PNG = b"\x89PNG\r\n\x1a\n"
#: So much of a compressed text of a PNG is read.
_MOST_TEXT = 1 << 20
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
    groups = tuple(node.get("id") for node in root.iter(f"{spaced}g"))
    return (root.get("viewBox"), said, groups)


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
