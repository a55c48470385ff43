"""One word for one thing, on screens, in mails and in the manual (docs/design.md §11, docs/glossary.md)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ("consultation", "priorities", "reports", "ivp_portal")
NOT_OURS = {"migrations", "sample", "bench", "devtools"}
"""What landed once; what residents are made to say; what nobody of an area reads."""

INSTEAD = {
    r"[Ii]nzenders?": "inbrenger",
    r"Opslaan": "Sla op, or what is saved: Bewaar notitie",
    r"Laat maar|Annuleren": "Terug zonder opslaan, bewaren or versturen",
    r"[Uu] hebt|[Hh]ebt u": "u heeft",
    r"(?i:helaas|oeps|succesvol|gelieve|invoer ongeldig)": "what happened and what to do",
}


def in_templates() -> Iterator[tuple[str, str]]:
    for path in [*ROOT.glob("templates/**/*.html"), *ROOT.glob("templates/**/*.txt"), *ROOT.glob("docs/handleiding/*.md")]:
        said = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        yield str(path.relative_to(ROOT)), said


def in_code() -> Iterator[tuple[str, str]]:
    for path in (path for app in CODE for path in (ROOT / app).rglob("*.py")):
        if NOT_OURS.isdisjoint(path.relative_to(ROOT).parts):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            said = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in notes]
            yield str(path.relative_to(ROOT)), "\n".join(text for text in said if isinstance(text, str))


@pytest.mark.parametrize("word", INSTEAD)
def test_everywhere_the_same_word_is_used_for_the_same_thing(word):
    found = [place for place, text in [*in_templates(), *in_code()] if re.search(rf"\b(?:{word})\b", text)]
    assert not found, f"write instead: {INSTEAD[word]}"


def test_the_words_are_looked_for_where_people_read_them():
    places = dict([*in_templates(), *in_code()])
    assert "inbrenger" in places["templates/priorities/question_add.html"]
    assert "inbrenger" in places["ivp_portal/audit/verbs.py"]
    assert "inbrenger" in places["docs/handleiding/README.md"]
    assert "The words" not in places["priorities/services/handling.py"]
