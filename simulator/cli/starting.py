"""``cachelife new``: a scenario of one's own, from a shipped one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import typer

from simulator.atomic import write_text
from simulator.cli.listing import scenario_schema
from simulator.errors import InputError, UnknownName
from simulator.message import Message
from simulator.scenario import library
from simulator.telling.result import as_json
from simulator.telling.words import Words

SCHEMA = "scenario.schema.json"
_NAME = r"[a-z0-9]+(-[a-z0-9]+)*"
_TOP = re.compile(r"^(?P<key>[a-z_]+):", re.MULTILINE)
#: What each part of a scenario is for.
_ABOUT: Mapping[str, Message] = MappingProxyType(
    {
        "title": Message("What happens, in both languages."),
        "question": Message("What a reader wants to know."),
        "sources": Message("Where it is from: articles, issues, source code."),
        "observed": Message("What is on public record, quoted, with its grade and source."),
        "phone": Message("The phone, and what is in its album."),
        "app": Message("The app, and what Android has granted it."),
        "pipeline": Message("What kind of app it is, and where it puts its copy."),
        "clean_up": Message("What the app removes, when, and by which route."),
        "watcher": Message("The watcher; “cachelife watchers” lists them."),
        "consent": Message("What the user answers to a dialog."),
        "network": Message("The network."),
        "faults": Message("What goes wrong in the app itself."),
        "others": Message("Other apps on the phone."),
        "happens": Message("What happens, in the order of time: by the user, or by the system."),
        "until": Message("When the run ends."),
        "family": Message("Judged over all combinations of what is assumed."),
        "assumed": Message(
            "Every line is an unknown: the value shown first, the values to try, who could settle"
            " it."
        ),
        "claims": Message("Sentences to be judged, with who said them."),
        "expect": Message("What comes out, and because of what; change this to what you expect."),
    }
)
#: Parts of which it is worth saying what else can stand there.
_SECTIONS = {
    "phone": "PhoneSpec",
    "app": "AppSpec",
    "pipeline": "PipelineSpec",
    "clean_up": "CleanUpSpec",
    "watcher": "WatcherSpec",
    "faults": "FaultSpec",
}


def new_scenario(name: str, from_: str, json: bool, speak: Words) -> int:
    """Write a commented copy of the scenario *from_* to ``NAME.yaml``; gives the exit code.

    Raises :class:`InputError` where there is such a file already, or no scenario of that id.
    """
    if re.fullmatch(_NAME, name) is None:
        raise InputError(
            Message(
                "expected lower-case words joined by hyphens as a name; got “{name}”", name=name
            )
        )
    shipped = library.shipped().get(from_.rpartition("/")[2])
    if shipped is None:
        raise UnknownName(Message("scenario"), from_, list(library.shipped()))
    file, schema = Path(f"{name}.yaml"), Path(SCHEMA)
    if file.exists():
        raise InputError(Message("{file} is there already", file=str(file)))
    written = [str(file)]
    text = commented(shipped.read_text(encoding="utf-8"), name, speak)
    try:
        write_text(file, text)
        if not schema.exists():
            write_text(schema, as_json(scenario_schema()) + "\n")
            written.append(str(schema))
    except OSError as error:
        raise InputError(
            Message("cannot write to {place}: {reason}", place=".", reason=error.strerror or "")
        ) from None
    if json:
        typer.echo(
            as_json({"schema": "cachelife.new/1", "from": shipped.name[:-5], "files": written})
        )
        return 0
    typer.echo(speak.say("{file} is written, from {id}.", file=str(file), id=shipped.name[:-5]))
    if len(written) > 1:
        typer.echo(speak.say("{file} lets an editor check and complete it.", file=SCHEMA))
    typer.echo(speak.say("Next: cachelife check {file}; cachelife run {file}", file=str(file)))
    return 0


def commented(text: str, name: str, speak: Words) -> str:
    """The text of a shipped scenario under another name, with a comment before each part."""
    body = text.split("\n", 1)[1] if text.startswith("#") else text
    body = re.sub(r"^id: .*$", f"id: {name}", body, count=1, flags=re.MULTILINE)
    out = [f"# yaml-language-server: $schema={SCHEMA}"]
    parts = _parts(body)
    for key, lines in parts:
        about = _ABOUT.get(key)
        if about is not None:
            out += ["", f"# {speak.say(about)}"]
        out += lines
        out += _also(key, "\n".join(lines), speak)
    return "\n".join(out).rstrip("\n") + "\n"


def _parts(body: str) -> Iterator[tuple[str, list[str]]]:
    """The top-level keys of a scenario, each with its lines."""
    key, lines = "", list[str]()
    for line in body.splitlines():
        found = _TOP.match(line)
        if found is not None:
            if lines:
                yield key, lines
            key, lines = found["key"], []
        lines.append(line)
    if lines:
        yield key, lines


def _also(key: str, text: str, speak: Words) -> Iterator[str]:
    """What else can stand in that part, as comments."""
    if key not in _SECTIONS:
        return
    definitions: Any = scenario_schema()["$defs"]
    described = definitions[_SECTIONS[key]]
    described = next((d for d in described.get("anyOf", ()) if "properties" in d), described)
    yield f"  # {speak.say('also:')}"
    for name, about in described["properties"].items():
        if re.search(rf"\b{name}:", text) is None and name != "custom":
            yield f"  #   {name}: {_values(about)}".rstrip()


def _values(about: Mapping[str, Any]) -> str:
    if "enum" in about:
        return " | ".join(str(value) for value in about["enum"] if isinstance(value, str))
    examples = about.get("examples")
    return str(examples[0]) if examples else "…"
