"""Bring the Chinese catalogue in step with the code.

::

    python -m tests.tools.catalogue [MORE.po ...]

Reads every sentence of ``simulator/**/*.py``, keeps the translations there are, takes over those of
the files named as arguments, leaves out what no code says any more, and compiles the result.  The
same code and translations give the same bytes: no dates, no line numbers, no paths.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "simulator"
PO = SOURCES / "telling" / "locale" / "zh_CN" / "LC_MESSAGES" / "cachelife.po"
MO = PO.with_suffix(".mo")

#: The functions that take a template, and which of their arguments are templates.
KEYWORDS: Mapping[str, tuple[int, ...] | None] = {
    "Message": None,
    "say": None,
    "_say": None,
    "say_": None,
    "many": (1, 2),
}
#: A plural template and its singular; anything else is a template on its own.
Id = str | tuple[str, str]


class FixedCatalog(Catalog):
    """A catalogue whose header depends on nothing but this class."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The header's fields."""
        return [
            ("Project-Id-Version", "cachelife"),
            ("Language", "zh_CN"),
            ("Plural-Forms", "nplurals=1; plural=0;"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


# -- the sentences of the code -----------------------------------------------------------------


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call in *tree* of a function that takes a template, with its name."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        if name in KEYWORDS:
            yield name, node


def literals(node: ast.expr) -> tuple[str, ...]:
    """The texts that *node* can be if it is a literal, or a choice between literals."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return (node.value,)
    if isinstance(node, ast.IfExp):
        body, other = literals(node.body), literals(node.orelse)
        return body + other if body and other else ()
    return ()


def _babel_method(
    fileobj: Any, keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[int, str, str | tuple[str, ...], list[str]]]:
    """Babel's protocol of an extraction method, over the syntax tree.

    Babel's own method takes the two sides of a conditional expression for one text.
    """
    for name, call in calls(ast.parse(fileobj.read())):
        if KEYWORDS[name] is None:
            for text in literals(call.args[0]) if call.args else ():
                if text:
                    yield call.lineno, name, text, []
        elif all(literals(argument) for argument in call.args[:2]):
            yield call.lineno, name, tuple(literals(a)[0] for a in call.args[:2]), []


def sources() -> tuple[Path, ...]:
    """Every file of code that may hold sentences."""
    return tuple(sorted(SOURCES.rglob("*.py")))


def extracted() -> tuple[Id, ...]:
    """Every template of the code, sorted."""
    found: set[Id] = set()
    for path in sources():
        with path.open("rb") as file:
            rows = extract(_babel_method, file, keywords=KEYWORDS)
            found |= {row[1] for row in rows}
    # A template that is also the singular of a plural has that entry already.
    found -= {entry[0] for entry in found if isinstance(entry, tuple)}
    return tuple(sorted(found, key=singular))


def singular(entry: Any) -> str:
    """The template that an entry is found by: its own, or its singular."""
    return str(entry if isinstance(entry, str) else entry[0])


# -- the catalogue -----------------------------------------------------------------------------


def read(path: Path) -> Catalog:
    """The catalogue in a file; an empty one where there is no such file."""
    if not path.exists():
        return Catalog(locale="zh_CN")
    with path.open("rb") as file:
        return read_po(file, locale="zh_CN", charset="utf-8")


def updated(old: Catalog, more: tuple[Catalog, ...] = ()) -> FixedCatalog:
    """The catalogue of the code's sentences, translated as in *old* or the last of *more*."""
    new = FixedCatalog(locale="zh_CN", charset="utf-8", fuzzy=False, header_comment="# Chinese.")
    for entry in extracted():
        text = ""
        for catalog in (old, *more):
            text = _translation(catalog, entry) or text
        message = new.add(entry, (text,) if isinstance(entry, tuple) else text)
        message.flags.clear()
    return new


def _translation(catalog: Catalog, entry: Any) -> str:
    message = catalog.get(singular(entry))
    if message is None or message.fuzzy:
        return ""
    text = message.string
    return text if isinstance(text, str) else next(iter(text or ()), "")


def untranslated(catalog: Catalog) -> tuple[str, ...]:
    """The templates that have no translation."""
    return tuple(singular(m.id) for m in catalog if m.id and not _translation(catalog, m.id))


def as_po(catalog: Catalog) -> bytes:
    """The bytes of the ``.po`` file."""
    buffer = BytesIO()
    write_po(buffer, catalog, width=0, no_location=True, sort_output=True, ignore_obsolete=True)
    return buffer.getvalue()


def as_mo(catalog: Catalog) -> bytes:
    """The bytes of the ``.mo`` file."""
    buffer = BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def main(arguments: list[str]) -> int:
    """Update both files; gives 1 where a sentence has no translation yet."""
    catalog = updated(read(PO), tuple(read(Path(name)) for name in arguments))
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(as_po(catalog))
    MO.write_bytes(as_mo(catalog))
    missing = untranslated(catalog)
    sys.stdout.write(f"{len(catalog)} sentences, {len(missing)} untranslated\n")
    for template in missing:
        sys.stdout.write(f"  {template!r}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
