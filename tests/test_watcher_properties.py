"""What must hold of every watcher, whatever the deed, the phone and what is not public."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import product

import pytest
from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator import engine
from simulator.android.processes import (
    DOWNLOAD_PROVIDER,
    GALLERY,
    KERNEL,
    MEDIA_PROVIDER,
    MEDIA_PROVIDER_UNTIL_29,
    Process,
    app_process,
)
from simulator.android.stack import Stack
from simulator.documents import Seconds
from simulator.scenario import library
from simulator.scenario.family import infeasible
from simulator.scenario.model import Consent, Scenario, WatcherSpec
from simulator.trace import (
    Belief,
    Dialog,
    FileEvent,
    FileState,
    Listing,
    Match,
    Notice,
    Operation,
    Pass,
    Refusal,
    Sent,
    Trace,
    Transfer,
)
from simulator.trace.records import Record
from simulator.verdict.judge import judge
from simulator.verdict.variations import explore, variations
from simulator.watchers import library as watchers
from simulator.watchers.rule import Home, Mode, Rule
from simulator.watchers.soundness import possible_values

RULES = tuple(name for name in watchers.names() if name != watchers.NONE)
DEEDS = tuple(name for name in library.shipped() if library.group_of(name) == "deeds")
#: What the app of the album pipeline can do, beside the deeds.
VARIANTS = (
    "normal",
    "crash-orphan",
    "tmp-rename",
    "delete-original",
    "overwrite-original",
    "replace-original",
    "rename-original-away",
)
PHONES = (
    ("7", "fuse-daemon"),
    ("9", "sdcardfs"),
    ("10", "sdcardfs"),
    ("10", "hmdfs"),
    ("11", "fuse"),
    ("11", "fuse-over-sdcardfs"),
    ("12", "fuse"),
)
#: Those that refuse, keep aside or ask; the others look on.
GUARDS = tuple(n for n in RULES if watchers.rule(n).action.does in {"refuse", "keep", "ask"})
MANY = settings(max_examples=150, deadline=None)
SOME = settings(max_examples=60, deadline=None)
FEW = settings(max_examples=20, deadline=None)
#: How much of an original is left; what cannot be told is not compared.
LEFT = {"all": 0, "quality": 1, "metadata": 2, "none": 3}


@cache
def deed(name: str) -> Scenario:
    """A deed, or a variant of the album pipeline."""
    if name in DEEDS:
        return library.read(name).value
    return library.read("album-pipeline").with_text({"pipeline.variant": name}).value


@st.composite
def deeds(
    draw: st.DrawFn,
    phones: tuple[tuple[str, str], ...] = PHONES,
    names: tuple[str, ...] = DEEDS + VARIANTS,
) -> Scenario:
    """An app that does something to a file, on some phone, under no watcher."""
    scenario = deed(draw(st.sampled_from(names)))
    android, stack = draw(st.sampled_from(phones))
    clean_up = evolve(
        scenario.clean_up,
        hits=draw(st.sampled_from(["app_copy", "original"])),
        via=draw(st.sampled_from(["path", "path", "mediastore"])),
        on_refusal=draw(st.sampled_from(["gives_up", "retries", "asks_user"])),
        retry_after=Seconds(draw(st.sampled_from([1.0, 0.001]))),
    )
    here = evolve(
        on(scenario, android, stack),
        app=evolve(scenario.app, storage=draw(st.sampled_from(["legacy", "legacy", "scoped"]))),
        clean_up=clean_up,
        consent=Consent(draw(st.sampled_from(["agrees", "declines", "ignores"]))),
        watcher=WatcherSpec(watchers.NONE),
    )
    assume(infeasible(here) is None)
    return here


@st.composite
def watched(
    draw: st.DrawFn,
    names: tuple[str, ...] = RULES,
    acting: st.SearchStrategy[Scenario] | None = None,
    *,
    overseas: bool | None = None,
) -> Scenario:
    """Such an app under a rule, set up in any way: where the rule is known, or elsewhere."""
    rule = watchers.rule(draw(st.sampled_from(names)))
    known = tuple((home.android, home.stack) for home in rule.homes)
    if acting is None:
        acting = deeds(known * len(PHONES) + PHONES)
    chosen = {p: draw(st.sampled_from(possible_values(rule, p))) for p in rule.parameters}
    abroad = draw(st.sampled_from([False, False, True])) if overseas is None else overseas
    return under(draw(acting), rule.id, chosen, abroad)


def under(
    scenario: Scenario, name: str, chosen: Mapping[str, str] = {}, abroad: bool = False
) -> Scenario:
    """*scenario* under that rule, with these parameters."""
    return evolve(scenario, watcher=WatcherSpec(name, overseas=abroad, **chosen))


def on(scenario: Scenario, android: str, stack: str) -> Scenario:
    """*scenario* on such a phone."""
    phone = evolve(scenario.phone, android=android, stack=stack, launched_with=None)
    return evolve(scenario, phone=phone)


def but(scenario: Scenario, **changes: object) -> Scenario:
    """*scenario* with these things of its watcher changed."""
    return evolve(scenario, watcher=evolve(scenario.watcher, **changes))


def played(scenario: Scenario) -> Trace:
    return engine.run(scenario, digested=False)


def of(trace: Trace, *kinds: type[Record]) -> list:
    return [record for record in trace.records if isinstance(record, kinds)]


# -- where -------------------------------------------------------------------------------------


def processes(trace: Trace) -> dict[str, Process]:
    """Who asks for anything in a run, by package."""
    asking = (GALLERY, KERNEL, MEDIA_PROVIDER, MEDIA_PROVIDER_UNTIL_29, DOWNLOAD_PROVIDER)
    app = app_process(trace.header.app["package"])
    return {p.package: p for p in (app, *asking)}


def crossed(trace: Trace, operation: Operation) -> tuple[str, ...]:
    """The layers that an operation crosses, top first, by the stack alone."""
    phone = trace.header.phone
    caller = processes(trace)[operation.asked_by]
    hops = Stack(phone["stack"], phone["api"]).route(operation.path, operation.via, caller)
    return tuple(hop.layer for hop in hops)


@SOME
@given(watched())
def test_no_rule_fits_at_a_layer_that_the_operation_does_not_cross(scenario):
    trace = played(scenario)
    for record in of(trace, Match, Pass):
        assert record.layer in crossed(trace, trace[record.because[0]])


@SOME
@given(watched())
def test_no_rule_fits_below_the_layer_that_refused(scenario):
    trace = played(scenario)
    for refusal in of(trace, Refusal):
        route = crossed(trace, trace[refusal.because[0]])
        fitting = [m for m in of(trace, Match) if m.because == refusal.because]
        assert all(route.index(m.layer) <= route.index(refusal.layer) for m in fitting)


@SOME
@given(watched())
def test_a_rule_fits_only_at_layers_that_saw_the_change_or_where_it_was_stopped(scenario):
    trace = played(scenario)
    for match in of(trace, Match):
        seen = {e.layer for e in of(trace, FileEvent) if e.because == match.because}
        stopped = {r.layer for r in of(trace, Refusal) if r.because == match.because}
        waiting = {match.layer for d in of(trace, Dialog) if match.id in d.because}
        assert match.layer in seen | stopped | waiting


# -- more and less -----------------------------------------------------------------------------


def fitted(scenario: Scenario) -> set[tuple[str, str]]:
    """What a rule fitted, however often."""
    return {(match.verb, match.path) for match in of(played(scenario), Match)}


SCOPED = tuple(name for name in RULES if len(watchers.rule(name).scope.sets) > 1)


def goes_on(scenario: Scenario) -> bool:
    """Whether a refusal does not hold the app up for good: what it does next is seen as well."""
    return scenario.consent.answer != "ignores"


@SOME
@given(watched(SCOPED).filter(goes_on))
def test_a_wider_scope_only_adds_matches(scenario):
    found = [
        fitted(but(scenario, scope=scope)) for scope in ("narrow", "medium", "wide", "everything")
    ]
    assert found[0] <= found[1] <= found[2] <= found[3]


@SOME
@given(watched(overseas=False).filter(goes_on), st.sampled_from(["app", "provider"]))
def test_whoever_is_put_on_the_list_only_loses_matches(scenario, listed):
    assert fitted(but(scenario, whitelist=listed)) <= fitted(but(scenario, whitelist="none"))


@SOME
@given(watched().filter(goes_on))
def test_a_build_for_other_markets_only_loses_matches(scenario):
    assert fitted(but(scenario, overseas=True)) <= fitted(but(scenario, overseas=False))


ASKING_FOR_NOMEDIA = tuple(n for n in RULES if "nomedia" in watchers.rule(n).parameters)
HIDING = deeds((("9", "sdcardfs"), ("10", "sdcardfs"), ("10", "hmdfs")), ("s16-nomedia-folder",))


@SOME
@given(watched(ASKING_FOR_NOMEDIA, HIDING).filter(goes_on))
def test_an_exemption_of_hidden_folders_only_loses_matches(scenario):
    assert fitted(but(scenario, nomedia="exempts")) <= fitted(but(scenario, nomedia="ignored"))


@SOME
@given(watched().filter(goes_on))
def test_waiting_for_a_scan_only_loses_matches(scenario):
    assert fitted(but(scenario, indexed_by="scan")) <= fitted(but(scenario, indexed_by="row"))


def test_a_refusal_can_keep_an_app_from_what_would_have_fitted_later():
    # It asks the user, who never answers; so it does not come to rename the original.
    app = deed("rename-original-away")
    asking = evolve(app, clean_up=evolve(app.clean_up, on_refusal="asks_user"))
    waiting = evolve(on(asking, "11", "fuse"), consent=Consent("ignores"))
    narrow, wide = (
        {verb for verb, _ in fitted(under(waiting, "huawei-acm", {"scope": scope}))}
        for scope in ("narrow", "wide")
    )
    assert (narrow, wide) == ({"rename"}, {"unlink"})


# -- what it does to files ---------------------------------------------------------------------


def alive(trace: Trace) -> set[str]:
    """The contents of the originals that are on the phone at the end."""
    held = {
        moment: {
            r.digest: r.path
            for r in of(trace, FileState)
            if r.view == "lower" and r.moment == moment
        }
        for moment in ("start", "end")
    }
    before = {d for d, path in held["start"].items() if path in trace.header.originals}
    return before & set(held["end"])


@MANY
@given(watched(GUARDS))
def test_a_guard_never_costs_the_content_of_an_original(scenario):
    bare = under(scenario, watchers.NONE)
    assert alive(played(scenario)) >= alive(played(bare))


@MANY
@given(watched(GUARDS))
def test_a_guard_never_leaves_less_of_an_original(scenario):
    bare = under(scenario, watchers.NONE)
    for one, other in zip(
        judge(played(scenario)).originals, judge(played(bare)).originals, strict=True
    ):
        if "cannot_tell" not in {one.end.loss, other.end.loss}:
            assert LEFT[one.end.loss] >= LEFT[other.end.loss]


def mode_of(scenario: Scenario) -> Mode:
    """How the rule of that scenario is set up."""
    rule = scenario.watcher.applied
    return rule.hook.modes[scenario.watcher.mode or next(iter(rule.hook.modes))]


def looks_on(rule: Rule) -> bool:
    return rule.action.does in {"log", "notify", "consent"}


def pure(scenario: Scenario) -> bool:
    """Whether the rule, set up like that, stops nothing and asks nobody."""
    mode = mode_of(scenario)
    return not mode.denies and (looks_on(scenario.watcher.applied) or not mode.acts_on)


LOOKING_ON = tuple(name for name in RULES if looks_on(watchers.rule(name)))
WITH_PURE_MODES = (*LOOKING_ON, "oplus-acm", "oppo-dcim")


def happened(trace: Trace) -> list:
    """All that happened to files, rows and the app, without the ids of the records."""
    kinds = (FileEvent, FileState, Listing, Refusal, Transfer, Belief, Dialog)
    return [evolve(record, id=0, because=()) for record in of(trace, *kinds)]


@SOME
@given(watched(WITH_PURE_MODES).filter(pure))
def test_who_only_looks_on_changes_nothing(scenario):
    bare = under(scenario, watchers.NONE)
    assert happened(played(scenario)) == happened(played(bare))


@SOME
@given(watched(WITH_PURE_MODES).filter(pure))
def test_who_only_looks_on_changes_no_fate(scenario):
    bare = under(scenario, watchers.NONE)
    with_rule, without = judge(played(scenario)).originals, judge(played(bare)).originals
    # With a rule there are more moments at which things are looked at: those of its notices.
    for one, other in zip(with_rule, without, strict=True):
        assert {moment: one.at[moment] for moment in other.at} == other.at


@SOME
@given(watched(LOOKING_ON))
def test_who_looks_on_tells_of_no_change_that_was_refused(scenario):
    trace = played(scenario)
    refused = {r.because for r in of(trace, Refusal)}
    assert not [m for m in of(trace, Match) if m.because in refused]


@SOME
@given(watched())
def test_no_request_leads_to_two_matches(scenario):
    trace = played(scenario)
    operations = [m.because for m in of(trace, Match)]
    assert len(operations) == len(set(operations))


@SOME
@given(watched())
def test_each_event_is_of_one_match_and_none_is_only_logged(scenario):
    trace = played(scenario)
    sent = [trace[s.because[0]] for s in of(trace, Sent)]
    assert len(sent) == len(set(sent))
    assert all(m.action in {"notify", "keep", "refuse"} for m in sent)


# -- original and copy -------------------------------------------------------------------------

#: Both in the same folder, with the same ending, removed by the same app.
BESIDE = evolve(deed("normal"), pipeline=evolve(deed("normal").pipeline, place="DCIM/Camera"))


def notices(scenario: Scenario, hits: str) -> list[Notice]:
    clean_up = evolve(scenario.clean_up, hits=hits)
    return of(played(evolve(scenario, clean_up=clean_up)), Notice)


@FEW
@given(
    st.one_of(
        watched(("huawei-acm",), st.just(on(BESIDE, "10", "sdcardfs"))),
        watched(("huawei-acm",), st.just(on(BESIDE, "10", "hmdfs"))),
        watched(("oplus-acm",), st.just(on(BESIDE, "11", "fuse"))),
    )
)
def test_a_rule_of_path_and_name_says_the_same_of_the_original_as_of_a_copy(scenario):
    copy, original = notices(scenario, "app_copy"), notices(scenario, "original")
    assert [n.text for n in copy] == [n.text for n in original]
    assert [(n.names_app, n.claims) for n in copy] == [(n.names_app, n.claims) for n in original]


@pytest.mark.parametrize(
    ("name", "android", "stack"),
    [
        ("huawei-acm", "10", "sdcardfs"),
        ("huawei-acm", "10", "hmdfs"),
        ("oplus-acm", "11", "fuse"),
    ],
)
@pytest.mark.parametrize("hits", ["app_copy", "original"])
def test_it_does_speak_of_both(name, android, stack, hits):
    assert len(notices(under(on(BESIDE, android, stack), name), hits)) == 1


def test_the_rule_that_asks_who_made_the_file_tells_them_apart():
    scenario = under(on(BESIDE, "11", "fuse"), "provenance-aware")
    (copy,), (original,) = notices(scenario, "app_copy"), notices(scenario, "original")
    assert copy.text["en"] == "Shop removed a file that it had made itself"
    assert original.text["en"] == "Shop removed a photo or video that it had not made"


# -- the same rule, whatever shared storage is made of -----------------------------------------


def named(android: str, stack: str, **chosen: str) -> list[str]:
    """Whom the notices of Huawei's rule name when the app removes its copy by its path."""
    scenario = under(on(deed("normal"), android, stack), "huawei-acm", chosen)
    return [n.names_app for n in of(played(scenario), Notice)]


def test_below_the_daemon_of_android_7_it_is_silent():
    assert named("7", "fuse-daemon") == []


def test_below_sdcardfs_it_names_the_app():
    assert named("10", "sdcardfs") == ["com.example.shop"]


def test_below_the_fuse_of_android_12_it_names_the_provider():
    assert named("12", "fuse", attribution="process") == [MEDIA_PROVIDER.package]


def test_below_the_fuse_of_android_12_it_is_silent_where_the_provider_is_on_the_list():
    assert named("12", "fuse", whitelist="provider") == []


def test_that_a_call_is_forwarded_does_not_help_below_fuse_where_there_is_no_call():
    assert named("12", "fuse", attribution="forwarded") == [MEDIA_PROVIDER.package]


def test_below_hmdfs_it_names_the_app():
    assert named("10", "hmdfs", app_sees="EOWNERDEAD") == ["com.example.shop"]


@pytest.mark.parametrize(("sees", "told"), [("EOWNERDEAD", "EOWNERDEAD"), ("success", "success")])
def test_below_hmdfs_the_app_is_told_what_is_assumed(sees, told):
    scenario = under(on(deed("normal"), "10", "hmdfs"), "huawei-acm", {"app_sees": sees})
    assert [r.told for r in of(played(scenario), Refusal)] == [told]


def test_below_hmdfs_the_file_keeps_its_name_until_somebody_moves_it():
    trace = played(under(on(deed("normal"), "10", "hmdfs"), "huawei-acm"))
    (refusal,) = of(trace, Refusal)
    path = trace[refusal.because[0]].path
    later = [e for e in of(trace, FileEvent) if e.id > refusal.id and e.layer == "f2fs"]
    assert (later[0].verb, later[0].path, later[0].asked_by) == ("rename", path, GALLERY.package)
    assert later[0].t == pytest.approx(refusal.t + 0.04)


@pytest.mark.parametrize(
    ("attribution", "names"),
    [
        ("forwarded", ["com.example.shop"]),
        ("process", [MEDIA_PROVIDER_UNTIL_29.cmdline]),
    ],
)
def test_of_a_call_that_the_provider_carries_out_it_names_whom_it_takes_for_the_caller(
    attribution, names
):
    scenario = under(deed("s07-delete-row"), "huawei-acm", {"attribution": attribution})
    assert [n.names_app for n in of(played(scenario), Notice)] == names


def test_it_is_silent_about_such_a_call_where_the_provider_is_on_the_list():
    chosen = {"attribution": "process", "whitelist": "provider"}
    assert of(played(under(deed("s07-delete-row"), "huawei-acm", chosen)), Notice) == []


# -- every way in which a rule may be set up ---------------------------------------------------

CHOICES = st.dictionaries(
    st.sampled_from("abcd"),
    st.lists(st.sampled_from("xyz"), min_size=1, max_size=3, unique=True),
    min_size=1,
)


@st.composite
def programs(draw):
    """Names with their values, and a program that looks at one after the other and then ends.

    A program is the name that it looks at with what follows for each value, or a result.
    """
    choices = draw(CHOICES)

    def program(left, depth):
        if not left or depth == 0 or draw(st.booleans()):
            return draw(st.integers(0, 3))
        name = draw(st.sampled_from(sorted(left)))
        return name, {v: program(left - {name}, depth - 1) for v in choices[name]}

    return choices, program(frozenset(choices), 3)


def outcome(program, choices, fixed):
    """What a program comes to, and what it looked at."""
    looked = []
    while isinstance(program, tuple):
        name, then = program
        looked.append(name)
        program = then[fixed.get(name, choices[name][0])]
    return program, looked


def every(choices):
    return [dict(zip(choices, values, strict=True)) for values in product(*choices.values())]


def covering(leaves, combination):
    return [leaf for leaf in leaves if leaf.values.items() <= combination.items()]


@settings(max_examples=200, deadline=None)
@given(programs(), st.booleans())
def test_the_leaves_are_disjoint_and_are_everything(drawn, in_order):
    choices, program = drawn

    def run(fixed):
        result, looked = outcome(program, choices, fixed)
        return result, looked if in_order else sorted(looked)

    leaves = list(explore(choices, run))
    for combination in every(choices):
        (leaf,) = covering(leaves, combination)
        assert leaf.result == outcome(program, choices, combination)[0]


@settings(max_examples=100, deadline=None)
@given(programs())
def test_what_a_leaf_stands_for_adds_up_to_every_combination(drawn):
    choices, program = drawn
    leaves = list(explore(choices, lambda fixed: outcome(program, choices, fixed)))
    stands_for = [len(list(product(*(choices[name] for name in leaf.free)))) for leaf in leaves]
    assert sum(stands_for) == len(every(choices))


@settings(max_examples=100, deadline=None)
@given(programs())
def test_nothing_is_run_for_what_is_never_looked_at(drawn):
    choices, program = drawn
    leaves = list(explore(choices, lambda fixed: outcome(program, choices, fixed)))
    found = {tuple(outcome(program, choices, c)[1]) for c in every(choices)}
    looked = {name for names in found for name in names}
    assert all(leaf.values.keys() <= looked for leaf in leaves)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(RULES), deeds(), st.data())
def test_a_run_stands_for_every_setting_that_differs_in_what_it_did_not_look_at(
    name, scenario, data
):
    rule, bare = watchers.rule(name), evolve(scenario, assumed={})
    home = Home(bare.phone.android, bare.phone.stack)
    shared = list(variations(bare, name, rule, (home,)))
    choices = {p: entry.values() for p, entry in rule.parameters.items()}
    assert sum(v.weight for v in shared) == len(every(choices))
    for _ in range(6):
        chosen = {p: data.draw(st.sampled_from(values)) for p, values in choices.items()}
        full = {f"watcher.{p}": value for p, value in chosen.items()}
        (variation,) = covering(shared, full)
        alone = played(under(bare, name, chosen))
        assert alone.records == variation.trace.records
        assert alone.header.watchers == variation.trace.header.watchers


#: Rules with the parameters that are varied together: of all of them there are too many values.
TOGETHER = [
    ("oplus-acm", ("scope", "mode", "app_sees")),
    ("vivo-provider", ("mode", "whitelist", "indexed_by")),
    ("vivo-observer", ("mode", "indexed_by")),
    ("miui-log", ("mode",)),
    ("oppo-dcim", ("mode", "app_sees")),
    ("huawei-acm", ("scope", "nomedia", "whitelist")),
    ("huawei-acm", ("attribution", "whitelist", "app_sees")),
    ("honor-banner", ("rename_actor", "muted", "nomedia")),
]


@pytest.mark.parametrize(("name", "together"), TOGETHER)
@pytest.mark.parametrize(
    "what",
    ["s01-delete-original", "s07-delete-row", "s12-remove-folder", "s16-nomedia-folder"],
)
def test_that_holds_for_every_single_setting(name, together, what):
    whole, scenario = watchers.rule(name), evolve(deed(what), assumed={})
    rule = evolve(whole, parameters={p: whole.parameters[p] for p in together})
    home = rule.homes[0]
    shared = list(variations(scenario, name, rule, (home,)))
    posed = but(on(scenario, home.android, home.stack), rule=name, custom=rule)
    for chosen in every({p: entry.values() for p, entry in rule.parameters.items()}):
        full = {f"watcher.{p}": value for p, value in chosen.items()}
        (variation,) = covering(shared, full)
        assert played(but(posed, **chosen)).records == variation.trace.records
