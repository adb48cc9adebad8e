"""A live run in words and in JSON: the verdict, the prediction beside it, and what is supposed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from simulator.message import Message
from simulator.telling.measures import size, when
from simulator.telling.story import why_silent
from simulator.telling.text import told
from simulator.telling.words import Words
from simulator.trace import Trace
from simulator.verdict.agreement import Agreement
from simulator.verdict.judge import Verdict
from simulator.watchers.suppose import Supposed


class Recording(Protocol):
    """What a live run leaves beside its trace."""

    @property
    def how(self) -> str:
        """``transcode`` or ``copy``."""

    @property
    def received(self) -> tuple[int, str]:
        """Size and SHA-256 of what the server got."""

    @property
    def left(self) -> tuple[str, ...]:
        """Foreign files that were left alone."""


def live_values(
    variant: str,
    recorded: Recording,
    agreement: Agreement,
    supposed: tuple[Supposed, ...],
    watcher: str,
) -> dict[str, Any]:
    """The part of the JSON result that only a live run has."""
    return {
        "variant": variant,
        "how": recorded.how,
        "received": {"bytes": recorded.received[0], "sha256": recorded.received[1]},
        "left": list(recorded.left),
        "agreement": {
            "equal": agreement.differs_at is None,
            "strict": agreement.strict,
            "differs_at": agreement.differs_at,
            "predicted": [list(event) for event in agreement.predicted],
            "recorded": [list(event) for event in agreement.recorded],
        },
        "supposed": [
            {
                "watcher": watcher,
                "time_s": s.t,
                "path": s.path,
                "text": dict(s.text) if s.text else None,
                "why_silent": s.silent or None,
                "read": s.read,
            }
            for s in supposed
        ],
    }


def told_live(
    trace: Trace, verdict: Verdict, words: Words, values: dict[str, Any], agreement: Agreement
) -> str:
    """Everything that ``cachelife live`` prints."""
    lines = [told(trace, verdict, words), *_beside(values, agreement, words), ""]
    lines += [*_supposed(values, words), ""]
    return "\n".join(lines)


def _beside(values: dict[str, Any], agreement: Agreement, words: Words) -> Iterator[str]:
    yield words.say("Beside the prediction of the model")
    how = (
        Message(
            "The copy was transcoded for real; how a codec slices its reads and writes is left out."
        )
        if values["how"] == "transcode"
        else Message("The copy has the same bytes; every call was compared.")
    )
    yield "  " + words.say(how)
    at = agreement.differs_at
    if at is None:
        yield "  " + words.say(
            "Equal: inotify saw the {number} events that the model predicts, in that order.",
            number=len(agreement.recorded),
        )
    else:
        yield "  " + words.say(
            "Different at event {number}: predicted {predicted}, recorded {recorded}.",
            number=at + 1,
            predicted=_event(agreement.predicted, at),
            recorded=_event(agreement.recorded, at),
        )
    received = values["received"]
    yield "  " + words.say(
        "The server received {size}, SHA-256 {sha256}.",
        size=size(received["bytes"]),
        sha256=received["sha256"],
    )
    for path in values["left"]:
        yield "  " + words.say("Left alone, because this run did not make it: {path}", path=path)


def _event(events: tuple[tuple[str, str, str], ...], at: int) -> str:
    if at >= len(events):
        return "-"
    mask, folder, name = events[at]
    return f"{mask} {folder}/{name}"


def _supposed(values: dict[str, Any], words: Words) -> Iterator[str]:
    yield words.say("What a watcher that looks at folder and name would have said (supposed)")
    if not values["supposed"]:
        yield "  " + words.say("Nothing: there was no removal to look at.")
    for item in values["supposed"]:
        shown = (
            item["text"][words.lang]
            if item["text"]
            else words.say(
                Message("silent: {why}", why=why_silent(item["why_silent"], item["read"]))
            )
        )
        yield "  " + words.say(
            "{path}, {when}: {said}", path=item["path"], when=when(item["time_s"]), said=shown
        )
