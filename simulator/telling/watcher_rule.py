"""One watcher's rule in plain words, section by section, with what each of them rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from attrs import fields, frozen, has

from simulator.android import versions
from simulator.android.layers import layers, routes, stacks
from simulator.android.processes import FIRST_APP_UID
from simulator.android.sightings import APP, COPY
from simulator.android.stack import Hop, Stack
from simulator.documents import Localized
from simulator.message import Message
from simulator.telling.figures.setting import wrap
from simulator.telling.folding import LINE
from simulator.telling.limits import LIMITS
from simulator.telling.measures import columns
from simulator.telling.stacks import NAMES
from simulator.telling.text import GRADES, PARTIES
from simulator.telling.watcher_words import (
    CHANGES,
    CLAIMS,
    LOOKS_ON,
    VALUES,
    flat,
    listed,
    looks_at_nothing,
    modes,
    package,
    source,
    tags,
)
from simulator.telling.words import LANGS, Words, one_line, visible
from simulator.telling.words import words as words_of
from simulator.watchers.rule import (
    MOUNT,
    Change,
    Fact,
    Home,
    Mode,
    NoticeRule,
    Parameter,
    Rescue,
    Rule,
    Types,
    Wording,
)

SCHEMA = "cachelife.watcher/1"
#: Columns of the terminal.
_INTERFERE = frozenset({"refuse", "keep"})
_ASKS = frozenset({"ask", "consent"})


# -- as data -----------------------------------------------------------------------------------


def as_json(rule: Rule) -> dict[str, Any]:
    """The rule with all its fields as plain data, ready for JSON; durations in seconds."""
    return {"schema": SCHEMA, **_plain(rule)}


def _plain(value: Any) -> Any:
    if isinstance(value, Localized):
        return {"en": value.en, "zh-CN": value.zh_CN}
    if has(type(value)):
        # A field goes by its name in the file.
        return {
            field.metadata.get("key", field.name): _plain(getattr(value, field.name))
            for field in fields(type(value))
        }
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


# -- as text -----------------------------------------------------------------------------------


@frozen
class _Line:
    """A sentence, so many columns in from the left; *mark* stands before its first line."""

    text: str
    indent: int = 2
    mark: str = ""


Lines = Iterator[_Line]


def told(rule: Rule, words: Words, name: str | None = None) -> str:
    """Everything that ``cachelife watchers show`` prints; *name* is what the rule was asked by."""
    lines = [*_head(rule, words)]
    for title, section in _SECTIONS.items() if not looks_at_nothing(rule) else _OF_NONE.items():
        body = list(section(rule, words))
        if body:
            lines += [_Line("", 0), _Line(words.say(title), 0), *body]
    lines += [_Line("", 0), *_trying(rule, words, name or rule.id), _Line(words.say(LIMITS[0]), 0)]
    return "\n".join(text for line in lines for text in _set(line)) + "\n"


def _set(line: _Line) -> Iterator[str]:
    """The line as a terminal shows it."""
    inner = " " * (line.indent + len(line.mark))
    set_ = wrap(line.text, LINE - len(inner), columns) or [""]
    for number, text in enumerate(set_):
        before = inner if number else " " * line.indent + line.mark
        yield (before + text).rstrip()


def _items(texts: Iterable[str], indent: int = 4) -> Lines:
    for text in texts:
        yield _Line(text, indent, "- ")


def _founded(fact: Fact, words: Words, indent: int = 2) -> Lines:
    """What a section rests on."""
    grade, read = GRADES[fact.grade], source(fact.source)
    yield _Line(words.say("[{grade}: {source}]", grade=grade, source=read), indent)
    if fact.note:
        yield _Line(words.say("Note: {note}", note=flat(fact.note)), indent)


def _head(rule: Rule, words: Words) -> Lines:
    yield _Line(words.say("{id}{tags}", id=rule.id, tags=tags(rule, words)), 0)
    yield _Line(_text(rule.label, words), 0)
    if rule.hypothesis:
        yield _Line(
            words.say("A hypothesis: no source confirms that the rule works in this way."), 0
        )
    if rule.proposal:
        yield _Line(words.say("Our proposal to makers of phones: no phone has it."), 0)
    yield _Line(_text(rule.about, words), 0)


def _text(text: Localized, words: Words) -> str:
    """A text of the file, as it may stand in a line."""
    return str(words.show(flat(words.of(text))))


def _trying(rule: Rule, words: Words, name: str) -> Lines:
    """How to try another value in a scenario."""
    for parameter, values in ((n, rule.values(n)) for n in rule.parameters):
        if len(values) > 1:
            yield _Line(words.say("To try another value:"), 0)
            chosen = f"--set watcher.rule={name} --set watcher.{parameter}={values[1]}"
            command = f"cachelife run SCENARIO {visible(one_line(chosen))}"
            yield _Line(command)
            yield _Line("", 0)
            return


# -- where it sits, and what it looks at -------------------------------------------------------


def _sits(rule: Rule, words: Words) -> Lines:
    yield from _layers(rule, words)
    homes = [words.say(_home(home)) for home in rule.homes]
    if len(homes) == 1:
        yield _Line(words.say("The phone that stands for it here: {home}.", home=homes[0]))
    else:
        yield _Line(words.say("The phones that stand for it here:"))
        yield from _items(homes)
    several = len(rule.hook.modes) > 1
    if several:
        yield _Line(
            words.say("It can be set up in several ways (“mode” below says what is known):")
        )
    for name, mode in modes(rule):
        if several:
            yield _Line(words.say("“{name}”", name=one_line(name)), 4, "- ")
        yield from _mode(rule, mode, words, 6 if several else 2)
    if rule.hook.remembers:
        yield _Line(
            words.say(
                "For {time} after a file was renamed, it goes by the folder and the name that the"
                " file had before.",
                time=duration(rule.hook.remembers, words),
            )
        )
    yield from _founded(rule.hook, words)


def _layers(rule: Rule, words: Words) -> Lines:
    names = rule.hook.layers
    said = [words.say("{name}: {says}", name=name, says=_says(name)) for name in names]
    if len(said) == 1:
        yield _Line(words.say("It sits at {layer}.", layer=said[0]))
        return
    yield _Line(
        words.say(
            "It sits at several layers; where a change crosses more than one, the first counts:"
        )
    )
    yield from _items(said)


def _says(layer: str) -> Message | Localized:
    return LOOKS_ON if layer == MOUNT else layers()[layer].says


def _home(home: Home) -> Message:
    where = Message("Android {version}, {stack}", version=home.android, stack=home.stack)
    if home.storage is None:
        return where
    return Message(_STORED[home.storage].template, home=where)


_STORED: Mapping[str, Message] = MappingProxyType(
    {
        "scoped": Message("{home}, and an app in scoped storage"),
        "legacy": Message("{home}, and an app in the old storage mode"),
    }
)


def _mode(rule: Rule, mode: Mode, words: Words, indent: int) -> Lines:
    if not mode.changes():
        yield _Line(words.say("It looks at nothing."), indent)
    acts = Message("Android asks when: {changes}.")
    if rule.action.does != "consent":
        acts = Message("It acts when: {changes}.")
    logs = Message("It only makes an entry in a log when: {changes}.")
    denies = Message("It refuses, without telling anybody, when: {changes}.")
    for template, changes in ((acts, mode.acts_on), (logs, mode.logs), (denies, mode.denies)):
        if changes:
            text = words.say(template.template, changes=_changes(changes, words))
            yield _Line(text, indent)


def _changes(changes: tuple[Change, ...], words: Words) -> str:
    return words.say("; ").join(words.say(CHANGES[change]) for change in changes)


# -- which folders, which files ----------------------------------------------------------------


_KINDS: Mapping[str, Message] = MappingProxyType(
    {
        "directory-flag": Message(
            "It watches folders that carry a flag. A new folder takes the flag over from the"
            " folder that it is made in; a folder that comes there later does not."
        ),
        "path-prefix": Message("It watches the folders of a list, by their paths."),
        "indexed": Message(
            "The folder makes no difference: what counts is whether MediaStore lists the file."
        ),
        "albums": Message(
            "It watches folders in which MediaStore lists a photo or video: the albums that a"
            " gallery shows."
        ),
        "whole": Message("The folder makes no difference."),
    }
)


def _folders(rule: Rule, words: Words) -> Lines:
    yield _Line(words.say(_KINDS[rule.scope.kind]))
    sets = rule.scope.sets
    if len(sets) > 1:
        yield _Line(words.say("Which folders these are is not settled (“scope” below). Tried are:"))
    for name, patterns in sets.items():
        text = listed([words.say(_folder(pattern)) for pattern in patterns], words)
        yield _Line(words.say("“{name}”: {text}", name=one_line(name), text=text), 4, "- ")
    if any(_taken_back(patterns) for patterns in sets.values()):
        yield _Line(words.say("Where several of a list fit, the last one counts."))
    yield from _founded(rule.scope, words)


def _folder(pattern: str) -> Message:
    folder = pattern.removeprefix("!").removesuffix("/**")
    below = pattern.endswith("/**")
    if pattern.startswith("!"):
        if below:
            return Message("but not {folder} and below", folder=folder)
        return Message("but not {folder}", folder=folder)
    if pattern == "**":
        return Message("all of shared storage")
    if below:
        return Message("{folder} and below", folder=folder)
    return Message("{folder} alone", folder=folder)


def _taken_back(patterns: tuple[str, ...]) -> bool:
    """Whether what is taken away may be given back by a later pattern."""
    taken = [pattern.startswith("!") for pattern in patterns]
    return any(one and not other for one, other in pairwise(taken))


_TESTS: Mapping[str, Message] = MappingProxyType(
    {
        "extension": Message(
            "It goes by the ending of the name alone: by the last one, in upper or lower case."
        ),
        "indexed": Message("It goes by MediaStore: what is listed there as a photo or video."),
        "none": Message("The kind of file makes no difference."),
    }
)
_OF_FOLDERS: Mapping[str, Message] = MappingProxyType(
    {
        "never": Message("Folders do not count, whatever they are called."),
        "named-like-media": Message("A folder counts as well, if its name ends like that."),
        "any": Message("A folder counts as well, whatever it is called."),
    }
)


def _types(rule: Rule, words: Words) -> Lines:
    types = rule.types
    yield _Line(words.say(_TESTS[types.test]))
    if types.test == "extension":
        yield from _endings(types, words)
    yield _Line(words.say(_OF_FOLDERS[types.folders]))
    if types.kept_suffix:
        yield _Line(
            words.say(
                "A name that ends in .{suffix} is that of a file that the phone keeps; the ending"
                " before it counts.",
                suffix=types.kept_suffix,
            )
        )
    yield from _founded(types, words)


def _endings(types: Types, words: Words) -> Lines:
    if types.photo:
        text = words.many(
            "{number} ending of photos: {endings}",
            "{number} endings of photos: {endings}",
            len(types.photo),
            endings=listed(types.photo, words),
        )
        yield from _items([text])
    else:
        yield _Line(words.say("Photos do not count."))
    if types.video:
        text = words.many(
            "{number} ending of videos: {endings}",
            "{number} endings of videos: {endings}",
            len(types.video),
            endings=listed(types.video, words),
        )
        yield from _items([text])
    else:
        yield _Line(words.say("Videos do not count."))


# -- who asked ---------------------------------------------------------------------------------


def _exempt(rule: Rule, words: Words) -> Lines:
    if rule.action.does == "consent":
        yield _Line(words.say("Android’s permission model decides who need not ask."))
        yield from _founded(rule.callers, words)
        return
    spared = list(_spared(rule, words))
    if spared:
        yield _Line(words.say("These are exempt:"))
        yield from _items(spared)
    else:
        yield _Line(words.say("Nobody."))
    if "whitelist" in rule.parameters:
        yield _Line(words.say("Whether there are others is not settled (“whitelist” below)."))
    if not rule.callers.creator_exempt:
        tells = rule.notice is not None and any(
            w.made_by != "anybody" for w in rule.notice.wordings
        )
        if tells:
            yield _Line(words.say("Who made the file decides what it says, not whether it acts."))
        else:
            yield _Line(words.say("Who made the file makes no difference."))
    if not rule.callers.gesture_exempt:
        yield _Line(words.say("Whether the user had asked the app for it makes no difference."))
    yield from _founded(rule.callers, words)


def _spared(rule: Rule, words: Words) -> Iterator[str]:
    callers = rule.callers
    if callers.first_uid == FIRST_APP_UID:
        yield words.say(
            "callers with a uid below {uid}: the system’s own processes and adb shell, but no app",
            uid=callers.first_uid,
        )
    elif callers.first_uid:
        yield words.say("callers with a uid below {uid}", uid=callers.first_uid)
    for name in callers.whitelist:
        yield words.say("{package}, on a list of exempt apps", package=package(name))
    if callers.creator_exempt:
        if callers.creator_in == "row":
            made = words.say("the app that made the file, as its MediaStore row says")
        else:
            made = words.say("the app that made the file, as a mark on the file itself says")
        if any(mode.logs for mode in rule.hook.modes.values()):
            made = words.say("{text}; what is only logged is logged of that app as well", text=made)
        yield made
    if callers.gesture_exempt:
        yield words.say("whatever the user asked the app for")


_FINDS: Mapping[str, Message] = MappingProxyType(
    {
        "command-line": Message(
            "It names the calling process, by its command line up to the first colon. A program"
            " that an app has started goes by the app’s name."
        ),
        "package": Message("It names the calling app, by its package."),
        "foreground": Message(
            "It is not told who it was. It names the app that is on the screen at that moment:"
            " that is a guess."
        ),
        "nobody": Message("It names nobody."),
    }
)


def _names(rule: Rule, words: Words) -> Lines:
    yield _Line(words.say(_FINDS[rule.seen_as.by]))
    if rule.notice is not None and "names_app" not in rule.notice.claims:
        yield _Line(words.say("Whether a person gets to see that name is not known."))
    wrong = list(_wrong(rule, words))
    if wrong:
        yield _Line(words.say("That can be the wrong one:"))
        yield from _items(wrong)
    yield from _founded(rule.seen_as, words)


def _wrong(rule: Rule, words: Words) -> Iterator[str]:
    """When the app that is named is not the one that did it."""
    by = rule.seen_as.by
    if by == "nobody" or rule.action.does == "consent":
        return
    if by == "foreground":
        yield words.say("when an app in the background did it, or the phone itself")
        yield words.say("when no app is on the screen: it then names none")
        return
    if by == "command-line":
        yield words.say(
            "a process that runs under a name of its own need not be called as its app is"
        )
    if rule.seen_as.cached_per_uid:
        yield words.say(
            "the name is kept for each uid: of apps that share one, all go by the name of the"
            " first that was seen"
        )
    carriers = [words.show(NAMES[package]) for package in _carriers(rule)]
    if carriers and len(rule.values("attribution")) > 1:
        yield words.say(
            "when another program carries out an app’s call ({names}), it is not settled which of"
            " the two counts as the caller (“attribution” below)",
            names=listed(carriers, words),
        )
    elif carriers and "process" in rule.values("attribution"):
        yield words.say(
            "when another program carries out an app’s call ({names}), that program counts as the"
            " caller",
            names=listed(carriers, words),
        )
    if any(_under_another(layer) for layer in rule.hook.layers):
        yield words.say(
            "on phones with FUSE above this layer, it is not the app but MediaProvider or a storage"
            " daemon that removes the file here and is named, unless it is exempt (“cachelife"
            " stacks” shows where)"
        )


def _carriers(rule: Rule) -> tuple[str, ...]:
    """The packages that the rule meets in an app's place, on the phones that stand for it."""
    found: dict[str, None] = {}
    for home in rule.homes:
        stack = Stack(home.stack, versions.API[home.android])
        watched = {stack.layers[0].name if name == MOUNT else name for name in rule.hook.layers}
        for via, route in routes().items():
            if route.calls and stack.offers(via):
                hops = [hop for hop in stack.route(COPY, via, APP) if hop.layer in watched]
                found.update(dict.fromkeys(_in_place_of_app(rule, hops[:1])))
    return tuple(name for name in found if name in NAMES)


def _in_place_of_app(rule: Rule, hops: Sequence[Hop]) -> Iterator[str]:
    for hop in hops:
        process = hop.done_by
        exempt = {process.package, process.cmdline} & set(rule.callers.whitelist)
        low = process.uid < rule.callers.first_uid
        if process is not APP and not layers()[hop.layer].knows_caller and not exempt and not low:
            yield process.package


def _under_another(layer: str) -> bool:
    """Whether on some phones requests reach that layer under another process's identity."""
    return any(
        layers()[above].executes_as is not None
        for stack in stacks().values()
        if layer in (names := stack.layers)
        for above in names[: names.index(layer)]
    )


# -- what it does ------------------------------------------------------------------------------


_DOES: Mapping[str, Message] = MappingProxyType(
    {
        "log": Message("It lets the change happen and only writes it down."),
        "notify": Message("It lets the change happen and tells the user afterwards."),
        "keep": Message("It takes the file away from the app, but keeps it."),
        "refuse": Message("It refuses: what the app wants to do does not take place."),
        "ask": Message("It asks the user first, and waits for the answer."),
        "consent": Message(
            "It does nothing of its own. Android’s permission model asks the user before anything"
            " happens, and decides whom it asks (“cachelife could” shows when)."
        ),
    }
)


def _acts(rule: Rule, words: Words) -> Lines:
    does, modes_ = rule.action.does, rule.hook.modes.values()
    yield _Line(words.say(_DOES[does]))
    yield from _answer(rule, words)
    if any(mode.denies for mode in modes_):
        yield _Line(
            words.say(
                "What it refuses without telling anybody fails with the error {error}, too.",
                error=_error(rule),
            )
        )
    if does in {"notify", "log"}:
        yield _Line(words.say("In the model nothing is kept: a file that the app deletes is gone."))
    if does == "refuse" and rule.rescue is None:
        yield _Line(words.say("The file goes nowhere: it stays where it is, under its own name."))
    if does != "log" and any(mode.logs for mode in modes_):
        yield _Line(words.say("What it only logs it neither stops nor tells anybody."))
    if does in _INTERFERE and rule.types.kept_suffix:
        yield _Line(
            words.say(
                "For a file that the phone keeps already (.{suffix}) the error is EACCES.",
                suffix=rule.types.kept_suffix,
            )
        )
    yield from _founded(rule.action, words)


def _answer(rule: Rule, words: Words) -> Lines:
    """What the app is told."""
    does, error = rule.action.does, _error(rule)
    if does == "keep":
        yield _Line(words.say("The app is told that it worked."))
    elif does == "ask":
        yield _Line(
            words.say(
                "If the user declines, nothing is deleted, and the app is told: {error}.",
                error=error,
            )
        )
    elif does == "refuse" and len(rule.values("app_sees")) > 1:
        yield _Line(
            words.say(
                "The refusal is the error {error}. Whether that reaches the app is not settled"
                " (“app_sees” below).",
                error=error,
            )
        )
    elif does == "refuse":
        yield _Line(words.say("The app is told the error {error}.", error=error))


def _error(rule: Rule) -> str:
    return one_line(rule.action.error)


_MOVERS: Mapping[str, Message] = MappingProxyType(
    {
        "kernel": Message("the kernel"),
        "provider": Message("MediaProvider"),
        "gallery": Message("the phone’s gallery"),
    }
)


def _kept(rule: Rule, words: Words) -> Lines:
    rescue = rule.rescue
    if rescue is None:
        return
    yield _Line(words.say("It is kept in two steps, counted from the refusal:"))
    yield from _items(_steps(rule, rescue, words))
    yield _Line(
        words.say("The user finds it in {place}.", place=rescue.bin_label),
    )
    yield _Line(
        words.say(
            "It stays there for {time}, and is deleted then.",
            time=duration(rescue.retention, words),
        )
    )
    if rescue.collision == "overwrite":
        yield _Line(
            words.say(
                "If a second file is kept under the same name before the first is in the bin, it"
                " overwrites the first."
            )
        )
    else:
        yield _Line(words.say("A second file of the same name gets a number, and both are kept."))
    yield from _founded(rescue, words)


def _steps(rule: Rule, rescue: Rescue, words: Words) -> Iterator[str]:
    mover: Message = _MOVERS[rescue.moved_by]
    if "rename_actor" in rule.parameters:
        mover = Message("it is not settled who does this, see “rename_actor” below")
    yield words.say(
        "after {time} it is set aside in its own folder as {name} ({who})",
        time=duration(rescue.aside_after, words),
        name=rescue.aside.replace("{name}", "NAME"),
        who=mover,
    )
    yield words.say(
        "after {time} the phone’s gallery moves it to {folder}, the bin",
        time=duration(rescue.bin_after, words),
        folder=rescue.bin,
    )


# -- what is said ------------------------------------------------------------------------------


def _notice(rule: Rule, words: Words) -> Lines:
    notice = rule.notice
    if notice is None:
        if rule.action.does in _ASKS:
            yield _Line(words.say("No notice: the user is asked before, and told nothing after."))
        else:
            yield _Line(words.say("No notice."))
        return
    if not notice.wordings:
        yield _Line(words.say("The wording is not public."))
    for wording in notice.wordings:
        yield from _wording(wording, words)
    for kind in _unworded(rule, notice):
        yield _Line(words.say(_UNWORDED[kind]))
    yield from _claims(notice, words)
    yield from _how_many(rule, notice, words)
    yield from _founded(notice, words)


_ABOUT: Mapping[tuple[str, str], Message] = MappingProxyType(
    {
        ("photo", "anybody"): Message("About a photo: {text}"),
        ("video", "anybody"): Message("About a video: {text}"),
        ("any", "anybody"): Message("About a photo or video: {text}"),
        ("photo", "app"): Message("About a photo that the app had made: {text}"),
        ("video", "app"): Message("About a video that the app had made: {text}"),
        ("any", "app"): Message("About a file that the app had made: {text}"),
        ("photo", "others"): Message("About a photo that the app had not made: {text}"),
        ("video", "others"): Message("About a video that the app had not made: {text}"),
        ("any", "others"): Message("About a photo or video that the app had not made: {text}"),
    }
)
_FROM: Mapping[str, Message] = MappingProxyType(
    {
        "documented": Message("{text} (as published)"),
        "translation": Message("{text} (our translation)"),
        "proposal": Message("{text} (our proposal)"),
    }
)
_UNWORDED: Mapping[str, Message] = MappingProxyType(
    {
        "photo": Message("The wording for photos is not public."),
        "video": Message("The wording for videos is not public."),
    }
)


def _wording(wording: Wording, words: Words) -> Lines:
    said = dict(zip(LANGS, (wording.text.en, wording.text.zh_CN), strict=True))
    worded = dict(zip(LANGS, (wording.en, wording.zh), strict=True))
    about = _ABOUT[wording.of, wording.made_by]
    here = _FROM[worded[words.lang]]
    text = words.say(here.template, text=_filled(said[words.lang], words))
    yield _Line(words.say(about.template, text=text), 2, "- ")
    for lang in LANGS:
        if lang != words.lang and worded[lang] == "documented" != worded[words.lang]:
            yield _Line(
                words.say("as published: {text}", text=_filled(said[lang], words_of(lang))), 4
            )
    yield from _founded(wording, words, 4)


def _filled(text: str, words: Words) -> str:
    return text.replace("{app}", words.say("[name of the app]"))


def _unworded(rule: Rule, notice: NoticeRule) -> Iterator[str]:
    """The kinds of files that the rule speaks of in words that are not known."""
    of = {wording.of for wording in notice.wordings}
    for kind in ("photo", "video"):
        counts = rule.types.test != "extension" or bool(getattr(rule.types, kind))
        if of and counts and not of & {kind, "any"}:
            yield kind


#: A notice makes one of these claims at most.
_MAKERS = frozenset({"made_by_app", "not_made_by_app"})


def _claims(notice: NoticeRule, words: Words) -> Lines:
    if not notice.claims:
        yield _Line(words.say("What it claims is not known."))
        return
    claims = [words.say(CLAIMS[claim]) for claim in notice.claims if claim not in _MAKERS]
    if set(notice.claims) >= _MAKERS:
        claims.append(words.say("the app had made the file, or had not, as the wording goes"))
    else:
        claims += [words.say(CLAIMS[claim]) for claim in notice.claims if claim in _MAKERS]
    yield _Line(words.say("It claims: {claims}.", claims=words.say("; ").join(claims)))


def _how_many(rule: Rule, notice: NoticeRule, words: Words) -> Lines:
    after = duration(notice.after, words)
    if notice.merge_window:
        yield _Line(
            words.say(
                "What one app does within {window} is one notice, which comes {time} later.",
                window=duration(notice.merge_window, words),
                time=after,
            )
        )
    elif "merging" in rule.parameters:
        yield _Line(
            words.say(
                "A notice comes {time} after the rule acts; whether several become one is not"
                " settled (“merging” below).",
                time=after,
            )
        )
    else:
        yield _Line(
            words.say(
                "A notice comes {time} after each time the rule acts; notices are not merged.",
                time=after,
            )
        )
    if notice.cap_per_day is not None:
        yield _Line(
            words.many(
                "There is at most {number} notice for each app and day.",
                "There are at most {number} notices for each app and day.",
                notice.cap_per_day,
            )
        )
    if "muted" in rule.parameters:
        yield _Line(words.say("The user can mute it for an app (“muted” below)."))


_OVERSEAS: Mapping[str, Message] = MappingProxyType(
    {
        "silent": Message("On builds for markets other than China it keeps silent."),
        "same": Message("It is the same on builds for every market."),
        "not known": Message("What it does on builds for other markets is not known."),
    }
)


def _builds(rule: Rule, words: Words) -> Lines:
    yield _Line(words.say(_OVERSEAS[rule.builds.overseas]))
    yield from _founded(rule.builds, words)


# -- what is not known -------------------------------------------------------------------------


def _open(rule: Rule, words: Words) -> Lines:
    for name, parameter in rule.parameters.items():
        question = _text(parameter.question, words) if parameter.question is not None else ""
        asked = words.say("{name}: {text}", name=name, text=question) if question else name
        yield _Line(asked, 2)
        yield _Line(_tried(name, parameter, words), 4)
        if parameter.who is not None or parameter.settled_by is not None:
            yield _Line(_settling(parameter, words), 4)
        yield from _founded(parameter, words, 4)


def _tried(name: str, parameter: Parameter, words: Words) -> str:
    first, *others = (_value(name, value, words) for value in parameter.values())
    if not others:
        return words.say("shown: {value}; no other value was tried", value=first)
    return words.say(
        "shown first: {value}; tried as well: {others}", value=first, others=listed(others, words)
    )


def _value(name: str, value: str, words: Words) -> str:
    if (name, value) in VALUES:
        return words.say("“{value}” ({text})", value=value, text=VALUES[name, value])
    return words.say("“{name}”", name=one_line(value))


def _settling(parameter: Parameter, words: Words) -> str:
    what = parameter.settled_by
    who = PARTIES.get(parameter.who or "", Message("anybody"))
    if what is None:
        return words.say("could be settled by {who}", who=who)
    return words.say("could be settled by {who}: {what}", who=who, what=_text(what, words))


def _blind(rule: Rule, words: Words) -> Lines:
    yield from _items((_text(text, words) for text in rule.blind_to), 2)


def _misses(rule: Rule, words: Words) -> Lines:
    yield from _items((_text(text, words) for text in rule.misses), 2)


def _nowhere(rule: Rule, words: Words) -> Lines:
    yield _Line(words.say("Nothing on the phone looks at what apps do, and no notice comes."))
    yield from _founded(rule.hook, words)


Section = Callable[[Rule, Words], Lines]
_WHERE = Message("Where it sits, and what it looks at")
_BLIND = Message("What it does not look at")
_SECTIONS: Mapping[Message, Section] = MappingProxyType(
    {
        _WHERE: _sits,
        Message("Which folders"): _folders,
        Message("What counts as a photo or video"): _types,
        Message("Who is exempt"): _exempt,
        Message("Whom it names, and when that can be the wrong one"): _names,
        Message("What it does, and what the app is told"): _acts,
        Message("Where the file goes"): _kept,
        Message("What it tells the user"): _notice,
        Message("Builds for other markets"): _builds,
        Message("What is not public, or depends on the phone"): _open,
        _BLIND: _blind,
        Message("What it misses"): _misses,
    }
)
_OF_NONE: Mapping[Message, Section] = MappingProxyType({_WHERE: _nowhere, _BLIND: _blind})


#: Units of time in seconds, from the longest.
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def duration(seconds: float, words: Words) -> str:
    """A length of time in the longest unit in which it is a whole number."""
    for unit, length in _UNITS:
        number = round(seconds / length)
        if number and abs(number * length - seconds) < 1e-9:
            return _units(unit, number, words)
    return words.say("{number} ms", number=f"{seconds * 1000:g}")


def _units(unit: str, number: int, words: Words) -> str:
    if unit == "d":
        return words.many("{number} day", "{number} days", number)
    if unit == "h":
        return words.many("{number} hour", "{number} hours", number)
    if unit == "min":
        return words.many("{number} minute", "{number} minutes", number)
    return words.many("{number} second", "{number} seconds", number)
