"""What a watcher that looks at folder and name alone would have said of a trace.

For traces of machines that have no such watcher: nothing here happened, it is *supposed*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import dirname

from attrs import frozen

from simulator.android.paths import extension
from simulator.trace import FileEvent, Trace
from simulator.watchers.rule import Rule
from simulator.watchers.scope import covers


@frozen
class Supposed:
    """A removal as that watcher would have met it.

    *text* is the notice in both languages; None where the check *silent* does not fit (``place``,
    ``name`` or ``verb_not_watched``), which read *read*.
    """

    t: float
    path: str
    file: str | None
    text: Mapping[str, str] | None
    silent: str = ""
    read: str = ""


def suppose(
    rule: Rule, scope: str, trace: Trace, layer: str, label: Mapping[str, str]
) -> tuple[Supposed, ...]:
    """Every removal that *layer* of *trace* saw, as *rule* with that *scope* would have met it."""
    return tuple(_each(rule, scope, trace, layer, label))


def _each(
    rule: Rule, scope: str, trace: Trace, layer: str, label: Mapping[str, str]
) -> Iterator[Supposed]:
    for event in trace.records:
        if not isinstance(event, FileEvent) or event.layer != layer or event.directory:
            continue
        if event.verb in {"unlink", "rename", "truncate"}:
            yield _one(rule, scope, event, label)


def _one(rule: Rule, scope: str, event: FileEvent, label: Mapping[str, str]) -> Supposed:
    folder, suffix = dirname(event.path), extension(event.path)
    if event.verb not in next(iter(rule.hook.modes.values())).acts_on:
        return Supposed(event.t, event.path, event.file, None, "verb_not_watched", event.verb)
    if not covers(rule.scope.sets[scope], folder):
        return Supposed(event.t, event.path, event.file, None, "place", folder)
    kind = (
        "video" if suffix in rule.types.video else "photo" if suffix in rule.types.photo else None
    )
    if kind is None:
        return Supposed(event.t, event.path, event.file, None, "name", suffix)
    assert rule.notice is not None
    wording = next(w for w in rule.notice.wordings if w.of == kind)
    text = {
        "en": wording.text.en.replace("{app}", label["en"]),
        "zh-CN": wording.text.zh_CN.replace("{app}", label["zh-CN"]),
    }
    return Supposed(event.t, event.path, event.file, text)
