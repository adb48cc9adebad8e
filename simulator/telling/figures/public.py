"""What may be published, and what must go with it.

A picture of one story alone says more than the model knows.  So where something is not known, the
twin and what is not known go along; and of a named incident nothing is published without them.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.errors import InputError
from simulator.message import Message
from simulator.telling.figures.gallery import BOTH_STORIES
from simulator.telling.figures.material import Material
from simulator.telling.figures.two_facts.singles import NUMBERS, TWIN, UNKNOWN


def must_go_together(material: Material, names: Sequence[str], changes: Sequence[str] = ()) -> None:
    """Raise :class:`InputError` where the figures of an incident lack the one with both stories,
    where nothing is said to be unknown of it, or where something of it was changed by hand."""
    if not material.incident:
        return
    if changes:
        raise InputError(
            Message(
                "{scenario} is about a case on public record: what is not known of it is not"
                " settled by --set. Leave --set out",
                scenario=material.scenario.id,
            )
        )
    if not material.scenario.family:
        raise InputError(
            Message(
                "{scenario} is about a case on public record, and one run is not what happened: it"
                " has to be judged over all that is assumed",
                scenario=material.scenario.id,
            )
        )
    if BOTH_STORIES not in names:
        raise InputError(
            Message(
                "{scenario} is about a case on public record: none of its figures is made without"
                " the twin and what is not known (frames 9 and 10 of {figure}). Add --only"
                " {figure}, or leave --only out",
                scenario=material.scenario.id,
                figure=BOTH_STORIES,
            )
        )
    if not material.unknowns:
        raise InputError(
            Message(
                "{scenario} is about a case on public record and assumes nothing: say under"
                " “assumed” what is not known, or take the tag “{tag}” out",
                scenario=material.scenario.id,
                tag="incident",
            )
        )


def needed_frames(material: Material, asked: Sequence[int]) -> tuple[int, ...]:
    """The frames that are made where *asked* are asked for: with unknowns, 9 and 10 go along.

    Raises :class:`InputError` for a number that no frame has, and where the frames of an incident
    were chosen without these two.
    """
    for number in asked:
        if number not in NUMBERS:
            raise InputError(
                Message(
                    "there is no frame {number}; they go from {first} to {last}",
                    number=number,
                    first=NUMBERS[0],
                    last=NUMBERS[-1],
                )
            )
    needed = {TWIN, UNKNOWN} if material.unknowns else set()
    if material.incident and not needed <= set(asked):
        raise InputError(
            Message(
                "{scenario} is about a case on public record: its frames are not made without"
                " the twin (9) and what is not known (10); name these too",
                scenario=material.scenario.id,
            )
        )
    return tuple(sorted(set(asked) | needed))
