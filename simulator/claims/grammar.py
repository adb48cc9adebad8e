"""What a sentence about a case comes down to: who did what, to which file, whose, with what result.

A *deed* is one such clause; each kind of deed has slots of its own, and a slot that is left out is
not asked about.  A *part* is a deed, or a named proposition, under a condition.  A sentence holds
where all its parts hold; one on which a model of phones has no bearing says why instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal, TypeVar, get_args

from attrs import field, frozen

from simulator.claims.names import proposition_names
from simulator.documents import Localized, OneOf, Pattern, Refused
from simulator.grades import Grade
from simulator.message import Message
from simulator.outcomes import Answer, Fate, Result
from simulator.watchers import library as watchers
from simulator.watchers.rule import Claim as NoticePart

Did = Literal[
    "removes",
    "changes",
    "makes",
    "sends",
    "picks",
    "keeps",
    "shows",
    "says",
    "asks",
    "watches",
    "can",
    "holds",
    "stays",
    "survives",
]
#: ``app``: the app in question; ``other_app``: another one; ``system``: the phone's own parts.
Who = Literal["app", "other_app", "user", "system", "phone"]
#: ``file``: any but a folder; ``media``: a file whose name ends like a photo or a video.
What = Literal[
    "original",
    "app_copy",
    "placeholder",
    "capture",
    "folder",
    "file",
    "media",
    "album_access",
    "write_access",
]
#: ``album``: below DCIM, Pictures or Movies, and hidden neither by a dot nor by a ``.nomedia``;
#: ``private``: the app's own folders, where only the app looks; ``nomedia``: a folder that holds a
#: ``.nomedia``, or lies below one that does.
Where = Literal["album", "shared", "private", "nomedia"]
#: How often a sentence is meant to hold: in the case at hand; in every case ("certainly",
#: "whenever"); in some case ("there are").
Quantifier = Literal["case", "general", "somewhere"]
#: Every part that a notice can have; whose video it was is what a reader takes from it.
PARTS: tuple[str, ...] = (*get_args(NoticePart), "object_is_original")
#: How a file is removed or changed: by which route.
ROUTES = ("path", "native", "mediastore", "collection", "request", "saf", "picker")
#: The places in which the content of an original can be left.
SURVIVES_IN = ("album", "card", "elsewhere", "kept_aside", "bin", "server", "phone")
_TRANSFERS = ("started", "done", "failed")
_KEPT = ("aside", "bin")
_ACTORS = ("app", "other_app", "user", "system")
_FILES = ("original", "app_copy", "placeholder", "capture", "folder", "file", "media")
_ABOUT: Mapping[str, tuple[str, ...]] = {
    "what": _FILES,
    "whose": ("app", "user"),
    "where": get_args(Where),
}


def _kinds() -> Mapping[Did, Mapping[str, tuple[str, ...]]]:
    done = {"who": _ACTORS, **_ABOUT}
    told = {"who": ("phone",), **_ABOUT}
    return {
        "removes": {**done, "result": get_args(Result), "how": ROUTES, "after": ("upload",)},
        "changes": {**done, "what": ("original", "capture"), "how": ROUTES, "after": ("upload",)},
        "makes": {**done, "who": ("app", "other_app", "system")},
        "sends": {**done, "who": ("app", "other_app"), "result": _TRANSFERS},
        "picks": {**_ABOUT, "who": ("user",)},
        "keeps": {**told, "result": _KEPT},
        "shows": {**told, "names": ("asker", "another", "nobody"), "watcher": ()},
        "says": {"who": ("phone",), "part": PARTS, "watcher": ()},
        "asks": told,
        "watches": {"who": ("phone",)},
        "can": {
            "who": ("app",),
            "what": ("original", "capture"),
            "whose": ("user",),
            "result": get_args(Answer),
            "how": ROUTES,
        },
        "holds": {"who": ("app",), "what": ("album_access", "write_access")},
        "stays": {"what": ("original",), "result": get_args(Fate)},
        "survives": {"what": ("original",), "result": SURVIVES_IN},
    }


#: The slots of every kind of deed, and what may stand in each; () is checked elsewhere.
SLOTS: Mapping[Did, Mapping[str, tuple[str, ...]]] = MappingProxyType(_kinds())
#: Slots without which a deed says nothing.
_NEEDED: Mapping[str, tuple[str, ...]] = {"says": ("part",), "can": ("result",), "holds": ("what",)}
_NAMES = ("who", "what", "whose", "where", "result", "how", "after", "names", "part", "watcher")


_RESULTS = tuple(dict.fromkeys(v for slots in SLOTS.values() for v in slots.get("result", ())))


def _help(text: str) -> dict[str, str]:
    return {"help": text}


def _slot(text: str) -> str | None:
    default: str | None = field(default=None, kw_only=True, metadata=_help(text))
    return default


@frozen
class Deed:
    """One clause: somebody did something to a file.

    ``removes``: asks to remove a name.  ``changes``: takes something away from the file, with
    effect.  ``picks``: the user gives the app that file.  ``keeps``: the phone keeps the file.
    ``shows``: a notice about it; ``says``: that part of a notice holds.  ``asks``: the user is
    asked first.  ``watches``: a rule is on duty.  ``can``: Android lets the app remove a file of
    the user's (*whose* ``user``: one that the app did not make).  ``holds``: the app has that
    permission.  ``stays``: so every original stands at the end.  ``survives``: something of every
    original is left there.
    """

    did: Did | None = field(default=None, kw_only=True, metadata=_help("the verb"))
    who: Annotated[str, OneOf(get_args(Who))] | None = _slot("who does it")
    what: Annotated[str, OneOf(get_args(What))] | None = _slot("to which kind of file")
    whose: Annotated[str, OneOf(("app", "user"))] | None = _slot(
        "the app's own files, or the user's"
    )
    where: Annotated[str, OneOf(get_args(Where))] | None = _slot("in which kind of folder")
    result: Annotated[str, OneOf(_RESULTS)] | None = _slot("with what result")
    how: Annotated[str, OneOf(ROUTES)] | None = _slot("by which route")
    after: Annotated[str, OneOf(("upload",))] | None = _slot("in consequence of what")
    names: Annotated[str, OneOf(("asker", "another", "nobody"))] | None = _slot(
        "whom the notice names"
    )
    part: Annotated[str, OneOf(PARTS)] | None = _slot("which part of a notice's wording")
    watcher: Annotated[str, OneOf(watchers.names)] | None = _slot("whose notice")
    not_: bool = field(
        default=False, kw_only=True, metadata={"key": "not", "help": "the opposite is said"}
    )

    def slots(self) -> dict[str, str]:
        """What the clause asks about, by slot."""
        given = {name: getattr(self, name) for name in _NAMES}
        return {name: value for name, value in given.items() if value is not None}


@frozen
class Part(Deed):
    """A deed under a condition, or a named *proposition*; may be written as that name alone.

    Where the condition does not arise, the part says nothing.
    """

    SHORTHAND: ClassVar[str] = "proposition"

    proposition: Annotated[str, OneOf(proposition_names)] | None = field(
        default=None, kw_only=True, metadata=_help("one of the named propositions")
    )
    if_: tuple[Deed, ...] = field(
        default=(), kw_only=True, metadata={"key": "if", "help": "all of this is the case"}
    )


@frozen
class Claim:
    """What can be judged: its *parts*, or why a model has no bearing on it (*beyond*)."""

    id: Annotated[
        str, Pattern(r"[a-z0-9_]+(-[a-z0-9_]+)*", Message("lower-case words joined by hyphens"))
    ] = field(kw_only=True)
    says: tuple[Part, ...] = field(
        default=(), kw_only=True, metadata=_help("what it comes down to; all of it must hold")
    )
    beyond: Localized | None = field(
        default=None, kw_only=True, metadata=_help("why a model of phones has no bearing on it")
    )
    quantifier: Quantifier = field(
        default="case", kw_only=True, metadata=_help("said of this case, every case, or some case")
    )


@frozen
class Proposition(Claim):
    """A claim that others refer to by its id."""


@frozen
class Sentence(Claim):
    """One sentence of a statement, as it is on record.

    *wording*: ``retold`` in our words, or ``quoted``.  *reading*: how we take it where its words
    leave that open.
    """

    sentence: Localized = field(kw_only=True)
    wording: Literal["retold", "quoted"] = field(default="retold", kw_only=True)
    reading: Localized | None = field(default=None, kw_only=True)


@frozen
class Statement:
    """What somebody said: the *speaker*, when, where it can be read, and its sentences.

    *of* are the scenarios that it belongs to; a statement without any is about every case.
    """

    id: Annotated[
        str, Pattern(r"[a-z0-9]+(-[a-z0-9]+)*", Message("lower-case words joined by hyphens"))
    ]
    speaker: Localized
    when: Localized
    source: str
    grade: Grade
    sentences: tuple[Sentence, ...]
    of: tuple[str, ...] = ()


@frozen
class Question(Claim):
    """A question that people asked, where they asked it, and the sentence it *comes_down_to*.

    *condition*: under which condition the answer holds.
    """

    question: Localized = field(kw_only=True)
    asked_in: str = field(kw_only=True)
    comes_down_to: Localized = field(kw_only=True)
    condition: Localized = field(kw_only=True)


@frozen
class Statements:
    """A file of statements."""

    statements: tuple[Statement, ...]


@frozen
class Questions:
    """A file of questions."""

    questions: tuple[Question, ...]


@frozen
class Propositions:
    """A file of named propositions."""

    propositions: tuple[Proposition, ...]


C = TypeVar("C", bound=Claim)


def problems(claim: Claim) -> Iterator[tuple[str, Message]]:
    """What is wrong with a claim as a whole: the path of the place, and the message."""
    if bool(claim.says) == (claim.beyond is not None):
        yield "", Message("expected either “says” or “beyond”")
    for i, part in enumerate(claim.says):
        here = f".says[{i}]"
        if (part.did is None) == (part.proposition is None):
            yield here, Message("expected either “did” or the name of a proposition")
        elif part.proposition is not None and part.slots():
            yield here, Message("a named proposition has no slots of its own")
        yield from _slots(part, here)
        for j, condition in enumerate(part.if_):
            if condition.did is None:
                yield f"{here}.if[{j}]", Message("missing key “{key}”", key="did")
            yield from _slots(condition, f"{here}.if[{j}]")


def _slots(deed: Deed, here: str) -> Iterator[tuple[str, Message]]:
    if deed.did is None:
        return
    slots, given = SLOTS[deed.did], deed.slots()
    for name, value in given.items():
        if name not in slots:
            yield (
                f"{here}.{name}",
                Message(
                    "the deed “{did}” has no “{slot}”; it has {slots}",
                    did=deed.did,
                    slot=name,
                    slots=", ".join(slots),
                ),
            )
        elif slots[name]:
            try:
                OneOf(slots[name]).apply(value)
            except Refused as refused:
                yield f"{here}.{name}", refused.message
    for name in _NEEDED.get(deed.did, ()):
        if name not in given:
            yield here, Message("missing key “{key}”", key=name)
