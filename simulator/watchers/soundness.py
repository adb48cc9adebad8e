"""What is wrong with a rule as a whole, which no single field can say."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.android import versions
from simulator.android.layers import layers
from simulator.android.stack import possible
from simulator.errors import UnknownName
from simulator.message import Message
from simulator.watchers.rule import MOUNT, VALUES, Parameter, Rule

#: Layers that know MediaStore's rows: MediaProvider is at work there, or a program that asks it.
_KNOW_ROWS = frozenset({MOUNT, "resolver", "provider", "fuse"})
_INTERFERE = frozenset({"refuse", "keep", "ask"})
_LISTS = frozenset({"directory-flag", "path-prefix"})
Found = Iterator[tuple[str, Message]]


def problems(rule: Rule) -> Found:
    """Every problem of *rule* as a whole: the path in the file, and what is wrong there."""
    yield from _hook(rule)
    yield from _scope(rule)
    yield from _types(rule)
    yield from _action(rule)
    yield from _parameters(rule)
    yield from _texts(rule)
    for i, home in enumerate(rule.homes):
        if not possible(home.stack, versions.API[home.android]):
            yield (
                f"$.homes[{i}].stack",
                Message(
                    "no phone with Android {android} has the stack “{stack}”",
                    android=home.android,
                    stack=home.stack,
                ),
            )


def _hook(rule: Rule) -> Found:
    if not rule.homes:
        yield "$.homes", Message("expected at least one phone on which the rule is")
    if not rule.hook.layers:
        yield "$.hook.layers", Message("expected at least one layer")
    if not rule.hook.modes:
        yield "$.hook.modes", Message("expected at least one mode")
    for name, mode in rule.hook.modes.items():
        for twice in sorted(set(mode.acts_on) & {*mode.logs, *mode.denies}):
            yield (
                f"$.hook.modes.{name}",
                Message("“{change}” stands under two of acts_on, logs and denies", change=twice),
            )
        if mode.denies and not rule.action.error:
            yield f"$.hook.modes.{name}.denies", Message("what is denied needs an error to return")
    if rule.hook.remembers and "rename" not in {
        "rename" for layer in rule.hook.layers if layer == MOUNT or layers()[layer].kind != "call"
    }:
        yield (
            "$.hook.remembers",
            Message("a layer that only carries calls sees no rename by path to remember"),
        )


def _scope(rule: Rule) -> Found:
    kind = rule.scope.kind
    if kind in _LISTS and not rule.scope.sets:
        yield "$.scope.sets", Message("a scope of this kind needs at least one list of folders")
    if kind not in _LISTS and rule.scope.sets:
        yield "$.scope.sets", Message("a scope of this kind has no lists of folders")
    if kind in {"indexed", "albums"} and not _knows_rows(rule):
        yield "$.scope.kind", _blind(rule)
    for name, patterns in rule.scope.sets.items():
        for i, pattern in enumerate(patterns):
            bare = pattern.removeprefix("!").removesuffix("**").rstrip("/")
            if pattern in {"", "!"} or "*" in bare or bare.startswith("/"):
                yield (
                    f"$.scope.sets.{name}[{i}]",
                    Message(
                        "expected a folder such as “DCIM/Camera”, “DCIM/**” or “**”, with “!” in"
                        " front to take it away; got “{pattern}”",
                        pattern=pattern,
                    ),
                )


def _types(rule: Rule) -> Found:
    types = rule.types
    if types.test == "extension" and not (types.photo or types.video):
        yield "$.types", Message("a test of extensions needs a list under “photo” or “video”")
    if types.test != "extension" and (types.photo or types.video):
        yield "$.types", Message("lists of extensions need the test “extension”")
    if types.test == "indexed" and not _knows_rows(rule):
        yield "$.types.test", _blind(rule)
    if rule.callers.creator_exempt and rule.callers.creator_in == "row" and not _knows_rows(rule):
        yield "$.callers.creator_in", _blind(rule)
    for kind in ("photo", "video"):
        for i, suffix in enumerate(getattr(types, kind)):
            if suffix != suffix.casefold() or not suffix.isalnum():
                yield (
                    f"$.types.{kind}[{i}]",
                    Message(
                        "expected an extension in lower case without its dot, such as “mp4”;"
                        " got “{suffix}”",
                        suffix=suffix,
                    ),
                )


def _action(rule: Rule) -> Found:
    does = rule.action.does
    if does in {"refuse", "ask"} and not rule.action.error:
        yield "$.action", Message("“{does}” needs an error to return", does=does)
    if does == "keep" and rule.rescue is None:
        yield "$.action", Message("“keep” needs a section “rescue”: where the file goes")
    if rule.rescue is not None and does not in {"keep", "refuse"}:
        yield "$.rescue", Message("only what is kept or refused can be rescued")
    if rule.rescue is not None and rule.rescue.bin_after < rule.rescue.aside_after:
        yield "$.rescue.bin_after", Message("the file is in the bin before it is set aside")
    changes = {c for mode in rule.hook.modes.values() for c in mode.acts_on}
    if does == "ask" and changes - {"unlink"}:
        yield "$.action.does", Message("a rule that asks first can act on “unlink” alone")
    if does in _INTERFERE and MOUNT in rule.hook.layers:
        yield (
            "$.action.does",
            Message("who looks on from outside (“mount”) can only log and notify"),
        )
    if does in {"ask", "log", "consent"} and rule.notice is not None and does != "log":
        yield "$.notice", Message("a rule that asks first shows no notice")


def _parameters(rule: Rule) -> Found:
    for name, parameter in rule.parameters.items():
        place = f"$.parameters.{name}"
        known = _known(rule, name)
        if known is not None:
            yield from _values(place, name, parameter, known)
    for name, choices in (("scope", rule.scope.sets), ("mode", rule.hook.modes)):
        if len(choices) > 1 and name not in rule.parameters:
            yield (
                "$.parameters",
                Message("there are several to choose from, so “{name}” is a parameter", name=name),
            )
    if rule.action.does == "keep" and "app_sees" in rule.parameters:
        yield "$.parameters.app_sees", Message("what is kept is reported as a success")


def _known(rule: Rule, name: str) -> tuple[str, ...] | None:
    """The values that parameter can have, or None where anything goes."""
    if name == "scope":
        return tuple(rule.scope.sets)
    if name == "mode":
        return tuple(rule.hook.modes)
    if name == "app_sees":
        return ("success", rule.action.error)
    return dict[str, tuple[str, ...]](VALUES).get(name)


def _values(place: str, name: str, parameter: Parameter, known: tuple[str, ...]) -> Found:
    if parameter.use not in known:
        message = UnknownName(Message("value"), parameter.use, known).message
        yield f"{place}.use", message
    for i, value in enumerate(parameter.try_):
        if value not in known:
            yield f"{place}.try[{i}]", UnknownName(Message("value"), value, known).message


def _texts(rule: Rule) -> Found:
    if rule.notice is None:
        return
    for i, wording in enumerate(rule.notice.wordings):
        for key, text in (("en", wording.text.en), ("zh-CN", wording.text.zh_CN)):
            if "names_app" in rule.notice.claims and "{app}" not in text:
                yield (
                    f"$.notice.wordings[{i}].text.{key}",
                    Message("the notice names the app, so its text needs “{app}”", app="{app}"),
                )
    if rule.seen_as.by == "nobody" and "names_app" in rule.notice.claims:
        yield "$.notice.claims", Message("a rule that names nobody cannot claim “names_app”")


def _knows_rows(rule: Rule) -> bool:
    return all(layer in _KNOW_ROWS for layer in rule.hook.layers)


def _blind(rule: Rule) -> Message:
    layer = next((name for name in rule.hook.layers if name not in _KNOW_ROWS), "")
    return Message("at the layer “{layer}” no rule can see MediaStore’s rows", layer=layer)
