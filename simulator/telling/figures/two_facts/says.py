"""The sentences of the two stories.  English is the key; the catalogue has the Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from simulator.android.media_names import LASTS
from simulator.documents import Localized
from simulator.message import Message
from simulator.outcomes import Answer
from simulator.telling.factors import clause, name_of, value_of
from simulator.telling.figures import sentences as common
from simulator.telling.figures.page import one_of_many
from simulator.telling.figures.setting import plain
from simulator.telling.figures.story import Act, Stay
from simulator.telling.figures.two_facts.tale import Shelf, Side, Tale, Tried, Unknown
from simulator.telling.text import GRADES
from simulator.telling.words import Words
from simulator.trace import Listing, Match, Notice
from simulator.watchers.rule import Rule
from simulator.worlds.factors import known

SHELVES: Mapping[Shelf, Message] = MappingProxyType(
    {
        "album": Message("Album"),
        "shared": Message("Shared"),
        "private": Message("App-private"),
        "bin": Message("Bin"),
    }
)
ASSUMED = Message("assumed")
#: The one word of the answer, and what it means.
COULD: Mapping[Answer, tuple[Message, Message]] = MappingProxyType(
    {
        "silently": (
            Message("Yes,"),
            Message("it could delete the original, with no dialog"),
        ),
        "after_consent": (
            Message("Asks:"),
            Message("it could delete the original only once the user agrees"),
        ),
        "no": (Message("No,"), Message("it could delete the original by no route")),
        "cannot_tell": (Message("?"), Message("what it may do is not known")),
    }
)
_SO: Mapping[Answer, Message] = MappingProxyType(
    {
        "silently": Message("So the question is whether it did"),
        "after_consent": Message("So see whether the user was asked"),
        "no": Message("So it takes another program to do it"),
        "cannot_tell": Message("So permissions settle nothing here"),
    }
)
#: A file as a bar is labelled, first in full, then in short.
FIRST: Mapping[str, Message] = MappingProxyType(
    {
        "original": Message("original"),
        "copy": Message("the app’s own copy"),
        "placeholder": Message("an empty file"),
        "folder": Message("a folder"),
        "other": Message("another file"),
    }
)
SHORT: Mapping[str, Message] = MappingProxyType(
    {
        "original": Message("original"),
        "copy": Message("copy"),
        "placeholder": Message("empty file"),
        "folder": Message("folder"),
        "other": Message("other file"),
    }
)
_THE: Mapping[str, Message] = MappingProxyType(
    {
        "original": Message("the original"),
        "copy": Message("the copy"),
        "placeholder": Message("the empty file"),
        "folder": Message("the folder"),
        "other": Message("another file"),
    }
)
#: The same with whose it is.
_OWN: Mapping[str, Message] = MappingProxyType(
    {
        "original": Message("the original"),
        "copy": Message("the app’s own copy"),
        "placeholder": Message("an empty file"),
        "folder": Message("an empty folder"),
        "other": Message("another file"),
    }
)
DEEDS: Mapping[str, Message] = MappingProxyType(
    {
        "remove": Message("remove"),
        "overwrite": Message("overwrite"),
        "empty": Message("empty"),
        "rename": Message("rename"),
        "trash": Message("to the bin"),
        "restore": Message("put back"),
        "ask": Message("ask to remove"),
    }
)
#: What a check of the watcher looks at, and what it found.
CHECKED: Mapping[str, tuple[Message, Message]] = MappingProxyType(
    {
        "place": (Message("place"), Message("watched")),
        "album": (Message("album"), Message("an album")),
        "nomedia": (Message(".nomedia"), Message("none there")),
        "object": (Message("kind"), Message("a file")),
        "name": (Message("name"), Message("ends .{read}")),
        "indexed": (Message("listed"), Message("as {read}")),
        "app": (Message("app"), Message("third-party")),
        "exempt": (Message("list"), Message("not exempt")),
    }
)
_A_FOLDER = Message("a folder")
TRIED: Mapping[Tried, Message] = MappingProxyType(
    {
        "holds": Message("finding holds"),
        "no_notice": Message("no such notice"),
        "other_notice": Message("another notice"),
        "other_fate": Message("hits the original (B)"),
        "no_phone": Message("no such phone"),
    }
)
_SPARES = Message("leaves the original (B)")
_WITHOUT_BIN = Message("Look in the app’s folders for a file like it: read its path")
WHO: Mapping[str, Message] = MappingProxyType(
    {
        "user": Message("the user"),
        "app maker": Message("app maker"),
        "phone maker": Message("phone maker"),
    }
)
_STEPS = (
    Message("Gallery > Albums > Recently deleted: read the path"),
    Message("Back to the album: is the original there, does it play?"),
    Message("Delete neither. Note size, length and hash of both"),
)


def steps(tale: Tale) -> tuple[Message, ...]:
    """How to check it: on a phone that keeps what it stopped, its bin comes first."""
    kept = any(watcher.bin for watcher in tale.a.trace.header.watchers)
    return _STEPS if kept else (_WITHOUT_BIN, *_STEPS[1:])


def what_of(side: Side, act: Act) -> Message:
    """What a request is about, beside the path that it names."""
    original = side.story.original
    if act.whose == "original" and original is not None and act.path != original.path:
        return Message("in the original’s place") if act.deed == "rename" else SHORT["original"]
    return SHORT[act.whose]


# -- the title ---------------------------------------------------------------------------------


def title(tale: Tale, words: Words) -> str:
    """The finding as the title says it: of a family one run is one of many."""
    told = words.say(finding(tale))
    if tale.is_twin:
        return told
    return one_of_many(tale.material, words, told)


def finding(tale: Tale) -> Message:
    """The finding, as the title says it."""
    act, notice = tale.a.act, tale.a.notice
    outcome = tale.material.outcome
    if tale.material.scenario.family and tale.is_twin and notice is not None:
        return _one_notice(tale)
    if act is None or act.deed not in {"remove", "ask", "trash"}:
        return common.finding(tale.a.trace, tale.a.verdict, tale.a.story)
    if notice is not None and tale.a.touched is False and act.whose in _CLEARS:
        return Message(
            "{clears}, and the phone says it {did}; the original is untouched",
            clears=(_ASKS if act.refusal is not None else _CLEARS)[act.whose],
            did=_did(notice),
        )
    misnamed = tale.a.check is not None and tale.a.check.wrong_app
    if outcome == "touch_with_warning" and misnamed:
        return Message("An app removes the original, and the phone names another app")
    if outcome == "touch_with_warning" and tale.is_twin:
        return Message(
            "An app removes the original, and the phone says so; a file of the app’s own would get"
            " the same notice"
        )
    return common.finding(tale.a.trace, tale.a.verdict, tale.a.story)


def _one_notice(tale: Tale) -> Message:
    """The finding of a family: nothing in it says which of the stories is the case."""
    a, b = tale.a.act, tale.b.act if tale.b is not None else None
    if a is None or b is None or a.whose == b.whose:
        return Message("One notice fits two stories, and it does not tell which is the case")
    return Message(
        "One notice, two stories: the app removes {one}, or it removes {other}",
        one=_OWN_OF_ITS[a.whose],
        other=_OWN_OF_ITS[b.whose],
    )


_OWN_OF_ITS: Mapping[str, Message] = MappingProxyType(
    {
        "original": Message("the original"),
        "copy": Message("its own copy"),
        "placeholder": Message("an empty file"),
        "folder": Message("an empty folder"),
        "other": Message("another file"),
    }
)
_ASKS: Mapping[str, Message] = MappingProxyType(
    {
        "copy": Message("An app asks to remove its own copy"),
        "placeholder": Message("An app asks to remove an empty file"),
        "folder": Message("An app asks to remove an empty folder"),
        "other": Message("An app asks to remove another file"),
    }
)
_CLEARS: Mapping[str, Message] = MappingProxyType(
    {
        "copy": Message("An app clears its own copy"),
        "placeholder": Message("An app clears an empty file"),
        "folder": Message("An app clears an empty folder"),
        "other": Message("An app clears another file"),
    }
)


def _did(notice: Notice) -> Message:
    what = kind_of(notice.path)
    if "was_removed" in notice.claims:
        return Message("deleted {what}", what=what)
    return Message("wanted to delete {what}", what=what)


def kind_of(path: str) -> Message:
    """What a name looks like."""
    ending = path.rpartition(".")[2].lower()
    if ending in {"mp4", "mov", "mkv", "webm", "3gp", "avi", "ts", "m4v"}:
        return Message("a video")
    if ending in {"jpg", "jpeg", "png", "heic", "heif", "webp", "gif", "bmp", "dng"}:
        return Message("a picture")
    return Message("a file")


def condition(tale: Tale, words: Words) -> Iterator[tuple[str, bool]]:
    """What the finding rests on, in sentences; the turn of the story is the bold one."""
    say = words.say
    first = _holds_if(tale)
    if first is not None:
        yield say(first), False
    if tale.b is None:
        yield say(no_twin(tale)), True
        return
    if tale.is_twin:
        yield say(_turn(tale)), True
        alone = (
            Message("From the notice alone nobody can tell which it was.")
            if tale.a.notice
            else Message("From the silence alone nobody can tell which it was.")
        )
        yield say(alone), False
    elif tale.attempt:
        yield say(_attempt(tale)), True
    else:
        yield say("The second story needs another phone, or other rights of the app."), True
    other = tale.material.other
    if other is not None and not all(known()[path].which_file for path in other.changes):
        yield say("B differs in this: {changes}.", changes=_changes(tale, words)), False


def _changes(tale: Tale, words: Words) -> str:
    other = tale.material.other
    assert other is not None
    told = [clause(path, [value], words) for path, value in other.changes.items()]
    return words.say("; ").join(told)


def _holds_if(tale: Tale) -> Message | None:
    match, act = tale.a.match, tale.a.act
    if match is None or act is None or tale.a.notice is None:
        return None
    checks = {name for name, _ in match.checks}
    what = _THE[act.whose]
    if {"place", "name"} <= checks:
        return Message(
            "Condition: {what} lies in a folder that the phone watches and is named like {kind}.",
            what=what,
            kind=kind_of(act.path),
        )
    if "indexed" in checks:
        return Message("Condition: MediaStore lists {what}.", what=what)
    return Message("Condition: the phone’s rule fits {what}.", what=what)


def _turn(tale: Tale) -> Message:
    other = tale.b.act if tale.b is not None else None
    what = _OWN[other.whose] if other is not None else Message("another file")
    if tale.a.notice is None:
        return Message("Had the app gone for {what}, the phone would be just as silent.", what=what)
    return Message("Had it been {what}, the notice would be the same, word for word.", what=what)


def _attempt(tale: Tale) -> Message:
    if tale.same_notice:
        return Message("Aimed at the other file, the same request ends as it does here.")
    return Message("Aimed at the other file, the same request comes to something else.")


def no_twin(tale: Tale) -> Message:
    """That there is no second story, and among how many worlds."""
    return Message(
        "Of {number} combinations none has, on this phone and with these rights of the app,"
        " the same notice and another fate of the original.",
        number=f"{tale.material.twins.feasible:,}",
    )


# -- rows and frames ---------------------------------------------------------------------------


def story_line(tale: Tale, side: Side) -> Message:
    """What happens in one of the two stories."""
    act = side.act
    if act is None:
        return Message("Nothing is asked to be removed")
    if act.whose == "original":
        return Message("The request names the original")
    return Message("The request names {what}", what=_OWN[act.whose])


def request(act: Act | None) -> Message:
    """The heading of frame 5."""
    if act is None:
        return Message("No removal request")
    what = _THE[act.whose]
    return {
        "overwrite": Message("It overwrites {what}", what=what),
        "empty": Message("It empties {what}", what=what),
        "rename": Message("It renames {what}", what=what),
        "trash": Message("It bins {what}", what=what),
    }.get(act.deed, Message("Clean-up: remove {what}", what=what))


def persons(side: Side, words: Words) -> str:
    """Who asked, and whose process did it."""
    act = side.act
    if act is None:
        return ""
    asked = words.say(common.label(side.trace, act.asked_by or "?"))
    done = _done_by(side, act)
    if done is None:
        process = words.say("not seen")
    elif done == act.asked_by:
        process = words.say("its own process")
    else:
        process = words.say(common.label(side.trace, done))
    return words.say("asked by: {asked}; done by: {done}", asked=asked, done=process)


def _done_by(side: Side, act: Act) -> str | None:
    if act.refusal is not None and act.refusal.done_by is not None:
        return act.refusal.done_by
    found = [
        getattr(record, "done_by", None)
        for record in side.trace.records
        if act.record in record.because
    ]
    named = [name for name in found if name]
    return named[-1] if named else act.asked_by


def checks(match: Match | None, words: Words) -> Iterator[tuple[str, str, str]]:
    """Each check of the watcher: its name, what it looks at in a word, and what it found."""
    for name, read in match.checks if match is not None else ():
        label, value = CHECKED.get(name, (Message("{name}", name=name), Message("{read}")))
        if (name, read) == ("object", "directory"):
            value = _A_FOLDER
        yield name, words.say(label), words.say(value.template, read=plain(read))


def ignored(rule: Rule | None, words: Words) -> list[str]:
    """What the watcher does not look at."""
    return [plain(words.of(text)) for text in rule.blind_to] if rule is not None else []


def watcher_heading(side: Side, words: Words) -> str:
    """The heading of frame 6."""
    match = side.match
    if match is not None:
        return words.many(
            "The phone’s watcher checks {number} thing",
            "The phone’s watcher checks {number} things",
            len(match.checks),
        )
    if not side.trace.header.watchers:
        return words.say("No watcher on this phone")
    return words.say("The phone’s watcher does not act")


def wording(notice: Notice) -> Message:
    """Where the words of a notice come from."""
    return Message("wording: {grade}", grade=GRADES[notice.grade])


def parts(side: Side, words: Words) -> Iterator[tuple[str, str, bool]]:
    """The claims of the notice by what is true of them: the status, the words, whether bold."""
    check, notice = side.check, side.notice
    if check is None or notice is None:
        return
    for status in ("true", "false", "open"):
        named = [c.claim for c in check.claims if c.status == status]
        own = [c for c in named if c != "object_is_original"]
        for claims in [[c] for c in own] if status == "false" else [own] if own else []:
            listed = words.say(", ").join(words.say(_part(c, side, notice)) for c in claims)
            why = _why(side, claims[0]) if status == "false" else Message("")
            yield status, words.say(Message(_TRUTH[status].template, parts=listed, why=why)), False
        if "object_is_original" in named:
            told = Message("{thing}: the notice does not say", thing=_whose(notice))
            yield status, words.say(told), True


_TRUTH: Mapping[str, Message] = MappingProxyType(
    {
        "true": Message("{parts}: true"),
        "false": Message("{parts}: false{why}"),
        "open": Message("{parts}: open"),
    }
)


def _part(claim: str, side: Side, notice: Notice) -> Message:
    found: Mapping[str, Message] = {
        "names_app": Message("“{app}”", app=common.label(side.trace, notice.names_app)),
        "object_is_media": Message("“{what}”", what=_media(notice)),
        "was_removed": Message("“deleted”"),
        "was_intercepted": Message("“intercepted”"),
        "made_by_app": Message("“made by the app”"),
        "not_made_by_app": Message("“not made by the app”"),
    }
    return found.get(claim, Message("{name}", name=claim))


def _media(notice: Notice) -> Message:
    """What the notice calls it: a rule goes by the name."""
    return kind_of(notice.path)


def _whose(notice: Notice) -> Message:
    ending = str(kind_of(notice.path))
    if ending == "a video":
        return Message("whose video")
    return Message("whose picture") if ending == "a picture" else Message("whose file")


def _why(side: Side, claim: str) -> Message:
    """Why a part of the notice is false."""
    if claim == "names_app":
        return Message(", another app asked")
    if claim == "was_removed" and side.refusal is not None:
        return Message(", it was stopped")
    return Message(", it held nothing") if claim == "object_is_media" else Message("")


def silence(side: Side) -> Message:
    """Why no notice came."""
    found = side.silence
    if found is not None:
        return common.silent(found)
    if side.act is None:
        return Message("nothing was removed, and no notice comes")
    return Message("no notice, and the trace does not show why")


def ending(side: Side) -> Message:
    """The heading of frame 8."""
    binned = side.shelves(side.story.end).get("bin")
    if side.touched is None:
        return Message("What became of the original is not known")
    if side.touched is False:
        if binned is not None and binned.whose == "copy":
            return Message("Album unchanged, bin holds copy")
        if _unlisted(side):
            return Message("File unchanged, its entry is gone")
        return Message("Album unchanged")
    if binned is not None and binned.whose == "original":
        return Message("Original missing from album")
    fate = side.story.original.end.fate if side.story.original is not None else ""
    return {
        "modified": Message("The original’s content is changed"),
        "deleted": Message("The original is gone"),
        "moved": Message("The original is moved away"),
        "hidden": Message("The original is hidden"),
    }.get(fate, Message("The original is not as it was"))


def _unlisted(side: Side) -> bool:
    """Whether the original's entry in MediaStore is gone at the end."""
    path = side.story.original.path if side.story.original is not None else ""
    rows = [r for r in side.trace.records if isinstance(r, Listing) and r.path == path]
    return bool(rows) and not rows[-1].listed


def at_the_end(side: Side, stay: Stay) -> Message:
    """The label of a file in frame 8."""
    if stay.whose == "original":
        if stay.lane == "original" and side.touched is False:
            return Message("original: untouched")
        if stay.state == "changed":
            return Message("original: changed")
        if stay.state == "away":
            return Message("original, under another name")
        return Message("original")
    if stay.lane == "bin" and stay.whose in {"copy", "placeholder", "other"}:
        if stay.whose == "copy":
            return Message("copy: looks like yours")
        return Message("{what}, kept", what=SHORT[stay.whose])
    return Message("{what}: still there", what=SHORT[stay.whose])


def keeping(side: Side, words: Words) -> str:
    """How long the bin keeps a file; empty where that is not known."""
    seconds = next((w.retention for w in side.trace.header.watchers if w.retention), None)
    if seconds is None and side.act is not None and side.act.deed == "trash":
        seconds = LASTS["trashed"]
    if seconds is None:
        return ""
    return words.many("{number} day", "{number} days", round(seconds / 86_400))


def so(tale: Tale) -> Message:
    """What follows from the answer of the permission model."""
    return _SO[tale.could]


def given(tale: Tale, words: Words) -> str:
    """The phone, the storage mode and the rights that the answer rests on."""
    header = tale.a.trace.header
    text = common.given(words, header).rstrip(".。")
    granted = set((header.app or {}).get("granted") or ())
    if "WRITE_EXTERNAL_STORAGE" in granted:
        rights = words.say("can write")
    elif granted:
        rights = words.say("can read")
    else:
        rights = words.say("no storage permission")
    return words.say(", ").join(part for part in (text, rights) if part)


def pills(tale: Tale) -> tuple[Message, Message, Message, Message]:
    """What is the same in both stories, and what is not: request, checks, notice, ending."""
    ticks = len(tale.a.match.checks) if tale.a.match is not None else 0
    checked = Message("all {number} the same", number=ticks)
    if not ticks:
        checked = Message("no check fits in either")
    path = Message("same path") if tale.same_path else Message("different path")
    if tale.same_path is None:
        path = Message("not two requests")
    silent = tale.a.notice is None
    return (
        path,
        checked if tale.same_checks else Message("not the same checks"),
        Message("no notice in either")
        if tale.same_notice and silent
        else Message("same, word for word")
        if tale.same_notice
        else Message("not the same words"),
        Message("same ending")
        if tale.same_end
        else Message("ending not known")
        if tale.same_end is None
        else Message("opposite ending"),
    )


# -- what is not known -------------------------------------------------------------------------


def question(unknown: Unknown, words: Words) -> str:
    """What is not known, as a question."""
    asked: Localized | None = unknown.assumed.question
    return plain(words.of(asked)) if asked is not None else name_of(unknown.path, words)


def value(unknown: Unknown, text: str, words: Words) -> str:
    """A value that was tried."""
    return plain(value_of(unknown.path, text, words))


def settler(unknown: Unknown, words: Words) -> str:
    """Who could settle it, and by what."""
    who = WHO.get(unknown.assumed.who or "", Message("anybody"))
    how = unknown.assumed.settled_by
    if how is None:
        return words.say(who)
    return words.say("{who}: {how}", who=who, how=plain(words.of(how)))


def tried(tale: Tale, what: Tried) -> Message:
    """What a sign beside a value means."""
    if what == "other_fate" and tale.a.touched:
        return _SPARES if tale.b is not None else Message("leaves the original")
    if what == "other_fate" and tale.b is None:
        return Message("hits the original")
    if what == "other_notice" and tale.a.notice is None:
        return Message("a notice comes")
    return TRIED[what]


def counted(tale: Tale, words: Words) -> str:
    """Over all combinations: in how many it comes out as here."""
    outcomes = tale.material.outcomes
    here = outcomes.get(tale.material.outcome, 0)
    return words.say(
        "All {run} combinations that a phone can have were run: {here} end as A does. Of listed"
        " combinations, not of phones.",
        run=f"{sum(outcomes.values()):,}",
        here=f"{here:,}",
    )


def mark_words(words: Words) -> str:
    """What four small bars are."""
    return words.say("content mark of a file")
