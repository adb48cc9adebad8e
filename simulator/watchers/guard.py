"""A watcher at work inside a layer of the phone.

For each change that crosses its layer the rule's checks are made in order.  All fit: a *match*, and
what the rule does about it.  One does not fit: a *pass* that names the check.  The guard never
looks at anything that its rule does not name.
"""

from __future__ import annotations

from collections.abc import Callable

from attrs import define, field, frozen

from simulator.android.files import FileSystem
from simulator.android.paths import extension
from simulator.android.phone import After, Ask, Phone, Request, Stop
from simulator.android.processes import Process
from simulator.android.stack import Hop
from simulator.trace import Log, Match, Pass, Sent
from simulator.trace.records import REMOVALS
from simulator.watchers.checks import Check, Checks, flag_folders
from simulator.watchers.naming import Naming
from simulator.watchers.rule import MOUNT, VERB_OF, Mode, Rule
from simulator.watchers.settings import Settings
from simulator.watchers.subjects import Memory, Subject, kind_of, subjects

#: What is done by rules that stop nothing and ask nobody.
_LOOKS_ON = frozenset({"log", "notify"})


@frozen
class Event:
    """What a rule sends off: about which file, made by whom, and whom it names.

    *kind* is ``video`` or ``photo`` as the rule tells them apart; *own*: the caller made the file,
    as far as the rule can tell; *kept*: it was not removed.  *record* is the id of the
    :class:`Sent`.
    """

    path: str
    file: str | None
    kind: str
    own: bool
    seen_as: str
    record: int
    kept: bool


@frozen
class _Case:
    """A change that the rule looks at: the request, the layer, the subject, who is judged."""

    request: Request
    hop: Hop
    subject: Subject
    caller: Process


@define(eq=False)
class RuleGuard:
    """The rule on duty on *phone*, for whose notices *app* is the app in question.

    *sent* is called once for every event sent.  *foreground* gives the package on the screen (None:
    none is).
    """

    rule: Rule
    settings: Settings
    phone: Phone
    log: Log
    app: str
    sent: Callable[[Event], None]
    foreground: Callable[[], str | None] = lambda: None
    layers: frozenset[str] = field(init=False)
    verbs: frozenset[str] = field(init=False)
    naming: Naming = field(init=False)
    checks: Checks = field(init=False)
    _memory: Memory = field(init=False)
    _done: set[int] = field(factory=set, init=False)
    _passed: set[int] = field(factory=set, init=False)

    def __attrs_post_init__(self) -> None:
        hook, top = self.rule.hook, self.phone.stack.layers[0].name
        self.layers = frozenset(top if name == MOUNT else name for name in hook.layers)
        verbs = {VERB_OF[c] for mode in hook.modes.values() for c in mode.changes()}
        self.verbs = frozenset(verbs | ({"rename"} if hook.remembers else set()))
        self.naming = Naming(self.rule, self.settings, self.foreground)
        self.checks = Checks(self.rule, self.settings, self.phone, self.naming, self.app)
        self._memory = Memory(hook.remembers)

    def flag_folders(self, fs: FileSystem) -> None:
        """Set the flags on the folders that exist now; later ones inherit them at mkdir."""
        flag_folders(self.rule, fs)

    def judge(self, request: Request, hop: Hop) -> Stop | Ask | After | None:
        """The rule's answer to a request that is about to take effect."""
        if request.operation in self._done:
            return None
        mode, now = self._mode(), self.log.now
        looked_at = [
            s for s in subjects(request, self.rule, self._memory, now) if s.change in mode.changes()
        ]
        if not looked_at and request.verb in REMOVALS:
            self._passes(request, hop, None, Check("deed", request.verb, False))
        afterwards: list[Callable[[], None]] = []
        for subject in looked_at:
            case = _Case(request, hop, subject, self.naming.caller(request, hop))
            answer = self._answer(case, mode)
            if isinstance(answer, Stop | Ask):
                return answer
            if answer is not None:
                afterwards.append(answer.do)
        afterwards += self._remembering(request)
        return After(lambda: _each(afterwards)) if afterwards else None

    def _mode(self) -> Mode:
        modes = self.rule.hook.modes
        return modes[self.settings["mode"]] if len(modes) > 1 else next(iter(modes.values()))

    def _remembering(self, request: Request) -> list[Callable[[], None]]:
        inode = request.inode
        if request.verb != "rename" or not self.rule.hook.remembers or inode is None:
            return []
        return [lambda: self._memory.note(inode, request.path, self.log.now)]

    # -- one change ------------------------------------------------------------------------

    def _answer(self, case: _Case, mode: Mode) -> Stop | Ask | After | None:
        change, operation = case.subject.change, case.request.operation
        if operation in self._done:
            # Of one request one change is told: the gravest that fits.
            return None
        read = []
        logged = change in mode.logs
        for check in self.checks.made(
            case.request, case.hop, case.subject, case.caller, logged=logged
        ):
            read.append(check)
            if not check.fits:
                self._passes(case.request, case.hop, case.subject, check)
                return None
        self._done.add(operation)
        if change in mode.denies:
            self._matches(case, "refuse", read, self.naming.name(case.caller))
            return self._stop(case.subject)
        if logged:
            return self._log(case, read)
        return self._act(case, read)

    def _log(self, case: _Case, read: list[Check]) -> After | None:
        """A hook that interferes logs the request; who looks on, only what took effect."""
        name = self.naming.name(case.caller)

        def log() -> None:
            self._matches(case, "log", read, name)

        if self.rule.action.does in _LOOKS_ON:
            return After(log)
        log()
        return None

    def _act(self, case: _Case, read: list[Check]) -> Stop | Ask | After | None:
        does = self.rule.action.does
        if does == "consent":
            # The permission model has its say before: what comes here needs no question any more.
            allowed = Check("consent", "allowed", False)
            self._passes(case.request, case.hop, case.subject, allowed)
            return None
        own, name = self.checks.own(case.subject, case.caller), self.naming.name(case.caller)
        if does in _LOOKS_ON:
            return After(lambda: self._tell(case, read, name, own))
        match = self._matches(case, does, read, name)
        if does == "ask":
            return Ask(self.rule.id, name, self.rule.action.error, match)
        self._send(case.subject, name, own, match, kept=True)
        return self._stop(case.subject)

    def _tell(self, case: _Case, read: list[Check], name: str, own: bool) -> None:
        """The change took effect: who only tells of it speaks now."""
        match = self._matches(case, self.rule.action.does, read, name)
        self._send(case.subject, name, own, match, kept=False)

    def _send(self, subject: Subject, name: str, own: bool, match: int, *, kept: bool) -> None:
        sent = self.log.add(Sent, (match,), self.rule.id, name, subject.path)
        kind = kind_of(subject.judged_as, self.rule.types)
        self.sent(Event(subject.path, subject.identity, kind, own, name, sent, kept))

    def _stop(self, subject: Subject) -> Stop:
        kept, error = self.rule.types.kept_suffix, self.rule.action.error
        if kept and extension(subject.path) == kept:
            # The driver answers differently for a file that it keeps already.
            error = "EACCES"
        told = "success" if self.rule.action.does == "keep" else error
        if "app_sees" in self.rule.parameters and self.settings["app_sees"] == "success":
            told = "success"
        return Stop(error, self.rule.id, told)

    # -- records ---------------------------------------------------------------------------

    def _matches(self, case: _Case, action: str, read: list[Check], name: str) -> int:
        return self.log.add(
            Match,
            (case.request.operation,),
            self.rule.id,
            case.hop.layer,
            case.request.verb,
            case.subject.path,
            case.subject.identity,
            name,
            action,
            tuple((check.name, check.read) for check in read),
        )

    def _passes(self, request: Request, hop: Hop, subject: Subject | None, check: Check) -> None:
        """Of one request one reason is enough: that of its gravest change."""
        if request.operation in self._passed:
            return
        self._passed.add(request.operation)
        inode = subject.inode if subject is not None else request.inode
        self.log.add(
            Pass,
            (request.operation,),
            self.rule.id,
            hop.layer,
            request.verb,
            subject.path if subject is not None else request.path,
            inode.identity if inode is not None else None,
            check.name,
            check.read,
        )


def _each(afterwards: list[Callable[[], None]]) -> None:
    for do in afterwards:
        do()
