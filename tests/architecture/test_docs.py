"""The documents point at what is there: links, pictures, files, words of dev.py, names of the code, words on the screen."""

import ast
import functools
import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

import dev
from ivp_portal.devtools import screenshots
from priorities.decision_kinds import offered

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
MANUAL = sorted((ROOT / "docs" / "handleiding").glob("*.md"))
SOURCE = ("consultation", "priorities", "reports", "ivp_portal")
EVERY_DOC = pytest.mark.parametrize("doc", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
EVERY_MANUAL = pytest.mark.parametrize("doc", MANUAL, ids=lambda path: path.stem)


def links(doc: Path) -> Iterator[str]:
    """Where the links and pictures of a page lead, but for the web."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", doc.read_text(), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(doc: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", doc.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@EVERY_DOC
def test_every_link_and_picture_is_there(doc):
    for target in links(doc):
        path, _, anchor = target.partition("#")
        there = (doc.parent / path).resolve() if path else doc
        assert there.exists(), target
        assert there.is_relative_to(ROOT), target
        assert not anchor or anchor in anchors(there), target


@EVERY_DOC
def test_every_picture_says_what_it_shows(doc):
    for words in re.findall(r"!\[(.*?)\]\(", doc.read_text()):
        assert len(words.split()) >= 3


@EVERY_DOC
def test_every_file_it_names_is_there(doc):
    for name in re.findall(r"`((?:[\w.-]+/)+[\w-]+\.(?:py|html|css|js|md|csv|toml|json))`", doc.read_text()):
        assert (ROOT / name).exists() or any(ROOT.glob(f"*/{name}")), name


@EVERY_DOC
def test_every_word_of_dev_py_exists(doc):
    for word in re.findall(r"\bdev\.py ([a-z_]+)", doc.read_text()):
        assert word in dev.WORDS, word


def test_dev_py_tells_of_every_word():
    assert dev.WORDS.keys() == set(re.findall(r"^python3 dev\.py ([a-z]+)", dev.__doc__ or "", re.MULTILINE))


# Names of the code


@functools.cache
def names_in_the_code() -> set[str]:
    """Everything that has a name in our Python, modules included."""
    names = set(SOURCE)
    for path in (path for folder in SOURCE for path in (ROOT / folder).rglob("*.py")):
        names.add(path.stem)
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.Name(id=name, ctx=ast.Store()):
                    names.add(name)
    return names


def test_every_name_in_the_glossary_is_a_name_in_the_code():
    rows = [line.split("|") for line in (ROOT / "docs" / "glossary.md").read_text().splitlines() if line.startswith("| ")]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row[2])]
    assert len(named) > 80
    assert [name for name in named if name not in names_in_the_code()] == []


# The manual


def on_the_screens() -> str:
    """The Dutch of templates and source, without markup."""
    texts = [path.read_text() for path in (ROOT / "templates").rglob("*.html")]
    texts = [re.sub(r"""\{% translate "([^"]*)".*?%\}""", r"\1", text) for text in texts]
    texts += [path.read_text() for folder in SOURCE for path in (ROOT / folder).rglob("*.py") if "sample" not in path.parts]
    return html.unescape(" ".join(re.sub(r"\{[%{].*?[%}]\}|</?(?:span|kbd|svg)\b[^>]*>", "", text) for text in texts))


@EVERY_MANUAL
def test_every_button_and_field_it_names_stands_on_a_screen(doc):
    screens = on_the_screens()
    for words in re.findall(r"\*\*(.+?)\*\*", doc.read_text()):
        is_key = len(words) == 1 or words in {"Ctrl", "Enter", "Esc"}
        if not is_key and words[-1] not in ".?:":  # a sentence that opens an item of a list
            assert words in screens, words


def test_every_picture_is_used_and_made_by_the_script():
    folder = ROOT / "docs" / "handleiding" / "beelden"
    there = {path.name for path in folder.iterdir()}
    used = {Path(target).name for doc in DOCS for target in links(doc) if target.endswith(".png")}
    assert there == used
    assert {Path(name).stem for name in there} == {picture.name for picture in screenshots.MANUAL}


def test_pictures_are_small_enough_for_a_slow_line():
    sizes = {}
    for path in (ROOT / "docs" / "handleiding" / "beelden").iterdir():
        sizes[path.name] = path.stat().st_size
        with Image.open(path) as image:
            assert image.width in {screenshots.PHONE, screenshots.DESK}, path.name
    assert max(sizes.values()) < 150_000
    assert sum(sizes.values()) < 2_000_000


def keys(text: str) -> set[str]:
    """The keys of a list of shortcuts, single ones in capitals."""
    found = re.findall(r"<kbd[^>]*>(?:\{\{ form\.kinds\|length \}\})?([^<]*)</kbd>|\*\*([^*\n]{1,5}|\*)\*\*", text)
    return {(one or two).upper() for one, two in found} - {""}


def test_the_manual_the_web_page_and_the_screen_know_the_same_keys():
    manual = (ROOT / "docs" / "handleiding" / "beleidsmedewerker.md").read_text().partition("## Sneltoetsen")[2].partition("\n## ")[0]
    page = (ROOT / "templates" / "web" / "manual.html").read_text()
    screen = (ROOT / "templates" / "priorities" / "_triage_keys.html").read_text()
    assert keys(manual) == keys(page)
    assert keys(manual) - {"ESC", str(len(offered()))} == keys(screen)
