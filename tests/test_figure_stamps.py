"""Figures that commands draw for everybody, drawn for a scenario: the same picture, and stamped."""

from __future__ import annotations

from functools import cache

import pytest

from simulator import __version__
from simulator.scenario import library
from simulator.telling.figures.canvas import Drawing, Shape, Text
from simulator.telling.figures.gallery import FIGURES
from simulator.telling.figures.material import Material
from simulator.telling.figures.matrix import matrix
from simulator.telling.figures.page import SIZES, NoFigure
from simulator.telling.figures.scores import scores
from simulator.telling.figures.stairs import stairs
from simulator.telling.figures.timeline import timeline
from simulator.telling.words import LANGS, Lang, words
from simulator.verdict.capabilities import places, table
from simulator.verdict.score import score
from simulator.watchers import library as watchers
from tests.tools.pictures import faults

NAMES = ("timeline", "permission-stairs", "watchers-by-deeds", "watchers-score")
INCIDENTS = library.group("incidents")


@cache
def material(name: str) -> Material:
    return Material(library.read(name).value)


@cache
def tables() -> Material:
    """Watchers by deeds say the same beside every scenario."""
    return material("album-pipeline")


def drawn(figure: str, scenario: str = "album-pipeline", lang: Lang = "en") -> Drawing:
    return FIGURES[figure].draw(material(scenario), words(lang), "wide")


def plain(figure: str) -> Drawing:
    """What the command draws, which knows of no scenario."""
    one, speak = tables(), words("en")
    if figure == "timeline":
        return timeline(one.trace, one.verdict, speak)
    if figure == "permission-stairs":
        return stairs(table(), speak, scenario=one.scenario.id, standing=places(one.scenario))
    if figure == "watchers-by-deeds":
        return matrix(one.comparison, speak)
    return scores(one.scores, one.comparison.watchers, speak)


def lines(drawing: Drawing) -> list[str]:
    return [item.string for item in drawing.items if isinstance(item, Text)]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("figure", NAMES)
def test_a_scenarios_picture_says_which_run_it_is_of(figure: str, lang: Lang) -> None:
    found = lines(drawn(figure, lang=lang))
    one = material("album-pipeline")
    stamp = next(line for line in found if one.digest[:12] in line)
    seed = "seed 0" if lang == "en" else "种子0"
    assert all(part in stamp for part in ("album-pipeline", seed, __version__))
    assert any(words(lang).say("A model, not evidence.") in line for line in found)


@pytest.mark.parametrize("figure", NAMES)
def test_all_that_is_added_is_the_stamp(figure: str) -> None:
    stamped, bare = drawn(figure), plain(figure)
    shapes = [item for item in bare.items if isinstance(item, Shape)]
    assert [item for item in stamped.items if isinstance(item, Shape)] == shapes
    added = set(lines(stamped)) - set(lines(bare))
    assert len(added) <= 2
    assert any(tables().digest[:12] in line for line in added)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("scenario", INCIDENTS)
@pytest.mark.parametrize("figure", NAMES[:2])
def test_it_can_be_read_for_every_incident(figure: str, scenario: str, lang: Lang) -> None:
    assert faults(drawn(figure, scenario, lang)) == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("figure", NAMES[2:])
def test_the_tables_can_be_read(figure: str, lang: Lang) -> None:
    assert faults(drawn(figure, lang=lang)) == []


@pytest.mark.parametrize("figure", NAMES)
def test_a_size_that_it_is_not_laid_out_for_is_refused(figure: str) -> None:
    others = [size for size in SIZES if size not in FIGURES[figure].sizes]
    assert others
    for size in others:
        with pytest.raises(NoFigure):
            FIGURES[figure].draw(material("album-pipeline"), words("en"), size)


def test_the_scores_taken_from_a_comparison_are_those_of_runs_of_their_own() -> None:
    deeds = [library.read(name).value for name in library.group("deeds")]
    ids = [rule.id for rule in tables().comparison.watchers]
    for name in ("oppo-gate", "consent", "vivo-observer"):
        alone = score(deeds, name, watchers.rule(name))
        assert tables().scores[ids.index(name)] == alone


def test_a_run_that_would_be_the_same_is_not_run_again() -> None:
    worlds = [w for row in tables().comparison.rows for c in row.cells.values() for w in c.worlds]
    assert tables().compared < len(worlds) / 2
