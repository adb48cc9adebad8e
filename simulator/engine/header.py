"""The header of a simulated trace: what it is, what could be observed, what it rests on."""

from __future__ import annotations

from simulator import __version__
from simulator.android.processes import media_provider
from simulator.android.stack import Stack
from simulator.scenario.model import Scenario
from simulator.trace import Assumption, Header, Watched
from simulator.watchers.rule import MOUNT, VERB_OF
from simulator.watchers.settings import Settings

PROVIDER_LABEL = {"en": "Media storage", "zh-CN": "媒体存储"}


def header_of(
    scenario: Scenario, seed: int, stack: Stack, digest: str, settings: Settings | None
) -> Header:
    """The header of a run of *scenario*."""
    app = scenario.app
    return Header(
        source="simulation",
        version=__version__,
        scenario=scenario.id,
        digest=digest,
        seed=seed,
        by_construction=True,
        content="model",
        identity="inode",
        actors=True,
        layers=stack.layer_names,
        verbs=("create", "mkdir", "open", "read", "write", "truncate", "close", "rename", "unlink"),
        duration=scenario.until,
        originals=originals_of(scenario),
        watchers=() if settings is None else (_watched(settings, stack),),
        assumed=tuple(
            Assumption(
                path,
                assumed.use,
                assumed.grade,
                assumed.settled_by.en if assumed.settled_by else None,
                assumed.who,
            )
            for path, assumed in scenario.assumed.items()
        ),
        phone={"android": scenario.phone.android, "api": scenario.phone.api, "stack": stack.name},
        app={
            "package": app.package,
            "target_sdk": app.target_sdk,
            "legacy_flag": app.storage == "legacy",
            "granted": sorted(app.granted),
            "owns": sorted(f.path for f in scenario.phone.album if f.made_by == app.package),
        },
        labels=labels_of(scenario),
    )


def originals_of(scenario: Scenario) -> tuple[str, ...]:
    """The user's files in question: those that something happens to by name, else the album.

    What is shot or recorded on the way becomes one by what happens to it.
    """
    album = {file.path for file in scenario.phone.album}
    named = {p for h in scenario.happens for p in (h.original, *h.more) if p in album}
    return tuple(sorted(path for path in named or album if path is not None))


def labels_of(scenario: Scenario) -> dict[str, dict[str, str]]:
    """What a person knows the apps by, under the names that the phone has for them."""
    app = scenario.app
    return {
        app.package: {"en": app.label.en, "zh-CN": app.label.zh_CN},
        **{o.package: {"en": o.label.en, "zh-CN": o.label.zh_CN} for o in scenario.others},
        **provider_labels(scenario.phone.api),
    }


def provider_labels(api: int) -> dict[str, dict[str, str]]:
    """What a person knows MediaProvider by, under the names that the phone has for it."""
    provider = media_provider(api)
    return {name: PROVIDER_LABEL for name in (provider.package, provider.cmdline)}


def _watched(settings: Settings, stack: Stack) -> Watched:
    rule, rescue = settings.rule, settings.rule.rescue
    acts_on = {change for mode in rule.hook.modes.values() for change in mode.acts_on}
    return Watched(
        rule.id,
        tuple(stack.layers[0].name if name == MOUNT else name for name in rule.hook.layers),
        tuple(sorted({VERB_OF[change] for change in acts_on})),
        rescue.bin if rescue is not None else None,
        rescue.aside if rescue is not None else None,
        rescue.retention if rescue is not None else None,
        rule.hypothesis,
        tuple(sorted(settings.consulted)),
        settings.overseas,
    )
