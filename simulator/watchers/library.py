"""The shipped rules, and how a rule of one's own is read."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from simulator.documents import Document, load, read_bytes
from simulator.errors import DocumentError, UnknownName
from simulator.message import Message
from simulator.watchers.rule import Rule
from simulator.watchers.soundness import problems

#: Stands in a scenario for a phone without a watcher.
NONE = "none"
_FOLDER = files("simulator.watchers") / "rules"


@cache
def names() -> tuple[str, ...]:
    """The ids of the shipped rules, as the dossier numbers them; our proposals come last."""
    found = {p.name[:-5] for p in _FOLDER.iterdir() if p.name.endswith(".yaml")}
    return (*(n for n in _ORDER if n in found), *sorted(found - set(_ORDER)))


#: W0 to W9 of the dossier, then what nobody has built.
_ORDER = (
    "huawei-2019",
    "huawei-acm",
    "oppo-dcim",
    "oppo-gate",
    "oplus-acm",
    "honor-banner",
    "vivo-provider",
    "vivo-observer",
    "miui-log",
    "consent",
    "none",
    "provenance-aware",
    "loss-aware",
)


@cache
def rule(name: str) -> Rule:
    """The shipped rule of that id.

    Raises :class:`UnknownName` where there is none.
    """
    if name not in names():
        raise UnknownName(Message("watcher"), name, names())
    text = (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return _sound(load(text, Rule, file=f"{name}.yaml")).value


def is_file(name: str) -> bool:
    """Whether a watcher is named by a file of its own and not by its id."""
    return name.endswith((".yaml", ".yml"))


def read(name: str, beside: Path | None = None) -> Rule:
    """The rule that *name* means: a shipped one, or a file (relative to the folder *beside*).

    Raises :class:`DocumentError` where the file has problems, :class:`InputError` where it cannot
    be read, and :class:`UnknownName` where there is no such shipped rule.
    """
    if not is_file(name):
        return rule(name)
    path = Path(name)
    if beside is not None and not path.is_absolute():
        path = beside / path
    text = read_bytes(path)
    return _sound(load(text, Rule, file=str(path))).value


def start_from(name: str) -> str:
    """A file to start from for a rule of one's own: that rule, under another id."""
    if is_file(name):
        text = Path(name).read_text(encoding="utf-8")
    else:
        text = (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return text.replace("id: ", "id: my-", 1)


def _sound(document: Document[Rule]) -> Document[Rule]:
    found = [document.problem(path, message) for path, message in problems(document.value)]
    if found:
        raise DocumentError(found)
    return document
