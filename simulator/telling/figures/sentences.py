"""The sentences of the timeline.  English is the key; the catalogue has the Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from posixpath import basename
from types import MappingProxyType

from simulator.documents import Localized
from simulator.message import Message
from simulator.telling.figures.setting import plain
from simulator.telling.figures.story import Act, Story
from simulator.telling.story import SYSTEM_NAMES
from simulator.telling.words import Words
from simulator.trace import Header, Match, Notice, Trace
from simulator.verdict.could import Could
from simulator.verdict.did import Removal
from simulator.verdict.judge import Verdict
from simulator.verdict.said import Silence
from simulator.verdict.stale import StaleRow
from simulator.watchers import library

ORIGINAL = Message("Original")
COPY = Message("App’s own copy")
#: What stands in the lane of the copies where there are none.
STAND_INS: Mapping[str, Message] = {
    "placeholder": Message("App’s empty file"),
    "folder": Message("Folder"),
    "other": Message("Other file"),
}
APP = Message("The app")
SERVER = Message("Server")
WATCHER = Message("Phone’s watcher")
BIN = Message("Bin")
ASSUMED = Message("assumed")

#: What a watcher's check looks at.
CHECKS: Mapping[str, Message] = {
    "place": Message("folder"),
    "album": Message("album"),
    "nomedia": Message(".nomedia"),
    "object": Message("file"),
    "name": Message("name"),
    "indexed": Message("MediaStore"),
    "app": Message("app"),
    "exempt": Message("list"),
}
#: What no source settles, as the condition line names it.
_UNSETTLED: Mapping[str, Message] = {
    "pipeline.place": Message("where the copy lies"),
    "clean_up.hits": Message("which file the clean-up names"),
    "watcher.scope": Message("which folders are watched"),
    "watcher.whitelist": Message("who is on the watcher’s list"),
    "watcher.rename_actor": Message("who moves the file"),
    "pipeline.name": Message("how the copy is named"),
    "phone.android": Message("the Android version"),
    "phone.stack": Message("how storage is built"),
    "app.storage": Message("the storage mode"),
    "clean_up.via": Message("how the app removes"),
    "clean_up.on_refusal": Message("what the app does when refused"),
    "phone.folders": Message("which folders there are"),
    "watcher.app_sees": Message("what the app is told"),
    "pipeline.variant": Message("the steps of the app"),
    "pipeline.preset": Message("what the app does"),
    "pipeline.copy_in": Message("whether it works on a copy"),
    "clean_up.when": Message("when the app cleans up"),
    "clean_up.deed": Message("how the app removes a file"),
    "clean_up.finds": Message("how the app finds what it removes"),
    "timing.clean_up_delay": Message("how quickly it removes"),
    "pipeline.how": Message("how the copy is made"),
    "watcher.overseas": Message("where the phone was sold"),
    "watcher.rule": Message("the watcher’s rule"),
    "watcher.mode": Message("how the rule is set up"),
    "watcher.attribution": Message("who counts as the caller"),
    "watcher.nomedia": Message("what a .nomedia does"),
    "watcher.indexed_by": Message("which records of MediaStore count"),
    "watcher.muted": Message("whether notices are muted"),
    "watcher.merging": Message("whether notices are merged"),
}


# -- the finding -------------------------------------------------------------------------------


def finding(trace: Trace, verdict: Verdict, story: Story) -> Message:
    """The title: what this run shows."""
    seconds, outcome = f"{story.end:.0f}", verdict.outcome
    if outcome == "cannot_tell" or story.original is None:
        return Message("This trace does not show what became of the original")
    asked = _asked(verdict, story)
    if asked is not None:
        return asked
    if outcome == "pipeline_failed":
        return _failed(verdict, story)
    fixed = _fixed(verdict, story)
    if fixed is not None:
        return fixed
    if story.original.end.fate == "intact":
        return _untouched(trace.header, story, seconds)
    if not hears(trace.header):
        return Message("The original is touched; the recorder does not see notices")
    return _touched(trace.header, story, seconds)


def _fixed(verdict: Verdict, story: Story) -> Message | None:
    """The title of an outcome that says all; None of any other."""
    if verdict.outcome == "as_ordered" and any(act.deed == "trash" for act in story.acts):
        return Message("The user moved the original to the recycle bin")
    about_folder = any(check.about == "folder" for check in verdict.notices)
    if verdict.outcome == "warning_about_placeholder" and about_folder:
        return Message("The notice is about an empty folder; the original is untouched")
    return _BY_OUTCOME.get(verdict.outcome)


_BY_OUTCOME: Mapping[str, Message] = {
    "as_ordered": Message("The removal was asked for by the user"),
    "with_consent": Message("The user has agreed to what becomes of the original"),
    "by_the_system": Message("The phone’s system took the original away, and not the app"),
    "attempt_stopped": Message(
        "A request for the original is refused, and a notice comes; the original is untouched"
    ),
    "warning_about_placeholder": Message(
        "The notice is about an empty file; the original is untouched"
    ),
    "warning_about_last_copy": Message(
        "The notice is about the last copy; the original was already gone"
    ),
}


def _asked(verdict: Verdict, story: Story) -> Message | None:
    """What came of a question to the user about the original; None where that is not the point."""
    asked = [act for act in story.acts if act.dialog is not None and act.whose == "original"]
    if not asked or story.original is None:
        return None
    answer, fate = asked[-1].answer, story.original.end.fate
    if fate != "intact":
        agreed = answer is not None and answer.what == "agrees"
        unannounced = verdict.outcome in {"with_consent", "touch_without_warning"}
        return _AGREED.get(fate) if agreed and unannounced else None
    if verdict.outcome not in {"quiet", "pipeline_failed"}:
        return None
    if answer is None:
        return Message("The user is asked and does not answer; the original is untouched")
    if answer.what == "declines":
        return Message("The user is asked and declines; the original is untouched")
    return None


#: What becomes of the original with the user's consent.
_AGREED: Mapping[str, Message] = {
    "deleted": Message("The original is removed after the user has agreed"),
    "moved": Message("The original is moved away after the user let the app change it"),
    "hidden": Message("The original is renamed after the user let the app change it"),
    "modified": Message("The original’s content is changed after the user let the app change it"),
}


def _failed(verdict: Verdict, story: Story) -> Message:
    if verdict.broken_off:
        return Message("The app is killed before its work is done; the original is untouched")
    if story.removals:
        return Message("The job fails; the original is untouched")
    return Message("The job fails, and no removal follows; the original is untouched")


def _by_others(header: Header, story: Story) -> Message | None:
    """What went without the app's asking, where the original stays and no notice came."""
    own = _own_requests(header, story)
    others = [r for r in story.removals if r.result == "done" and r not in own]
    if not others or any(act.notice for act in story.acts):
        return None
    if any(r.for_whom == "user" for r in others):
        return Message("The copy goes with what the user clears; the original is untouched")
    t = others[0].t
    if any(u.start <= t < u.end and u.state == "confirmed" for u in story.uploads):
        return Message(
            "The system removes the copy during the upload, which comes to its end;"
            " the original is untouched"
        )
    return Message("The system removes the copy; the original is untouched")


def _own_requests(header: Header, story: Story) -> list[Removal]:
    """The removals that the app asked for, as far as the trace names an app at all."""
    package = (header.app or {}).get("package")
    return [r for r in story.removals if package is None or r.asked_by == package]


def _untouched(header: Header, story: Story, seconds: str) -> Message:
    others = _by_others(header, story)
    if others is not None:
        return others
    folders = sum(act.whose == "folder" for act in story.acts)
    number = len(_own_requests(header, story)) + folders
    if number == 0:
        return Message(
            "No removal request in {seconds} seconds; the original is untouched", seconds=seconds
        )
    if folders or not all(r.role == "app_copy" for r in story.removals):
        if number == 1:
            return Message(
                "One removal request in {seconds} seconds; the original is untouched",
                seconds=seconds,
            )
        return Message(
            "{number} removal requests in {seconds} seconds; the original is untouched",
            number=number,
            seconds=seconds,
        )
    if not any(act.notice for act in story.acts):
        return _quietly(header, story)
    return _noticed_copies(story, number, seconds)


def _quietly(header: Header, story: Story) -> Message:
    """Copies were removed, or asked to be, and no notice came."""
    done = any(r.result == "done" for r in story.removals)
    if not hears(header):
        return Message("The copy is removed; the original is untouched")
    if not done:
        return Message(
            "The copy is not removed, and the phone stays silent; the original is untouched"
        )
    return Message("The copy is removed and the phone stays silent; the original is untouched")


def hears(header: Header) -> bool:
    """Whether a notice would be in the trace, had there been one."""
    return header.by_construction or bool(header.watchers)


def _noticed_copies(story: Story, number: int, seconds: str) -> Message:
    if number > 1:
        return Message(
            "{number} removal requests in {seconds} seconds, and all name copies;"
            " the original is untouched",
            number=number,
            seconds=seconds,
        )
    if story.writes:
        return Message(
            "One removal request in {seconds} seconds, and it names the copy;"
            " the original is untouched",
            seconds=seconds,
        )
    if story.reads == 1:
        return Message(
            "One removal request in {seconds} seconds, and it names the copy;"
            " the original is opened once, to read",
            seconds=seconds,
        )
    return Message(
        "One removal request in {seconds} seconds, and it names the copy;"
        " the original is opened {times} times, to read",
        seconds=seconds,
        times=story.reads,
    )


def _touched(header: Header, story: Story, seconds: str) -> Message:
    number = len(_own_requests(header, story))
    own = [act for act in story.acts if act.whose == "original"]
    others = any(act.notice for act in story.acts if act.whose == "copy")
    warned = any(act.notice for act in own)
    if warned and any(act.move for act in own):
        if number == 1:
            return Message(
                "One removal request in {seconds} seconds, and it names the original;"
                " the phone refuses it and moves the file",
                seconds=seconds,
            )
        return Message(
            "{number} removal requests in {seconds} seconds, and one names the original;"
            " the phone refuses it and moves the file",
            number=number,
            seconds=seconds,
        )
    fate = story.original.end.fate if story.original else "cannot_tell"
    if warned and fate == "deleted" and any(act.refusal for act in own):
        return Message(
            "The phone refuses to remove the original and says so; it is lost all the same"
        )
    if warned:
        return _noticed(fate)
    return _silently(own, others, fate == "deleted", fate == "modified")


def _noticed(fate: str) -> Message:
    """The original is touched, nothing was refused, and a notice is about that."""
    return _NOTICED.get(fate, Message("The original is touched, and a notice follows"))


_NOTICED: Mapping[str, Message] = {
    "deleted": Message("The original is removed, and a notice follows"),
    "moved": Message("The original is moved away, and a notice follows"),
    "hidden": Message("The original is renamed, and a notice follows"),
    "modified": Message("The original’s content is lost, and a notice follows"),
}


def _silently(own: list[Act], others: bool, lost: bool, replaced: bool) -> Message:
    deeds = {act.deed for act in own}
    if "overwrite" in deeds:
        what = "overwrite"
    elif "empty" in deeds:
        what = "empty"
    elif "rename" in deeds:
        what = "rename and remove" if lost else "replace" if replaced else "rename"
    else:
        what = "remove"
    alone, beside = _UNSEEN[what]
    return beside if others else alone


_BESIDE_MOVED = Message("The original is moved without a notice; the notice is about the copy")
#: What nobody speaks of; and the same where a notice is about the copy.
_UNSEEN: Mapping[str, tuple[Message, Message]] = {
    "overwrite": (
        Message("The original is overwritten, and the phone stays silent"),
        Message("The original is overwritten without a notice; the notice is about the copy"),
    ),
    "empty": (
        Message("The original is emptied, and the phone stays silent"),
        Message("The original is emptied without a notice; the notice is about the copy"),
    ),
    "rename and remove": (
        Message("The original is renamed, then removed, and the phone stays silent"),
        Message(
            "The original is renamed, then removed, without a notice; the notice is about the copy"
        ),
    ),
    "replace": (
        Message("The copy takes the original’s place, and the phone stays silent"),
        _BESIDE_MOVED,
    ),
    "rename": (
        Message("The original is moved away, and the phone stays silent"),
        _BESIDE_MOVED,
    ),
    "remove": (
        Message("The original is removed, and the phone stays silent"),
        Message("The original is removed without a notice; the notice is about the copy"),
    ),
}


# -- the condition line and the footer ---------------------------------------------------------


def unsettled(header: Header) -> list[Message]:
    """What the run assumes, the most telling first."""
    paths = {assumption.path for assumption in header.assumed}
    known = [message for path, message in _UNSETTLED.items() if path in paths]
    others = sorted(paths - set(_UNSETTLED))
    return known + [Message("{field}", field=path) for path in others]


def given(words: Words, header: Header) -> str:
    """The phone and the app's storage mode, where they are known."""
    if header.phone is None or header.app is None:
        return ""
    version, api = str(header.phone.get("android", "?")), header.phone.get("api", 0)
    if api < 29:
        return words.say("Android {version}.", version=version)
    if not header.app.get("legacy_flag"):
        return words.say("Android {version}, scoped storage.", version=version)
    if api == 29:
        return words.say("Android {version}, old storage mode.", version=version)
    return words.say("Android {version}, old storage mode asked for.", version=version)


def condition(words: Words, header: Header, shown: int) -> str:
    """The line under the title, with the first *shown* of what is assumed."""
    named = unsettled(header)
    parts = [given(words, header)]
    if len(header.originals) > 1:
        parts.insert(0, words.say("One of {number} videos is drawn.", number=len(header.originals)))
    if named[:shown]:
        joined = words.say(", ").join(words.say(message) for message in named[:shown])
        if len(named) > shown:
            parts.append(
                words.say(
                    "Assumed: {things}, and {more} more.", things=joined, more=len(named) - shown
                )
            )
        else:
            parts.append(words.say("Assumed: {things}.", things=joined))
    if any(watcher.hypothesis for watcher in header.watchers):
        parts.append(words.say("The watcher’s rule is a hypothesis."))
    elif any(w.name in library.names() and library.rule(w.name).proposal for w in header.watchers):
        parts.append(words.say("The watcher’s rule is our proposal."))
    if header.by_construction:
        parts.append(words.say("Seconds are simulated; only their order matters."))
    else:
        parts.append(words.say("Times are those of the recorder."))
    return joined_up(words, parts)


def joined_up(words: Words, parts: list[str]) -> str:
    """Sentences in a row."""
    gap = " " if words.lang == "en" else ""
    return gap.join(part for part in parts if part)


def footer(
    words: Words, header: Header, story: Story, broken: bool, *, identified: bool = True
) -> str:
    """What kind of picture this is, and of which run where it is *identified* here."""
    parts = []
    if header.by_construction:
        parts.append(words.say("A model, not evidence."))
        if story.original is not None and story.original.end.fate == "intact":
            parts.append(words.say("“Untouched” follows from the assumptions."))
    else:
        parts.append(words.say("An observation, as far as the recorder could see."))
    parts.append(words.say("Four small bars: the content; same bars, same bytes."))
    if broken:
        parts.append(words.say("Not to scale between the breaks."))
    if not identified:
        return joined_up(words, parts)
    if header.scenario is None:
        return joined_up(words, [*parts, words.say("cachelife {version}", version=header.version)])
    ids = words.say(
        "{scenario}, {digest}, seed {seed}, {version}.",
        scenario=plain(header.scenario or "-"),
        digest=header.digest[:6] or "-",
        seed=header.seed,
        version=header.version,
    )
    return joined_up(words, [*parts, ids])


# -- the twin ----------------------------------------------------------------------------------


def twin(story: Story, could: Sequence[Could]) -> Message | None:
    """The other story that the same notice fits; None where no notice is about these files.

    It is told only where Android would let the same request reach the original.
    """
    noticed = [a for a in story.focus if a.notice and a.match]
    if {a.whose for a in noticed} == {"copy", "original"}:
        return _both(noticed)
    act = noticed[0] if noticed else None
    if act is None or story.check is None:
        return None
    about = story.check.about
    if about not in {"app_copy", "last_copy", "original", "other_name"}:
        return None
    values = {
        "request": act.record,
        "ticks": len(act.match.checks) if act.match else 0,
        "notice": act.notice.id if act.notice else 0,
        "move": act.move.record if act.move else 0,
    }
    if about not in {"app_copy", "last_copy"}:
        return _twin_of_original(values, act.move is not None) if story.copy_path else None
    answer = _reach(story, could, act.record)
    if answer == "silently":
        return _twin_of_copy(values, act.move is not None)
    if answer is None:
        return None
    return Message(
        "No twin here: by this route Android would not let #{request} reach the original unasked.",
        request=act.record,
    )


def _reach(story: Story, could: Sequence[Could], record: int) -> str | None:
    """What Android would answer, had that request named the original; None if not known."""
    via = next((r.via for r in story.removals if r.record == record), None)
    if story.original is None:
        return None
    return next(
        (c.answer for c in could if (c.original, c.route) == (story.original.path, via)), None
    )


def _both(noticed: list[Act]) -> Message:
    """Both stories stand in one run."""
    copy = next(act for act in noticed if act.whose == "copy")
    original = next(act for act in noticed if act.whose == "original")
    return Message(
        "The twin is in this run: the notices #{one} and #{other} have the same words;"
        " #{copy} names the copy, #{original} the original.",
        one=copy.notice.id if copy.notice else 0,
        other=original.notice.id if original.notice else 0,
        copy=copy.record,
        original=original.record,
    )


def _twin_of_copy(values: Mapping[str, int], moved: bool) -> Message:
    if moved:
        return Message(
            "The twin: let #{request} name the original instead, in a watched folder too."
            " The {ticks} ticks and the notice #{notice} stay the same, word for word;"
            " #{move} then moves the original.",
            **values,
        )
    return Message(
        "The twin: let #{request} name the original instead, in a watched folder too."
        " The {ticks} ticks and the notice #{notice} stay the same, word for word.",
        **values,
    )


def _twin_of_original(values: Mapping[str, int], moved: bool) -> Message:
    if moved:
        return Message(
            "The twin: let #{request} name the copy instead, in a watched folder too."
            " The {ticks} ticks and the notice #{notice} stay the same, word for word;"
            " #{move} then moves the copy.",
            **values,
        )
    return Message(
        "The twin: let #{request} name the copy instead, in a watched folder too."
        " The {ticks} ticks and the notice #{notice} stay the same, word for word.",
        **values,
    )


# -- the watcher -------------------------------------------------------------------------------


def checks(words: Words, match: Match | None) -> str:
    """What the watcher looks at, in the order of its ticks."""
    return words.say(", ").join(check_names(words, match))


def check_names(words: Words, match: Match | None) -> list[str]:
    """What the watcher looks at, one by one."""
    names = [name for name, _ in match.checks] if match else []
    return [words.say(CHECKS.get(name, Message("{name}", name=name))) for name in names]


#: Why no notice came, by the reason; some depend on what was read besides.
_SILENT: Mapping[str, Message] = {
    "no_watcher": Message("no notice: this phone has no watcher"),
    "no_such_layer": Message("no notice: this phone has no layer where the rule could sit"),
    "layer_not_crossed": Message("no notice: the request did not pass the watcher’s layer"),
    "refused_before": Message("no notice: refused before the watcher was asked"),
    "no_row": Message("no notice: the media library has no row for it, so nothing is removed"),
    "nothing_removed": Message("no notice: nothing was removed"),
    "log_only": Message("no notice: what fits goes to the log, no further"),
    "shows_none": Message("no notice: the rule shows none"),
    "place": Message("no notice: the rule looks at the folder, and this one is not watched"),
    "album": Message("no notice: the rule looks at albums, and this folder is none"),
    "nomedia": Message("no notice: a .nomedia keeps the folder out of the rule"),
    "object": Message("no notice: the rule looks at files, and this is a folder"),
    "indexed": Message("no notice: the rule looks at MediaStore, which does not list it"),
    "app": Message("no notice: the rule lets callers of the system pass"),
    "exempt": Message("no notice: the caller is on the watcher’s list"),
    "asked": Message("no notice: the user is asked instead"),
    "agreed": Message("no notice: the user had agreed to it"),
    "denied": Message("no notice: the rule refuses it without a word"),
    "muted": Message("no notice: the user has muted them"),
    "capped": Message("no notice: the day’s limit is reached"),
    "consent": Message("no notice: Android has nothing to ask"),
    "verb_not_watched": Message("no notice: the rule does not look at this kind of change"),
    "deed": Message("no notice: the rule does not look at this kind of change"),
}
_SILENT_AT: Mapping[tuple[str, str], Message] = {
    ("object", "file"): Message("no notice: nothing is there under that name"),
    ("exempt", "overseas build"): Message(
        "no notice: the rule is off in builds for other countries"
    ),
    ("exempt", "made the file"): Message("no notice: the app made the file itself"),
    ("exempt", "asked for by the user"): Message("no notice: the user had asked for it"),
}
#: Of changes that a rule does not look at, those that have a name.
_NOT_WATCHED: Mapping[str, Message] = {
    "rename": Message("no notice: the rule watches for removal, not for renaming"),
    "truncate": Message("no notice: the rule watches for removal, not for overwriting"),
}


def silent(silence: Silence) -> Message:
    """Why no notice came."""
    why, read = silence.why, plain(silence.read)
    if why == "name":
        return Message(
            "no notice: the rule looks at the name, and “{ending}” is no video name", ending=read
        )
    if why in {"verb_not_watched", "deed"} and read in _NOT_WATCHED:
        return _NOT_WATCHED[read]
    found = _SILENT_AT.get((why, read)) or _SILENT.get(why)
    return found or Message("no notice, and the trace does not show why")


def asks(trace: Trace, act: Act) -> Message:
    """The question to the user for which an act waits."""
    who = label(trace, act.dialog.names_app if act.dialog else "")
    if act.dialog is not None and act.dialog.asks == "change":
        return Message("the user is asked: may {who} change it?", who=who)
    return Message("the user is asked: may {who} delete it?", who=who)


#: What the user says to that.
ANSWERS: Mapping[str, Message] = {
    "agrees": Message("the user agrees"),
    "declines": Message("the user declines"),
    "": Message("no answer"),
}


def answer(act: Act) -> Message:
    """What the user answers."""
    return ANSWERS[act.answer.what if act.answer is not None else ""]


def quoted(trace: Trace, notice: Notice, lang: str) -> str | Message:
    """A notice's words; whom it names where the wording is not public."""
    if notice.worded.get(lang) != "not public":
        return plain(notice.text.get(lang) or next(iter(notice.text.values()), ""))
    if not notice.names_app:
        return Message("a notice that names no app; its wording is not public")
    if "names_app" in notice.claims:
        who = label(trace, notice.names_app)
        return Message("a notice that names {who}; its wording is not public", who=who)
    return Message("a notice whose wording is not public")


def mover(trace: Trace, by: str) -> Message:
    """Who moves a file that the watcher keeps."""
    if by == "com.android.gallery3d":
        return Message("the gallery moves it")
    if by == "kernel":
        return Message("the system moves it")
    return Message("{who} moves it", who=label(trace, by))


def by_app(trace: Trace, act: Act) -> bool:
    """Whether the app itself asked for that, as far as the trace names an app at all."""
    package = (trace.header.app or {}).get("package")
    return package is None or act.asked_by == package


def by_system(trace: Trace, act: Act) -> Message:
    """What a part of the phone other than the app does to the file."""
    if act.deed == "restore":
        return Message("put back")
    by_hand = _BY_HAND.get(act.asked_by or "")
    if by_hand is not None and act.deed == "remove":
        return by_hand
    if act.deed in {"rename", "trash"}:
        return mover(trace, act.asked_by or "kernel")
    if act.deed in {"overwrite", "empty"}:
        return Message("the system empties it")
    return Message("the system removes it")


#: Parts of the phone that remove a file because a person has them do so.
_BY_HAND: Mapping[str, Message] = MappingProxyType(
    {
        "com.android.gallery3d": Message("the user deletes it in the gallery"),
        "shell": Message("the user removes it over adb"),
    }
)


def setter_aside(trace: Trace, by: str) -> Message:
    """Who sets aside a file that the watcher keeps, where another one moves it."""
    if by == "com.android.gallery3d":
        return Message("the gallery sets it aside")
    if by == "kernel":
        return Message("the system sets it aside")
    return Message("{who} sets it aside", who=label(trace, by))


def label(trace: Trace, package: str) -> Message:
    """The name that a person knows an app by."""
    names = trace.header.labels.get(package, {})
    return Message(
        "{name}",
        name=Localized(plain(names.get("en", package)), plain(names.get("zh-CN", package))),
    )


# -- for readers who do not see the picture ----------------------------------------------------


def in_words(words: Words, trace: Trace, story: Story) -> list[str]:
    """The picture as a list of sentences, made from the same records."""
    app = app_label(words, trace)
    out = _original_lines(words, trace, story)
    since = story.original.since if story.original is not None else 0
    for session in story.sessions:
        new = session.whose == "original" and session.mode != "read" and session.record <= since
        line = (
            words.say("{app} writes what becomes the original", app=app)
            if new
            else _session_line(words, session.whose, session.mode, app)
        )
        out.append((session.start, session.record, line))
    for upload in story.uploads:
        out.append((upload.start, upload.record, words.say("{app} begins to upload", app=app)))
        if upload.state == "confirmed":
            out.append((upload.end, upload.last, words.say("the server has received it")))
    for fault in story.faults:
        killed = fault.what == "process killed"
        what = words.say("app is killed") if killed else words.say("job fails")
        out.append((fault.t, fault.id, what))
    for act in story.acts:
        out.extend(_act_lines(words, trace, act, app))
    out.extend((row.since, row.record, _stale_line(words, row)) for row in story.stale)
    lines = [
        words.say("{time} s, #{record}: {what}", time=f"{t:.2f}", record=record, what=what)
        if record
        else what
        for t, record, what in sorted(out)
    ]
    return [*lines, _end_line(words, story)]


def gone(words: Words, story: Story) -> str:
    """What stands in the original's empty place: whether the gallery knows that it is gone."""
    row = next((r for r in story.stale if story.original and r.path == story.original.path), None)
    if row is None:
        return words.say("gone from here")
    if row.until is None:
        return words.say("gone from here, shown by the gallery (inferred)")
    return words.say(
        "gone from here, shown by the gallery until {until} s (inferred)", until=f"{row.until:g}"
    )


def _stale_line(words: Words, row: StaleRow) -> str:
    path = plain(row.path)
    if row.until is None:
        return words.say(
            "from here to the end the gallery shows an entry for {path}, although the file is gone"
            " (inferred)",
            path=path,
        )
    return words.say(
        "from here to second {until} the gallery shows an entry for {path}, although the file is"
        " gone (inferred)",
        path=path,
        until=f"{row.until:g}",
    )


def app_label(words: Words, trace: Trace) -> str:
    """The app's name in this language."""
    package = (trace.header.app or {}).get("package")
    names = trace.header.labels.get(package or "", {})
    return plain(str(names.get(words.lang) or package or words.say(APP)))


def _original_lines(words: Words, trace: Trace, story: Story) -> list[tuple[float, int, str]]:
    """Which file the original is: from the start, or from when it was shot or recorded."""
    original = story.original
    if original is None:
        return []
    path, digest = plain(original.path), (original.before or "-")[:4]
    if not original.since:
        line = words.say(
            "at the start: the original {path}, content {digest}", path=path, digest=digest
        )
        return [(0.0, 0, line)]
    line = words.say(
        "from here on the original: {path}, content {digest}", path=path, digest=digest
    )
    return [(trace.records[original.since - 1].t, original.since, line)]


def _session_line(words: Words, whose: str, mode: str, app: str) -> str:
    if whose == "original":
        if mode == "read":
            return words.say("{app} opens the original to read", app=app)
        return words.say("{app} opens the original to write", app=app)
    if whose == "placeholder":
        return words.say("{app} makes an empty file", app=app)
    if whose == "other":
        if mode == "read":
            return words.say("{app} opens another file to read", app=app)
        return words.say("{app} opens another file to write", app=app)
    if mode == "read":
        return words.say("{app} opens its copy to read", app=app)
    return words.say("{app} opens its copy to write", app=app)


def _act_lines(words: Words, trace: Trace, act: Act, app: str) -> list[tuple[float, int, str]]:
    who = app if by_app(trace, act) else _part_of_phone(words, trace, act.asked_by or "")
    out = [(act.t, act.record, _deed_line(words, act, who, by_app(trace, act)))]
    if act.match is not None:
        listed = checks(words, act.match)
        out.append(
            (
                act.match.t,
                act.match.id,
                words.say("the watcher’s rule fits: {checks}", checks=listed),
            )
        )
    if act.missing and act.refusal is not None:
        out.append((act.refusal.t, act.refusal.id, words.say("there is no such file any more")))
    elif act.refusal is not None:
        out.append((act.refusal.t, act.refusal.id, words.say("refused: the file stays")))
    if act.dialog is not None:
        out.append((act.dialog.t, act.dialog.id, words.say(asks(trace, act))))
        at = act.answer or act.dialog
        out.append((at.t, at.id, words.say(answer(act))))
    if act.notice is not None:
        said = words.show(quoted(trace, act.notice, words.lang))
        out.append(
            (act.notice.t, act.notice.id, words.say("the phone says: {notice}", notice=said))
        )
    if act.move is not None:
        out.append((act.move.t, act.move.record, words.say(mover(trace, act.move.by))))
    if act.deed != "restore":
        out.extend((s.t, s.record, words.say(silent(s))) for s in act.silences)
    return out


def _part_of_phone(words: Words, trace: Trace, package: str) -> str:
    known = SYSTEM_NAMES.get(package)
    return words.say(known if known is not None else label(trace, package))


def _deed_line(words: Words, act: Act, app: str, by_app: bool) -> str:
    path = plain(act.path)
    if act.asked_by is None:
        return words.say("removed: {path}; who asked was not seen", path=path)
    if act.deed == "remove":
        if act.done and not by_app:
            return words.say("{app} removes {path}", app=app, path=path)
        return words.say("{app} asks to remove {path}", app=app, path=path)
    if act.deed == "trash":
        return words.say("{app} moves {path} to the recycle bin", app=app, path=path)
    if act.deed == "rename":
        return words.say("{app} renames {path}", app=app, path=path)
    if act.deed == "restore":
        return words.say("{app} puts {path} back", app=app, path=path)
    if act.deed == "empty":
        return words.say("{app} cuts {path} to nothing", app=app, path=path)
    if act.deed == "ask":
        if act.dialog is not None and act.dialog.asks == "change":
            return words.say("{app} asks to change {path}", app=app, path=path)
        return words.say("{app} asks to remove {path}", app=app, path=path)
    return words.say("{app} overwrites {path}", app=app, path=path)


def _end_line(words: Words, story: Story) -> str:
    if story.original is None:
        return words.say("at the end: no original is known to this trace")
    fate = story.original.end.fate
    if fate == "intact":
        return words.say("at the end: the original is where it was, with the same content")
    if fate == "cannot_tell":
        return words.say("at the end: the trace does not show the original")
    if fate == "modified" and any(act.deed == "empty" for act in story.acts):
        return words.say("at the end: the original’s name is there, with nothing in it")
    if fate == "modified":
        return words.say("at the end: the original’s name holds other content")
    if fate == "deleted":
        return words.say("at the end: the original is gone")
    return words.say(
        "at the end: the original is no longer where it was; it is now {name}",
        name=plain(_last_name(story)),
    )


def _last_name(story: Story) -> str:
    names = [s.path for s in story.stays if s.whose == "original"]
    return basename(names[-1]) if names else "-"
