"""The command line: parse, call, print.

Results go to stdout, everything else to stderr.  Exit codes: 0 done, 1 a check failed, 2 bad input
or usage, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from simulator.errors import CachelifeError, DocumentError, UnknownName
from simulator.message import Message
from simulator.telling.words import LANGS, Lang, Words, words


class Language(StrEnum):
    """The languages that every command speaks."""

    en = "en"
    zh = "zh-CN"

    @property
    def words(self) -> Words:
        """This language's words."""
        return words("en" if self is Language.en else "zh-CN")


def language_asked(arguments: Sequence[str]) -> Lang:
    """The language for help and errors: ``--lang``, else ``CACHELIFE_LANG``, else English.

    The machine's locale has no say: the same command prints the same bytes everywhere.
    """
    asked = os.environ.get("CACHELIFE_LANG", "en")
    for i, here in enumerate(arguments):
        if here == "--lang" and i + 1 < len(arguments):
            asked = arguments[i + 1]
        elif here.startswith("--lang="):
            asked = here.partition("=")[2]
    return next((lang for lang in LANGS if lang == asked), "en")


_WORDS = words(language_asked(sys.argv[1:]))
_say = _WORDS.say


#: What the parser's own help says, to be said in our words.
_PARSER_SAYS = (
    ("Usage:", Message("Usage:")),
    ("[OPTIONS]", Message("[OPTIONS]")),
    ("COMMAND [ARGS]...", Message("COMMAND [ARGS]")),
    ("Options:", Message("Options:")),
    ("Arguments:", Message("Arguments:")),
    ("Commands:", Message("Commands:")),
    ("Show this message and exit.", Message("Show this message and exit.")),
    ("[required]", Message("[required]")),
    ("[default: ", Message("[default: ")),
)


def _translated(text: str) -> str:
    for english, message in _PARSER_SAYS:
        text = text.replace(english, _say(message))
    return text


class _Command(TyperCommand):
    """A command whose help is in the language asked for."""

    def get_help(self, ctx: Any) -> str:
        return _translated(super().get_help(ctx))


class _Commands(TyperGroup):
    """Names the nearest command where there is none of that name; help as above."""

    def get_help(self, ctx: Any) -> str:
        return _translated(super().get_help(ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise UnknownName(Message("command"), args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="cachelife",
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=_say(
        "Could the app delete it, did it, and what did the phone say? A simulator and explainer"
        " of Android cache-file lifecycles. A model, not evidence."
    ),
)

LangOption = Annotated[
    Language,
    typer.Option("--lang", help=_say("Language of the output."), show_default=True),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help=_say("Print the result as JSON, and nothing else."))
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", help=_say("Folder for the trace, the result and the figures.")),
]
SeedOption = Annotated[int, typer.Option("--seed", help=_say("Seed of the drawn durations."))]
_DEFAULT = Language(language_asked([]))
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help=_say("Change a value of the scenario, such as clean_up.hits=original."),
    ),
]
FactorsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--factors",
        metavar="PATH[=VALUE,VALUE]",
        help=_say("A factor to vary, in place of the usual ones; may be repeated."),
    ),
]
AlsoOption = Annotated[
    list[str] | None,
    typer.Option(
        "--also",
        metavar="PATH[=VALUE,VALUE]",
        help=_say("A factor to vary beside the usual ones; may be repeated."),
    ),
]
JobsOption = Annotated[
    int, typer.Option("--jobs", metavar="N", min=1, help=_say("How many processes share the work."))
]
CoresOption = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        metavar="N",
        min=1,
        help=_say("How many processes share the work; if not given, one for each core."),
    ),
]
ScenarioArgument = Annotated[
    str, typer.Argument(metavar="SCENARIO", help=_say("A shipped scenario's id, or a file."))
]


def _version(wanted: bool) -> None:
    if wanted:
        from simulator import __version__

        typer.echo(f"cachelife {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help=_say("Print the version."), callback=_version, is_eager=True
        ),
    ] = False,
) -> None:
    pass


@app.command(
    cls=_Command,
    help=_say("Run a scenario: could the app, did it, what did the phone say, and the story."),
)
def run(
    scenario: ScenarioArgument,
    seed: SeedOption = 0,
    set_: SetOption = None,
    out: OutOption = None,
    json: JsonOption = False,
    lang: LangOption = _DEFAULT,
) -> None:
    """Run a scenario."""
    from simulator.cli.running import run_scenario

    raise typer.Exit(run_scenario(scenario, seed, set_ or [], out, json, lang.words))


@app.command(
    cls=_Command,
    help=_say("Do it for real: the pipeline on real files in a sandbox, watched by inotify."),
)
def live(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help=_say("A media file to copy into the sandbox's album.")
        ),
    ] = None,
    variant: Annotated[
        str, typer.Option("--variant", help=_say("Which pipeline to run."))
    ] = "normal",
    out: OutOption = None,
    json: JsonOption = False,
    lang: LangOption = _DEFAULT,
) -> None:
    """Do it for real."""
    from simulator.cli.living import run_live

    raise typer.Exit(run_live(file, variant, out, json, lang.words))


@app.command(
    cls=_Command,
    help=_say(
        "Which sentences of a notice, a statement or an article hold, and what people asked."
    ),
)
def claims(
    name: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO_OR_TRACE",
            help=_say("A shipped scenario's id, a scenario's file, or a trace (.jsonl)."),
        ),
    ],
    file: Annotated[
        Path | None,
        typer.Option("--claims", help=_say("A file of sentences of your own, to be judged too.")),
    ] = None,
    seed: SeedOption = 0,
    set_: SetOption = None,
    jobs: JobsOption = 1,
    json: JsonOption = False,
    lang: LangOption = _DEFAULT,
) -> None:
    """Judge sentences."""
    from simulator.cli.claiming import judge_claims

    raise typer.Exit(judge_claims(name, file, seed, set_ or [], json, lang.words, jobs))


@app.command(
    cls=_Command, help=_say("Check scenario files, and whether what they expect comes out.")
)
def check(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help=_say("Scenario files, or folders of them.")),
    ],
    json: JsonOption = False,
    lang: LangOption = _DEFAULT,
) -> None:
    """Check scenario files."""
    from simulator.cli.checking import check_files

    raise typer.Exit(check_files(paths, json, lang.words))


@app.command(
    cls=_Command,
    help=_say("One thing changed at a time: what ends the notice, what would touch the original."),
)
def whatif(
    scenario: ScenarioArgument,
    factors: FactorsOption = None,
    set_: SetOption = None,
    seed: SeedOption = 0,
    json: JsonOption = False,
    lang: LangOption = _DEFAULT,
) -> None:
    """What if one thing were otherwise."""
    from simulator.cli.asking import ask_what_if

    raise typer.Exit(ask_what_if(scenario, factors or [], set_ or [], seed, json, lang.words))


@app.command(
    cls=_Command,
    help=_say("Exactly when an outcome comes about: minimal conditions, repairs, moments."),
)
def when(
    scenario: ScenarioArgument,
    outcome: Annotated[
        str, typer.Option("--outcome", help=_say("The outcome that is asked about."))
    ] = "warning_without_touch",
    factors: FactorsOption = None,
    also: AlsoOption = None,
    set_: SetOption = None,
    verify: Annotated[
        int,
        typer.Option(
            "--verify", metavar="N", min=0, help=_say("Run so many worlds by themselves to check.")
        ),
    ] = 0,
    jobs: JobsOption = 1,
    seed: SeedOption = 0,
    json: JsonOption = False,
    lang: LangOption = _DEFAULT,
) -> None:
    """Exactly when."""
    from simulator.cli.asking import ask_when

    code = ask_when(
        scenario,
        outcome,
        factors or [],
        also or [],
        set_ or [],
        verify,
        jobs,
        seed,
        json,
        lang.words,
    )
    raise typer.Exit(code)


@app.command(
    cls=_Command,
    help=_say("The nearest case with the same notice and the opposite fate; the silent loss."),
)
def twin(
    scenario: ScenarioArgument,
    factors: FactorsOption = None,
    also: AlsoOption = None,
    set_: SetOption = None,
    jobs: JobsOption = 1,
    seed: SeedOption = 0,
    json: JsonOption = False,
    lang: LangOption = _DEFAULT,
) -> None:
    """The twin."""
    from simulator.cli.asking import ask_twin

    code = ask_twin(scenario, factors or [], also or [], set_ or [], jobs, seed, json, lang.words)
    raise typer.Exit(code)


@app.command(
    cls=_Command,
    help=_say("Draw the figures of a scenario, with both stories and what is not known."),
)
def figures(
    scenario: ScenarioArgument,
    out: Annotated[Path, typer.Option("--out", help=_say("The folder to write to."))],
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="NAME", help=_say("Only the figure of that name.")),
    ] = None,
    frame: Annotated[
        list[int] | None,
        typer.Option(
            "--frame", metavar="N", help=_say("A frame of the two stories as an image of its own.")
        ),
    ] = None,
    format_: Annotated[
        list[str] | None,
        typer.Option("--format", metavar="svg|png|pdf", help=_say("In which format; repeatable.")),
    ] = None,
    size: Annotated[
        str,
        typer.Option("--size", metavar="wide|a4|long", help=_say("For a slide, paper or a phone.")),
    ] = "wide",
    set_: SetOption = None,
    jobs: JobsOption = 1,
    seed: SeedOption = 0,
    json: JsonOption = False,
    lang: Annotated[
        Language | None,
        typer.Option("--lang", help=_say("Language of the figures; both if it is not given.")),
    ] = None,
) -> None:
    """Draw figures."""
    from simulator.cli.picturing import make_figures, wanted

    speak = (lang or _DEFAULT).words
    langs = LANGS if lang is None else (speak.lang,)
    asked = wanted(only or [], frame or [], langs, format_ or [], size)
    code = make_figures(scenario, asked, set_ or [], out, seed, jobs, json, speak)
    raise typer.Exit(code)


@app.command(
    cls=_Command,
    help=_say("Backwards: which worlds fit what was observed, and what to look at next."),
)
def diagnose(
    observed: Annotated[
        Path,
        typer.Argument(metavar="OBSERVED", help=_say("A YAML file of what was observed.")),
    ],
    set_: SetOption = None,
    jobs: JobsOption = 1,
    seed: SeedOption = 0,
    json: JsonOption = False,
    lang: LangOption = _DEFAULT,
) -> None:
    """Backwards from what was observed."""
    from simulator.cli.asking import ask_diagnose

    raise typer.Exit(ask_diagnose(observed, set_ or [], jobs, seed, json, lang.words))


@app.command(
    cls=_Command,
    help=_say(
        "A folder to publish: a statement, figures, questions, checklists, in two languages."
    ),
)
def kit(
    scenario: ScenarioArgument,
    out: Annotated[Path, typer.Option("--out", help=_say("The folder; it may be an older kit."))],
    set_: SetOption = None,
    jobs: CoresOption = None,
    seed: SeedOption = 0,
    json: JsonOption = False,
    lang: LangOption = _DEFAULT,
) -> None:
    """A folder to publish."""
    from simulator.cli.kitting import make_kit
    from simulator.cli.progress import cores

    raise typer.Exit(make_kit(scenario, out, seed, set_ or [], cores(jobs), json, lang.words))


@app.command(
    cls=_Command,
    help=_say("Check a kit: every file as listed, and the same when it is made anew."),
)
def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=_say("The folder of the kit."))],
    jobs: CoresOption = None,
    json: JsonOption = False,
    lang: LangOption = _DEFAULT,
) -> None:
    """A third party's check."""
    from simulator.cli.progress import cores
    from simulator.cli.verifying import verify_kit

    raise typer.Exit(verify_kit(folder, cores(jobs), json, lang.words))


@app.command(
    cls=_Command, help=_say("The shipped scenarios as a table: could, did, said, outcome.")
)
def scenarios(
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", help=_say("Those with this tag, or of this group; may be repeated.")),
    ] = None,
    questions: Annotated[
        bool, typer.Option("--questions", help=_say("With the question that each one asks."))
    ] = False,
    json: JsonOption = False,
    lang: LangOption = _DEFAULT,
) -> None:
    """The library as a table."""
    from simulator.cli.listing import list_scenarios

    list_scenarios(tag or [], questions, json, lang.words)


@app.command(cls=_Command, help=_say("Copy a shipped scenario as a commented start of your own."))
def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help=_say("Its id; the file is NAME.yaml."))
    ],
    from_: Annotated[
        str, typer.Option("--from", help=_say("The shipped scenario to start from."))
    ] = "album-pipeline",
    json: JsonOption = False,
    lang: LangOption = _DEFAULT,
) -> None:
    """A scenario of one's own."""
    from simulator.cli.starting import new_scenario

    raise typer.Exit(new_scenario(name, from_, json, lang.words))


@app.command(
    cls=_Command,
    help=_say("Print the JSON Schema of scenarios, watchers, statements or a line of a trace."),
)
def schema(
    of: Annotated[
        str,
        typer.Argument(
            metavar="[scenario|watcher|trace|claims|observed]",
            help=_say("What to print the schema of."),
        ),
    ] = "scenario",
    lang: LangOption = _DEFAULT,
) -> None:
    """Print a JSON Schema."""
    from simulator.cli.listing import print_schema

    print_schema(of)


@app.command(
    cls=_Command,
    help=_say("The same deletion on every storage stack: who did it, seen from where."),
)
def stacks(
    android: Annotated[
        str | None,
        typer.Option("--android", help=_say("Android version, such as 11; default: one for each.")),
    ] = None,
    via: Annotated[
        str,
        typer.Option(
            "--via", help=_say("Route: path, mediastore, request, saf, download, peer and others.")
        ),
    ] = "path",
    path: Annotated[
        str | None,
        typer.Option("--path", help=_say("The file to delete; default: the app's own copy.")),
    ] = None,
    json: JsonOption = False,
    lang: LangOption = _DEFAULT,
) -> None:
    """Print who deleted a file, seen from each layer."""
    from simulator.cli.stacking import print_stacks

    raise typer.Exit(print_stacks(android, via, path, json, lang.words))


@app.command(cls=_Command, help=_say("Print what this program cannot know."))
def limits(json: JsonOption = False, lang: LangOption = _DEFAULT) -> None:
    """Print the limits."""
    from simulator.cli.listing import print_limits

    print_limits(json, lang.words)


could_app = typer.Typer(
    cls=_Commands,
    help=_say("Could an app of this kind delete a video that it did not make?"),
    add_completion=False,
    rich_markup_mode=None,
)
app.add_typer(could_app, name="could")
agreement_app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    help=_say("How far the model agrees with recorded truth."),
    add_completion=False,
    rich_markup_mode=None,
)
app.add_typer(agreement_app, name="agreement")
watchers_app = typer.Typer(
    cls=_Commands,
    help=_say("The rules of the watchers: what they look at, and what they miss."),
    add_completion=False,
    rich_markup_mode=None,
)
app.add_typer(watchers_app, name="watchers")
FileOption = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help=_say("A JSON file of cases; the shipped ones if none.")),
]


@could_app.callback(invoke_without_command=True)
def could(
    context: typer.Context,
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", help=_say("Mark the cell of this scenario: an id or a file.")),
    ] = None,
    routes: Annotated[
        bool, typer.Option("--routes", help=_say("Print the answer for every route as well."))
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", help=_say("Folder for the figure."))] = None,
    json: JsonOption = False,
    lang: LangOption = _DEFAULT,
) -> None:
    """The table: Android versions, kinds of apps, routes."""
    if context.invoked_subcommand is not None:
        return
    from simulator.cli.capabilities import print_capabilities

    raise typer.Exit(print_capabilities(scenario, out, json, lang.words, routes=routes))


@could_app.command(cls=_Command, help=_say("Decide every case of a JSON file of cases."))
def decide(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_say("A JSON list of cases."))],
    json: JsonOption = False,
    lang: LangOption = _DEFAULT,
) -> None:
    """Decide a file of cases."""
    from simulator.cli.deciding import decide_file

    raise typer.Exit(decide_file(file, json, lang.words))


@could_app.command(
    cls=_Command, help=_say("One decision as a proof, rule by rule, and what would change it.")
)
def explain(
    path: Annotated[
        str, typer.Argument(metavar="PATH", help=_say("The file, as an app would write its path."))
    ],
    android: Annotated[str, typer.Option("--android", help=_say("Android version, such as 11."))],
    target: Annotated[
        int | None,
        typer.Option("--target", help=_say("targetSdkVersion; the phone's own level if none.")),
    ] = None,
    granted: Annotated[
        list[str] | None,
        typer.Option("--granted", help=_say("A permission that the app holds; may be repeated.")),
    ] = None,
    via: Annotated[
        str,
        typer.Option("--via", help=_say("path, mediastore, request, saf or picker.")),
    ] = "path",
    op: Annotated[
        str, typer.Option("--op", help=_say("What the app asks for, such as delete."))
    ] = "delete",
    legacy: Annotated[
        bool | None,
        typer.Option("--legacy/--no-legacy", help=_say("requestLegacyExternalStorage.")),
    ] = None,
    kept_legacy: Annotated[
        bool,
        typer.Option("--kept-legacy", help=_say("Kept the old storage mode through an update.")),
    ] = False,
    gallery: Annotated[
        bool, typer.Option("--gallery", help=_say("The app is the phone's own gallery."))
    ] = False,
    own: Annotated[bool, typer.Option("--own", help=_say("The app made the file itself."))] = False,
    uri_kind: Annotated[
        str, typer.Option("--uri-kind", help=_say("item, files-item or collection."))
    ] = "item",
    selected: Annotated[
        bool, typer.Option("--selected", help=_say("The user selected the item for the app."))
    ] = False,
    json: JsonOption = False,
    lang: LangOption = _DEFAULT,
) -> None:
    """One decision as a proof."""
    from simulator.cli.deciding import Asked, explain

    asked = Asked(
        path,
        android,
        target,
        granted or [],
        via,
        op,
        legacy,
        kept_legacy,
        gallery,
        own,
        uri_kind,
        selected,
    )
    raise typer.Exit(explain(asked, json, lang.words))


@agreement_app.callback()
def _agreement(lang: LangOption = _DEFAULT) -> None:
    pass


@agreement_app.command(
    cls=_Command, help=_say("The permission model against Android's tests, code and documents.")
)
def permissions(
    file: FileOption = None, json: JsonOption = False, lang: LangOption = _DEFAULT
) -> None:
    """Agreement of the permission model."""
    from simulator.cli.agreeing_permissions import agree_permissions

    raise typer.Exit(agree_permissions(file, json, lang.words))


@agreement_app.command(
    name="watchers", cls=_Command, help=_say("The watchers against what their sources say.")
)
def agreement_watchers(json: JsonOption = False, lang: LangOption = _DEFAULT) -> None:
    """Agreement of the watchers."""
    from simulator.cli.agreeing_watchers import agree_watchers

    raise typer.Exit(agree_watchers(json, lang.words))


@agreement_app.command(
    cls=_Command, help=_say("Predicted file events against those of a Linux kernel.")
)
def inotify(file: FileOption = None, json: JsonOption = False, lang: LangOption = _DEFAULT) -> None:
    """Agreement of the file model."""
    from simulator.cli.agreeing_inotify import agree_inotify

    raise typer.Exit(agree_inotify(file, json, lang.words))


# -- watchers ----------------------------------------------------------------------------------


@watchers_app.callback(invoke_without_command=True)
def watchers_list(
    context: typer.Context, json: JsonOption = False, lang: LangOption = _DEFAULT
) -> None:
    """The list of the shipped rules."""
    if context.invoked_subcommand is not None:
        return
    from simulator.cli.watching import list_watchers

    raise typer.Exit(list_watchers(json, lang.words))


@watchers_app.command(
    name="show",
    cls=_Command,
    help=_say("One rule in plain words, with its sources and what is not public."),
)
def watchers_show(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help=_say("A shipped watcher's id, or a file."))
    ],
    yaml: Annotated[
        bool,
        typer.Option("--yaml", help=_say("Print its file, as a start for a rule of one's own.")),
    ] = False,
    json: JsonOption = False,
    lang: LangOption = _DEFAULT,
) -> None:
    """One rule."""
    from simulator.cli.watching import show_watcher

    raise typer.Exit(show_watcher(name, yaml, json, lang.words))


ChosenOption = Annotated[
    list[str] | None,
    typer.Option(
        "--watcher",
        help=_say("A watcher's id, or a file of one's own; may be repeated. None: all."),
    ),
]
FigureOption = Annotated[Path | None, typer.Option("--out", help=_say("Folder for the figure."))]


@watchers_app.command(
    name="compare",
    cls=_Command,
    help=_say("The same deeds under every watcher: who is named, and what it depends on."),
)
def watchers_compare(
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCENARIO]...",
            help=_say(
                "A shipped scenario's id, a group such as deeds, or a file;"
                " none: the deeds S1 to S17."
            ),
        ),
    ] = None,
    stack: Annotated[
        list[str] | None,
        typer.Option(
            "--stack", help=_say("A storage stack to put every watcher on; may be repeated.")
        ),
    ] = None,
    watcher: ChosenOption = None,
    seed: SeedOption = 0,
    out: FigureOption = None,
    json: JsonOption = False,
    lang: LangOption = _DEFAULT,
) -> None:
    """Scenarios by watchers."""
    from simulator.cli.comparing import compare_watchers

    chosen = (scenarios or [], stack or [], watcher or [])
    raise typer.Exit(compare_watchers(*chosen, out, json, seed, lang.words))


@watchers_app.command(
    name="score",
    cls=_Command,
    help=_say("How often each watcher warns, and of what, over the listed combinations."),
)
def watchers_score(
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCENARIO]...",
            help=_say(
                "A shipped scenario's id, a group such as deeds, or a file;"
                " none: the whole library."
            ),
        ),
    ] = None,
    watcher: ChosenOption = None,
    seed: SeedOption = 0,
    out: FigureOption = None,
    json: JsonOption = False,
    lang: LangOption = _DEFAULT,
) -> None:
    """Counts by watcher."""
    from simulator.cli.comparing import score_watchers

    raise typer.Exit(score_watchers(scenarios or [], watcher or [], out, json, seed, lang.words))


# -- entry -------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code."""
    asked = list(sys.argv[1:] if arguments is None else arguments)
    _utf8()
    speak = words(language_asked(asked))
    try:
        code = app(asked, standalone_mode=False)
    except CachelifeError as error:
        _complain(speak, error)
        code = 2
    except TyperException as error:
        typer.echo(speak.say("error: {problem}", problem=usage(error)), err=True)
        code = 2
    except (KeyboardInterrupt, typer.Abort):
        typer.echo(speak.say("interrupted"), err=True)
        code = 130
    except BrokenPipeError:
        # Whoever read the output has enough; Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        reason = error.strerror or type(error).__name__
        typer.echo(speak.say("error: {problem}", problem=reason), err=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 2
    sys.exit(code if isinstance(code, int) else 0)


def _complain(speak: Words, error: CachelifeError) -> None:
    if isinstance(error, DocumentError):
        for problem in error.problems:
            typer.echo(speak.say(problem.as_message()), err=True)
    else:
        typer.echo(speak.say("error: {problem}", problem=error.message), err=True)


def usage(error: TyperException) -> Message:
    """A usage error of the parser as a message of ours."""
    kind = type(error).__name__
    if kind == "NoSuchOption":
        close = sorted(getattr(error, "possibilities", None) or [])
        name = getattr(error, "option_name", "")
        if close:
            return Message(
                "there is no option {name}; did you mean {close}?", name=name, close=close[0]
            )
        return Message("there is no option {name}", name=name)
    parameter = getattr(error, "param", None)
    if kind == "MissingParameter" and parameter is not None:
        shown = next(iter(parameter.opts), "") if parameter.param_type_name == "option" else None
        shown = shown or parameter.metavar or parameter.name
        return Message("{name} is missing", name=shown)
    if kind == "BadParameter" and parameter is not None:
        return _bad_value(parameter, str(getattr(error, "message", "")))
    return Message("{problem}", problem=error.format_message())


def _bad_value(parameter: Any, problem: str) -> Message:
    name = (parameter.opts or [parameter.name])[0]
    got = problem.partition("'")[2].partition("'")[0]
    if "range" in problem:
        return Message(
            "{name} expects a whole number of at least 1; got “{got}”", name=name, got=got
        )
    if "integer" in problem or "int" in problem:
        return Message("{name} expects a whole number; got “{got}”", name=name, got=got)
    if "is not one of" in problem:
        names = ", ".join(LANGS)
        return Message(
            "{name} expects one of {names}; got “{got}”", name=name, names=names, got=got
        )
    return Message("{name}: {problem}", name=name, problem=problem)


def _utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
