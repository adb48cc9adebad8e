"""What the parts of a watcher's rule are called in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from simulator.android.processes import GALLERY, MEDIA_PROVIDER, MEDIA_PROVIDER_UNTIL_29
from simulator.message import Message
from simulator.telling.words import Words, one_line
from simulator.watchers.rule import MOUNT, Change, Claim, Mode, ParameterName, Rule

HYPOTHESIS = Message("[hypothesis]")
PROPOSAL = Message("[our proposal]")
#: A change as the end of “when …”.
CHANGES: Mapping[Change, Message] = MappingProxyType(
    {
        "unlink": Message("a file is deleted"),
        "rmdir": Message("a folder is removed"),
        "rename": Message("a file or folder is renamed"),
        "leave": Message("a file is moved to another folder"),
        "lose-name": Message("a file gets a name that no longer ends like a photo or video"),
        "replace": Message("another file is renamed over a file, which is gone then"),
        "truncate": Message("a file is cut to nothing"),
        "hide": Message("a .nomedia is put into a folder, so that the gallery leaves it out"),
        "read": Message("a file is opened for reading"),
    }
)
#: The layers by a name that fits a table; the others' own names are names already.
LAYERS: Mapping[str, Message] = MappingProxyType(
    {
        MOUNT: Message("upper mount"),
        "resolver": Message("the app’s call"),
        "provider": Message("MediaProvider"),
        "documents": Message("a documents provider"),
        "downloads": Message("DownloadProvider"),
        "fuse-daemon": Message("FUSE, by a daemon"),
        "fuse": Message("FUSE"),
    }
)
LOOKS_ON = Message("where apps see shared storage; the rule looks on from outside")
#: What a rule does where everything fits.
DOES: Mapping[str, Message] = MappingProxyType(
    {
        "log": Message("only logs"),
        "notify": Message("notifies afterwards"),
        "keep": Message("keeps the file"),
        "refuse": Message("refuses"),
        "ask": Message("asks the user first"),
        "consent": Message("Android’s own question"),
    }
)
NAMED: Mapping[str, Message] = MappingProxyType(
    {
        "command-line": Message("calling process"),
        "package": Message("calling app"),
        "foreground": Message("app on the screen (a guess)"),
        "nobody": Message("nobody"),
    }
)
#: What a parameter is about, short enough for a list.
OPEN: Mapping[ParameterName, Message] = MappingProxyType(
    {
        "scope": Message("folders"),
        "mode": Message("setting"),
        "whitelist": Message("exemptions"),
        "attribution": Message("true caller"),
        "nomedia": Message(".nomedia"),
        "indexed_by": Message("which rows count"),
        "app_sees": Message("answer to the app"),
        "rename_actor": Message("who keeps the file"),
        "muted": Message("muting"),
        "merging": Message("merging"),
    }
)
#: The values of parameters in words; sets of folders and modes go by their own names.
VALUES: Mapping[tuple[str, str], Message] = MappingProxyType(
    {
        ("whitelist", "none"): Message("nobody beside those above"),
        ("whitelist", "provider"): Message("MediaProvider as well"),
        ("whitelist", "app"): Message("the app as well"),
        ("attribution", "process"): Message("the process that carries the call out"),
        ("attribution", "forwarded"): Message("the app behind the call"),
        ("nomedia", "ignored"): Message("it makes no difference"),
        ("nomedia", "exempts"): Message("it keeps the folder out"),
        ("indexed_by", "row"): Message("every row counts"),
        ("indexed_by", "scan"): Message("only what a scan has confirmed"),
        ("app_sees", "success"): Message("that it worked"),
        ("rename_actor", "app_runtime"): Message("the app’s runtime"),
        ("rename_actor", "gallery"): Message("the phone’s gallery"),
        ("rename_actor", "kernel_other"): Message("another part of the kernel"),
        ("muted", "false"): Message("not muted"),
        ("muted", "true"): Message("muted"),
        ("merging", "each"): Message("one for each event"),
        ("merging", "merged"): Message("one for what follows closely"),
    }
)
CLAIMS: Mapping[Claim, Message] = MappingProxyType(
    {
        "names_app": Message("it was the app that it names"),
        "object_is_media": Message("it was a photo or video"),
        "was_removed": Message("the file was deleted"),
        "was_intercepted": Message("the removal was stopped"),
        "made_by_app": Message("the app had made the file itself"),
        "not_made_by_app": Message("the app had not made the file"),
    }
)
#: What stands as a source although it is none.
_NO_SOURCE: Mapping[str, Message] = MappingProxyType(
    {
        "not public": Message("not public"),
        "our proposal": Message("our proposal"),
        "as above": Message("as above"),
    }
)
_PACKAGES: Mapping[str, Message] = MappingProxyType(
    {
        GALLERY.package: Message("the phone’s gallery"),
        MEDIA_PROVIDER.package: Message("MediaProvider"),
        MEDIA_PROVIDER_UNTIL_29.package: Message("MediaProvider"),
        "com.google.android.apps.photos": Message("Google Photos"),
    }
)
_INTERFERE = frozenset({"refuse", "keep"})


def flat(text: str) -> str:
    """A text from a file as part of a line: its breaks are blanks."""
    return " ".join(text.split())


def source(text: str) -> str | Message:
    """Where something can be read, or that it cannot."""
    return _NO_SOURCE.get(text, flat(text))


def package(name: str) -> str | Message:
    """A package, with what a person knows it by."""
    if name not in _PACKAGES:
        return one_line(name)
    return Message("{name} ({package})", name=_PACKAGES[name], package=name)


def listed(items: Iterable[str], words: Words) -> str:
    """A list inside a sentence."""
    return words.say(", ").join(items)


def modes(rule: Rule) -> tuple[tuple[str, Mode], ...]:
    """The ways in which a rule can be set up, the one shown first first."""
    if "mode" not in rule.parameters:
        return tuple(rule.hook.modes.items())
    first = rule.parameters["mode"].use
    return tuple(sorted(rule.hook.modes.items(), key=lambda item: item[0] != first))


def looks_at_nothing(rule: Rule) -> bool:
    """Whether the rule stands for a phone without one."""
    return not any(mode.changes() for mode in rule.hook.modes.values())


def tags(rule: Rule, words: Words) -> str:
    """The marks behind the name of a rule that no source has, each with a blank before it."""
    marks = ((rule.hypothesis, HYPOTHESIS), (rule.proposal, PROPOSAL))
    return "".join(" " + words.say(mark) for holds, mark in marks if holds)


def sits(rule: Rule, words: Words) -> str:
    """The rule's layers, for a table."""
    if looks_at_nothing(rule):
        return words.say("nowhere")
    return words.say("; ").join(words.show(LAYERS.get(name, name)) for name in rule.hook.layers)


def does(rule: Rule, words: Words) -> str:
    """What the rule does in each way of setting it up, for a table."""
    return words.say("; or ").join(dict.fromkeys(_deeds(rule, words)))


def _deeds(rule: Rule, words: Words) -> Iterator[str]:
    for _, mode in modes(rule):
        if not mode.changes():
            yield words.say("does nothing")
        elif not mode.acts_on:
            yield words.say(DOES["log"])
        elif rule.action.does in _INTERFERE and rule.notice is not None:
            yield words.say("{does}, and notifies", does=DOES[rule.action.does])
        else:
            yield words.say(DOES[rule.action.does])


def named(rule: Rule, words: Words) -> str:
    """Whom the rule names, for a table."""
    if looks_at_nothing(rule):
        return words.say(NAMED["nobody"])
    if rule.notice is not None and "names_app" not in rule.notice.claims:
        return words.say("not known")
    return words.say(NAMED[rule.seen_as.by])
