"""What is wrong with a rule as a whole, which no single field can say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from simulator.android import versions
from simulator.android.layers import layers, stacks
from simulator.android.paths import STANDARD, Area, place
from simulator.android.stack import CALL_LAYERS, possible
from simulator.documents import Localized, PhonePath, Refused
from simulator.documents.paths import say_path
from simulator.errors import UnknownName
from simulator.message import Message
from simulator.watchers.rule import MOUNT, VALUES, Home, Parameter, Rule

#: Layers that know MediaStore's rows: MediaProvider is at work there, or a program that asks it.
_KNOW_ROWS = frozenset({MOUNT, "resolver", "provider", "fuse"})
_INTERFERE = frozenset({"refuse", "keep", "ask"})
_SAYS_NOTHING = frozenset({"ask", "log", "consent"})
_LISTS = frozenset({"directory-flag", "path-prefix"})
_OF_ROWS = frozenset({"indexed", "albums"})
#: What a notice may be filled in with.
_APP = "{app}"
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
#: Marks that turn the direction of writing, so that a text shows other than it is.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
Found = Iterator[tuple[str, Message]]


def problems(rule: Rule) -> Found:
    """Every problem of *rule* as a whole: the path in the file, and what is wrong there."""
    yield from _homes(rule)
    yield from _hook(rule)
    yield from _scope(rule)
    yield from _types(rule)
    yield from _callers(rule)
    yield from _action(rule)
    yield from _rescue(rule)
    yield from _parameters(rule)
    yield from _notice(rule)
    yield from _claims(rule)
    yield from _one_line(rule)


def _homes(rule: Rule) -> Found:
    if not rule.homes:
        yield "$.homes", Message("expected at least one phone on which the rule is")
    for i, home in enumerate(rule.homes):
        if not possible(home.stack, versions.API[home.android]):
            yield (
                say_path(("homes", i, "stack")),
                Message(
                    "no phone with Android {android} has the stack “{stack}”",
                    android=home.android,
                    stack=home.stack,
                ),
            )
        elif rule.hook.layers and not _crossed(rule, home):
            yield (
                say_path(("homes", i, "stack")),
                Message(
                    "the stack “{stack}” has none of the layers of this rule", stack=home.stack
                ),
            )


def _crossed(rule: Rule, home: Home) -> bool:
    there = {MOUNT, *stacks()[home.stack].layers, *CALL_LAYERS}
    return not there.isdisjoint(rule.hook.layers)


def _hook(rule: Rule) -> Found:
    if not rule.hook.layers:
        yield "$.hook.layers", Message("expected at least one layer")
    if not rule.hook.modes:
        yield "$.hook.modes", Message("expected at least one mode")
    for name, mode in rule.hook.modes.items():
        listed = [
            change for group in (mode.acts_on, mode.logs, mode.denies) for change in set(group)
        ]
        for twice in sorted({change for change in listed if listed.count(change) > 1}):
            yield (
                say_path(("hook", "modes", name)),
                Message("“{change}” stands under two of acts_on, logs and denies", change=twice),
            )
        if mode.denies and not rule.action.error:
            yield (
                say_path(("hook", "modes", name, "denies")),
                Message("what is denied needs an error to return"),
            )
    if rule.hook.remembers and all(_is_call(layer) for layer in rule.hook.layers):
        yield (
            "$.hook.remembers",
            Message("a layer that only carries calls sees no rename by path to remember"),
        )


def _is_call(layer: str) -> bool:
    return layer != MOUNT and layers()[layer].kind == "call"


def _scope(rule: Rule) -> Found:
    kind = rule.scope.kind
    if kind in _LISTS and not rule.scope.sets:
        yield "$.scope.sets", Message("a scope of this kind needs at least one list of folders")
    if kind not in _LISTS and rule.scope.sets:
        yield "$.scope.sets", Message("a scope of this kind has no lists of folders")
    if kind in _OF_ROWS and not _knows_rows(rule):
        yield "$.scope.kind", _blind(rule)
    for name, patterns in rule.scope.sets.items():
        if all(pattern.startswith("!") for pattern in patterns):
            yield say_path(("scope", "sets", name)), Message("this list watches no folder")
        for i, pattern in enumerate(patterns):
            if not _is_folder(pattern):
                yield (
                    say_path(("scope", "sets", name, i)),
                    Message(
                        "expected a folder such as “DCIM/Camera”, “DCIM/**” or “**”, with “!” in"
                        " front to take it away; got “{pattern}”",
                        pattern=pattern,
                    ),
                )


def _is_folder(pattern: str) -> bool:
    bare = pattern.removeprefix("!")
    folder = bare.removesuffix("/**")
    return bare == "**" or ("*" not in folder and "!" not in folder and _is_relative(folder))


def _is_relative(path: str) -> bool:
    """Whether *path* is one below shared storage, written as everywhere else."""
    try:
        return bool(PhonePath().apply(path) == path and not path.startswith("/"))
    except Refused:
        return False


def _types(rule: Rule) -> Found:
    types = rule.types
    if types.test == "extension" and not (types.photo or types.video):
        yield "$.types", Message("a test of extensions needs a list under “photo” or “video”")
    if types.test != "extension" and (types.photo or types.video):
        yield "$.types", Message("lists of extensions need the test “extension”")
    if types.test == "indexed" and not _knows_rows(rule):
        yield "$.types.test", _blind(rule)
    for kind in ("photo", "video"):
        for i, suffix in enumerate(getattr(types, kind)):
            yield from _suffix(say_path(("types", kind, i)), suffix)
            if kind == "video" and suffix in types.photo:
                yield (
                    say_path(("types", kind, i)),
                    Message("“{suffix}” stands under both “photo” and “video”", suffix=suffix),
                )
    if types.kept_suffix:
        yield from _suffix("$.types.kept_suffix", types.kept_suffix)


def _suffix(place: str, suffix: str) -> Found:
    if suffix != suffix.casefold() or not suffix.isalnum():
        yield (
            place,
            Message(
                "expected an extension in lower case without its dot, such as “mp4”;"
                " got “{suffix}”",
                suffix=suffix,
            ),
        )


def _callers(rule: Rule) -> Found:
    claims = rule.notice.claims if rule.notice is not None else ()
    asks = rule.callers.creator_exempt or {"made_by_app", "not_made_by_app"} & set(claims)
    if asks and rule.callers.creator_in == "row" and not _knows_rows(rule):
        yield "$.callers.creator_in", _blind(rule)


def _action(rule: Rule) -> Found:
    does = rule.action.does
    if does in {"refuse", "ask"} and not rule.action.error:
        yield "$.action", Message("“{does}” needs an error to return", does=does)
    if does == "keep" and rule.rescue is None:
        yield "$.action", Message("“keep” needs a section “rescue”: where the file goes")
    if does == "notify" and rule.notice is None:
        yield "$.action", Message("“notify” needs a section “notice”")
    changes = {c for mode in rule.hook.modes.values() for c in mode.acts_on}
    if does == "ask" and changes - {"unlink"}:
        yield "$.action.does", Message("a rule that asks first can act on “unlink” alone")
    if (does in _INTERFERE or _denies(rule)) and MOUNT in rule.hook.layers:
        yield (
            "$.action.does",
            Message("who looks on from outside (“mount”) can only log and notify"),
        )
    if does in _SAYS_NOTHING and rule.notice is not None:
        yield "$.notice", Message("a rule that asks first, or only logs, shows no notice")


def _denies(rule: Rule) -> bool:
    return any(mode.denies for mode in rule.hook.modes.values())


def _rescue(rule: Rule) -> Found:
    rescue = rule.rescue
    if rescue is None:
        return
    if rule.action.does not in {"keep", "refuse"}:
        yield "$.rescue", Message("only what is kept or refused can be rescued")
    if rescue.aside.endswith("{name}"):
        yield (
            "$.rescue.aside",
            Message("expected an ending after “{name}” that tells a kept file", name="{name}"),
        )
    if not _is_relative(rescue.bin):
        yield (
            "$.rescue.bin",
            Message(
                "expected a folder of shared storage such as “Pictures/Bin”; got “{path}”",
                path=rescue.bin,
            ),
        )
    if rescue.bin in STANDARD or place(rescue.bin).area is not Area.SHARED:
        yield (
            "$.rescue.bin",
            Message(
                "“{path}” is no place for a bin: expected a folder of its own in shared storage",
                path=rescue.bin,
            ),
        )
    if rescue.bin_after < rescue.aside_after:
        yield "$.rescue.bin_after", Message("the file is in the bin before it is set aside")


def _parameters(rule: Rule) -> Found:
    for name, parameter in rule.parameters.items():
        place = say_path(("parameters", name))
        if not _bears_on(rule, name):
            yield (
                place,
                Message("nothing in this rule depends on the parameter “{name}”", name=name),
            )
        else:
            yield from _values(place, parameter, possible_values(rule, name))
    for name, choices in (("scope", rule.scope.sets), ("mode", rule.hook.modes)):
        if len(choices) > 1 and name not in rule.parameters:
            yield (
                "$.parameters",
                Message("there are several to choose from, so “{name}” is a parameter", name=name),
            )
    if rule.action.does == "keep" and "app_sees" in rule.parameters:
        yield "$.parameters.app_sees", Message("what is kept is reported as a success")


def _bears_on(rule: Rule, name: str) -> bool:
    """Whether anything comes out differently for that parameter."""
    conditions = {
        "scope": bool(rule.scope.sets),
        "indexed_by": rule.scope.kind in _OF_ROWS or rule.types.test == "indexed",
        "app_sees": bool(rule.action.error) or rule.action.does == "keep",
        "rename_actor": rule.rescue is not None,
        "muted": rule.notice is not None,
        "merging": rule.notice is not None,
    }
    return conditions.get(name, True)


def possible_values(rule: Rule, name: str) -> tuple[str, ...]:
    """The values that parameter can have under *rule*."""
    if name == "scope":
        return tuple(rule.scope.sets)
    if name == "mode":
        return tuple(rule.hook.modes)
    if name == "app_sees":
        return ("success", rule.action.error)
    return VALUES[name]  # type: ignore[index]


def _values(place: str, parameter: Parameter, known: tuple[str, ...]) -> Found:
    if parameter.use not in known:
        message = UnknownName(Message("value"), parameter.use, known).message
        yield f"{place}.use", message
    for i, value in enumerate(parameter.try_):
        if value not in known:
            yield f"{place}.try[{i}]", UnknownName(Message("value"), value, known).message


def _notice(rule: Rule) -> Found:
    for path, text in _wordings(rule):
        named = rule.notice is not None and "names_app" in rule.notice.claims
        found = set(_PLACEHOLDER.findall(text))
        if named and _APP not in found:
            yield path, Message("the notice names the app, so its text needs “{app}”", app=_APP)
        if not named and _APP in found:
            yield (
                path,
                Message(
                    "the text has “{app}”, so “names_app” stands among the notice’s claims",
                    app=_APP,
                ),
            )
        for other in sorted(found - {_APP}):
            yield (
                path,
                Message(
                    "“{other}” is filled in by nothing; the text can only have “{app}”",
                    other=other,
                    app=_APP,
                ),
            )


def _claims(rule: Rule) -> Found:
    if rule.notice is None:
        return
    if rule.seen_as.by == "nobody" and "names_app" in rule.notice.claims:
        yield "$.notice.claims", Message("a rule that names nobody cannot claim “names_app”")


def _wordings(rule: Rule) -> Iterator[tuple[str, str]]:
    """The text of each wording in each language, with its path."""
    for i, wording in enumerate(rule.notice.wordings if rule.notice is not None else ()):
        yield from _sides(("notice", "wordings", i, "text"), wording.text)


def _sides(path: tuple[str | int, ...], text: Localized) -> Iterator[tuple[str, str]]:
    yield say_path((*path, "en")), text.en
    yield say_path((*path, "zh-CN")), text.zh_CN


def _one_line(rule: Rule) -> Found:
    """Texts that come to stand inside a sentence, and so must not break or turn its line."""
    texts = [*_sides(("label",), rule.label), *_wordings(rule)]
    if rule.rescue is not None:
        texts += _sides(("rescue", "bin_label"), rule.rescue.bin_label)
    for path, text in texts:
        for char in sorted(set(filter(_breaks, text))):
            yield path, Message("the character U+{code} is not allowed", code=f"{ord(char):04X}")


def _breaks(char: str) -> bool:
    return char in _TURNING or unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}


def _knows_rows(rule: Rule) -> bool:
    return all(layer in _KNOW_ROWS for layer in rule.hook.layers)


def _blind(rule: Rule) -> Message:
    layer = next((name for name in rule.hook.layers if name not in _KNOW_ROWS), "")
    return Message("at the layer “{layer}” no rule can see MediaStore’s rows", layer=layer)
