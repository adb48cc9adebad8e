"""The Chinese catalogue: complete, in step with the code, and written as LANGUAGE.md asks."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml
from babel.messages.catalog import Catalog, Message

from simulator.telling.text import told
from simulator.telling.words import Words
from tests.tools import catalogue

HAN = "[\u3400-\u9fff]"
ASCII_MARKS = "[,;:?!()]"
#: Texts that stand for code inside a translation; the rules of typography leave them alone.
CODE = re.compile(r"“(?:\.\.?|<<|\[[^\]]*\]|[*&]?\{\w+\}|[\w.=/\[\]-]+)”")
FORBIDDEN = ("误报", "证明", "不可能", "从未", "只是", "仅仅是", "谣言", "恶意", "黑公关", "流氓")

#: English terms (regular expressions for whole words) and the Chinese of each.
GLOSSARY: Mapping[str, tuple[str, ...]] = {
    "originals?": ("原视频", "原文件"),
    "own copy": ("应用自己生成的副本", "自己的副本"),
    "cop(?:y|ies)": ("副本",),
    "placeholder": ("占位文件",),
    "album": ("相册",),
    "gallery": ("图库",),
    "scoped storage": ("分区存储",),
    "old storage mode": ("旧版存储模式",),
    "permissions?": ("权限",),
    "photo picker": ("照片选择器",),
    "MediaStore": ("媒体库",),
    "layer": ("层",),
    "stack": ("存储栈",),
    "requests?": ("请求",),
    "renam(?:e|es|ed|ing)": ("重命名",),
    "overwr(?:ites|itten|iting)": ("覆盖",),
    "watchers?": ("监视规则",),
    "watched": ("监视",),
    "notices?": ("提示",),
    "callers?": ("调用者",),
    "aside": ("留存",),
    "recycle bin": ("回收站",),
    "bin": ("回收站",),
    "silently": ("无需确认",),
    "after a dialog": ("需用户确认",),
    "not at all": ("不能",),
    "by construction": ("由模型设定得出",),
    "intact": ("完好",),
    "modified": ("被修改",),
    "moved": ("被移动", "被移走", "移入"),
    "hidden": ("被隐藏",),
    "deleted": ("删除",),
    "[Cc]annot tell": ("无法判断",),
    "untouched": ("未被触及",),
    "touched": ("被触及",),
    "[Tt]win": ("对照",),
    "combinations": ("情形",),
    "family": ("情形族",),
    "settled true": ("在所有情形下成立",),
    "settled false": ("不成立",),
    "official statement": ("官方声明",),
    "vendor source": ("厂商源码",),
    "vendor documentation": ("厂商文档",),
    "patent": ("专利",),
    "press": ("媒体报道",),
    "technical analysis": ("技术分析",),
    "user report": ("用户反馈",),
    "inference": ("推断",),
    "[Aa]ssumed|assumptions": ("假设", "“assumed”"),
    "evidence": ("取证结论",),
    "refuse[sd]?": ("拒",),
    "metadata": ("元数据",),
    "Android": ("安卓",),
}
#: Sentences in which a term has another sense than the glossary's.
EXCEPTIONS: Mapping[str, frozenset[str]] = {
    "cop(?:y|ies)": frozenset(
        {
            "A media file to copy into the sandbox's album.",  # the verb
            "a notice about the last copy that is left",  # the original may be that copy
        }
    ),
    "watchers?": frozenset(
        {
            # The recorder's watches, not a phone's rule.
            "A recording shows at most what its watchers could see.",
            "inotify has no room for another watcher; raise fs.inotify.max_user_instances"
            " and fs.inotify.max_user_watches with sysctl",
            # Said of the rule that the sentence has named already.
            "no notice: the caller is on the watcher’s list",
            "no notice: refused before the watcher was asked",
            "no notice: the request did not pass the watcher’s layer",
            "who is on the watcher’s list",
        }
    ),
    "watched": frozenset(
        {"Do it for real: the pipeline on real files in a sandbox, watched by inotify."}
    ),
}
#: Arguments that are no template but pass through unchanged: (file, source of the argument).
SAID_ALREADY = frozenset({("simulator/telling/text.py", "grade(notice.grade, words)")})


def _committed() -> Catalog:
    return catalogue.read(catalogue.PO)


def _entries() -> list[Message]:
    return [message for message in _committed() if message.id]


def _english(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _chinese(message: Message) -> str:
    return message.string if isinstance(message.string, str) else message.string[0]


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


# -- in step with the code ---------------------------------------------------------------------


def test_every_sentence_of_the_code_is_in_the_catalogue_and_no_other() -> None:
    ids = {catalogue.singular(m.id) for m in _entries()}
    wanted = {catalogue.singular(entry) for entry in catalogue.extracted()}
    assert ids == wanted, "run python -m tests.tools.catalogue"


def test_every_sentence_is_translated() -> None:
    assert catalogue.untranslated(_committed()) == ()


def test_nothing_is_fuzzy_or_obsolete() -> None:
    committed = _committed()
    assert not [m.id for m in _entries() if m.fuzzy]
    assert not committed.obsolete


def test_the_tool_would_change_nothing() -> None:
    assert catalogue.as_po(catalogue.updated(_committed())) == catalogue.PO.read_bytes()


def test_the_compiled_file_is_what_the_text_compiles_to() -> None:
    compiled = catalogue.as_mo(catalogue.updated(_committed()))
    assert catalogue.MO.read_bytes() == compiled


def test_the_files_name_no_date_and_no_place() -> None:
    text = catalogue.PO.read_text(encoding="utf-8")
    assert not re.search(r"^#[:.,~]", text, re.MULTILINE)
    assert "Date" not in text
    assert str(Path(__file__).parents[1]) not in text


def test_both_sides_name_the_same_values() -> None:
    wrong = [
        (english, _chinese(m))
        for m in _entries()
        for english in _english(m)
        if _fields(english) != _fields(_chinese(m))
    ]
    assert not wrong


def test_babel_would_see_a_choice_between_two_sentences_as_two() -> None:
    node = ast.parse('say("a" "b" if x else "c")', mode="eval").body
    assert isinstance(node, ast.Call)
    assert catalogue.literals(node.args[0]) == ("ab", "c")


# -- no template is put together at run time ---------------------------------------------------


def _unreadable(node: ast.expr, name: str) -> bool:
    """Whether no reader of the code can tell which templates *node* may be."""
    if catalogue.literals(node) or isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
        return False
    if isinstance(node, ast.Constant):
        return node.value != ""
    if isinstance(node, ast.IfExp):
        return _unreadable(node.body, name) or _unreadable(node.orelse, name)
    # A function that gives a message; text methods put templates together.
    built = {"format", "join", "replace", "capitalize", "strip"}
    made = isinstance(node, ast.Call) and getattr(node.func, "attr", "") not in built
    return not made or name == "Message"


def _unreadable_calls() -> Iterator[str]:
    for path in catalogue.sources():
        file = path.relative_to(catalogue.ROOT).as_posix()
        for name, call in catalogue.calls(ast.parse(path.read_text(encoding="utf-8"))):
            places = catalogue.KEYWORDS[name]
            for argument in call.args[: len(places) if places else 1]:
                source = ast.unparse(argument)
                if _unreadable(argument, name) and (file, source) not in SAID_ALREADY:
                    yield f"{file}:{call.lineno}: {name}({source})"


def test_every_template_is_written_out_in_the_code() -> None:
    assert list(_unreadable_calls()) == []


@pytest.mark.parametrize(
    ("source", "unreadable"),
    [
        ('say("a {b}", b=1)', False),
        ('say("a" " b")', False),
        ('say("a" if x else "b")', False),
        ("say(x.template, **x.values)", False),
        ("say(NAMES[x])", False),
        ("say(seconds(t))", False),
        ('say(f"a {b}")', True),
        ('say("a " + b)', True),
        ('say("a %s" % b)', True),
        ('say("a {}".format(b))', True),
        ('say("a" if x else f"{b}")', True),
        ("Message(text(b))", True),
    ],
)
def test_a_template_made_at_run_time_is_found(source: str, unreadable: bool) -> None:
    ((name, call),) = list(catalogue.calls(ast.parse(source)))[:1]
    assert _unreadable(call.args[0], name) is unreadable


def test_every_other_name_of_a_sayer_is_known_to_the_tool() -> None:
    names = {
        target.id
        for path in catalogue.sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign) and getattr(node.value, "attr", "") in {"say", "many"}
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert names <= set(catalogue.KEYWORDS)


# -- Chinese as LANGUAGE.md asks ---------------------------------------------------------------


def _plain(message: Message) -> str:
    return CODE.sub("“”", _chinese(message))


def test_punctuation_beside_han_is_full_width() -> None:
    beside = re.compile(f"{HAN}{ASCII_MARKS}|{ASCII_MARKS}{HAN}|{ASCII_MARKS} |,\\S| \\(")
    assert not [_chinese(m) for m in _entries() if beside.search(_plain(m))]


def test_no_space_is_typed_beside_han() -> None:
    spaced = re.compile(f"{HAN} [A-Za-z0-9{{]|[A-Za-z0-9}}] {HAN}|{HAN} {HAN}")
    assert not [_chinese(m) for m in _entries() if spaced.search(_chinese(m))]


def test_quotation_marks_are_chinese_and_paired() -> None:
    def wrong(text: str) -> bool:
        return bool(re.search("[\"'‘’]", text)) or text.count("“") != text.count("”")

    assert not [_chinese(m) for m in _entries() if wrong(_chinese(m))]


def test_a_sentence_ends_as_a_sentence() -> None:
    ends = {".": "。", "?": "？"}
    wrong = [
        (english, _chinese(m))
        for m in _entries()
        for english in _english(m)
        if english[-1] in ends and _chinese(m)[-1] != ends[english[-1]]
        if not english.endswith("?") or english.count("?") == 1
    ]
    assert not wrong


@pytest.mark.parametrize("word", FORBIDDEN)
def test_words_that_judge_are_not_used(word: str) -> None:
    assert not [_chinese(m) for m in _entries() if word in _chinese(m)]


@pytest.mark.parametrize("term", GLOSSARY)
def test_terms_are_those_of_the_glossary(term: str) -> None:
    # Not as a part of a path such as “phone.stack” or “clean_up.hits=original”.
    word = re.compile(rf"(?<![\w.=-])(?:{term})(?![\w=\[-]|\.\w)")
    spared = EXCEPTIONS.get(term, frozenset())
    found = [
        (english, _chinese(m))
        for m in _entries()
        for english in _english(m)
        if word.search(Formatter().vformat(english, (), _Blank())) and english not in spared
    ]
    assert found, "no sentence has this term any more"
    assert not [pair for pair in found if not any(zh in pair[1] for zh in GLOSSARY[term])]


class _Blank(dict[str, str]):
    """Every value is empty: placeholders have no say in which terms a sentence has."""

    def __missing__(self, key: str) -> str:
        return ""


# -- what a reader of Chinese sees -------------------------------------------------------------

CHANGES: tuple[dict[str, str], ...] = (
    {},
    {"clean_up__hits": "original"},
    {"clean_up__via": "mediastore"},
    {"pipeline__place": "internal-cache"},
    {"pipeline__variant": "overwrite-original"},
    {"pipeline__variant": "replace-original"},
    {"pipeline__variant": "rename-original-away"},
    {"pipeline__variant": "crash-orphan"},
    {"watcher__app_sees": "success"},
    {"watcher__rule": "none"},
    {"app__storage": "scoped"},
)


class _Missed(NullTranslations):
    """Notes the templates that the catalogue lacks."""

    def __init__(self) -> None:
        super().__init__()
        self.templates: list[str] = []

    def gettext(self, message: str) -> str:
        self.templates.append(message)
        return message


@pytest.mark.parametrize("changes", CHANGES, ids=lambda c: next(iter(c.values()), "unchanged"))
def test_a_told_run_needs_no_sentence_that_is_not_translated(
    changes: dict[str, str], world: Callable[..., Any], judged: Callable[..., Any]
) -> None:
    with catalogue.MO.open("rb") as file:
        translations = GNUTranslations(file)
    missed = _Missed()
    translations.add_fallback(missed)
    trace, verdict = judged(**changes)
    text = told(trace, verdict, Words("zh-CN", translations), scenario=world(**changes))
    assert [t for t in missed.templates if not re.search(HAN, t)] == []
    assert not re.search(f"{HAN}[,;?!]|[,;?!]{HAN}", text)


# -- the texts of data files -------------------------------------------------------------------


def _data_files() -> list[Path]:
    folders = (catalogue.ROOT / "simulator", catalogue.ROOT / "scenarios")
    return sorted({path for folder in folders for path in folder.rglob("*.yaml")})


def _pairs(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if set(value) == {"en", "zh-CN"}:
            yield str(value["en"] or ""), str(value["zh-CN"] or "")
            return
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _pairs(item)


def _is_name(english: str, chinese: str) -> bool:
    return english == chinese and len(english.split()) <= 3


@pytest.mark.parametrize("path", _data_files(), ids=lambda path: path.stem)
def test_texts_of_data_files_have_both_languages(path: Path) -> None:
    pairs = list(_pairs(yaml.safe_load(path.read_text(encoding="utf-8"))))
    assert not [pair for pair in pairs if not all(side.strip() for side in pair)]
    assert not [p for p in pairs if not re.search(HAN, p[1]) and not _is_name(*p)]
    assert not [p for p in pairs if re.search(f"{HAN}[,;?!]", p[1])]


def test_the_rules_of_the_data_files_are_looked_at() -> None:
    assert len(_data_files()) >= 5
