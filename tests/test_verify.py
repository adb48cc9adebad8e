"""Verifying a kit: what was changed is found, and what is hostile is refused."""

from __future__ import annotations

import json
import os
import re
import shutil
from hashlib import sha256

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from simulator.cli import kitting, verifying
from simulator.errors import InputError
from simulator.telling.figures.canvas import Style
from simulator.telling.figures.page import Page
from simulator.telling.figures.render import as_bytes
from simulator.telling.kit import drawing
from simulator.telling.kit.compare import _look_alike, alike, structure
from simulator.telling.kit.manifest import Entry, Manifest, parse
from simulator.telling.words import words
from tests.tools.kits import FIGURES, Small, facts, there

NAME = "twitter-2019"
#: No case on public record, whose values may be set by hand.
LESSON = "s04-delete-private-copy"


@pytest.fixture(scope="module", autouse=True)
def _small():
    patch = pytest.MonkeyPatch()
    patch.setattr(kitting, "FIGURES", FIGURES)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    out = tmp_path_factory.mktemp("verify") / "kit"
    kitting.make_kit(NAME, out, 0, [], 1, False, words("en"))
    return out


@pytest.fixture
def kit(original, tmp_path):
    return shutil.copytree(original, tmp_path / "kit")


@pytest.fixture
def unmade(original, monkeypatch):
    """What is made anew, made once: the tests that change a file need no other."""

    def copied(_source, folder, _making):
        shutil.copytree(original, folder, dirs_exist_ok=True)
        return parse((original / "MANIFEST").read_bytes()).manifest

    monkeypatch.setattr(verifying, "write_kit", copied)


def sealed(lines):
    """A manifest of those lines, with a last line that fits."""
    body = "".join(f"{line}\n" for line in lines)
    return f"{body}# end {sha256(body.encode()).hexdigest()}\n"


def resealed(kit, change):
    """The kit with its manifest's lines changed, and sealed again."""
    lines = (kit / "MANIFEST").read_text(encoding="utf-8").splitlines()[:-1]
    (kit / "MANIFEST").write_text(sealed(change(lines)), encoding="utf-8")


def relisted(kit, path):
    """The kit with *path* listed as it is now: somebody changed both."""
    data = (kit / path).read_bytes()
    line = f"{sha256(data).hexdigest()}  {len(data)}  {path}"
    resealed(kit, lambda lines: [line if one.endswith(f"  {path}") else one for one in lines])


# -- the same ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "byte by byte"), ("zh-CN", "逐字节")], ids=["en", "zh"]
)
def test_a_kit_is_what_is_made_of_it_anew(kit, cachelife, lang, said):
    code, out, _ = cachelife("verify", kit, "--lang", lang)
    assert (code, said in out) == (0, True)


def test_the_json_says_that_it_is_the_same(kit, unmade, cachelife):
    code, out, _ = cachelife("verify", kit, "--json")
    values = json.loads(out)
    assert (code, values["same"], values["figures_compared_by"]) == (0, True, "bytes")


def test_a_kit_with_changes_by_hand_is_made_anew_with_them(tmp_path, cachelife):
    out = tmp_path / "kit"
    cachelife("kit", LESSON, "--out", out, "--set", "watcher.scope=wide", "--seed", "3")
    assert cachelife("verify", out)[0] == 0


def test_a_rule_of_ones_own_goes_along(tmp_path, cachelife, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rule = cachelife("watchers", "show", "huawei-2019", "--yaml")[1]
    (tmp_path / "mine.yaml").write_text(rule.replace("id: huawei-2019", "id: mine"), "utf-8")
    assert cachelife("kit", LESSON, "--out", "kit", "--set", "watcher.rule=mine.yaml")[0] == 0
    assert ("mine.yaml" in there(tmp_path / "kit"), cachelife("verify", "kit")[0]) == (True, 0)


def test_a_rule_that_lies_elsewhere_is_refused(tmp_path, cachelife):
    (tmp_path / "mine.yaml").write_text("id: mine\n", encoding="utf-8")
    rule = tmp_path / "mine.yaml"
    code = cachelife("kit", LESSON, "--out", tmp_path / "kit", "--set", f"watcher.rule={rule}")[0]
    assert (code, (tmp_path / "kit").exists()) == (2, False)


# -- changed -----------------------------------------------------------------------------------


def test_a_changed_byte_is_found_in_every_file(kit, unmade, cachelife):
    for path, data in there(kit).items():
        at = len(data) // 2
        (kit / path).write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        code, out, err = cachelife("verify", kit)
        assert code in {1, 2}, path
        assert path.rpartition("/")[2] in out + err, path
        (kit / path).write_bytes(data)
    assert cachelife("verify", kit)[0] == 0


@pytest.mark.parametrize("path", ["statement.en.md", "claims.json", "figures/index.md"])
def test_a_changed_text_is_found_though_the_manifest_was_changed_too(kit, unmade, cachelife, path):
    lines = (kit / path).read_text(encoding="utf-8").splitlines(keepends=True)
    lines[3] = "something else\n"
    (kit / path).write_text("".join(lines), encoding="utf-8")
    relisted(kit, path)
    code, out, _ = cachelife("verify", kit)
    assert (code, f"{path}:4: its text is not" in out, "something else" in out) == (1, True, True)


def test_a_changed_figure_is_found_though_the_manifest_was_changed_too(kit, unmade, cachelife):
    path = "figures/same-notice-two-facts.en.svg"
    (kit / path).write_bytes((kit / path).read_bytes().replace(b"Twitter", b"Somebod"))
    relisted(kit, path)
    code, out, _ = cachelife("verify", kit)
    assert (code, f"{path}: its bytes are not" in out) == (1, True)


def test_a_missing_and_an_extra_file_are_found(kit, unmade, cachelife):
    (kit / "faq.en.md").unlink()
    (kit / "figures" / "more.png").write_bytes(b"x")
    code, out, _ = cachelife("verify", kit)
    assert (code, "faq.en.md: it is in the MANIFEST" in out) == (1, True)
    assert "figures/more.png: it is in the folder and not" in out


def test_a_file_that_was_left_out_of_both_is_found(kit, unmade, cachelife):
    (kit / "limits.en.md").unlink()
    resealed(kit, lambda lines: [one for one in lines if "limits.en.md" not in one])
    code, out, _ = cachelife("verify", kit)
    assert (code, "limits.en.md: this version makes it" in out) == (1, True)


def test_a_manifest_without_its_seal_is_found(kit, unmade, cachelife):
    text = (kit / "MANIFEST").read_text(encoding="utf-8")
    (kit / "MANIFEST").write_text(text.replace("# seed 0", "# seed  0"), encoding="utf-8")
    assert cachelife("verify", kit)[0] == 2
    (kit / "MANIFEST").write_text(
        text.replace("# package zhplot ", "# package zhplot 9"), encoding="utf-8"
    )
    code, out, _ = cachelife("verify", kit)
    assert (code, "MANIFEST: it is not written as a manifest is" in out) == (1, True)


def test_a_line_of_nobodys_in_the_manifest_is_refused(kit, unmade, cachelife):
    lines = (kit / "MANIFEST").read_text(encoding="utf-8").splitlines()[:-1]
    (kit / "MANIFEST").write_text(sealed([*lines, "# verdict innocent"]), encoding="utf-8")
    code, _, err = cachelife("verify", kit)
    assert (code, "# verdict" in err) == (2, True)


def test_another_kind_in_the_manifest_is_found(kit, unmade, cachelife):
    lines = (kit / "MANIFEST").read_text(encoding="utf-8").splitlines()[:-1]
    lines[1] = "# kind Checked by an authority."
    (kit / "MANIFEST").write_text(sealed(lines), encoding="utf-8")
    code, out, _ = cachelife("verify", kit)
    assert (code, "MANIFEST: it is not written as a manifest is" in out) == (1, True)


def test_an_empty_folder_is_found(kit, unmade, cachelife):
    (kit / "INNOCENT").mkdir()
    code, out, _ = cachelife("verify", kit)
    assert (code, "INNOCENT/: it is in the folder" in out) == (1, True)


def test_a_name_with_a_line_break_makes_no_line_of_its_own(kit, unmade, cachelife):
    (kit / "a\nb: all files are as listed").write_text("x", encoding="utf-8")
    code, out, _ = cachelife("verify", kit)
    assert (code, "\nb: all files" in out) == (1, False)


def test_a_picture_painted_over_is_a_difference_whatever_drew_it(foreign, unmade, cachelife):
    path = "figures/same-notice-two-facts.en.png"
    with Image.open(foreign / path) as picture:
        said = PngInfo()
        for key, text in picture.info.items():
            if isinstance(text, str):
                said.add_text(key, text)
        black = Image.new("RGB", picture.size)
    black.save(foreign / path, pnginfo=said)
    relisted(foreign, path)
    assert (cachelife("verify", foreign)[0]) == 1
    assert not _look_alike(path, (foreign / path).read_bytes(), as_bytes(painted(), "png"))


def test_an_svg_without_its_text_is_another_picture():
    whole = as_bytes(painted(), "svg")
    bare = re.sub(rb"<use [^>]*/>", b"", whole)
    assert bare != whole
    assert not alike("a.svg", whole, bare)
    assert alike("a.svg", whole, whole)


def test_a_pdf_without_its_drawing_is_another_picture():
    whole = as_bytes(painted(), "pdf")
    page = Page.new(words("en"))
    page.heading("A finding")
    page.foot("stamp")
    page.drawing.description = painted().description
    page.drawing.items[1:] = []
    assert not alike("a.pdf", whole, as_bytes(page.drawing, "pdf"))
    assert alike("a.pdf", whole, whole)


def painted():
    page = Page.new(words("en"))
    page.heading("A finding")
    page.paragraph("What it rests on. " * 40, Style(18))
    page.foot("stamp")
    page.drawing.description = "In words."
    return page.drawing


def test_another_version_of_cachelife_is_said(kit, unmade, cachelife):
    resealed(
        kit, lambda lines: ["# cachelife 0.0.1" if "# cachelife " in one else one for one in lines]
    )
    code, out, _ = cachelife("verify", kit)
    assert (code, "made with cachelife 0.0.1" in out) == (1, True)


def test_another_scenario_is_found(kit, unmade, cachelife):
    resealed(
        kit, lambda lines: ["# digest " + "0" * 64 if "# digest" in one else one for one in lines]
    )
    code, out, _ = cachelife("verify", kit)
    assert (code, "it was made with another digest" in out) == (1, True)


# -- figures of other packages -----------------------------------------------------------------


@pytest.fixture
def foreign(kit):
    """A kit whose figures other packages drew."""
    resealed(
        kit,
        lambda lines: ["# package matplotlib 1.5" if "matplotlib" in one else one for one in lines],
    )
    return kit


def test_figures_of_other_packages_are_compared_by_what_they_show(foreign, unmade, cachelife):
    path = "figures/same-notice-two-facts.en.svg"
    data = (foreign / path).read_bytes()
    (foreign / path).write_bytes(data.replace(b"</svg>", b"<!-- drawn elsewhere --></svg>"))
    relisted(foreign, path)
    code, out, _ = cachelife("verify", foreign)
    assert (code, "matplotlib 1.5" in out) == (0, True)


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_another_title_is_a_difference_whatever_drew_the_figure(foreign, unmade, cachelife, form):
    path = f"figures/same-notice-two-facts.en.{form}"
    data = (foreign / path).read_bytes()
    assert b"Twitter" in data
    (foreign / path).write_bytes(data.replace(b"Twitter", b"Somebod"))
    relisted(foreign, path)
    code, out, _ = cachelife("verify", foreign)
    assert (code, f"{path}: its words, groups, size or look differ" in out) == (1, True)


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_a_picture_that_is_none_is_a_difference_and_no_crash(foreign, unmade, cachelife, form):
    path = f"figures/same-notice-two-facts.en.{form}"
    for data in (b"", b"nonsense", b"\x89PNG\r\n\x1a\n", b"%PDF-1.4\n", b"<svg"):
        (foreign / path).write_bytes(data)
        relisted(foreign, path)
        assert cachelife("verify", foreign)[0] == 1


def test_an_svg_that_declares_entities_is_not_read():
    bomb = b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
    with pytest.raises(InputError):
        structure("a.svg", bomb)


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_the_structure_knows_another_size(form):
    material = facts(NAME).material
    one, other = (Small().draw(material, words("en"), size) for size in ("wide", "long"))
    shapes = [structure(f"a.{form}", as_bytes(d, form)) for d in (one, other, one)]
    assert (shapes[0] == shapes[2], shapes[0] == shapes[1]) == (True, False)


# -- no kit ------------------------------------------------------------------------------------


def test_a_folder_without_a_manifest_is_no_kit(tmp_path, cachelife):
    code, out, err = cachelife("verify", tmp_path)
    assert (code, out, "MANIFEST" in err, "Traceback" in err) == (2, "", True, False)


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_no_folder_is_no_kit(tmp_path, cachelife, lang):
    assert cachelife("verify", tmp_path / "none", "--lang", lang)[0] == 2


ZERO = "0" * 64


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"# cachelife.kit/1\n",
        b"# cachelife.kit/2\n# end " + ZERO.encode() + b"\n",
        b"\0" * 100,
        b"# cachelife.kit/1\n" + b"#\n" * 5_000 + b"# end " + ZERO.encode() + b"\n",
    ],
)
def test_what_is_no_manifest_is_an_error(kit, cachelife, data):
    (kit / "MANIFEST").write_bytes(data)
    code, _, err = cachelife("verify", kit)
    assert (code, "Traceback" in err) == (2, False)


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "figures/../../x",
        "a//b",
        "./a",
        ".hidden",
        "a\\..\\b",
        "C:evil",
        "a\x00b",
        "MANIFEST",
        "a/b/c/d/e/f",
        "说明.md",
    ],
)
def test_a_path_that_leads_out_of_the_kit_is_an_error(kit, cachelife, path):
    resealed(kit, lambda lines: [*lines, f"{ZERO}  0  {path}"])
    code, _, err = cachelife("verify", kit)
    assert (code, "MANIFEST" in err) == (2, True)


@pytest.mark.parametrize(
    "line",
    [
        f"{ZERO}  99999999999  big.png",
        f"{ZERO}  -1  a.md",
        f"{ZERO} 1 a.md",
        "sha  1  a.md",
        f"{ZERO}  1  statement.en.md",
        f"{ZERO}  1  Statement.EN.md",
        "# seed 1",
    ],
)
def test_a_line_that_is_none_is_an_error(kit, cachelife, line):
    resealed(kit, lambda lines: [*lines, line])
    assert cachelife("verify", kit)[0] == 2


def test_a_link_is_an_error_and_is_not_followed(kit, cachelife):
    secret = kit.parent / "secret"
    shutil.copy(kit / "faq.en.md", secret)
    (kit / "faq.en.md").unlink()
    (kit / "faq.en.md").symlink_to(secret)
    code, _, err = cachelife("verify", kit)
    assert (code, "is a link" in err) == (2, True)


def test_a_folder_that_is_a_link_is_an_error(kit, cachelife):
    shutil.move(kit / "figures", kit.parent / "elsewhere")
    (kit / "figures").symlink_to(kit.parent / "elsewhere")
    assert cachelife("verify", kit)[0] in {1, 2}


def test_a_pipe_is_an_error_and_does_not_hang(kit, cachelife):
    (kit / "faq.en.md").unlink()
    os.mkfifo(kit / "faq.en.md")
    code, _, err = cachelife("verify", kit)
    assert (code, "no plain file" in err) == (2, True)


def test_a_file_that_is_too_large_is_an_error_and_is_not_read(kit, cachelife):
    with (kit / "faq.en.md").open("wb") as file:
        file.truncate((64 << 20) + 1)
    code, _, err = cachelife("verify", kit)
    assert (code, "too large" in err) == (2, True)


def test_a_text_that_is_no_text_is_a_difference(kit, unmade, cachelife):
    (kit / "faq.en.md").write_bytes(b"\xff\xfe\xff")
    relisted(kit, "faq.en.md")
    code, out, _ = cachelife("verify", kit)
    assert (code, "faq.en.md: it is not UTF-8" in out) == (1, True)


@pytest.mark.parametrize(
    "text", ["", "id: [", "a: 1\n", "\tx", "watcher: {rule: /etc/passwd.yaml}\n"]
)
def test_a_scenario_that_is_none_is_an_error(kit, cachelife, text):
    (kit / "scenario.yaml").write_text(text, encoding="utf-8")
    relisted(kit, "scenario.yaml")
    code, _, err = cachelife("verify", kit)
    assert (code, "Traceback" in err, "scenario.yaml" in err) == (2, False, True)


def test_a_rule_outside_of_the_kit_is_not_read(kit, cachelife):
    text = (kit / "scenario.yaml").read_text(encoding="utf-8")
    before = text.index("  rule: ")
    line = text[before : text.index("\n", before)]
    (kit / "scenario.yaml").write_text(text.replace(line, "  rule: ../mine.yaml"), "utf-8")
    relisted(kit, "scenario.yaml")
    code, _, err = cachelife("verify", kit)
    assert (code, "outside of the kit" in err) == (2, True)


# -- the manifest ------------------------------------------------------------------------------


def test_a_manifest_is_read_as_it_was_written():
    entries = (Entry("a" * 64, 12, "a.md"), Entry("b" * 64, 0, "figures/b.png"))
    manifest = Manifest("0.1", "x", "d" * 64, -3, {"matplotlib": "3"}, ("a=b c",), entries)
    read = parse(manifest.text().encode())
    assert (read.manifest, read.whole) == (manifest, True)


def test_the_versions_are_those_that_draw():
    assert {"matplotlib", "fonttools", "zhplot", "fontpkg-noto-sans"} <= set(drawing.versions())
