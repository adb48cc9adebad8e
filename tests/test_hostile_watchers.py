"""Watchers of one's own that are wrong: each slip is told with its place, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.errors import DocumentError, InputError, UnknownName
from simulator.telling.words import Lang, words
from simulator.watchers import library

FOLDER = Path(__file__).parent / "data" / "watchers"
SOUND = (FOLDER / "sound.yaml").read_text(encoding="utf-8")
#: For each file, what is said of it in English and in Chinese.
GOLDEN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "asks-on-rename": (
        (
            "hostile-asks-on-rename.yaml:21:16: a rule that asks first can act on “unlink” "
            "alone (at $.action.does)",
            "hostile-asks-on-rename.yaml:24:3: a rule that asks first, or only logs, shows no "
            "notice (at $.notice)",
        ),
        (
            "hostile-asks-on-rename.yaml:21:16：先询问用户的规则，只能作用于“unlink”（位于$.action.does）",
            "hostile-asks-on-rename.yaml:24:3：先询问用户或只作记录的规则，不显示提示（位于$.notice）",
        ),
    ),
    "asterisk-in-the-middle": (
        (
            "hostile-asterisk-in-the-middle.yaml:15:13: expected a folder such as "
            "“DCIM/Camera”, “DCIM/**” or “**”, with “!” in front to take it away; got "
            "“DCIM/*/x” (at $.scope.sets.album[0])",
            "hostile-asterisk-in-the-middle.yaml:15:25: expected a folder such as "
            "“DCIM/Camera”, “DCIM/**” or “**”, with “!” in front to take it away; got “DCIM**” "
            "(at $.scope.sets.album[1])",
            "hostile-asterisk-in-the-middle.yaml:15:35: expected a folder such as "
            "“DCIM/Camera”, “DCIM/**” or “**”, with “!” in front to take it away; got “/sdcard” "
            "(at $.scope.sets.album[2])",
            "hostile-asterisk-in-the-middle.yaml:15:46: expected a folder such as "
            "“DCIM/Camera”, “DCIM/**” or “**”, with “!” in front to take it away; got "
            "“!DCIM/../Music” (at $.scope.sets.album[3])",
        ),
        (
            "hostile-asterisk-in-the-middle.yaml:15:13：应为目录，例如“DCIM/Camera”“DCIM/**”或“**”，"
            "前面加“!”表示排除；实际是“DCIM/*/x”（位于$.scope.sets.album[0]）",
            "hostile-asterisk-in-the-middle.yaml:15:25：应为目录，例如“DCIM/Camera”“DCIM/**”或“**”，"
            "前面加“!”表示排除；实际是“DCIM**”（位于$.scope.sets.album[1]）",
            "hostile-asterisk-in-the-middle.yaml:15:35：应为目录，例如“DCIM/Camera”“DCIM/**”或“**”，"
            "前面加“!”表示排除；实际是“/sdcard”（位于$.scope.sets.album[2]）",
            "hostile-asterisk-in-the-middle.yaml:15:46：应为目录，例如“DCIM/Camera”“DCIM/**”或“**”，"
            "前面加“!”表示排除；实际是“!DCIM/../Music”（位于$.scope.sets.album[3]）",
        ),
    ),
    "bin-elsewhere": (
        (
            "hostile-bin-elsewhere.yaml:34:10: expected an ending after “{name}” that tells a "
            "kept file (at $.rescue.aside)",
            "hostile-bin-elsewhere.yaml:35:8: expected a folder of shared storage such as "
            "“Pictures/Bin”; got “../outside” (at $.rescue.bin)",
            "hostile-bin-elsewhere.yaml:39:14: the file is in the bin before it is set aside "
            "(at $.rescue.bin_after)",
        ),
        (
            "hostile-bin-elsewhere.yaml:34:10：“{name}”之后要有一段后缀，用来认出被留存的文件（位于$.rescue.aside）",
            "hostile-bin-elsewhere.yaml:35:8：应为共享存储空间里的目录，例如“Pictures/Bin”；"
            "实际是“../outside”（位于$.rescue.bin）",
            "hostile-bin-elsewhere.yaml:39:14：文件还没有被留存，就已经在回收站里（位于$.rescue.bin_after）",
        ),
    ),
    "control-character": (
        ("hostile-control-character.yaml:3:35: the character U+001B is not allowed (at $)",),
        ("hostile-control-character.yaml:3:35：不允许出现字符U+001B（位于$）",),
    ),
    "dotted-extension": (
        (
            "hostile-dotted-extension.yaml:18:34: expected an extension in lower case without "
            "its dot, such as “mp4”; got “.mp4” (at $.types.video[0])",
            "hostile-dotted-extension.yaml:18:40: expected an extension in lower case without "
            "its dot, such as “mp4”; got “MOV” (at $.types.video[1])",
        ),
        (
            "hostile-dotted-extension.yaml:18:34：应为小写、不带点的扩展名，例如“mp4”；"
            "实际是“.mp4”（位于$.types.video[0]）",
            "hostile-dotted-extension.yaml:18:40：应为小写、不带点的扩展名，例如“mp4”；"
            "实际是“MOV”（位于$.types.video[1]）",
        ),
    ),
    "duplicate-key": (
        (
            "hostile-duplicate-key.yaml:14:3: the key “kind” is here twice; it was first on "
            "line 13 (at $.scope.kind)",
        ),
        (
            "hostile-duplicate-key.yaml:14:3：键“kind”出现了两次，第一次在第13行（位于$.scope.kind）",
        ),
    ),
    "idle-parameters": (
        (
            "hostile-idle-parameters.yaml:34:15: nothing in this rule depends on the parameter "
            "“indexed_by” (at $.parameters.indexed_by)",
            "hostile-idle-parameters.yaml:35:17: nothing in this rule depends on the parameter "
            "“rename_actor” (at $.parameters.rename_actor)",
        ),
        (
            "hostile-idle-parameters.yaml:34:15："
            "参数“indexed_by”在这条规则里不起作用（位于$.parameters.indexed_by）",
            "hostile-idle-parameters.yaml:35:17："
            "参数“rename_actor”在这条规则里不起作用（位于$.parameters.rename_actor）",
        ),
    ),
    "indexed-at-f2fs": (
        (
            "hostile-indexed-at-f2fs.yaml:18:15: at the layer “f2fs” no rule can see "
            "MediaStore’s rows (at $.types.test)",
        ),
        (
            "hostile-indexed-at-f2fs.yaml:18:15：在“f2fs”这一层，任何规则都看不到媒体库记录（位于$.types.test）",
        ),
    ),
    "keep-without-rescue": (
        (
            "hostile-keep-without-rescue.yaml:21:9: “keep” needs a section “rescue”: where the "
            "file goes (at $.action)",
        ),
        (
            "hostile-keep-without-rescue.yaml:21:9：“keep”需要有“rescue”一节，写明文件的去向（位于$.action）",
        ),
    ),
    "layer-elsewhere": (
        (
            "hostile-layer-elsewhere.yaml:5:28: the stack “sdcardfs” has none of the layers of "
            "this rule (at $.homes[0].stack)",
        ),
        (
            "hostile-layer-elsewhere.yaml:5:28：存储栈“sdcardfs”里没有这条规则所在的任何一层（位于$.homes[0].stack）",
        ),
    ),
    "list": (
        ("hostile-list.yaml:1:1: expected a mapping of keys to values; got a list (at $)",),
        ("hostile-list.yaml:1:1：应为由键和值组成的映射，实际是列表（位于$）",),
    ),
    "many": (
        (
            "hostile-many.yaml:15:12: this list watches no folder (at $.scope.sets.album)",
            "hostile-many.yaml:21:16: who looks on from outside (“mount”) can only log and "
            "notify (at $.action.does)",
            "hostile-many.yaml:28:18: the text has “{app}”, so “names_app” stands among the "
            "notice’s claims (at $.notice.wordings[0].text.en)",
            "hostile-many.yaml:28:58: the text has “{app}”, so “names_app” stands among the "
            "notice’s claims (at $.notice.wordings[0].text.zh-CN)",
        ),
        (
            "hostile-many.yaml:15:12：按这份清单，没有任何目录受到监视（位于$.scope.sets.album）",
            "hostile-many.yaml:21:16：在旁观察（“mount”）的规则，只能记录和提示（位于$.action.does）",
            "hostile-many.yaml:28:18：文字里有“{app}”，"
            "因此提示的claims里要有“names_app”（位于$.notice.wordings[0].text.en）",
            "hostile-many.yaml:28:58：文字里有“{app}”，"
            "因此提示的claims里要有“names_app”（位于$.notice.wordings[0].text.zh-CN）",
        ),
    ),
    "misspelled-change": (
        (
            "hostile-misspelled-change.yaml:9:25: “unlnk” is not valid here; did you mean "
            "“unlink”? (at $.hook.modes.protect.acts_on[0])",
        ),
        (
            "hostile-misspelled-change.yaml:9:25：“unlnk”在这里无效；"
            "是否应为“unlink”？（位于$.hook.modes.protect.acts_on[0]）",
        ),
    ),
    "names-nobody": (
        (
            "hostile-names-nobody.yaml:24:11: a rule that names nobody cannot claim “names_app” "
            "(at $.notice.claims)",
        ),
        (
            "hostile-names-nobody.yaml:24:11：不点名任何应用的规则，不能声称“names_app”（位于$.notice.claims）",
        ),
    ),
    "refuse-without-error": (
        (
            "hostile-refuse-without-error.yaml:21:9: “refuse” needs an error to return (at "
            "$.action)",
        ),
        ("hostile-refuse-without-error.yaml:21:9：“refuse”要写明返回的错误（位于$.action）",),
    ),
    "remembers-at-a-call": (
        (
            "hostile-remembers-at-a-call.yaml:8:14: a layer that only carries calls sees no "
            "rename by path to remember (at $.hook.remembers)",
        ),
        (
            "hostile-remembers-at-a-call.yaml:8:14：只传递调用的层看不到按路径的重命名，无从记住（位于$.hook.remembers）",
        ),
    ),
    "turned-label": (
        ("hostile-turned-label.yaml:2:13: the character U+202E is not allowed (at $.label.en)",),
        ("hostile-turned-label.yaml:2:13：不允许出现字符U+202E（位于$.label.en）",),
    ),
    "two-of-three": (
        (
            "hostile-two-of-three.yaml:9:14: “rename” stands under two of acts_on, logs and "
            "denies (at $.hook.modes.protect)",
        ),
        (
            "hostile-two-of-three.yaml:9:14："
            "“rename”在acts_on、logs、denies中出现了不止一次（位于$.hook.modes.protect）",
        ),
    ),
    "unknown-key": (
        (
            "hostile-unknown-key.yaml:12:1: unknown key “scopes”; did you mean “scope”? (at "
            "$.scopes)",
        ),
        ("hostile-unknown-key.yaml:12:1：没有键“scopes”；是否应为“scope”？（位于$.scopes）",),
    ),
    "unknown-layer": (
        (
            "hostile-unknown-layer.yaml:7:12: “f2f” is not valid here; did you mean “f2fs”? (at "
            "$.hook.layers[0])",
        ),
        (
            "hostile-unknown-layer.yaml:7:12：“f2f”在这里无效；是否应为“f2fs”？（位于$.hook.layers[0]）",
        ),
    ),
    "unknown-placeholder": (
        (
            "hostile-unknown-placeholder.yaml:28:58: “{file}” is filled in by nothing; the text "
            "can only have “{app}” (at $.notice.wordings[0].text.zh-CN)",
        ),
        (
            "hostile-unknown-placeholder.yaml:28:58：没有什么可以填入“{file}”；"
            "文字里只能用“{app}”（位于$.notice.wordings[0].text.zh-CN）",
        ),
    ),
    "value-not-among-sets": (
        (
            "hostile-value-not-among-sets.yaml:34:16: there is no value named “albums”; did you "
            "mean “album”? (at $.parameters.scope.use)",
            "hostile-value-not-among-sets.yaml:34:30: there is no value named “Music”; there "
            "are: album (at $.parameters.scope.try[0])",
        ),
        (
            "hostile-value-not-among-sets.yaml:34:16：没有名为“albums”的取值；"
            "是否应为“album”？（位于$.parameters.scope.use）",
            "hostile-value-not-among-sets.yaml:34:30：没有名为“Music”的取值；现有："
            "album（位于$.parameters.scope.try[0]）",
        ),
    ),
    "wording-without-app": (
        (
            "hostile-wording-without-app.yaml:28:18: the notice names the app, so its text "
            "needs “{app}” (at $.notice.wordings[0].text.en)",
        ),
        (
            "hostile-wording-without-app.yaml:28:18：提示点名应用，"
            "因此文字里要有“{app}”（位于$.notice.wordings[0].text.en）",
        ),
    ),
    "wrong-home": (
        (
            "hostile-wrong-home.yaml:5:28: no phone with Android 10 has the stack “fuse” (at "
            "$.homes[0].stack)",
        ),
        ("hostile-wrong-home.yaml:5:28：安卓10的手机都没有存储栈“fuse”（位于$.homes[0].stack）",),
    ),
}


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of files in messages are as they were given: here without a folder."""
    monkeypatch.chdir(FOLDER)


def said(name: str, lang: Lang) -> tuple[str, ...]:
    """Everything that is said of that file."""
    with pytest.raises(DocumentError) as caught:
        library.read(name)
    return tuple(words(lang).say(problem.as_message()) for problem in caught.value.problems)


def changed(tmp_path: Path, text: str | bytes) -> str:
    """The name of a file that holds *text*."""
    file = tmp_path / "mine.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return str(file)


def sentences(tmp_path: Path, before: str, after: str) -> list[str]:
    """What is said of the sound watcher with *after* in place of *before*."""
    assert SOUND.count(before) == 1
    name = changed(tmp_path, SOUND.replace(before, after))
    return [line.removeprefix(f"{name}:") for line in said(name, "en")]


def test_the_watcher_that_all_slips_are_made_in_is_sound() -> None:
    assert library.read("sound.yaml").id == "sound"


def test_every_hostile_file_has_its_golden_text() -> None:
    files = {p.stem.removeprefix("hostile-") for p in FOLDER.glob("hostile-*.yaml")}
    assert files == {*GOLDEN, "not-yaml"}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_slip_is_told_in_english(name: str) -> None:
    assert said(f"hostile-{name}.yaml", "en") == GOLDEN[name][0]


@pytest.mark.parametrize("name", GOLDEN)
def test_a_slip_is_told_in_chinese(name: str) -> None:
    assert said(f"hostile-{name}.yaml", "zh-CN") == GOLDEN[name][1]


def test_what_is_not_yaml_is_told_with_its_place() -> None:
    # The rest of the sentence is the parser's own, which differs between PyYAML's two.
    (line,) = said("hostile-not-yaml.yaml", "en")
    assert line.startswith(("hostile-not-yaml.yaml:8:", "hostile-not-yaml.yaml:9:"))
    assert ": not valid YAML: " in line


def test_the_text_of_the_error_is_what_is_said_in_english() -> None:
    with pytest.raises(DocumentError) as caught:
        library.read("hostile-many.yaml")
    assert str(caught.value) == "\n".join(GOLDEN["many"][0])


# -- files too large to keep here --------------------------------------------------------------


def test_two_megabytes_are_not_read(tmp_path: Path) -> None:
    name = changed(tmp_path, SOUND + "#" * 2_000_000)
    assert said(name, "en") == (
        f"{name}:1:1: the file is larger than 1 MiB, the most that is read (at $)",
    )


def test_deep_nesting_is_stopped(tmp_path: Path) -> None:
    (line,) = sentences(tmp_path, "layers: [f2fs]", "layers: " + "[" * 5000)
    assert line == f"7:33: nested deeper than 24 levels (at $.hook.layers{'[0]' * 22})"


def test_a_bomb_of_aliases_is_not_expanded(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
    )
    lines = said(changed(tmp_path, bomb), "en")
    assert any("aliases (“*a0”) are not read" in line for line in lines)
    assert sum(map(len, lines)) < 200_000


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    name = changed(tmp_path, b"id: \xff")
    assert said(name, "en") == (f"{name}:1:5: not UTF-8 text: byte 0xFF (at $)",)


# -- names -------------------------------------------------------------------------------------


def test_a_file_that_is_not_there_is_told_by_its_name() -> None:
    with pytest.raises(InputError, match=r"^absent\.yaml: No such file or directory$"):
        library.read("absent.yaml")


def test_a_folder_is_no_watcher(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").mkdir()
    with pytest.raises(InputError, match="Is a directory"):
        library.read("mine.yaml", beside=tmp_path)


def test_a_misspelled_rule_is_told_with_the_nearest_one() -> None:
    with pytest.raises(UnknownName, match="did you mean “huawei-acm”"):
        library.read("huawei-amc")


def test_a_name_that_climbs_out_of_the_folder_is_no_shipped_rule() -> None:
    with pytest.raises(UnknownName):
        library.read("../rules/none")


# -- one slip each, without a file of its own --------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (
            '  - {android: "10", stack: sdcardfs}\n',
            "  []\n",
            "5:3: expected at least one phone on which the rule is (at $.homes)",
        ),
        ("layers: [f2fs]", "layers: []", "7:11: expected at least one layer (at $.hook.layers)"),
        (
            "protect: {acts_on: [unlink]}",
            "{}",
            "9:5: expected at least one mode (at $.hook.modes)",
        ),
        (
            "protect: {acts_on: [unlink]}",
            "one: {acts_on: [unlink]}\n    two: {acts_on: [rmdir]}",
            "35:3: there are several to choose from, so “mode” is a parameter (at $.parameters)",
        ),
        (
            "album: [DCIM/**]",
            "album: []",
            "15:12: this list watches no folder (at $.scope.sets.album)",
        ),
        (
            "kind: path-prefix",
            "kind: whole",
            "15:5: a scope of this kind has no lists of folders (at $.scope.sets)",
        ),
        (
            "video: [mp4, mov]",
            "photo: [jpg, mp4], video: [mp4, mov]",
            "18:53: “mp4” stands under both “photo” and “video” (at $.types.video[0])",
        ),
        (
            "video: [mp4, mov]",
            "kept_suffix: BAK, video: [mp4, mov]",
            "18:39: expected an extension in lower case without its dot, such as “mp4”; got “BAK”"
            " (at $.types.kept_suffix)",
        ),
        (
            "test: extension, video: [mp4, mov]",
            "test: extension",
            "18:8: a test of extensions needs a list under “photo” or “video” (at $.types)",
        ),
        (
            "test: extension, video: [mp4, mov]",
            "test: none, video: [mp4, mov]",
            "18:8: lists of extensions need the test “extension” (at $.types)",
        ),
        (
            "first_uid: 10000",
            "creator_exempt: true, creator_in: row",
            "19:45: at the layer “f2fs” no rule can see MediaStore’s rows"
            " (at $.callers.creator_in)",
        ),
        (
            "does: refuse, error: EACCES",
            "does: log",
            "24:3: a rule that asks first, or only logs, shows no notice (at $.notice)",
        ),
        (
            "first_uid: 10000",
            "first_uid: 100000",
            "19:22: expected a value from 0 to 99999; got 100000 (at $.callers.first_uid)",
        ),
        (
            "{en: A watcher of one's own, zh-CN: 自己写的监视规则}",
            "{en: A watcher of one's own}",
            "2:8: missing key “zh-CN” (at $.label)",
        ),
        (
            "{en: A watcher of one's own, zh-CN: 自己写的监视规则}",
            '{en: "A\\nB", zh-CN: 规则}',
            "2:13: the character U+000A is not allowed (at $.label.en)",
        ),
        (
            "id: sound",
            "id: My Rule",
            "1:5: expected lower-case words joined by hyphens; got “My Rule” (at $.id)",
        ),
        (
            "by: package",
            "by: pakage",
            "20:15: “pakage” is not valid here; did you mean “package”? (at $.seen_as.by)",
        ),
        (
            "grade: assumption, source: an example}\nseen_as",
            "grade: asumption, source: an example}\nseen_as",
            "19:36: “asumption” is not valid here; did you mean “assumption”? (at $.callers.grade)",
        ),
        (
            "builds: {grade: assumption, source: an example}",
            "builds: {grade: assumption}",
            "22:9: missing key “source” (at $.builds)",
        ),
    ],
    ids=lambda value: "",
)
def test_one_slip_is_one_problem(tmp_path: Path, before: str, after: str, sentence: str) -> None:
    assert sentences(tmp_path, before, after) == [sentence]


def test_who_made_a_file_is_not_claimed_where_no_row_is_seen(tmp_path: Path) -> None:
    text = SOUND.replace("first_uid: 10000", "creator_in: row")
    name = changed(tmp_path, text.replace("[names_app]", "[names_app, made_by_app]"))
    assert said(name, "en") == (
        f"{name}:19:23: at the layer “f2fs” no rule can see MediaStore’s rows"
        " (at $.callers.creator_in)",
    )


def test_what_asks_nobody_for_rows_may_sit_in_any_layer(tmp_path: Path) -> None:
    name = changed(tmp_path, SOUND.replace("first_uid: 10000", "creator_in: row"))
    assert library.read(name).callers.creator_in == "row"


def test_albums_are_not_known_where_no_row_is_seen(tmp_path: Path) -> None:
    said_of_it = sentences(
        tmp_path,
        "kind: path-prefix\n  sets:\n    album: [DCIM/**]",
        "kind: albums",
    )
    assert said_of_it[0] == (
        "13:9: at the layer “f2fs” no rule can see MediaStore’s rows (at $.scope.kind)"
    )


def test_a_choice_of_lists_needs_lists(tmp_path: Path) -> None:
    said_of_it = sentences(
        tmp_path,
        "kind: path-prefix\n  sets:\n    album: [DCIM/**]",
        "kind: whole",
    )
    assert said_of_it == [
        "32:10: nothing in this rule depends on the parameter “scope” (at $.parameters.scope)"
    ]


def test_who_only_notifies_needs_a_notice(tmp_path: Path) -> None:
    before, _, rest = SOUND.partition("notice:")
    silent = before + rest[rest.index("parameters:") :]
    name = changed(tmp_path, silent.replace("does: refuse, error: EACCES", "does: notify"))
    assert said(name, "en") == (f"{name}:21:9: “notify” needs a section “notice” (at $.action)",)


def test_what_is_denied_needs_an_error(tmp_path: Path) -> None:
    text = SOUND.replace("acts_on: [unlink]", "acts_on: [unlink], denies: [hide]")
    name = changed(tmp_path, text.replace("does: refuse, error: EACCES", "does: notify"))
    assert said(name, "en") == (
        f"{name}:9:42: what is denied needs an error to return (at $.hook.modes.protect.denies)",
    )


def test_what_is_kept_was_a_success_to_the_app(tmp_path: Path) -> None:
    kept = (FOLDER / "hostile-bin-elsewhere.yaml").read_text(encoding="utf-8")
    for before, after in (
        ('"{name}"', '".{name}.kept"'),
        ("../outside", "Pictures/Bin"),
        ("bin_after: 1 s", "bin_after: 3 s"),
        ("does: refuse, error: EACCES", "does: keep"),
        (
            "parameters:\n",
            "parameters:\n  app_sees: {use: success, grade: assumption, source: an example}\n",
        ),
    ):
        assert kept.count(before) == 1
        kept = kept.replace(before, after)
    name = changed(tmp_path, kept)
    assert said(name, "en") == (
        f"{name}:43:13: what is kept is reported as a success (at $.parameters.app_sees)",
    )
