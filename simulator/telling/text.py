"""A run in plain text: the three answers, the story, and what it all rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from simulator.android.media_names import marked
from simulator.android.permissions.rules import rules
from simulator.message import Message
from simulator.scenario.model import Observed, Scenario
from simulator.telling.limits import LIMITS, PUBLIC
from simulator.telling.measures import padded, seconds, when
from simulator.telling.story import ANDROID as CONSENT
from simulator.telling.story import ANSWERED, Teller, question, story, why_silent
from simulator.telling.words import Words
from simulator.trace import Cause, Dialog, FileState, Match, Notice, Sent, Trace, Watched
from simulator.verdict.did import Removal
from simulator.verdict.fates import OriginalFate, unfinished
from simulator.verdict.judge import Verdict
from simulator.verdict.said import NoticeCheck, Silence
from simulator.verdict.stale import SHOWN_GRADE
from simulator.watchers import library
from simulator.watchers.rule import Rule
from simulator.worlds.expectations import Failed

if TYPE_CHECKING:
    from simulator.worlds.family import ClaimStatus, FamilyVerdict

OUTCOMES: Mapping[str, Message] = MappingProxyType(
    {
        "quiet": Message("no notice, and the original is untouched"),
        "warning_without_touch": Message("a notice, and the original is untouched"),
        "touch_with_warning": Message("the original is touched, with a notice about it"),
        "touch_without_warning": Message("the original is touched, without a notice about it"),
        "attempt_stopped": Message(
            "a notice about a request that was refused, and the original is untouched"
        ),
        "warning_about_placeholder": Message(
            "a notice about a file or folder that never held content"
        ),
        "warning_about_last_copy": Message("a notice about the last copy that is left"),
        "as_ordered": Message("the user had asked for it"),
        "with_consent": Message("the user had agreed to it"),
        "by_the_system": Message("the phone's system did it, and not the app"),
        "pipeline_failed": Message("the app could not do its job"),
        "cannot_tell": Message("cannot tell"),
    }
)
FATES: Mapping[str, Message] = MappingProxyType(
    {
        "intact": Message("intact"),
        "modified": Message("modified"),
        "moved": Message("moved"),
        "hidden": Message("hidden"),
        "trashed": Message("in the recycle bin"),
        "kept_aside": Message("kept aside by the phone"),
        "deleted": Message("deleted"),
        "cannot_tell": Message("cannot tell"),
    }
)
LOSSES: Mapping[str, Message] = MappingProxyType(
    {
        "none": Message("nothing of it is lost on the phone"),
        "metadata": Message("its metadata is lost on the phone"),
        "quality": Message("only a version of lower quality is left on the phone"),
        "all": Message("nothing of it is left on the phone"),
        "cannot_tell": Message("what is left of it cannot be told"),
    }
)
PLACES: Mapping[str, Message] = MappingProxyType(
    {
        "album": Message("the album"),
        "card": Message("the memory card, which is out"),
        "elsewhere": Message("another folder"),
        "kept_aside": Message("a file that the phone keeps aside"),
        "bin": Message("the recycle bin"),
        "server": Message("the server"),
    }
)
ROUTES: Mapping[str, Message] = MappingProxyType(
    {
        "path": Message("by its path"),
        "mediastore": Message("through MediaStore"),
        "request": Message("by a delete request"),
        "saf": Message("through the document picker"),
        "picker": Message("through the photo picker"),
    }
)
ANSWERS: Mapping[str, Message] = MappingProxyType(
    {
        "silently": Message("silently"),
        "after_consent": Message("after a dialog"),
        "no": Message("not at all"),
        "cannot_tell": Message("cannot tell"),
    }
)
CLAIMS: Mapping[str, Message] = MappingProxyType(
    {
        "names_app": Message("it names the app that asked"),
        "object_is_media": Message("the file is a photo or video"),
        "was_removed": Message("the file was deleted"),
        "was_intercepted": Message("the removal was intercepted"),
        "made_by_app": Message("the app had made the file itself"),
        "not_made_by_app": Message("the app had not made the file"),
        "object_is_original": Message("it was the original"),
    }
)
#: What a notice is about, where its file is called {file}.
ABOUT: Mapping[str, Message] = MappingProxyType(
    {
        "original": Message("In fact it is about: {file}."),
        "other_name": Message("In fact it is about a second name of the original: {file}."),
        "capture": Message("In fact it is about: {file}."),
        "last_copy": Message("In fact it is about the last copy that is left: {file}."),
        "app_copy": Message("In fact it is about: {file}."),
        "placeholder": Message("In fact it is about: {file}."),
        "folder": Message("In fact it is about: {file}."),
        "other": Message("In fact it is about: {file}."),
        "cannot_tell": Message("What it is about, the trace does not show: {file}."),
    }
)
STATUSES: Mapping[str, Message] = MappingProxyType(
    {
        "true": Message("true"),
        "false": Message("false"),
        "open": Message("the notice does not say"),
        "settled_true": Message("settled true"),
        "settled_false": Message("settled false"),
        "open_claim": Message("not settled"),
        "true_where": Message("true wherever it arises"),
        "false_where": Message("false wherever it arises"),
        "uncontradicted": Message("not contradicted"),
    }
)
MOMENTS: Mapping[str, Message] = MappingProxyType(
    {
        "notice": Message("at the notice"),
        "end": Message("at the end of the run"),
        "retention": Message("after the bin's keeping time"),
    }
)


#: How the times at which items of the trash go come about.
DAILY = Message(
    "the phone's daily maintenance comes every 24 hours, counted from the start of the run; days on"
    " which nothing in the recycle bin has expired are left out"
)


def told(
    trace: Trace,
    verdict: Verdict,
    words: Words,
    *,
    scenario: Scenario | None = None,
    family: FamilyVerdict | None = None,
    failed: tuple[Failed, ...] = (),
    changes: Iterable[str] = (),
) -> str:
    """Everything that ``cachelife run`` prints about a run; *changes* were made by hand."""
    say = words.say
    lines = [*_head(trace, words, scenario, family)]
    for change in changes:
        lines.append(
            words.say("Changed by hand, so the title may not fit: {change}", change=change)
        )
    if family is not None and scenario is not None:
        lines += ["", *_family(scenario, family, words)]
        lines += ["", say("One of these combinations, told in full:")]
        lines += [f"  {path} = {values[0]}" for path, values in family.factors.items()]
    teller = Teller(trace, verdict, words)
    lines += ["", *_could(verdict, words)]
    lines += ["", *_did(trace, verdict, teller)]
    lines += ["", *_said(trace, verdict, teller)]
    lines += ["", say("Outcome: {outcome}.", outcome=outcome_of(verdict))]
    lines += ["", say("Step by step"), *_steps(trace, verdict, words)]
    lines += ["", *_rests(trace, words, scenario)]
    if failed:
        lines += ["", *expectations(failed, words)]
    return "\n".join(lines) + "\n"


def expectations(failed: Iterable[Failed], words: Words) -> Iterator[str]:
    """A line for each expectation that does not hold."""
    for f in failed:
        yield words.say(
            "Expected {field} = {wanted}, got {got}.", field=f.field, wanted=f.wanted, got=f.got
        )


# -- the head ----------------------------------------------------------------------------------


def _head(
    trace: Trace, words: Words, scenario: Scenario | None, family: FamilyVerdict | None
) -> Iterator[str]:
    header = trace.header
    if scenario is not None:
        yield words.of(scenario.title)
        yield words.of(scenario.question)
    kind = Message("model") if header.by_construction else Message("observation")
    yield words.say(
        "{kind} · {scenario} · digest {digest} · seed {seed} · cachelife {version}",
        kind=kind,
        scenario=header.scenario or "-",
        digest=header.digest[:12] or "-",
        seed=header.seed,
        version=header.version,
    )
    if scenario is not None and scenario.observed and family is not None:
        yield ""
        yield words.say("On public record")
        for item in scenario.observed:
            yield "  " + words.say(
                "{kind}: {text} [{grade}: {source}]",
                kind=_recorded(item),
                text=item.text,
                grade=GRADES[item.grade],
                source=item.source,
            )


def _recorded(item: Observed) -> Message:
    """What kind of thing is on record, and whose."""
    kind = _KINDS[item.what]
    return kind if item.who is None else Message("{kind} ({who})", kind=kind, who=item.who)


_KINDS: Mapping[str, Message] = MappingProxyType(
    {
        "notice": Message("Notice"),
        "statement": Message("Statement"),
        "report": Message("Report"),
        "bin": Message("In the bin"),
    }
)


# -- the family --------------------------------------------------------------------------------


def _family(scenario: Scenario, family: FamilyVerdict, words: Words) -> Iterator[str]:
    counted = Message("All {listed} combinations of {unknowns} unknowns were run.")
    if family.infeasible:
        counted = Message(
            "{listed} combinations of {unknowns} unknowns were listed; {infeasible} no phone can"
            " have; all {run} others were run."
        )
    yield words.say(
        counted.template,
        listed=family.combinations,
        unknowns=len(family.factors),
        infeasible=family.infeasible,
        run=family.run,
    )
    yield words.say("Counts are of the combinations we listed, not of phones.")
    for outcome, number in sorted(family.outcomes.items(), key=lambda item: -item[1]):
        yield f"  {number:>5}  {words.say(OUTCOMES[outcome])}"
    yield ""
    yield words.say("What can be said over all of them")
    sentences = {claim.claim: claim for claim in scenario.claims}
    for status in family.claims:
        claim = sentences[status.claim]
        told = words.say(
            "[{status}] {sentence}",
            status=STATUSES[_standing(status, family)],
            sentence=claim.sentence,
        )
        if claim.speaker is not None:
            told = words.say("{sentence} ({speaker})", sentence=told, speaker=claim.speaker)
        yield f"  {told}"
        yield "    " + words.say(
            "holds in {holds}, fails in {fails}, says nothing about {rest}",
            holds=status.holds_in,
            fails=status.fails_in,
            rest=family.run - status.holds_in - status.fails_in,
        )
        if status.general:
            yield "    " + words.say("said of every case: one combination against it settles it")
        yield from _witnesses(status, family, words)
    yield ""
    yield words.say("What is not known, and who could settle it")
    for path, assumed in scenario.assumed.items():
        question = words.of(assumed.question) if assumed.question else path
        values = words.say(Message(", ")).join(family.factors[path])
        yield "  " + words.say(
            "{question} [{path}: {values}]", question=question, path=path, values=values
        )
        if assumed.settled_by is not None:
            yield "    " + words.say(
                "{who}: {what}",
                who=PARTIES.get(assumed.who or "", Message("anybody")),
                what=words.of(assumed.settled_by),
            )


def _standing(status: ClaimStatus, family: FamilyVerdict) -> str:
    """The word for how a claim stands; that it says nothing of some worlds is part of it."""
    if status.status == "open":
        return "open_claim"
    if status.status == "settled_true" and status.general:
        return "uncontradicted"
    partial = not status.general and status.holds_in + status.fails_in < family.run
    if not partial:
        return status.status
    return "true_where" if status.status == "settled_true" else "false_where"


def _witnesses(status: ClaimStatus, family: FamilyVerdict, words: Words) -> Iterator[str]:
    if status.status == "settled_true":
        return
    for label, witness in (
        (Message("for it"), status.witness_for),
        (Message("against it"), status.witness_against),
    ):
        if witness is not None:
            differs = [
                f"{path}={value}"
                for path, value in witness.items()
                if value != family.factors[path][0]
            ]
            shown = ", ".join(differs) or words.say("the values shown first")
            yield "    " + words.say("{label}: {text}", label=label, text=shown)


PARTIES: Mapping[str, Message] = MappingProxyType(
    {
        "user": Message("the user"),
        "app maker": Message("the app's maker"),
        "phone maker": Message("the phone's maker"),
    }
)


# -- could -------------------------------------------------------------------------------------


def _could(verdict: Verdict, words: Words) -> Iterator[str]:
    question = Message("Could the app delete the original?")
    if not verdict.could or all(c.answer == "cannot_tell" for c in verdict.could):
        yield words.say(question)
        yield "  " + words.say("Cannot tell: the app's permissions were not recorded.")
        return
    first = verdict.could[0].original
    answers = [c for c in verdict.could if c.original == first]
    easiest = next(a for a in COULD if a in {c.answer for c in answers})
    yield words.say("{question} {answer}", question=question, answer=COULD[easiest])
    for answer in ("silently", "after_consent", "no"):
        routes = [words.say(ROUTES[c.route]) for c in answers if c.answer == answer]
        if routes:
            listed = words.say(Message(", ")).join(routes)
            yield "  " + words.say("{label}: {text}", label=ANSWERS[answer], text=listed)
    best = next((c for c in answers if c.answer == "silently"), answers[0])
    for rule in best.chain:
        text = rules()[rule]
        yield "    " + words.say(
            "{rule}: {says} [{grade}]", rule=rule, says=text.says, grade=GRADES[text.grade]
        )


# -- did ---------------------------------------------------------------------------------------


COULD: Mapping[str, Message] = MappingProxyType(
    {
        "silently": Message("Yes, without asking."),
        "after_consent": Message("Only after the user agrees."),
        "no": Message("No route is open to it."),
        "cannot_tell": Message("Cannot tell."),
    }
)


def short_did(trace: Trace, verdict: Verdict) -> Message:
    """Whether the app touched an original; where others did, who did."""
    fates = {original.end.fate for original in verdict.originals}
    if not fates or "cannot_tell" in fates:
        return Message("Cannot tell.")
    if fates == {"intact"}:
        return Message("No: the original is untouched.")
    if _only_shots(verdict):
        return Message("What was shot in the app: yes. Nothing else.")
    if verdict.outcome == "with_consent":
        return Message("Yes, after the user had agreed.")
    if verdict.outcome in {"as_ordered", "by_the_system"}:
        return _not_the_app(trace, verdict)
    return Message("Yes: the original is not as it was.")


def _only_shots(verdict: Verdict) -> bool:
    """Whether all that was touched had been shot in the app."""
    return all(o.shot for o in verdict.originals if o.end.fate != "intact")


def outcome_of(verdict: Verdict) -> Message:
    """The outcome in one sentence."""
    touched = {o.end.fate for o in verdict.originals} - {"intact"}
    if touched and _only_shots(verdict) and verdict.outcome in _OF_SHOTS:
        return _OF_SHOTS[verdict.outcome]
    return OUTCOMES[verdict.outcome]


_OF_SHOTS: Mapping[str, Message] = MappingProxyType(
    {
        "touch_with_warning": Message(
            "what was shot in the app is touched, with a notice about it"
        ),
        "touch_without_warning": Message(
            "what was shot in the app is touched, without a notice about it"
        ),
    }
)


def _not_the_app(trace: Trace, verdict: Verdict) -> Message:
    """Who touched an original, where it was not the app: by what the requests go back to."""
    touched = [original for original in verdict.originals if original.end.fate != "intact"]
    roots = [
        cause.what
        for original in touched
        for id_ in original.changed_by
        for cause in trace.ancestors(id_)
        if isinstance(cause, Cause)
    ]
    found = next((_OTHERS[what] for what in roots if what in _OTHERS), None)
    if found is not None:
        return found
    if verdict.outcome == "as_ordered":
        package = (trace.header.app or {}).get("package")
        asked = {getattr(trace[i], "asked_by", None) for o in touched for i in o.changed_by}
        if package in asked:
            return Message("Yes, as the user had set it in the app.")
        return Message("No: the user had asked for it.")
    return Message("No: the phone's system did it.")


_OTHERS: Mapping[str, Message] = MappingProxyType(
    {
        "delete in app": Message("Yes, because the user had ordered that in the app."),
        "trash in gallery": Message("No: the user moved it to the recycle bin."),
        "delete in gallery": Message("No: the user deleted it in the gallery."),
        "delete by adb": Message("No: it was removed over adb."),
        "uninstall": Message("No: it went when the user uninstalled the app."),
        "clear data": Message("No: it went when the user cleared the app's data."),
        "clear cache": Message("No: it went when the user cleared the app's cache."),
        "free cache": Message("No: the phone's system cleared it away to make room."),
        "idle maintenance": Message("No: the phone's daily maintenance did it."),
    }
)


def _did(trace: Trace, verdict: Verdict, teller: Teller) -> Iterator[str]:
    words = teller.words
    yield words.say(
        "{question} {answer}",
        question=Message("Did it touch the original?"),
        answer=short_did(trace, verdict),
    )
    for original in verdict.originals:
        yield from _fate(trace, original, words)
    for removal in verdict.removals:
        yield "  " + words.say(came_of(teller, removal))
    yield from _after(trace, teller)


def came_of(teller: Teller, removal: Removal) -> Message:
    """Who asked to remove which file, and what came of it."""
    return Message(
        _REMOVALS[_result(teller, removal)].template,
        who=teller.who(removal.asked_by),
        file=teller.what(removal.path, removal.file),
        when=when(removal.t),
        record=removal.record,
    )


def _result(teller: Teller, removal: Removal) -> str:
    """Which of the sentences tells what became of that request."""
    dialog = teller.dialog(removal.record)
    answer = teller.answer(dialog) if dialog is not None else None
    if answer is not None and answer.what == "declines":
        return "declined"
    if answer is not None and removal.result == "done":
        return "agreed"
    if answer is not None and removal.result in {"unanswered", "cannot_tell"}:
        return "agreed_in_vain"
    if removal.result == "done" and removal.for_whom in {"user", "system"}:
        if _expired(teller.trace, removal):
            return f"expired_for_{removal.for_whom}"
        return f"done_for_{removal.for_whom}"
    if removal.result == "row_only" and teller.refusal(removal.record) is not None:
        return "row_only_stopped"
    stopped = removal.result == "refused" and removal.told == "success"
    return "told_done" if stopped else removal.result


def _expired(trace: Trace, removal: Removal) -> bool:
    """Whether an item of the recycle bin went because its time was over."""
    name = marked(removal.path)
    causes = trace.ancestors(removal.record)
    maintained = any(isinstance(r, Cause) and r.what == "idle maintenance" for r in causes)
    return name is not None and name.mark == "trashed" and maintained


def _after(trace: Trace, teller: Teller) -> Iterator[str]:
    """What else the answer must not leave out: a failed job, and copies that stay."""
    words = teller.words
    for record in trace.records:
        if isinstance(record, Cause) and record.what == "job failed":
            yield "  " + words.say(
                "The app could not finish its job: {error}, {when}. #{record}",
                error=record.path,
                when=when(record.t),
                record=record.id,
            )
    for broken in teller.verdict.broken_off:
        begun = Message("The app was killed {when}; its upload was never confirmed. #{record}")
        before = Message("The app was killed {when}, before its work was done. #{record}")
        template = (begun if broken.upload else before).template
        yield "  " + words.say(template, when=when(broken.t), record=broken.record)
    yield from _stale(teller)
    yield from _left(trace, teller)


def _left(trace: Trace, teller: Teller) -> Iterator[str]:
    """The app's copies that lie there at the end of the run."""
    bins = tuple(f"{watcher.bin}/" for watcher in trace.header.watchers if watcher.bin)
    there = [
        r
        for r in trace.records
        if isinstance(r, FileState) and r.moment == "end" and r.view == "lower"
    ]
    half = unfinished(trace, there[-1].id) if there else frozenset()
    for record in there:
        copy = teller.verdict.files.of(record.file).role == "app_copy"
        if copy and not record.path.startswith(bins):
            file = teller.what(record.path, record.file)
            if record.file in half:
                yield "  " + teller.words.say(
                    "Still there at the end of the run, unfinished: {file}.", file=file
                )
            else:
                yield "  " + teller.words.say(
                    "Still there at the end of the run: {file}.", file=file
                )


def _stale(teller: Teller) -> Iterator[str]:
    """Where the gallery showed what was no longer there."""
    for row in teller.verdict.stale:
        values = {
            "file": teller.what(row.path, row.file),
            "record": row.record,
            "grade": GRADES[SHOWN_GRADE],
        }
        if row.until is None:
            sentence = Message(
                "To the end the gallery shows an entry for {file}, although the file is no longer"
                " there. [{grade}] #{record}",
                **values,
            )
        else:
            sentence = Message(
                "Until {t} the gallery shows an entry for {file}, although the file is no longer"
                " there. [{grade}] #{record}",
                t=seconds(row.until),
                **values,
            )
        yield "  " + teller.words.say(sentence)


_REMOVALS: Mapping[str, Message] = MappingProxyType(
    {
        "told_done": Message(
            "{who} asked to remove {file}, {when}; it was stopped,"
            " and the app was told that it succeeded. #{record}"
        ),
        "done": Message("{who} removed {file}, {when}. #{record}"),
        "done_for_user": Message("{who} removed {file} for the user, {when}. #{record}"),
        "done_for_system": Message("{who} removed {file} for the system, {when}. #{record}"),
        "expired_for_user": Message(
            "{who} removed {file}, {when}: its time in the recycle bin, where the user had put it,"
            " was over. #{record}"
        ),
        "expired_for_system": Message(
            "{who} removed {file}, {when}: its time in the recycle bin was over. #{record}"
        ),
        "row_only_stopped": Message(
            "{who} removed the record of {file}, {when}; the phone's watcher stopped the removal of"
            " the file itself. #{record}"
        ),
        "row_only": Message(
            "{who} removed the record of {file}, {when}; the file stayed as it was. #{record}"
        ),
        "refused": Message("{who} asked to remove {file}, {when}; it was refused. #{record}"),
        "no_effect": Message("{who} asked to remove {file}, {when}; it had no effect. #{record}"),
        "agreed": Message(
            "{who} asked to remove {file}, {when}; the user agreed, and it was removed. #{record}"
        ),
        "agreed_in_vain": Message(
            "{who} asked to remove {file}, {when}; the user agreed, and nothing came of it."
            " #{record}"
        ),
        "declined": Message("{who} asked to remove {file}, {when}; the user declined. #{record}"),
        "unanswered": Message(
            "{who} asked to remove {file}, {when}; the user was asked and did not answer. #{record}"
        ),
        "cannot_tell": Message("{who} asked to remove {file}, {when}. #{record}"),
    }
)


def _fate(trace: Trace, original: OriginalFate, words: Words) -> Iterator[str]:
    by = Message(" (by construction)") if trace.header.by_construction else Message("")
    for moment, standing in original.at.items():
        if moment == "notice" or (moment == "retention" and standing == original.end):
            continue
        told = Message("The original {path}, {moment}: {fate}{by}; {loss}.")
        if original.shot:
            told = Message("What was shot, {path}, {moment}: {fate}{by}; {loss}.")
        yield "  " + words.say(
            told.template,
            path=original.path,
            moment=MOMENTS[moment],
            fate=FATES[standing.fate],
            by=by,
            loss=LOSSES[standing.loss],
        )
        places = [words.say(PLACES[place]) for place in standing.survives_in]
        if places and standing.fate != "intact":
            yield "    " + words.say(
                "What is left is in: {places}.", places=words.say(Message(", ")).join(places)
            )
        begun = [words.say(PLACES[place]) for place in standing.unfinished_in]
        if begun and standing.loss == "cannot_tell":
            yield "    " + words.say(
                "There is an unfinished copy in: {places}; whether it plays cannot be told.",
                places=words.say(Message(", ")).join(begun),
            )
    if original.before is not None and not trace.header.by_construction:
        yield "    " + words.say(
            "SHA-256 before {before}, after {after}",
            before=original.before,
            after=original.after or "-",
        )


# -- said --------------------------------------------------------------------------------------


def _said(trace: Trace, verdict: Verdict, teller: Teller) -> Iterator[str]:
    words = teller.words
    yield words.say(
        "{question} {answer}",
        question=Message("What did the phone say?"),
        answer=words.many("{number} notice.", "{number} notices.", len(verdict.notices)),
    )
    if not verdict.notices and not trace.header.watchers:
        yield "  " + words.say("No phone's watcher was on duty.")
    for checks in _alike(verdict):
        yield from _notice(checks[0], teller)
        if len(checks) > 1:
            yield "    " + words.say(
                "{number} more like it, to {t}: #{first} to #{last}",
                number=len(checks) - 1,
                t=seconds(checks[-1].notice.t),
                first=checks[1].notice.id,
                last=checks[-1].notice.id,
            )
    yield from _dialogs(trace, teller)
    for silence in verdict.silences if trace.header.watchers else ():
        yield "  " + words.say(
            "No notice about {file}, {when}: {why}. #{record}",
            file=teller.what(silence.path),
            when=when(silence.t),
            why=why_no_notice(silence),
            record=silence.record,
        )


def why_no_notice(silence: Silence) -> Message:
    """Why no notice came about a removal."""
    if (silence.watcher, silence.why) == (CONSENT, "layer_not_crossed"):
        # That rule is Android's own question, which is not asked on every route.
        return Message("Android does not ask on this route")
    return why_silent(silence.why, silence.read)


def _alike(verdict: Verdict) -> Iterator[list[NoticeCheck]]:
    """The notices one by one; of many that say the same of one file, all together."""
    told: dict[object, list[NoticeCheck]] = {}
    for check in verdict.notices:
        notice = check.notice
        statuses = tuple(claim.status for claim in check.claims)
        says = (notice.text["en"], notice.names_app, notice.file, check.about, statuses)
        told.setdefault(says if notice.events == 1 else notice.id, []).append(check)
    for checks in told.values():
        if len(checks) > _MANY:
            yield checks
        else:
            yield from ([check] for check in checks)


#: So many notices alike are told one by one.
_MANY = 3


def _dialogs(trace: Trace, teller: Teller) -> Iterator[str]:
    """What was asked of the user, and what the answer was."""
    for dialog in trace.records:
        if isinstance(dialog, Dialog):
            answer = teller.answer(dialog)
            yield "  " + teller.words.say(
                "{question} {answer} ({when}) #{record}",
                question=question(teller, dialog),
                answer=ANSWERED[answer.what] if answer is not None else UNANSWERED,
                when=when(dialog.t),
                record=dialog.id,
            )


UNANSWERED = Message("The user does not answer.")


def _notice(check: NoticeCheck, teller: Teller) -> Iterator[str]:
    words, notice = teller.words, check.notice
    yield "  " + words.say(
        "{notice}, {when}{wording} #{record}",
        notice=_wording(teller, notice),
        when=when(notice.t),
        wording=_worded(notice, words),
        record=notice.id,
    )
    for claim in check.claims:
        ids = " ".join(f"#{record}" for record in claim.records)
        said = words.say("{label}: {text}", label=CLAIMS[claim.claim], text=STATUSES[claim.status])
        yield f"    {said} {ids}"
    if notice.events > 1:
        yield "    " + words.say(
            "In fact it stands for {number} events, about: {files}.",
            number=notice.events,
            files=words.say(Message(", ")).join(_stands_for(teller, notice)),
        )
    else:
        about = ABOUT[check.about].template
        yield "    " + words.say(Message(about, file=teller.what(notice.path, notice.file)))


def _wording(teller: Teller, notice: Notice) -> Message:
    """The notice's text; whom it names where no wording is public."""
    worded = notice.worded.get(teller.words.lang)
    text = notice.text[teller.words.lang]
    if worded == "not public":
        if not notice.names_app:
            return Message("A notice that names no app")
        if "names_app" in notice.claims:
            return Message("A notice that names {app}", app=teller.who(notice.names_app))
        # Nor is it known whether it names an app.
        return Message("A notice")
    if worded == "translation":
        return Message("{text} (our translation)", text=text)
    if worded == "proposal":
        return Message("{text} (our proposal)", text=text)
    return Message("{text}", text=text)


def _worded(notice: Notice, words: Words) -> Message:
    """How well the wording is known; nobody need confirm what we propose ourselves."""
    worded = notice.worded.get(words.lang)
    if worded == "not public":
        return Message(" [wording not public]")
    if worded == "proposal":
        return Message("")
    return Message(" [wording: {grade}]", grade=GRADES[notice.grade])


def _stands_for(teller: Teller, notice: Notice) -> Iterator[str]:
    """The files of the events behind a notice, each once."""
    said: dict[str, None] = {}
    for event in notice.because:
        sent = teller.trace[event]
        if isinstance(sent, Sent):
            files = [r.file for c in sent.because if isinstance(r := teller.trace[c], Match)]
            file = next(iter(files), None)
            said[teller.words.say(teller.what(sent.path, file))] = None
    yield from said


# -- the story, and what it rests on -----------------------------------------------------------


def _steps(trace: Trace, verdict: Verdict, words: Words) -> Iterator[str]:
    for step in story(trace, verdict, words):
        ids = " ".join(f"#{record}" for record in step.records)
        yield f"  {padded(words.say(seconds(step.t)), 9)}  {words.say(step.sentence)} {ids}"


def _rests(trace: Trace, words: Words, scenario: Scenario | None) -> Iterator[str]:
    yield words.say("What this rests on")
    for assumption in trace.header.assumed:
        yield f"  [{words.say(GRADES[assumption.grade])}] {assumption.path} = {assumption.value}"
    for watcher in trace.header.watchers:
        yield from _on_the_rule(trace, watcher, words, scenario)
    if any(isinstance(r, Cause) and r.what == "idle maintenance" for r in trace.records):
        yield f"  [{words.say(GRADES['assumption'])}] {words.say(DAILY)}"
    for limit in LIMITS[:PUBLIC]:
        yield f"  {words.say(limit)}"


def _on_the_rule(
    trace: Trace, watcher: Watched, words: Words, scenario: Scenario | None
) -> Iterator[str]:
    """How far the rule itself is known, and which of its open parameters this run looked at."""
    spec = scenario.watcher if scenario is not None else None
    rule = spec.applied if spec is not None else _shipped(watcher.name)
    if rule is not None and rule.proposal:
        yield "  " + words.say(
            "The rule {watcher} is our proposal; no phone has it.", watcher=rule.id
        )
    elif watcher.hypothesis:
        yield "  " + words.say(
            "The rule {watcher} is a hypothesis: no source confirms how it works.",
            watcher=watcher.name,
        )
    if watcher.overseas:
        yield "  " + words.say("The phone is a build for other markets (watcher.overseas).")
    listed = {assumption.path for assumption in trace.header.assumed}
    looked_at = [name for name in watcher.consulted if f"watcher.{name}" not in listed]
    if not looked_at:
        return
    yield "  " + words.say(
        "Left open by what is known of the rule {watcher}, and with a say in this run:",
        watcher=watcher.name,
    )
    for name in looked_at:
        parameter = rule.parameters.get(name) if rule is not None else None
        grade = parameter.grade if parameter is not None else "assumption"
        value = ""
        if spec is not None and rule is not None:
            value = f" = {spec.chosen.get(name) or rule.values(name)[0]}"
        yield f"    [{words.say(GRADES[grade])}] watcher.{name}{value}"


def _shipped(name: str) -> Rule | None:
    return library.rule(name) if name in library.names() else None


#: The grades of evidence in words.
GRADES: Mapping[str, Message] = MappingProxyType(
    {
        "official": Message("official statement"),
        "vendor_source": Message("vendor source"),
        "vendor_doc": Message("vendor documentation"),
        "patent": Message("patent"),
        "press": Message("press"),
        "analysis": Message("technical analysis"),
        "report": Message("user report"),
        "inference": Message("inference"),
        "assumption": Message("assumed"),
    }
)
