"""What is on public record of a case, and what would leave a record in a case that has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal

from attrs import frozen

from simulator.message import Message
from simulator.scenario.model import Observed, Scenario
from simulator.telling.figures import sentences as say
from simulator.telling.figures.setting import plain
from simulator.telling.figures.steps import Places
from simulator.telling.figures.story import effects
from simulator.telling.measures import seconds, size
from simulator.telling.text import GRADES, PARTIES
from simulator.telling.words import Words
from simulator.trace import (
    Belief,
    Dialog,
    Match,
    Notice,
    Record,
    Sent,
    Trace,
    Transfer,
)
from simulator.verdict.judge import Verdict

#: In which dress an entry is drawn.
Dress = Literal["notice", "said", "bin", "log"]
#: Sorts behind every date.
_LAST = "9999"
_KINDS: Mapping[str, Message] = MappingProxyType(
    {
        "notice": Message("Notice"),
        "statement": Message("Statement"),
        "report": Message("Report"),
        "bin": Message("In the bin"),
    }
)
_DRESSES: Mapping[str, Dress] = MappingProxyType({"notice": "notice", "bin": "bin"})
MONTHS = (
    Message("January"),
    Message("February"),
    Message("March"),
    Message("April"),
    Message("May"),
    Message("June"),
    Message("July"),
    Message("August"),
    Message("September"),
    Message("October"),
    Message("November"),
    Message("December"),
)
UNDATED = Message("undated")


#: Quotation marks within quotation marks.
_INNER = str.maketrans("“”", "‘’")


@frozen
class Entry:
    """One thing on record: when (None: nobody says), what, whose, its words, grade and source.

    *lacks* says what it would not show; *modelled*: no such record exists, the model says that
    there would be one.  *records* are ids of the trace.
    """

    when: str | None
    dress: Dress
    kind: str
    who: str
    text: str
    grade: str
    source: str
    lacks: str = ""
    records: tuple[int, ...] = ()
    modelled: bool = False
    doubtful: bool = False


def on_record(scenario: Scenario, words: Words) -> tuple[Entry, ...]:
    """What is on public record, in order; what has no date comes last."""
    ordered = sorted(scenario.observed, key=lambda item: item.when or _LAST)
    return tuple(_entry(item, words) for item in ordered)


def _entry(item: Observed, words: Words) -> Entry:
    return Entry(
        date(item.when, words) if item.when else None,
        _DRESSES.get(item.what, "said"),
        words.say(_KINDS[item.what]),
        plain(words.of(item.who)) if item.who else "",
        _in_marks(item, words),
        words.say(GRADES[item.grade]),
        plain(item.source),
        doubtful=item.grade in {"inference", "assumption"},
    )


def _in_marks(item: Observed, words: Words) -> str:
    """What was said, in quotation marks: they are somebody's words, not ours."""
    text = plain(words.of(item.text))
    if item.what == "notice":
        return text
    return words.say("“{text}”", text=text.translate(_INNER))


def date(when: str, words: Words) -> str:
    """A month, a date, or a date with a time of day, as one writes it."""
    day, _, time = when.partition(" ")
    year, month, *rest = day.split("-")
    values = {"year": year, "month": MONTHS[int(month) - 1]}
    if not rest:
        return words.say("{month} {year}", **values)
    values["day"] = str(int(rest[0]))
    if not time:
        return words.say("{day} {month} {year}", **values)
    return words.say("{day} {month} {year}, {time}", time=time, **values)


# -- in the model ------------------------------------------------------------------------------

USER, APP_MAKER, PHONE_MAKER = (PARTIES[who] for who in ("user", "app maker", "phone maker"))
GALLERY = Message("the phone’s gallery")
SERVER = Message("the server")


@frozen
class _Trail:
    """What of a run would leave a record: *first* of *number* alike, and with whom."""

    first: Record
    number: int
    dress: Dress
    kind: Message
    holder: Message
    shows: Message
    lacks: Message


def in_model(trace: Trace, verdict: Verdict, words: Words) -> tuple[Entry, ...]:
    """What of the run would leave a record, in order, each with what it would not show."""
    trails = sorted(_trails(trace, verdict, words), key=lambda one: (one.first.t, one.first.id))
    return tuple(_modelled(trail, words) for trail in trails)


def holders(trace: Trace, verdict: Verdict, words: Words) -> tuple[str, ...]:
    """With whom these would be, in order."""
    trails = sorted(_trails(trace, verdict, words), key=lambda one: (one.first.t, one.first.id))
    return tuple(dict.fromkeys(words.say(trail.holder) for trail in trails))


def _modelled(trail: _Trail, words: Words) -> Entry:
    lacks = words.say("It would not show: {text}.", text=trail.lacks)
    if trail.number > 1:
        more = words.many("{number} more like it.", "{number} more like it.", trail.number - 1)
        lacks = say.joined_up(words, [more, lacks])
    return Entry(
        words.say(seconds(trail.first.t)),
        trail.dress,
        words.say(trail.kind),
        words.say("with {holder}", holder=trail.holder),
        plain(words.say(trail.shows)),
        words.say("model"),
        "",
        plain(lacks),
        (trail.first.id,),
        modelled=True,
        doubtful=True,
    )


def _trails(trace: Trace, verdict: Verdict, words: Words) -> Iterator[_Trail]:
    yield from _notice(trace, words)
    yield from _question(trace)
    yield from _bin(trace, verdict)
    yield from _ledger(trace)
    yield from _upload(trace)
    yield from _event(trace, words)


def _notice(trace: Trace, words: Words) -> Iterator[_Trail]:
    found = [r for r in trace.records if isinstance(r, Notice)]
    if found:
        yield _Trail(
            found[0],
            len(found),
            "notice",
            _KINDS["notice"],
            USER,
            Message("{text}", text=_quoted(trace, found[0], words)),
            Message("whose content it was, and whether the original is still there"),
        )


def _quoted(trace: Trace, notice: Notice, words: Words) -> str:
    return words.show(say.quoted(trace, notice, words.lang))  # type: ignore[no-any-return]


def _question(trace: Trace) -> Iterator[_Trail]:
    found = [r for r in trace.records if isinstance(r, Dialog)]
    if found:
        yield _Trail(
            found[0],
            len(found),
            "notice",
            Message("Question"),
            USER,
            Message("That the phone asked about {path} first.", path=found[0].path),
            Message("what the app did with other files"),
        )


def _bin(trace: Trace, verdict: Verdict) -> Iterator[_Trail]:
    places = Places.of(trace, verdict)
    found = [
        event
        for event in effects(trace)
        if event.verb == "rename"
        and places.shelf(event.to or "") == "bin"
        and places.shelf(event.path) != "bin"
    ]
    if found:
        yield _Trail(
            found[0],
            len(found),
            "bin",
            _KINDS["bin"],
            GALLERY,
            Message("{path}: the file itself, with its size and length.", path=found[0].to or ""),
            Message("who asked for its removal; original or copy shows only beside the album"),
        )


def _ledger(trace: Trace) -> Iterator[_Trail]:
    found = [r for r in trace.records if isinstance(r, Belief) and r.state in _ENDS]
    if found:
        yield _Trail(
            found[0],
            len(found),
            "log",
            Message("The app’s own log"),
            APP_MAKER,
            Message(_ENDS[found[0].state].template, path=found[0].path),
            Message("whether that file is still there under another name"),
        )


_ENDS: Mapping[str, Message] = MappingProxyType(
    {
        "deleted": Message("That the app asked to remove {path}, and was told it succeeded."),
        "failed": Message("That the app asked to remove {path}, and was refused."),
    }
)


def _upload(trace: Trace) -> Iterator[_Trail]:
    found = [
        r for r in trace.records if isinstance(r, Transfer) and r.state in {"confirmed", "failed"}
    ]
    if found:
        yield _Trail(
            found[0],
            len(found),
            "log",
            Message("Upload"),
            SERVER,
            Message("{size} of content, as it arrived.", size=size(found[0].size)),
            Message("what happened on the phone afterwards"),
        )


def _event(trace: Trace, words: Words) -> Iterator[_Trail]:
    """The event of a rule that fitted, or that only logs."""
    sent = {cause for r in trace.records if isinstance(r, Sent) for cause in r.because}
    found = [
        r for r in trace.records if isinstance(r, Match) and (r.action == "log" or r.id in sent)
    ]
    if found:
        first = found[0]
        named = words.say(say.label(trace, first.seen_as)) if first.seen_as else words.say("nobody")
        yield _Trail(
            first,
            len(found),
            "log",
            Message("The watcher’s log"),
            PHONE_MAKER,
            Message("{path}, and {app} as the one who asked.", path=first.path, app=named),
            Message("whose content it was: the rule does not look at that"),
        )
