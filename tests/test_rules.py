"""The shipped rules of watchers as data: whole, sourced, and in both languages."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import simulator.watchers
from simulator.documents import Localized
from simulator.documents.reading import plain, read
from simulator.watchers import library
from simulator.watchers.rule import Fact, Rule
from simulator.watchers.scope import covers

FOLDER = Path(simulator.watchers.__file__).parent / "rules"
NAMES = library.names()
HYPOTHESES = {"huawei-2019", "honor-banner", "vivo-provider", "vivo-observer", "miui-log"}
PROPOSALS = {"provenance-aware", "loss-aware"}
#: Rules whose lists of folders are candidates, from the narrowest to the widest.
CANDIDATES = ("narrow", "medium", "wide", "everything")
WITH_CANDIDATES = [n for n in NAMES if set(library.rule(n).scope.sets) == set(CANDIDATES)]
HAN = "[\u3400-\u9fff]"
#: Wordings that a source quotes, as the dossier has them.
QUOTED = {
    "huawei-2019": {"{app} has deleted a photo from your gallery"},
    "huawei-acm": {
        "检测到“{app}”删除了视频，已成功拦截",
        "检测到“{app}”删除了图片，已成功拦截",
    },
    "honor-banner": {"{app}试图删除您的图片"},
    "vivo-provider": {"检测到{app}已删除照片或视频"},
    "vivo-observer": {"检测到{app}已删除照片或视频"},
}
every_rule = pytest.mark.parametrize("name", NAMES)
folders = st.lists(
    st.sampled_from(
        ["DCIM", "Camera", "Screenshots", "Pictures", "Movies", "Download", "Shop", "Android", "a"]
    ),
    max_size=4,
).map("/".join)


def inside(value: Any, kind: type, path: str = "$") -> Iterator[tuple[str, Any]]:
    """Everything of that *kind* in *value*, with the path to it."""
    if isinstance(value, kind):
        yield path, value
    if attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from inside(getattr(value, field.name), kind, f"{path}.{field.name}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from inside(item, kind, f"{path}.{key}")
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from inside(item, kind, f"{path}[{i}]")


def sections(name: str) -> dict[str, Fact]:
    return dict(inside(library.rule(name), Fact))


def texts(name: str) -> list[Localized]:
    return [text for _, text in inside(library.rule(name), Localized)]


def flagged(flag: str) -> set[str]:
    return {name for name in NAMES if getattr(library.rule(name), flag)}


# -- whole -------------------------------------------------------------------------------------


def test_the_rules_come_in_the_order_of_the_dossier_and_proposals_last() -> None:
    assert NAMES == (
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


@every_rule
def test_a_rule_loads_and_has_the_id_of_its_file(name: str) -> None:
    assert library.rule(name).id == name


@every_rule
def test_a_reader_in_pure_python_reads_the_same(name: str) -> None:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    fast, slow = read(text, "f"), read(text, "f", loader=yaml.SafeLoader)
    assert (plain(fast.tree), fast.problems) == (plain(slow.tree), slow.problems)


@every_rule
def test_every_section_names_a_source(name: str) -> None:
    assert [path for path, section in sections(name).items() if not section.source.strip()] == []


@every_rule
def test_what_no_source_settles_says_who_could(name: str) -> None:
    parameters = library.rule(name).parameters
    assert [
        key
        for key, p in parameters.items()
        if p.question is None or p.settled_by is None or p.who is None
    ] == []


@every_rule
def test_a_watcher_says_what_it_does_not_look_at(name: str) -> None:
    assert library.rule(name).blind_to


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"none"}))
def test_a_watcher_says_what_it_misses(name: str) -> None:
    assert library.rule(name).misses


# -- what is known, and what is not ------------------------------------------------------------


def test_what_no_source_confirms_is_marked_as_a_hypothesis() -> None:
    assert flagged("hypothesis") == HYPOTHESES


def test_what_nobody_built_is_marked_as_a_proposal() -> None:
    assert flagged("proposal") == PROPOSALS


@pytest.mark.parametrize("name", sorted(HYPOTHESES))
def test_no_part_of_a_hypothesis_counts_as_official(name: str) -> None:
    assert "official" not in {section.grade for section in sections(name).values()}


@pytest.mark.parametrize("name", sorted(HYPOTHESES))
def test_the_mechanism_of_a_hypothesis_is_at_most_inferred(name: str) -> None:
    assert library.rule(name).hook.grade in {"inference", "assumption"}


@pytest.mark.parametrize("name", sorted(PROPOSALS))
def test_a_proposal_rests_on_nothing(name: str) -> None:
    assert {section.grade for section in sections(name).values()} == {"assumption"}


@pytest.mark.parametrize("name", sorted(PROPOSALS))
def test_a_proposal_breaks_no_app(name: str) -> None:
    assert library.rule(name).action.does == "notify"


@every_rule
def test_what_is_not_public_is_an_assumption(name: str) -> None:
    guessed = {
        path: section.grade
        for path, section in sections(name).items()
        if section.source.startswith("not public")
    }
    # Where a source is silent but something speaks for one value, that is an inference.
    assert set(guessed.values()) <= {"assumption", "inference"}


# -- wordings ----------------------------------------------------------------------------------


def quoted(rule: Rule) -> set[str]:
    """The texts that a rule says are quoted from a source."""
    found = set()
    for wording in rule.notice.wordings if rule.notice is not None else ():
        if wording.en == "documented":
            found.add(wording.text.en)
        if wording.zh == "documented":
            found.add(wording.text.zh_CN)
    return found


@every_rule
def test_a_wording_is_quoted_only_where_a_source_has_it(name: str) -> None:
    assert quoted(library.rule(name)) == QUOTED.get(name, set())


@every_rule
def test_a_wording_names_the_app_once_in_each_language(name: str) -> None:
    notice = library.rule(name).notice
    counts = {
        text.count("{app}")
        for wording in (notice.wordings if notice is not None else ())
        for text in (wording.text.en, wording.text.zh_CN)
    }
    assert counts <= {1}


def test_only_the_rule_that_splits_its_notice_says_whose_file_it_was() -> None:
    split = {
        name
        for name in NAMES
        if (notice := library.rule(name).notice) is not None
        and {"made_by_app", "not_made_by_app"} & set(notice.claims)
    }
    assert split == PROPOSALS


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("honor-banner", "was_removed"),  # “tried to”
        ("vivo-provider", "was_intercepted"),
        ("vivo-observer", "was_intercepted"),
        ("huawei-2019", "was_intercepted"),
        ("loss-aware", "was_removed"),  # “removed or overwrote”
    ],
)
def test_a_notice_claims_no_more_than_its_wording_says(name: str, claim: str) -> None:
    notice = library.rule(name).notice
    assert notice is not None
    assert claim not in notice.claims


@pytest.mark.parametrize("name", ["oppo-dcim", "oplus-acm", "miui-log"])
def test_no_wording_is_made_up_where_none_is_public(name: str) -> None:
    notice = library.rule(name).notice
    assert notice is not None
    assert notice.wordings == ()


# -- both languages ----------------------------------------------------------------------------


@every_rule
def test_the_chinese_side_is_chinese(name: str) -> None:
    assert [t.zh_CN for t in texts(name) if not re.search(HAN, t.zh_CN)] == []


@every_rule
def test_the_english_side_has_no_chinese(name: str) -> None:
    assert [t.en for t in texts(name) if re.search(HAN, t.en)] == []


@every_rule
def test_chinese_is_typed_without_spaces_and_with_wide_marks(name: str) -> None:
    wrong = re.compile(f"{HAN} [A-Za-z0-9{{]|[A-Za-z0-9}}] {HAN}|{HAN}[,;:?!()]|[,;:?!()]{HAN}")
    assert [t.zh_CN for t in texts(name) if wrong.search(t.zh_CN)] == []


# -- the lists ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "photos", "videos"),
    [
        ("huawei-2019", 20, 23),
        ("huawei-acm", 20, 23),
        ("oplus-acm", 20, 20),  # 19, and amr
        ("honor-banner", 20, 0),
        ("loss-aware", 20, 23),
    ],
)
def test_the_lists_of_extensions_are_as_long_as_in_their_source(
    name: str, photos: int, videos: int
) -> None:
    types = library.rule(name).types
    assert (len(set(types.photo)), len(set(types.video))) == (photos, videos)


def test_oplus_has_the_photos_of_huawei() -> None:
    oplus, huawei = library.rule("oplus-acm"), library.rule("huawei-acm")
    assert set(oplus.types.photo) == set(huawei.types.photo)


def test_oplus_leaves_out_four_of_the_videos_of_huawei_and_adds_amr() -> None:
    oplus = set(library.rule("oplus-acm").types.video)
    huawei = set(library.rule("huawei-acm").types.video)
    assert (huawei - oplus, oplus - huawei) == ({"rm", "rmvb", "rv", "rmhd"}, {"amr"})


def test_the_same_folders_are_tried_for_every_rule_whose_list_is_not_public() -> None:
    # A list of prefixes also covers what lies below; a flag only the folder that has it.
    tried = {
        tuple(
            (name, tuple(pattern.removesuffix("/**") for pattern in patterns))
            for name, patterns in library.rule(rule).scope.sets.items()
        )
        for rule in WITH_CANDIDATES
    }
    assert len(tried) == 1


def test_the_rules_whose_list_is_not_public_are_those_of_huawei_oplus_and_honor() -> None:
    assert WITH_CANDIDATES == ["huawei-2019", "huawei-acm", "oplus-acm", "honor-banner"]


@settings(deadline=None)
@given(st.sampled_from(WITH_CANDIDATES), folders)
def test_a_wider_candidate_covers_whatever_a_narrower_one_covers(name: str, folder: str) -> None:
    sets = library.rule(name).scope.sets
    covered = [covers(sets[which], folder) for which in CANDIDATES]
    assert covered == sorted(covered)


@pytest.mark.parametrize(("narrower", "wider"), list(itertools.pairwise(CANDIDATES)))
def test_each_candidate_is_really_wider_than_the_one_before(narrower: str, wider: str) -> None:
    sets = library.rule("huawei-acm").scope.sets
    tried = ("DCIM/Camera", "DCIM/Shop", "Music", "Android/data/com.x/cache")
    assert any(covers(sets[wider], f) and not covers(sets[narrower], f) for f in tried)


@given(folders)
@settings(deadline=None)
def test_the_proposal_against_losses_watches_all_but_the_apps_own_folders(folder: str) -> None:
    (patterns,) = library.rule("loss-aware").scope.sets.values()
    own = folder == "Android" or folder.startswith("Android/")
    assert covers(patterns, folder) is not own
