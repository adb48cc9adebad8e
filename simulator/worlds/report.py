"""A report of what somebody observed: the file, and the worlds that are considered for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve, frozen

from simulator.documents import Document, Localized, load
from simulator.errors import DocumentError, InputError, Problem, UnknownName
from simulator.message import Message
from simulator.scenario import library
from simulator.scenario.model import Scenario
from simulator.scenario.space import Space
from simulator.worlds import factors as varied
from simulator.worlds.factors import own_value, space_for, wrong_value
from simulator.worlds.observations import SHOWN, known, noted

#: The real original's path: no observation of its own, but what tells whose another path is.
THE_ORIGINAL = "original.path"
#: Whose answers may also be written otherwise: an app's name, a size, a package.
_FREE = frozenset({"notice.names", "bin.size", "bin.owner", "bin.path", "app.log_path"})


@frozen
class Report:
    """What somebody observed: the values by the observation's name, every one optional.

    *scenario* is the case whose worlds are considered, *factors* what of it is varied (as
    ``--factors``; by default what it assumes, or the usual factors).
    """

    observed: Mapping[str, str]
    scenario: str = "album-pipeline"
    factors: tuple[str, ...] = ()
    title: Localized | None = None


def read(text: bytes, file: str) -> Document[Report]:
    """A report, its answers under the names that the model has for them.

    An answer may be written in either language.  Raises :class:`DocumentError` where it is no
    report, or names what nobody can see.
    """
    document = load(text, Report, file=file)
    report = document.value
    named = {name: _named(name, given) for name, given in report.observed.items()}
    document = evolve(document, value=evolve(report, observed=named))
    problems = list(_problems(document))
    if problems:
        raise DocumentError(problems)
    return document


def _named(name: str, given: str) -> str:
    """The model's name of an answer, or of a factor's value, that is written in words."""
    factor = varied.known().get(name)
    texts = dict(known()[name].answers) if name in known() else {}
    if factor is not None:
        texts.update(factor.values)
    for key, text in texts.items():
        if given.strip() in {text.en, text.zh_CN}:
            return key
    return given


def _problems(document: Document[Report]) -> Iterator[Problem]:
    names = (*known(), THE_ORIGINAL, *noted())
    for name, given in document.value.observed.items():
        place = f'$.observed["{name}"]'
        if name not in names:
            yield document.problem(place, UnknownName(Message("observation"), name, names).message)
        elif name in known() and known()[name].answers and name not in _FREE:
            answers = tuple(known()[name].answers)
            if given not in answers:
                message = UnknownName(Message("answer"), given, answers).message
                yield document.problem(place, message)
    if not set(document.value.observed) & set(known()):
        yield document.problem("$.observed", Message("nothing that can be used is here"))


def scenario_of(document: Document[Report]) -> Document[Scenario]:
    """The case that a report is about.

    Raises :class:`DocumentError` where there is none of that name.
    """
    try:
        return library.read(document.value.scenario)
    except DocumentError:
        raise
    except InputError as error:
        raise DocumentError([document.problem("$.scenario", error.message)]) from None


def space_of(document: Document[Report], scenario: Scenario) -> Space:
    """The worlds that are considered for a report on *scenario*.

    What was observed of a factor is among its values; with a version, how such phones are built is
    varied too.  Raises :class:`DocumentError` where a value cannot be one.
    """
    report = document.value
    factors = dict(_base(document, scenario).factors)
    for name, given in report.observed.items():
        if name not in known() or name in SHOWN:
            continue
        problem = wrong_value(scenario, name, given)
        if problem is not None:
            raise DocumentError([document.problem(f'$.observed["{name}"]', problem)])
        own = own_value(scenario, name)
        there = factors.get(name, () if own is None else (own,))
        factors[name] = tuple(dict.fromkeys((*there, given)))
        if name == "phone.android" and given != own and "phone.stack" not in factors:
            factors["phone.stack"] = varied.values_of(scenario, "phone.stack")
    return Space(scenario, factors)


def _base(document: Document[Report], scenario: Scenario) -> Space:
    """The worlds over the factors that the report names, or over the usual ones."""
    for i, factor in enumerate(document.value.factors):
        try:
            space_for(scenario, [factor])
        except InputError as error:
            raise DocumentError([document.problem(f"$.factors[{i}]", error.message)]) from None
    return space_for(scenario, document.value.factors)
