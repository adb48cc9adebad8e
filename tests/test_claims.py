"""Which sentences hold: the grammar, its judge, the shipped sentences, the command."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

import pytest
import yaml
from attrs import evolve
from jsonschema import Draft202012Validator

from simulator import engine
from simulator.claims import library as claims
from simulator.claims.grammar import PARTS, SLOTS, Claim, Part
from simulator.claims.names import proposition_names
from simulator.cli.claiming import judged as judged_sheet
from simulator.documents import structure
from simulator.outcomes import Answer
from simulator.scenario import library
from simulator.scenario.space import space_of
from simulator.telling.claims import as_values, told
from simulator.telling.folding import LINE
from simulator.telling.measures import columns
from simulator.telling.words import words
from simulator.trace.jsonl import dumps
from simulator.verdict.claims import over, settle
from simulator.verdict.judge import Verdict, judge
from simulator.verdict.propositions import Checked, check, truths
from simulator.watchers import library as watchers
from tests.tools.golden import LANGS, matches_golden


def claim(*says: Mapping[str, Any] | str, **fields: str) -> Claim:
    return Claim(id="asked", says=tuple(structure(part, Part) for part in says), **fields)


# -- every deed of the grammar -----------------------------------------------------------------

ALBUM = ("album-pipeline", {})
ON_ORIGINAL = ("album-pipeline", {"clean_up__hits": "original", "watcher__rule": "none"})
UNWATCHED = ("album-pipeline", {"watcher__rule": "none"})
SCOPED = ("album-pipeline", {"app__storage": "scoped"})
PRIVATE = ("album-pipeline", {"pipeline__place": "internal-cache"})
STREAMED = ("streaming-no-copy", {})
HIDDEN = ("qq-2020", {"pipeline__variant": "delete-hidden-copy"})
ALL_GONE = ("album-pipeline", {"pipeline__variant": "delete-original", "watcher__rule": "none"})

#: A clause with a run in which it holds and one in which it does not.
CLAUSES: tuple[tuple[dict[str, str], Any, Any], ...] = (
    ({"did": "removes", "what": "app_copy"}, ALBUM, ON_ORIGINAL),
    ({"did": "removes", "what": "original"}, ON_ORIGINAL, ALBUM),
    ({"did": "removes", "who": "app"}, ALBUM, ("s15-user-ordered", {})),
    ({"did": "removes", "who": "user"}, ("s15-user-ordered", {}), ALBUM),
    ({"did": "removes", "whose": "app"}, ALBUM, ON_ORIGINAL),
    ({"did": "removes", "whose": "user"}, ON_ORIGINAL, ALBUM),
    ({"did": "removes", "what": "media", "where": "album"}, ALBUM, PRIVATE),
    ({"did": "removes", "where": "album"}, ALBUM, HIDDEN),
    ({"did": "removes", "where": "private"}, PRIVATE, ALBUM),
    ({"did": "removes", "where": "shared"}, ALBUM, PRIVATE),
    ({"did": "removes", "where": "nomedia"}, HIDDEN, ALBUM),
    ({"did": "removes", "result": "refused"}, ALBUM, UNWATCHED),
    ({"did": "removes", "result": "done"}, UNWATCHED, ALBUM),
    ({"did": "removes", "how": "path"}, ALBUM, ("consent-batch", {})),
    ({"did": "removes", "after": "upload"}, ALBUM, ("qq-2020", {})),
    ({"did": "removes", "what": "folder"}, ("twitter-2019", {}), ALBUM),
    ({"did": "removes", "what": "placeholder"}, ("qq-2020", {}), ALBUM),
    ({"did": "removes", "what": "capture"}, ("pdd-2021", {}), ALBUM),
    ({"did": "removes", "who": "system"}, ("os-trim-in-use", {}), ALBUM),
    ({"did": "changes", "who": "app", "what": "original"}, ON_ORIGINAL, ALBUM),
    ({"did": "makes", "who": "app", "what": "app_copy"}, ALBUM, STREAMED),
    ({"did": "makes", "what": "app_copy", "where": "album"}, ALBUM, PRIVATE),
    (
        {"did": "removes", "what": "capture", "where": "album"},
        ("pdd-2021", {}),
        ("pdd-2021", {"pipeline__preset": "hidden-capture"}),
    ),
    ({"did": "sends", "who": "app", "what": "app_copy", "result": "done"}, ALBUM, SCOPED),
    ({"did": "sends", "what": "original", "result": "done"}, STREAMED, ALBUM),
    ({"did": "picks", "who": "user", "what": "original"}, ALBUM, ("seal-211", {})),
    ({"did": "keeps", "who": "phone", "whose": "app", "result": "bin"}, ALBUM, UNWATCHED),
    ({"did": "keeps", "result": "aside"}, ALBUM, PRIVATE),
    ({"did": "shows", "who": "phone"}, ALBUM, UNWATCHED),
    ({"did": "shows", "whose": "app"}, ALBUM, ("album-pipeline", {"clean_up__hits": "original"})),
    ({"did": "shows", "names": "asker"}, ALBUM, ("wrong-app-blamed", {})),
    ({"did": "shows", "names": "another"}, ("wrong-app-blamed", {}), ALBUM),
    ({"did": "shows", "watcher": "huawei-acm"}, ALBUM, ("pdd-2021", {})),
    ({"did": "says", "part": "object_is_media"}, ALBUM, ("qq-2020", {})),
    ({"did": "says", "part": "was_removed"}, ("pdd-2021", {}), ALBUM),
    ({"did": "asks", "who": "phone"}, ("consent-batch", {}), ALBUM),
    ({"did": "watches", "who": "phone"}, ALBUM, UNWATCHED),
    ({"did": "watches"}, ALBUM, ("overseas-build", {})),
    ({"did": "can", "who": "app", "result": "silently"}, ALBUM, SCOPED),
    ({"did": "can", "result": "after_consent", "how": "request"}, ("consent-batch", {}), ALBUM),
    ({"did": "can", "result": "no", "how": "path"}, ("consent-batch", {}), ALBUM),
    ({"did": "can", "what": "capture", "result": "silently"}, ("pdd-2021", {}), None),
    ({"did": "holds", "what": "write_access"}, ALBUM, ("consent-batch", {})),
    (
        {"did": "holds", "what": "album_access"},
        ALBUM,
        ("streaming-no-copy", {"app__granted": "[]"}),
    ),
    ({"did": "stays", "what": "original"}, ALBUM, ON_ORIGINAL),
    ({"did": "stays", "what": "original", "result": "deleted"}, ON_ORIGINAL, ALBUM),
    ({"did": "survives", "what": "original", "result": "phone"}, ALBUM, ALL_GONE),
    ({"did": "survives", "result": "server"}, ALBUM, SCOPED),
)


def name_of(clause: tuple[Mapping[str, str], Any, Any]) -> str:
    return "-".join(clause[0].values())


@pytest.mark.parametrize("clause", CLAUSES, ids=name_of)
def test_a_clause_is_true_of_a_run_in_which_it_was_so(clause, judged):
    says, (name, changes), _ = clause
    assert check(claim(says), *judged(name, **changes)).status == "true"


@pytest.mark.parametrize("clause", [c for c in CLAUSES if c[2] is not None], ids=name_of)
def test_a_clause_is_false_of_a_run_in_which_it_was_not_so(clause, judged):
    says, _, (name, changes) = clause
    assert check(claim(says), *judged(name, **changes)).status == "false"


def test_every_deed_of_the_grammar_is_tried():
    assert {says["did"] for says, _, _ in CLAUSES} == set(SLOTS)


def test_the_opposite_of_a_clause_is_said_with_not(judged):
    says = {"did": "removes", "what": "original", "not": "true"}
    assert check(claim(says), *judged()).status == "true"


def test_a_clause_names_the_records_that_it_rests_on(judged):
    trace, verdict = judged()
    found = check(claim({"did": "removes", "what": "app_copy"}), trace, verdict)
    assert found.records == tuple(removal.record for removal in verdict.removals)


def test_what_an_app_can_do_rests_on_the_rules_of_android(judged):
    found = check(claim({"did": "can", "result": "silently"}), *judged())
    assert found.rules == judged()[1].could[0].chain


def test_all_parts_of_a_claim_must_hold(judged):
    both = claim({"did": "shows"}, {"did": "removes", "what": "original"})
    assert check(both, *judged()).status == "false"


def test_a_condition_that_does_not_arise_leaves_a_sentence_open(judged):
    found = check(claim({"did": "stays", "if": [{"did": "asks"}]}), *judged())
    assert (found.status, str(found.why)) == ("open", "its condition does not arise")


def test_a_sentence_that_is_beyond_the_model_is_open_in_every_run(judged):
    motive = next(s for s in sentences() if s.id == "no-motive")
    assert check(motive, *judged()) == Checked("open", why=motive.beyond)


def test_what_no_notice_says_is_open(judged):
    found = check(claim({"did": "says", "part": "object_is_original"}), *judged())
    assert (found.status, str(found.why)) == ("open", "the notice does not say")


# -- where the header leaves no ground ---------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "says", "why"),
    [
        ({"overflows": 1}, {"did": "removes", "what": "original"}, "the recorder lost events"),
        (
            {"actors": False},
            {"did": "makes", "who": "app", "what": "app_copy"},
            "the records do not show which file it was, or who asked",
        ),
        (
            {"app": None},
            {"did": "holds", "what": "write_access"},
            "what the app may do was not recorded",
        ),
        ({"app": None}, {"did": "can", "result": "no"}, "what the app may do was not recorded"),
        (
            {"verbs": ("open", "write")},
            {"did": "removes", "what": "folder"},
            "such requests were not recorded",
        ),
    ],
)
def test_what_was_not_recorded_is_open_with_its_reason(judged, header, says, why):
    trace, _ = judged()
    trace = evolve(trace, header=evolve(trace.header, **header))
    found = check(claim(says), trace, judge(trace))
    assert (found.status, str(found.why)) == ("open", why)


def test_without_a_watcher_on_record_nobody_knows_whether_a_phone_had_spoken(judged):
    trace, _ = judged(watcher__rule="none")
    trace = evolve(trace, header=evolve(trace.header, source="recording", by_construction=False))
    for says in ({"did": "shows"}, {"did": "keeps"}, {"did": "asks"}):
        assert check(claim(says), trace, judge(trace)).status == "open"


# -- the propositions that scenarios name ------------------------------------------------------


def untouched(verdict: Verdict) -> bool | None:
    fates = {original.end.fate for original in verdict.originals}
    return None if not fates or "cannot_tell" in fates else fates == {"intact"}


def named_copy(verdict: Verdict) -> bool | None:
    roles = {removal.role for removal in verdict.removals}
    if "original" in roles:
        return False
    return None if not roles or "cannot_tell" in roles else "app_copy" in roles


def no_silent_route(verdict: Verdict) -> bool | None:
    answers: set[Answer] = {answer.answer for answer in verdict.could}
    return None if "cannot_tell" in answers else "silently" not in answers


def touched_if_noticed(verdict: Verdict) -> bool | None:
    found = untouched(verdict)
    return None if found is None or not verdict.notices else not found


#: What each proposition means, read from the verdict without the grammar.
MEANINGS: Mapping[str, Callable[[Verdict], bool | None]] = {
    "original_untouched": untouched,
    "request_named_copy": named_copy,
    "app_cannot_delete_silently": no_silent_route,
    "notice_appears": lambda v: bool(v.notices),
    "notice_names_app": lambda v: not any(n.wrong_app for n in v.notices) if v.notices else None,
    "notice_means_touched": touched_if_noticed,
    "silence_means_untouched": lambda v: None if v.notices else untouched(v),
}


def test_every_proposition_has_its_meaning_here():
    assert set(MEANINGS) == set(proposition_names())


@pytest.mark.parametrize("name", library.shipped())
def test_the_grammar_says_what_the_propositions_mean(name):
    scenario = library.read(name).value
    cases = [scenario]
    if scenario.family:
        found = [world.scenario for world in space_of(scenario).worlds() if world is not None]
        cases += random.Random(name).sample(found, min(25, len(found)))
    for case in cases:
        trace = engine.run(case, digested=False)
        verdict = judge(trace)
        wanted = {known: meaning(verdict) for known, meaning in MEANINGS.items()}
        assert truths(MEANINGS, trace, verdict) == wanted


# -- over a family -----------------------------------------------------------------------------


def test_a_claim_over_worlds_keeps_counts_reasons_and_a_witness_each_way():
    asked = claim("notice_appears")
    never = Checked("open", why=claims.questions()[5].beyond)
    found = [
        ({"a": "1"}, [Checked("true")]),
        ({"a": "2"}, [Checked("false")]),
        ({"a": "3"}, [Checked("true")]),
        ({"a": "4"}, [never]),
    ]
    (standing,) = over([asked], found)
    assert (standing.status, standing.holds_in, standing.fails_in) == ("open", 2, 1)
    assert (standing.witness_for, standing.witness_against) == ({"a": "1"}, {"a": "2"})
    assert standing.reasons == {never.why: 1}


@pytest.mark.parametrize(
    ("quantifier", "holds", "fails", "status"),
    [
        ("case", 1, 1, "open"),
        ("general", 1, 1, "settled_false"),
        ("somewhere", 1, 1, "settled_true"),
        ("somewhere", 0, 1, "settled_false"),
        ("general", 1, 0, "settled_true"),
        ("somewhere", 0, 0, "open"),
    ],
)
def test_a_sentence_is_settled_by_how_often_it_is_meant_to_hold(quantifier, holds, fails, status):
    assert settle(holds, fails, quantifier=quantifier) == status


@pytest.fixture(scope="module")
def dewu():
    return judged_sheet("dewu-2022", (), 0, (), words("en"))


@pytest.fixture(scope="module")
def album():
    return judged_sheet("album-pipeline", (), 0, (), words("en"))


def said(sheet, statement: str) -> dict[str, dict[str, Any]]:
    (found,) = (s for s in as_values(sheet)["statements"] if s["id"] == statement)
    return {sentence["id"]: sentence for sentence in found["sentences"]}


def test_that_album_permission_certainly_cannot_is_settled_false(dewu):
    assert said(dewu, "column-2022")["certainly-cannot"]["status"] == "settled_false"


def test_never_deleted_the_original_is_open_with_both_witnesses(dewu):
    found = said(dewu, "dewu-2")["original-not-deleted"]
    hits = [found[side]["clean_up.hits"] for side in ("witness_for", "witness_against")]
    assert (found["status"], hits) == ("open", ["app_copy", "original"])


@pytest.mark.parametrize("statement", ["dewu-1", "dewu-2"])
def test_each_sentence_of_both_statements_has_its_status(dewu, statement):
    for sentence in said(dewu, statement).values():
        beyond = sentence["beyond"] is not None
        assert sentence["status"] in {"settled_true", "settled_false", "open"}
        assert beyond or sentence["holds_in"] + sentence["fails_in"] > 0


def test_each_witness_shows_what_it_is_a_witness_of(dewu):
    for asked, standing in zip(dewu.asked.claims(), dewu.results, strict=True):
        for status, witness in (
            ("true", standing.witness_for),
            ("false", standing.witness_against),
        ):
            if witness is not None:
                trace = engine.run(library.read("dewu-2022").with_text(witness).value)
                assert check(asked, trace, judge(trace)).status == status


# -- what is shipped ---------------------------------------------------------------------------


def sentences():
    return [sentence for statement in claims.statements() for sentence in statement.sentences]


def test_there_are_the_twenty_questions_of_the_dossier():
    assert len(claims.questions()) == 20


def test_every_statement_belongs_to_shipped_scenarios():
    named = {scenario for statement in claims.statements() for scenario in statement.of}
    assert named <= set(library.shipped())


def ours():
    """Everything in the data that we say ourselves, and do not retell."""
    for one in (*sentences(), *claims.questions(), *claims.propositions().values()):
        for name in ("beyond", "reading", "comes_down_to", "condition"):
            text = getattr(one, name, None)
            if text is not None:
                yield text


def every_text():
    yield from ours()
    yield from (s.sentence for s in sentences())
    yield from (q.question for q in claims.questions())


HAN = re.compile("[\u3400-\u9fff]")


def test_every_shipped_text_is_in_both_languages():
    assert not [t for t in every_text() if HAN.search(t.en) or not HAN.search(t.zh_CN)]


def test_chinese_punctuation_is_full_width():
    beside = re.compile("[\u3400-\u9fff][,;:?!()]|[,;:?!()][\u3400-\u9fff]|[\u3400-\u9fff] ")
    assert not [t.zh_CN for t in every_text() if beside.search(t.zh_CN)]


FORBIDDEN = re.compile(
    "误报|证明|不可能|从未|只是|仅仅是|谣言|恶意|黑公关|流氓"
    "|false alarm|prove|\\bnever\\b|merely|malicious|rumour|smear|rogue"
)


def test_words_that_judge_are_not_used_in_what_we_say_ourselves():
    assert not [t for t in ours() if FORBIDDEN.search(f"{t.en} {t.zh_CN}")]


@pytest.mark.parametrize("name", watchers.names())
def test_every_part_of_every_watchers_notice_is_a_claim(name):
    rule = watchers.rule(name)
    parts = [part.says[0].part for part in claims.worded(rule).parts]
    named = rule.notice.claims if rule.notice is not None else ()
    assert sorted(parts) == sorted({*named, PARTS[-1]})


def test_the_shipped_statements_follow_the_printed_schema(cachelife):
    schema = json.loads(cachelife("schema", "claims")[1])
    text = (files("simulator.claims") / "statements.yaml").read_text(encoding="utf-8")
    Draft202012Validator(schema).validate(yaml.safe_load(text))


# -- the command -------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_printed_text_is_the_golden_text(album, dewu, lang):
    assert matches_golden(f"claims-album-pipeline.{lang}.txt", told(album, words(lang)))
    assert matches_golden(f"claims-dewu-2022.{lang}.txt", told(dewu, words(lang)))


def test_the_json_result_is_all_there_is_on_stdout(cachelife):
    code, out, err = cachelife("claims", "album-pipeline", "--json")
    assert (code, json.loads(out)["schema"], err) == (0, "cachelife.claims/1", "")


def test_a_value_set_by_hand_changes_what_holds(cachelife):
    out = cachelife("claims", "album-pipeline", "--set", "clean_up.hits=original", "--json")[1]
    assert json.loads(out)["questions"][0]["answer"] == "yes"


def test_one_run_does_not_settle_that_there_is_no_such_case(album):
    found = {q["id"]: q for q in as_values(album)["questions"]}["why-only-this-app"]
    assert (found["status"], found["answer"]) == ("false", "open")


@pytest.mark.parametrize("name", ["album-pipeline", "stale-row", "consent-batch"])
def test_a_trace_file_gives_the_same_as_its_scenarios_run(cachelife, tmp_path, name):
    file = tmp_path / "trace.jsonl"
    file.write_text(dumps(engine.run(library.read(name).value)), encoding="utf-8")
    of_trace = cachelife("claims", file, "--json")[1]
    assert of_trace == cachelife("claims", name, "--json")[1]


def test_a_rule_that_is_not_at_hand_is_judged_by_its_notices(judged, tmp_path, cachelife):
    file = tmp_path / "trace.jsonl"
    file.write_text(dumps(judged()[0]).replace("huawei-acm", "my-own"), encoding="utf-8")
    (notice,) = json.loads(cachelife("claims", file, "--json")[1])["notices"]
    assert {part["part"]: part["status"] for part in notice["parts"]} == {
        "names_app": "true",
        "object_is_media": "true",
        "was_removed": "false",
        "was_intercepted": "true",
        "object_is_original": "open",
    }


@pytest.mark.parametrize("lang", LANGS)
def test_every_line_fits_whatever_the_scenario(lang):
    names = [name for name in library.shipped() if not library.read(name).value.family]
    for name in [*names, "pdd-2021"]:
        text = told(judged_sheet(name, (), 0, (), words(lang)), words(lang))
        assert max(columns(line) for line in text.splitlines()) <= LINE


# -- sentences of one's own --------------------------------------------------------------------

MINE = """\
statements:
  - id: mine
    speaker: {en: me, zh-CN: 我}
    when: {en: today, zh-CN: 今天}
    source: heard
    grade: report
    sentences:
      - id: copy-went
        sentence: {en: The copy went., zh-CN: 副本没了。}
        says:
          - {did: removes, what: app_copy}
"""


@pytest.fixture
def mine(tmp_path):
    def write(old: str = "", new: str = ""):
        file = tmp_path / "mine.yaml"
        file.write_text(MINE.replace(old, new) if old else MINE, encoding="utf-8")
        return file

    return write


def test_sentences_of_ones_own_are_judged_beside_the_shipped_ones(cachelife, mine):
    out = cachelife("claims", "album-pipeline", "--claims", mine(), "--json")[1]
    given = [s for s in json.loads(out)["statements"] if s["given"]]
    assert [s["sentences"][0]["status"] for s in given] == ["true"]


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ("removes", "remove", "11:19", "did you mean “removes”?"),
        ("app_copy", "app_cop", "11:34", "did you mean “app_copy”?"),
        ("what: app_copy", "names: asker", "11:35", "the deed “removes” has no “names”"),
        ("what: app_copy", "result: bin", "11:36", "“bin” is not valid here"),
        ("did: removes, what", "what", "11:13", "expected either “did” or the name"),
        ("did: removes, what: app_copy", "did: says", "11:13", "missing key “part”"),
        ("- {did: removes, what: app_copy}", "- original_untouch", "11:13", "did you mean"),
        ("says:", "sais:", "10:9", "did you mean “says”?"),
        (
            "says:\n          - {did: removes, what: app_copy}",
            "wording: quoted",
            "8:9",
            "expected either “says” or “beyond”",
        ),
        ("zh-CN: 我", "zh: 我", "3:23", "unknown key “zh”"),
        ("grade: report", "grade: hearsay", "6:12", "is not valid here"),
    ],
)
def test_a_wrong_file_is_refused_at_its_place(cachelife, mine, old, new, place, says):
    code, out, err = cachelife("claims", "album-pipeline", "--claims", mine(old, new))
    assert (code, out) == (2, "")
    assert f"mine.yaml:{place}: " in err
    assert says in err


def test_a_text_from_a_file_cannot_pass_for_other_lines(cachelife, mine):
    file = mine("en: The copy went.", r'en: "The copy\n  [true] went\u202e."')
    out = cachelife("claims", "album-pipeline", "--claims", file)[1]
    assert r"[true] The copy\n  [true] went\u{202e}." in out


def test_two_sentences_with_one_id_are_refused(cachelife, mine):
    sentence = MINE[MINE.index("      - id: copy-went") :]
    file = mine(sentence, sentence * 2)
    err = cachelife("claims", "album-pipeline", "--claims", file)[2]
    assert "the id “copy-went” is here twice" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["album-pipelin"], "did you mean “album-pipeline”?"),
        (["nowhere.jsonl"], "nowhere.jsonl: No such file"),
        (["album-pipeline", "--claims", "nowhere.yaml"], "nowhere.yaml: No such file"),
        (["a.jsonl", "--set", "app.storage=scoped"], "a.jsonl is a trace"),
    ],
)
def test_what_is_not_there_is_said(cachelife, arguments, says):
    code, out, err = cachelife("claims", *arguments)
    assert (code, out) == (2, "")
    assert says in err


def test_a_damaged_trace_is_refused(cachelife, tmp_path):
    file = tmp_path / "trace.jsonl"
    file.write_bytes(b"\xff\n")
    assert cachelife("claims", file)[0] == 2


# -- over many worlds, and from outside --------------------------------------------------------


def test_several_processes_judge_as_one_does(cachelife):
    one, two = (cachelife("claims", "seal-211", "--jobs", jobs)[1] for jobs in (1, 2))
    assert one == two


def test_what_is_true_where_it_arises_is_not_called_true_of_all(cachelife):
    _, out, _ = cachelife("claims", "qq-2020")
    assert "[true wherever it arises] the removal was intercepted" in out


def test_a_trace_that_only_has_the_name_of_a_scenario_is_not_taken_for_it(cachelife, tmp_path):
    text = dumps(engine.run(library.read("album-pipeline").value))
    other = tmp_path / "other.jsonl"
    other.write_text(
        text.replace('"scenario":"album-pipeline"', '"scenario":"rescue-overwritten"'),
        encoding="utf-8",
    )
    _, out, _ = cachelife("claims", other)
    assert library.read("rescue-overwritten").value.title.en not in out


def test_a_name_from_a_trace_stays_in_its_line(cachelife, tmp_path):
    text = dumps(engine.run(library.read("album-pipeline").value))
    other = tmp_path / "other.jsonl"
    other.write_text(
        text.replace('"scenario":"album-pipeline"', '"scenario":"x\\n[settled true] It did."'),
        encoding="utf-8",
    )
    _, out, _ = cachelife("claims", other)
    assert not any(line.startswith("[settled true] It did") for line in out.splitlines())


def test_a_header_without_the_facts_about_the_app_is_an_error(cachelife, tmp_path):
    text = dumps(engine.run(library.read("album-pipeline").value))
    lines = text.splitlines(keepends=True)
    header = json.loads(lines[0])
    header["app"] = {}
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps(header) + "\n" + "".join(lines[1:]), encoding="utf-8")
    code, _, err = cachelife("claims", other)
    assert code == 2
    assert "other.jsonl:1" in err
    assert "app.package" in err
