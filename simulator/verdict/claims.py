"""Claims over a family of worlds: settled true, settled false, or open with a witness each way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from attrs import Factory, define, frozen

from simulator.claims.grammar import Claim, Quantifier
from simulator.verdict.propositions import NO_NOTICE, NOT_ARISEN, Checked, Reason

#: Why a claim says nothing about a world: what it speaks of is not there.
SAYS_NOTHING: frozenset[Reason] = frozenset({NOT_ARISEN, NO_NOTICE})
Settled = Literal["settled_true", "settled_false", "open"]
#: One world: its values by path, and how each claim stands in it.
World = tuple[Mapping[str, str], Sequence[Checked]]


@frozen
class Standing:
    """How a claim stands over a family.

    It *holds_in* and *fails_in* so many worlds, and is open in the rest, for each of the *reasons*
    in so many.  Each *witness* is one world, None where there is none.
    """

    status: Settled
    holds_in: int
    fails_in: int
    reasons: Mapping[Reason, int]
    witness_for: Mapping[str, str] | None
    witness_against: Mapping[str, str] | None


def settle(
    holds: int, fails: int, *, general: bool = False, quantifier: Quantifier = "case"
) -> Settled:
    """The status of a claim that holds in so many worlds and fails in so many.

    A *general* claim is said of every case: one world against it settles it.  One that is said of
    some case (``somewhere``) is settled by one world for it.
    """
    if general or quantifier == "general":
        return "settled_false" if fails else "settled_true" if holds else "open"
    if quantifier == "somewhere":
        return "settled_true" if holds else "settled_false" if fails else "open"
    if holds and fails:
        return "open"
    return "settled_true" if holds else "settled_false" if fails else "open"


def over(claims: Sequence[Claim], worlds: Iterable[World]) -> tuple[Standing, ...]:
    """How each of *claims* stands over *worlds*, which give the results in the same order."""
    tallies = [_Tally(claim.quantifier) for claim in claims]
    for values, results in worlds:
        for tally, result in zip(tallies, results, strict=True):
            tally.add(values, result)
    return tuple(tally.standing() for tally in tallies)


@define
class _Tally:
    """Counts one claim over the worlds."""

    quantifier: Quantifier
    counts: Counter[str] = Factory(Counter)
    reasons: Counter[Reason] = Factory(Counter)
    witness: dict[str, Mapping[str, str]] = Factory(dict)

    def add(self, values: Mapping[str, str], result: Checked) -> None:
        self.counts[result.status] += 1
        self.witness.setdefault(result.status, values)
        if result.why is not None:
            self.reasons[result.why] += 1

    def standing(self) -> Standing:
        holds, fails = self.counts["true"], self.counts["false"]
        settled = settle(holds, fails, quantifier=self.quantifier)
        if self.quantifier == "case" and not set(self.reasons) <= SAYS_NOTHING:
            # Where it is open for want of knowledge it may be either.
            settled = "open"
        return Standing(
            settled,
            holds,
            fails,
            dict(self.reasons.most_common()),
            self.witness.get("true"),
            self.witness.get("false"),
        )
