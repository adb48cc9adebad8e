"""Reading hand-written YAML: every problem at its place, and no text that breaks the reader."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

import attrs
import pytest
import yaml
from attrs import Factory, field, frozen
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from simulator.documents import (
    Bytes,
    Document,
    Localized,
    OneOf,
    Pattern,
    PhonePath,
    Range,
    Rate,
    Refused,
    Seconds,
    load,
    parse_value,
    structure,
)
from simulator.documents.paths import parse_path, say_path
from simulator.documents.reading import plain, read
from simulator.documents.schema import json_schema
from simulator.errors import DocumentError, Problem
from simulator.message import Message


def _stacks() -> tuple[str, ...]:
    return ("aosp", "miui", "OneUI")


def _even(instance: object, attribute: Any, value: int) -> None:
    if value % 2:
        raise ValueError(Message("expected an even number; got {value}", value=value))


MEGABYTE = Bytes(1_000_000)


@frozen
class Photo:
    """A photo in the album.

    Not part of the summary.
    """

    path: Annotated[str, PhonePath()] = field(metadata={"help": "where the photo is"})
    size: Bytes = MEGABYTE


@frozen
class Phone:
    stack: Annotated[str, OneOf(_stacks)]
    android: Annotated[int, Range(8, 16)] = 14
    album: tuple[Photo, ...] = ()
    seed: int = field(default=2, validator=_even)


@frozen
class Watcher:
    every: Seconds
    until: Seconds | None = None

    def __attrs_post_init__(self) -> None:
        if self.until is not None and self.until < self.every:
            raise Refused(Message("until is before every"), path="until")


@frozen
class Scenario:
    phone: Phone
    title: Localized | None = None
    note: str | None = None
    wifi: bool = True
    mode: Literal["slow", "fast"] = "slow"
    uplink: Rate | None = None
    labels: Mapping[str, str] = Factory(dict)
    watchers: Mapping[Annotated[str, Pattern(r"[a-z]+", "a lower-case name")], Watcher] = Factory(
        dict
    )
    inner: Scenario | None = None


@frozen
class Pair:
    """Two fields with validators of both kinds."""

    low: int = field(validator=_even)
    high: int = field(validator=attrs.validators.ge(0))


VALID = """\
# A comment
phone:
  stack: miui
  album:
    - path: DCIM/a.jpg
      size: 3 MB
    - {path: /storage/emulated/0/b/, size: 1 MiB}
title: {en: Hello, zh-CN: 你好}
labels: {answer: no, time: 12:30:00, code: 010}
watchers:
  fast:
    every: 500 ms
"""


def valid() -> Document[Scenario]:
    return load(VALID, Scenario, file="s.yaml")


def problems(text: str | bytes, cls: type[Any] = Scenario) -> list[tuple[str, str]]:
    """Each problem of *text* as “line:column path” and its English sentence."""
    with pytest.raises(DocumentError) as caught:
        load(text, cls, file="s.yaml")
    return [_brief(problem) for problem in caught.value.problems]


def outcome_of(action: Callable[[], Any]) -> Any:
    """What *action* returns, or the text of its `DocumentError`."""
    try:
        return action()
    except DocumentError as error:
        return str(error)


def _brief(problem: Problem) -> tuple[str, str]:
    return f"{problem.line}:{problem.column} {problem.path}", str(problem.message)


def refusal(text: str, type_: Any) -> str:
    with pytest.raises(DocumentError) as caught:
        parse_value(text, type_)
    (problem,) = caught.value.problems
    return str(problem.message)


class TestLoading:
    def test_values_have_their_types_and_units(self) -> None:
        assert valid().value.phone.album == (
            Photo("DCIM/a.jpg", Bytes(3_000_000)),
            Photo("/storage/emulated/0/b", Bytes(1 << 20)),
        )

    def test_text_fields_keep_what_was_written(self) -> None:
        assert valid().value.labels == {"answer": "no", "time": "12:30:00", "code": "010"}

    def test_a_text_that_means_null_elsewhere_stays_text(self) -> None:
        document = load("phone: {stack: miui}\nlabels: {a: null, b: ~}", Scenario, file="f")
        assert document.value.labels == {"a": "null", "b": "~"}

    def test_localized_text_is_said_in_both_languages(self) -> None:
        title = valid().value.title
        assert title is not None
        assert [title.say("en"), title.say("zh-CN")] == ["Hello", "你好"]

    def test_the_tree_is_plain(self) -> None:
        tree = valid().tree
        assert yaml.safe_load(yaml.safe_dump(tree)) == tree
        assert tree["phone"]["album"][0] == {"path": "DCIM/a.jpg", "size": "3 MB"}

    @pytest.mark.parametrize(
        "text",
        [VALID.replace("\n", "\r\n"), "\ufeff" + VALID, ("\ufeff" + VALID).encode()],
        ids=["CRLF", "BOM", "BOM in bytes"],
    )
    def test_line_ends_and_bom_change_nothing(self, text: str | bytes) -> None:
        document = load(text, Scenario, file="s.yaml")
        assert (document.value, document.place("$.phone.stack")) == (valid().value, (3, 10))

    def test_a_class_may_contain_itself(self) -> None:
        text = "phone: {stack: miui}\ninner: {phone: {stack: aosp}}"
        inner = load(text, Scenario, file="f").value.inner
        assert inner is not None
        assert inner.phone.stack == "aosp"

    @pytest.mark.parametrize(
        ("path", "place"),
        [
            ("$", (2, 1)),
            ("$.phone.album[1].size", (7, 44)),
            ("phone.album", (5, 5)),
            ("$.phone.seed", (3, 3)),
            ("$.phone.album[9].size", (5, 5)),
            ("$.title.zh-CN", (8, 27)),
            ("no path [", (2, 1)),
        ],
    )
    def test_places_fall_back_to_the_nearest_parent(
        self, path: str, place: tuple[int, int]
    ) -> None:
        assert valid().place(path) == place


class TestProblems:
    def test_all_are_reported_at_once_in_order(self) -> None:
        text = """\
phone:
  stak: miui
  android: 7
  album:
    - path: ../secret
      size: 48
    - [a, b]
wifi: yes
mode: fats
uplink: 10 MB
title: {en: "", zh-CN: 好}
watchers:
  Fast: {every: 1 s}
  slow: {every: 2 s, until: 1 s}
colour: red
"""
        assert problems(text) == [
            ("2:3 $.phone.stak", "unknown key “stak”; did you mean “stack”?"),
            ("3:12 $.phone.android", "expected a value from 8 to 16; got 7"),
            (
                "5:13 $.phone.album[0].path",
                "a path has no empty, “.” or “..” parts; got “../secret”",
            ),
            (
                "6:13 $.phone.album[0].size",
                "expected a size with a unit (B, kB, MB, GB, TB, KiB, MiB, GiB, TiB), "
                "such as “48 MB”; got “48”",
            ),
            ("7:7 $.phone.album[1]", "expected a mapping of keys to values; got a list"),
            ("8:7 $.wifi", "expected true or false; got “yes”, did you mean “true”?"),
            ("9:7 $.mode", "“fats” is not valid here; did you mean “fast”?"),
            (
                "10:9 $.uplink",
                "unknown unit “MB” for a transfer rate; did you mean “10 MB/s”?",
            ),
            ("11:13 $.title.en", "expected a text; got nothing"),
            ("13:3 $.watchers.Fast", "expected a lower-case name; got “Fast”"),
            ("14:29 $.watchers.slow.until", "until is before every"),
            (
                "15:1 $.colour",
                "unknown key “colour”; valid keys: phone, title, note, wifi, mode, uplink, "
                "labels, watchers, inner",
            ),
        ]

    def test_a_missing_key_is_at_the_start_of_its_mapping(self) -> None:
        assert problems("phone:\n  android: 9\n") == [("2:3 $.phone", "missing key “stack”")]

    def test_a_validator_keeps_its_message_and_place(self) -> None:
        assert problems("phone: {stack: miui, seed: 3}") == [
            ("1:28 $.phone.seed", "expected an even number; got 3")
        ]

    def test_every_validator_of_a_class_is_heard(self) -> None:
        assert problems("low: 1\nhigh: -1\n", Pair) == [
            ("1:6 $.low", "expected an even number; got 1"),
            ("2:7 $.high", "'high' must be >= 0: -1"),
        ]

    def test_converters_of_fields_are_heard_before_their_validators(self) -> None:
        assert problems("names: b a\ncount: 3\n", Converted) == [
            ("2:8 $.count", "invalid literal for int() with base 16: '3!'")
        ]

    def test_duplicate_keys_name_the_first_line(self) -> None:
        text = "phone: {stack: miui}\nwifi: true\n\nwifi: false\n"
        assert problems(text) == [
            ("4:1 $.wifi", "the key “wifi” is here twice; it was first on line 2")
        ]

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("phone: {stack: }", "expected a text; got nothing"),
            ("phone: {stack: [miui]}", "expected a text; got a list"),
            ("phone:", "expected a mapping of keys to values; got nothing"),
            ("phone: miui", "expected a mapping of keys to values; got “miui”"),
            ("phone: {stack: miui, album: a.jpg}", "expected a list; got “a.jpg”"),
            ("phone: {stack: Miui}", "“Miui” is not valid here; did you mean “miui”?"),
            ("phone: {stack: oneui}", "“oneui” is not valid here; did you mean “OneUI”?"),
            (
                "phone: {stack: xyz}",
                "“xyz” is not valid here; valid values: aosp, miui, OneUI",
            ),
            (
                "phone: {stack: miui, android: 010}",
                "expected a whole number; got “010”, did you mean “10”?",
            ),
            (
                "phone: {stack: miui}\nnote:",
                "to leave this open, leave the key out; got nothing",
            ),
            (
                "phone: {stack: miui}\nnote: null",
                "to leave this open, leave the key out; got “null”",
            ),
            (
                "phone: {stack: miui}\ntitle: ''",
                "to leave this open, leave the key out; got nothing",
            ),
        ],
    )
    def test_a_wrong_value_is_told_with_what_was_expected(self, text: str, sentence: str) -> None:
        assert [told for _, told in problems(text)] == [sentence]

    def test_long_and_unprintable_values_are_shown_short_and_escaped(self) -> None:
        ((_, told),) = problems('phone: {stack: "\u202e' + "x" * 500 + '"}')
        assert told.startswith("“\\u202exxx")
        assert len(told) < 200

    def test_a_mistake_in_a_class_is_no_problem_of_the_document(self) -> None:
        with pytest.raises(ZeroDivisionError):
            load("bug: 1", Broken, file="f")


def _hex(text: str) -> int:
    return int(f"{text}!", 16)


def _split(text: str, instance: object) -> list[str]:
    return text.split()


@frozen
class Converted:
    """Fields whose values are changed by attrs after they were structured."""

    names: str = field(  # type: ignore[assignment]
        converter=attrs.Converter(_split, takes_self=True),  # type: ignore[misc]
        validator=attrs.validators.instance_of(list),
    )
    count: str = field(converter=_hex)


def _divide(instance: object, attribute: Any, value: int) -> None:
    raise ZeroDivisionError


@frozen
class Broken:
    bug: int = field(validator=_divide)


def _bomb() -> str:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    return "\n".join(lines)


class TestHostileInput:
    @pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
    @pytest.mark.parametrize(
        ("text", "place", "sentence"),
        [
            ("a: &x 1", "1:4", "anchors (“&x”) are not read; write the value out"),
            ("a: *x", "1:4", "aliases (“*x”) are not read; write the value out"),
            ("<<: {a: 1}", "1:1", "merge keys (“<<”) are not read; write the values out"),
            ("a: !!str 1", "1:4", "tags (“!!str”) are not read; write the value out"),
            ("a: !x [1]", "1:4", "tags (“!x”) are not read; write the value out"),
            ("a: 1\n---\nb: 2", "2:1", "a second document begins here; a file holds only one"),
            ("a:\n\tb: 1", "2:1", "a tab cannot indent YAML; use spaces"),
            ("", "1:1", "the file is empty; expected a mapping of keys to values"),
            ("a: '\x00'", "1:5", "the character U+0000 is not allowed"),
            ('b: 1\na: "\\0"', "2:4", "the character U+0000 is not allowed"),
            ("a: 用\x1b", "1:5", "the character U+001B is not allowed"),
            ("a: \ud800", "1:4", "the character U+D800 is not allowed"),
            ("[a]: 1", "1:1", "a key must be plain text"),
            ("'': 1", "1:1", "a key is missing before the colon"),
            ("a: " + "x" * 20_001, "1:4", "a value of 20001 characters; the most is 20000"),
            ("[" * 1000, "1:25", "nested deeper than 24 levels"),
            ("- a\n" * 60_000, "50000:3", "more than 50000 values and keys"),
            ("a" * ((1 << 20) + 1), "1:1", "the file is larger than 1 MiB, the most that is read"),
            ("用" * (1 << 19), "1:1", "the file is larger than 1 MiB, the most that is read"),
        ],
        ids=lambda value: str(value)[:20].encode("unicode_escape").decode(),
    )
    def test_it_is_a_problem_with_a_place(
        self, text: str, place: str, sentence: str, loader: type[Any]
    ) -> None:
        (problem,) = read(text, "s.yaml", loader=loader).problems
        assert (f"{problem.line}:{problem.column}", str(problem.message)) == (place, sentence)

    def test_bytes_that_are_not_utf8_are_placed(self) -> None:
        assert problems("a: 1\nb: 用".encode() + b"\xff") == [
            ("2:5 $", "not UTF-8 text: byte 0xFF")
        ]

    def test_an_alias_bomb_costs_nothing(self) -> None:
        assert len(read(_bomb(), "s.yaml").problems) == 9 + 8 * 9

    def test_an_alias_is_reported_once_and_not_as_a_wrong_value(self) -> None:
        assert [place for place, _ in problems("phone: &p {stack: miui}\ninner: *p")] == [
            "1:8 $.phone",
            "2:8 $.inner",
        ]

    def test_a_syntax_error_is_one_plain_line(self) -> None:
        ((place, told),) = problems("phone: {stack: miui\nwifi: true")
        assert place.startswith("2:5 ")
        assert told.startswith("not valid YAML: ")
        assert "\n" not in told

    def test_a_syntax_error_comes_with_what_was_found_before(self) -> None:
        assert [place for place, _ in problems("a: &x 1\nb: @")] == ["1:4 $.a", "2:4 $"]

    @pytest.mark.parametrize("text", ["- a", "just text", "---\n"])
    def test_the_top_is_a_mapping(self, text: str) -> None:
        ((_, told),) = problems(text)
        assert told.startswith("expected a mapping of keys to values; got ")

    def test_reader_and_structure_problems_come_together(self) -> None:
        assert [place for place, _ in problems("phone: {stack: &x miui, android: 99}")] == [
            "1:16 $.phone.stack",
            "1:34 $.phone.android",
        ]

    def test_many_unknown_keys_are_told_in_reasonable_time(self) -> None:
        text = "phone: {stack: miui}\n" + "".join(f"phon{n}: 1\n" for n in range(2000))
        assert len(problems(text)) == 2000


class TestPhonePaths:
    @pytest.mark.parametrize(
        ("text", "path"),
        [
            ("DCIM/Camera/", "DCIM/Camera"),
            ("/storage/emulated/0", "/storage/emulated/0"),
            ("/data/data/com.example/cache", "/data/data/com.example/cache"),
            ("..hidden/a...b", "..hidden/a...b"),
            ("x" * 255, "x" * 255),
        ],
    )
    def test_a_path_is_kept_without_its_trailing_slash(self, text: str, path: str) -> None:
        assert parse_value(text, Annotated[str, PhonePath()]) == path

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "/",
            "..",
            "a/../b",
            "./a",
            "a//b",
            "a\tb",
            "a\nb",
            "/etc/passwd",
            "/data",
            "/data/",
            "/storage/emulated/01/a",
            "/storage/emulated/0/../1",
            "用" * 86,
            "a/" * 2100,
            "/data//",
        ],
    )
    def test_other_paths_are_refused(self, text: str) -> None:
        assert refusal(text, Annotated[str, PhonePath()])

    def test_sdcard_is_told_by_its_real_name(self) -> None:
        assert "“/storage/emulated/0/DCIM”" in refusal("/sdcard/DCIM", Annotated[str, PhonePath()])


class TestQuantities:
    @pytest.mark.parametrize(
        ("text", "type_", "value"),
        [
            ("25 s", Seconds, 25.0),
            ("500 ms", Seconds, 0.5),
            ("0.1s", Seconds, 0.1),
            ("3 min", Seconds, 180.0),
            ("30 d", Seconds, 2_592_000.0),
            ("48 MB", Bytes, 48_000_000),
            ("1 MiB", Bytes, 1 << 20),
            ("1.5 GB", Bytes, 1_500_000_000),
            ("0 B", Bytes, 0),
            ("10 Mb/s", Rate, 1_250_000.0),
            ("1 MB/s", Rate, 1_000_000.0),
        ],
    )
    def test_units_are_applied_exactly(self, text: str, type_: Any, value: float) -> None:
        parsed = parse_value(text, type_)
        assert (parsed, type(parsed)) == (value, type(value))

    @pytest.mark.parametrize(
        ("text", "type_", "part"),
        [
            ("48", Bytes, "such as “48 MB”; got “48”"),
            ("25", Seconds, "expected a duration with a unit (ms, s, min, h, d), such as “25 s”"),
            ("3 m", Seconds, "did you mean “3 min”?"),
            ("3 secs", Seconds, "did you mean “3 s”?"),
            ("3 parsecs", Seconds, "valid units: ms, s, min, h, d"),
            ("3 mb", Bytes, "did you mean “3 MB”?"),
            ("10 Mbps", Rate, "did you mean “10 Mb/s”?"),
            ("10 MBps", Rate, "did you mean “10 MB/s”?"),
            ("-5 s", Seconds, "a duration cannot be negative; got “-5 s”"),
            ("nan s", Seconds, "expected a duration"),
            ("inf", Seconds, "expected a duration"),
            ("1e13 s", Seconds, "a duration is at most 1e+12 s"),
            ("1e999 d", Seconds, "is too large"),
            ("1e999999999 s", Seconds, "expected a duration"),
            ("2e6 TB", Bytes, "a size is at most 1e+18 B"),
            ("0.5 B", Bytes, "not a whole number of bytes"),
            ("1,5 s", Seconds, "expected a duration"),
            ("", Bytes, "expected a size"),
            ("9" * 5000 + " s", Seconds, "expected a duration"),
        ],
    )
    def test_a_wrong_quantity_is_told_with_a_right_one(
        self, text: str, type_: Any, part: str
    ) -> None:
        assert part in refusal(text, type_)

    @given(st.integers(0, 10**12), st.sampled_from(["B", "kB", "MB", "KiB", "MiB"]))
    def test_sizes_survive_being_written(self, number: int, unit: str) -> None:
        factor = {"B": 1, "kB": 10**3, "MB": 10**6, "KiB": 1 << 10, "MiB": 1 << 20}[unit]
        if number * factor <= 10**18:
            assert parse_value(f"{number} {unit}", Bytes) == number * factor

    @given(st.floats(0, 1e12))
    def test_durations_survive_being_written(self, number: float) -> None:
        assert parse_value(f"{number!r} s", Seconds) == number


class TestScalars:
    @pytest.mark.parametrize(
        ("text", "type_", "value"),
        [
            ("-3", int, -3),
            ("2.5", float, 2.5),
            ("1e3", float, 1000.0),
            ("false", bool, False),
            ("no", str, "no"),
            ("", str, ""),
            ("2", Literal[1, 2], 2),
        ],
    )
    def test_right_texts(self, text: str, type_: Any, value: object) -> None:
        assert parse_value(text, type_) == value

    @pytest.mark.parametrize(
        ("text", "type_", "part"),
        [
            ("1_000", int, "did you mean “1000”?"),
            ("-010", int, "did you mean “-10”?"),
            ("000", int, "did you mean “0”?"),
            ("0x10", int, "expected a whole number; got “0x10”"),
            ("١", int, "expected a whole number"),
            ("9" * 5000, int, "…” is too large"),
            ("nan", float, "expected a number; got “nan”"),
            ("1e999", float, "“1e999” is too large"),
            ("True", bool, "did you mean “true”?"),
            ("off", bool, "did you mean “false”?"),
            ("maybe", bool, "expected true or false; got “maybe”"),
            ("90 s", Annotated[Seconds, Range(1, 60, "s")], "from 1 s to 60 s; got 90 s"),
            ("0", Annotated[int, Range(lo=1)], "expected at least 1; got 0"),
            ("9", Annotated[int, Range(hi=1)], "expected at most 1; got 9"),
            ("a\x07", str, "the character U+0007 is not allowed"),
        ],
    )
    def test_wrong_texts(self, text: str, type_: Any, part: str) -> None:
        assert part in refusal(text, type_)

    def test_a_tree_is_structured_without_a_file(self) -> None:
        with pytest.raises(DocumentError, match=r"^<value>:1:1: missing key “stack” \(at \$\)$"):
            structure({}, Phone)


class TestWithText:
    def test_it_sets_a_copy(self) -> None:
        before = valid()
        after = before.with_text({"phone.stack": "aosp", "phone.album[0].size": "5 MB"})
        assert (after.value.phone.stack, after.value.phone.album[0].size) == ("aosp", 5_000_000)
        assert before.tree == valid().tree

    def test_flow_values_replace_whole_parts(self) -> None:
        after = valid().with_text({"phone.album": "[{path: c.jpg}]", "title": "{en: A, zh-CN: 甲}"})
        assert after.tree["phone"]["album"] == [{"path": "c.jpg"}]

    def test_absent_mappings_are_made(self) -> None:
        document = load("phone: {stack: miui}", Scenario, file="f")
        after = document.with_text({"watchers.slow.every": "2 s", 'labels["a.b"]': "c"})
        assert after.value.watchers == {"slow": Watcher(Seconds(2.0))}
        assert after.value.labels == {"a.b": "c"}

    @pytest.mark.parametrize(
        ("path", "text", "expected"),
        [
            (
                "phone.stak",
                "miui",
                "--set phone.stak:1:7: unknown part “stak”; did you mean “stack”? "
                "(at $.phone.stak)",
            ),
            (
                "phone.stack",
                "muii",
                "--set phone.stack:1:1: “muii” is not valid here; did you mean “miui”? "
                "(at $.phone.stack)",
            ),
            (
                "phone.album",
                "[{path: a, siz: 1 B}]",
                "--set phone.album:1:12: unknown key “siz”; did you mean “size”? "
                "(at $.phone.album[0].siz)",
            ),
            (
                "phone.album[7].size",
                "1 B",
                "--set phone.album[7].size:1:12: there is no item [7]; the last item is [1] "
                "(at $.phone.album[7])",
            ),
            (
                "phone.album.size",
                "1 B",
                "--set phone.album.size:1:13: a list is here; write an item as “[0]” to “[1]”, "
                "not “size” (at $.phone.album.size)",
            ),
            (
                "inner." * 24 + "wifi",
                "1",
                f"--set {'inner.' * 24}wifi:1:1: a path has at most 24 parts (at $)",
            ),
            (
                "wifi.on",
                "1",
                "--set wifi.on:1:6: a single value is here, without a part “on” (at $.wifi.on)",
            ),
            (
                "phone..stack",
                "1",
                "--set phone..stack:1:1: not a path from column 6 on; "
                "write it like “phone.album[0].size” (at $)",
            ),
            (
                "watchers.slow.until",
                "1 s",
                "--set watchers.slow.until:1:1: missing key “every” (at $.watchers.slow)",
            ),
        ],
    )
    def test_a_problem_is_placed_in_the_setting(self, path: str, text: str, expected: str) -> None:
        with pytest.raises(DocumentError) as caught:
            valid().with_text({path: text})
        assert str(caught.value) == expected

    def test_all_wrong_settings_are_reported(self) -> None:
        with pytest.raises(DocumentError) as caught:
            valid().with_text({"nope": "1", "wifi": "2", "title": "{", "": "x"}, origin="-s")
        files = [problem.file for problem in caught.value.problems]
        assert files == ["-s ", "-s nope", "-s title", "-s wifi"]


class TestSchema:
    def test_it_is_a_valid_schema(self) -> None:
        schema = json_schema(Scenario, title="Scenario", schema_id="https://example.org/s.json")
        Draft202012Validator.check_schema(schema)
        assert json.loads(json.dumps(schema)) == schema

    def test_it_is_the_same_every_time(self) -> None:
        first, second = (json.dumps(json_schema(Scenario, title="S")) for _ in range(2))
        assert first == second

    @pytest.mark.parametrize(
        "text",
        [
            VALID,
            "phone: {stack: OneUI, android: 16, seed: 4}\nwifi: false\nmode: fast\nnote: 010\n"
            "uplink: 10 Mb/s\nlabels: {a: 1, b: true, c: 1.5}\n",
        ],
    )
    def test_it_accepts_what_is_valid(self, text: str) -> None:
        load(text, Scenario, file="f")
        Draft202012Validator(json_schema(Scenario, title="S")).validate(yaml.safe_load(text))

    @pytest.mark.parametrize(
        "text",
        [
            "phone: {}",
            "phone: {stack: xyz}",
            "phone: {stack: miui, android: 7}",
            "phone: {stack: miui, album: [{path: a, size: 48}]}",
            "phone: {stack: miui, album: [{path: a, size: 48 mb}]}",
            "phone: {stack: miui, album: [{path: ../a}]}",
            "phone: {stack: miui, album: [{path: /etc}]}",
            "phone: {stack: miui}\nwatchers: {Fast: {every: 1 s}}",
            "phone: {stack: miui}\ncolour: red",
        ],
    )
    def test_it_refuses_what_loading_refuses(self, text: str) -> None:
        assert problems(text)
        validator = Draft202012Validator(json_schema(Scenario, title="S"))
        assert not validator.is_valid(yaml.safe_load(text))

    def test_it_describes_fields_and_classes(self) -> None:
        photo = json_schema(Scenario, title="S")["$defs"]["Photo"]
        assert photo["description"] == "A photo in the album."
        assert photo["properties"]["path"]["description"] == "where the photo is"
        assert photo["required"] == ["path"]

    def test_names_that_yaml_reads_as_other_types_are_accepted(self) -> None:
        schema = json_schema(Numbered, title="N")
        assert schema["$defs"]["Numbered"]["properties"]["level"] == {
            "enum": ["1", 1, "true", True, "NaN"]
        }


@frozen
class Numbered:
    level: Annotated[str, OneOf(("1", "true", "NaN"))]


class TestPaths:
    @given(st.lists(st.integers(0, 99) | st.text(st.characters(exclude_categories=["Cs"]))))
    def test_a_path_survives_being_written(self, parts: list[str | int]) -> None:
        path = tuple(parts)
        assert tuple(part.name for part in parse_path(say_path(path))) == path


_PIECES = st.sampled_from(
    ["phone", "stack", "miui", "album", "path", "size", "48 MB", ": ", ":", "\n", "\n  ", "- ",
     "{", "}", "[", "]", ", ", "&a ", "*a", "!!str ", "<<", "'", '"', "\\", "\t", "#", "---\n",
     "? ", "|\n", ">", "%", "\x00", "\ufeff", "\u2028", "用", "title", "en", "zh-CN", "every"]
)  # fmt: skip


class TestAnyText:
    @given(st.text() | st.lists(_PIECES).map("".join) | st.binary())
    @example('"\\U00110000"')
    @example('a: "\\ud800"')
    @settings(max_examples=500)
    def test_it_gives_a_value_or_a_document_error(self, text: str | bytes) -> None:
        outcome = outcome_of(lambda: load(text, Scenario, file="f").value)
        assert isinstance(outcome, Scenario) or outcome.encode()

    @given(st.text() | st.lists(_PIECES).map("".join))
    @example('a: "\\U00110000"')
    @example('a: "\\UFFFFFFFF"')
    @example('a: "\\ud800"')
    def test_both_parsers_of_pyyaml_are_contained(self, text: str) -> None:
        for loader in (yaml.SafeLoader, yaml.CSafeLoader):
            assert plain(read(text, "f", loader=loader).tree) is not None

    @given(
        st.text(),
        st.sampled_from(
            [str, int, float, bool, Seconds, Bytes, Rate, Phone, int | None, tuple[int, ...],
             dict[str, int], Literal["a"], Annotated[str, PhonePath()],
             Annotated[str, OneOf(("a",))]]
        ),
    )  # fmt: skip
    def test_a_single_value_likewise(self, text: str, type_: Any) -> None:
        assert outcome_of(lambda: parse_value(text, type_)) is not NotImplemented

    @given(
        st.sampled_from(["phone", "phone.album", "labels.x", "watchers.a.every"]) | st.text(),
        st.text() | st.lists(_PIECES).map(lambda pieces: "{" + "".join(pieces) + "}"),
    )
    def test_a_setting_likewise(self, path: str, text: str) -> None:
        assert outcome_of(lambda: valid().with_text({path: text}))


def test_importing_is_light() -> None:
    code = (
        "import sys, simulator.documents;"
        "print([m for m in ('rich', 'matplotlib', 'jsonschema') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert shown.stdout.strip() == "[]"
