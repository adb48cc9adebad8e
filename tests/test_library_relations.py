"""What must always hold (DESIGN 8.1), over the whole library."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest
from attrs import evolve

from simulator import engine
from simulator.android.stack import LOWER_LAYERS
from simulator.documents import Bytes, Localized, Seconds
from simulator.scenario import library
from simulator.scenario.model import AlbumFile, OtherApp, WatcherSpec
from simulator.trace import Cause, FileEvent, Match, Notice, Pass, Refusal
from simulator.verdict.judge import judge
from simulator.watchers import library as watchers
from tests.tools.worlds import books_add_up, played

NAMES = list(library.shipped())
#: Losses of content, the least first.
RANK = {"none": 0, "metadata": 1, "quality": 2, "cannot_tell": 3, "all": 3}
PURE = ("vivo-provider", "vivo-observer", "miui-log")
GUARDS = ("huawei-acm", "oplus-acm", "oppo-dcim")
STRANGER = AlbumFile("Documents/letter.pdf", Bytes(3_000_000))


@cache
def scenario(name):
    return library.read(name).value


def verdict_of(case):
    return judge(engine.run(case, digested=False))


def essence(verdict, leave_out=()):
    """What a verdict says, without times and names."""
    originals = [o for o in verdict.originals if o.path not in leave_out]
    return (
        verdict.outcome,
        [(o.end.fate, o.end.loss, o.end.survives_in, sorted(o.on_authority)) for o in originals],
        [(r.role, r.result, r.for_whom) for r in verdict.removals],
        [(n.about, n.wrong_app, n.stopped, [c.status for c in n.claims]) for n in verdict.notices],
        [s.why for s in verdict.silences],
        [(c.route, c.answer) for c in verdict.could if c.original not in leave_out],
        len(verdict.dialogs),
        len(verdict.withheld),
        len(verdict.stale),
    )


def under(case, rule, **chosen):
    return evolve(case, watcher=WatcherSpec(rule, **chosen), assumed={})


@pytest.mark.parametrize("name", NAMES)
def test_renaming_the_package_changes_no_verdict(name):
    case = scenario(name)
    package = case.app.package
    album = tuple(
        evolve(f, made_by="org.other.name") if f.made_by == package else f for f in case.phone.album
    )
    renamed = evolve(
        case,
        app=evolve(case.app, package="org.other.name"),
        phone=evolve(case.phone, album=album),
    )
    assert essence(verdict_of(renamed)) == essence(verdict_of(case))


@pytest.mark.parametrize("name", NAMES)
def test_shifting_all_times_changes_no_verdict(name):
    case = scenario(name)
    happens = tuple(evolve(h, at=Seconds(h.at + 7.0)) for h in case.happens)
    shifted = evolve(case, happens=happens, until=Seconds(case.until + 7.0))
    assert essence(verdict_of(shifted)) == essence(verdict_of(case))


@pytest.mark.parametrize("name", NAMES)
def test_renaming_a_video_within_its_kind_changes_no_verdict(name):
    case = scenario(name)

    def other(path):
        return path and path.replace("2022", "2021").replace("IMG_2020", "IMG_2019")

    album = tuple(evolve(f, path=other(f.path)) for f in case.phone.album)
    happens = tuple(
        evolve(h, original=other(h.original), more=tuple(map(other, h.more))) for h in case.happens
    )
    renamed = evolve(case, phone=evolve(case.phone, album=album), happens=happens)
    assert essence(verdict_of(renamed)) == essence(verdict_of(case))


@pytest.mark.parametrize("name", NAMES)
def test_an_unrelated_app_changes_no_verdict(name):
    case = scenario(name)
    stranger = OtherApp("com.example.stranger", Localized("Stranger", "路人"))
    more = evolve(case, others=(*case.others, stranger))
    assert essence(verdict_of(more)) == essence(verdict_of(case))


@pytest.mark.parametrize("name", NAMES)
def test_an_unrelated_file_changes_no_verdict(name):
    case = scenario(name)
    phone = evolve(
        case.phone,
        album=(*case.phone.album, STRANGER),
        storage=Bytes(case.phone.storage + STRANGER.size),
    )
    more = verdict_of(evolve(case, phone=phone))
    assert essence(more, leave_out={STRANGER.path}) == essence(verdict_of(case))


@pytest.mark.parametrize("name", NAMES)
def test_permuting_the_album_changes_no_verdict(name):
    case = scenario(name)
    turned = evolve(case, phone=evolve(case.phone, album=tuple(reversed(case.phone.album))))
    assert essence(verdict_of(turned)) == essence(verdict_of(case))


@pytest.mark.parametrize("rule", PURE)
@pytest.mark.parametrize("name", NAMES)
def test_a_watcher_that_only_looks_changes_no_fate(name, rule):
    case = scenario(name)
    bare, looked_at = (verdict_of(under(case, one)) for one in ("none", rule))
    assert [o.at["end"] for o in bare.originals] == [o.at["end"] for o in looked_at.originals]


def worse(name, rule):
    """Whether something of an original is lost under that guard which is not without it."""
    case = scenario(name)
    bare, guarded = (verdict_of(under(case, one)) for one in ("none", rule))
    before = {o.path: RANK[o.end.loss] for o in bare.originals}
    return any(RANK[o.end.loss] > before.get(o.path, 9) for o in guarded.originals)


@pytest.mark.parametrize("rule", GUARDS)
def test_a_guard_lets_more_survive(rule):
    assert [name for name in NAMES if worse(name, rule)] == []


def test_the_documented_exception_is_found_where_the_user_had_a_rescue():
    # What a guard has kept is lost to a second rescue of that name; without the second it is not.
    case = scenario("rescue-overwritten")
    slow = evolve(case, timing=evolve(case.timing, clean_up_delay=Seconds(1.0)))
    losses = [verdict_of(one).originals[0].end.loss for one in (case, slow)]
    assert losses == ["all", "none"]


def matched(case):
    trace = engine.run(case, digested=False)
    return {(r.verb, r.path) for r in trace.records if isinstance(r, Match)}


@pytest.mark.parametrize("name", NAMES)
def test_a_wider_scope_never_takes_a_match_away(name):
    sets = watchers.rule("huawei-acm").scope.sets
    found = [matched(under(scenario(name), "huawei-acm", scope=scope)) for scope in sets]
    assert all(narrow <= wide for narrow, wide in pairwise(found))


@pytest.mark.parametrize("listed", ["app", "provider"])
@pytest.mark.parametrize("name", NAMES)
def test_an_exemption_never_adds_a_match(name, listed):
    case = scenario(name)
    exempt = matched(under(case, "huawei-acm", scope="medium", whitelist=listed))
    assert exempt <= matched(under(case, "huawei-acm", scope="medium"))


@pytest.mark.parametrize("name", NAMES)
def test_no_rule_fits_at_a_layer_that_was_not_crossed(name):
    trace = engine.run(scenario(name))
    seen = {(c, r.layer) for r in trace.records if isinstance(r, FileEvent) for c in r.because}
    refused = {c for r in trace.records if isinstance(r, Refusal) for c in r.because}
    passed = {c for r in trace.records if isinstance(r, FileEvent) for c in r.because} - refused
    for record in trace.records:
        if isinstance(record, Match | Pass):
            assert record.layer in trace.header.layers or record.layer in LOWER_LAYERS
            for cause in set(record.because) & passed:
                assert (cause, record.layer) in seen


@pytest.mark.parametrize("name", NAMES)
def test_every_notice_walks_back_to_a_user_a_timer_or_a_fault(name):
    trace = engine.run(scenario(name))
    for notice in (r for r in trace.records if isinstance(r, Notice)):
        roots = [r for r in trace.ancestors(notice.id) if not r.because]
        assert {r.kind for r in roots if isinstance(r, Cause)} <= {"user", "timer", "fault"}
        assert roots


@pytest.mark.parametrize("name", NAMES)
def test_storage_is_conserved_over_the_whole_run(name):
    assert books_add_up(played(scenario(name))[0])


SWAPPED = [
    name
    for name in NAMES
    if scenario(name).clean_up.hits == "app_copy"
    and scenario(name).app.storage == "legacy"
    and scenario(name).pipeline.preset == "evidence-video"
    and scenario(name).pipeline.variant in {"normal", "scanned"}
    and "delete in gallery" not in {h.act for h in scenario(name).happens}
]


@pytest.mark.parametrize("name", SWAPPED)
def test_the_notice_is_the_same_whether_the_copy_or_the_original_goes(name):
    # In one folder, with one kind of name, under a rule of folders and names.
    case = under(scenario(name), "huawei-acm", scope="medium")
    case = evolve(
        case,
        phone=evolve(case.phone, android="10", stack="sdcardfs"),
        pipeline=evolve(case.pipeline, place="DCIM/Camera", name="timestamp"),
    )
    texts = []
    for hits in ("app_copy", "original"):
        verdict = verdict_of(evolve(case, clean_up=evolve(case.clean_up, hits=hits)))
        texts.append([n.notice.text for n in verdict.notices])
    assert texts[0] == texts[1]
