"""What public pages say exists in English: nothing is missing, guessed, dead or written without being marked."""

import ast
import re
from collections.abc import Iterable
from gettext import GNUTranslations
from pathlib import Path

from django.template.base import Lexer, TokenType
from django.utils.translation import gettext

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo

from ivp_portal.web.catalogue import ENGLISH, KEYWORDS, ROOT, SOURCE, differences, forms, read, renew, said_in
from ivp_portal.web.languages import speaking

TEMPLATES = ROOT / "templates"
EXTENDS = '{% extends "public.html" %}'
DRAWN_BY_TAGS = ("_form_field.html", "_error_summary.html")
SEEN = re.compile(r"""(?:aria-label|title|placeholder|alt)="([^"]*)\"""")
NAMES = {"English", "Nederlands"}


def with_parts(paths: Iterable[Path]) -> list[Path]:
    """These templates and all they include."""
    found: list[Path] = []
    waiting = list(paths)
    while waiting:
        if (path := waiting.pop()) not in found:
            found.append(path)
            waiting += [TEMPLATES / name for name in re.findall(r"""{% include ["']([^"'#]+)""", path.read_text())]
    return sorted(found)


SHELLS = [TEMPLATES / name for name in ("public.html", *DRAWN_BY_TAGS)]
PUBLIC = with_parts([*SHELLS, *(path for path in TEMPLATES.rglob("*.html") if EXTENDS in path.read_text())])


def bare_words(source: str) -> list[str]:
    """The words of a template that a reader sees and that no translation tag holds."""
    text, skipped = "", ""
    for token in Lexer(source).tokenize():
        word = token.contents.split()[0] if token.contents.strip() else ""
        if token.token_type == TokenType.BLOCK and word in {"blocktranslate", "comment"}:
            skipped = f"end{word}"
        elif token.token_type == TokenType.BLOCK and word == skipped:
            skipped = ""
        elif token.token_type == TokenType.TEXT and not skipped:
            text += token.contents
    seen = [*SEEN.findall(text), re.sub(r"<[^>]*>", " ", text)]
    return [word for part in seen for word in re.findall(r"[^\W\d_]{2,}", re.sub(r"&\w+;", " ", part)) if word not in NAMES]


def test_every_sentence_of_the_source_has_its_english_and_the_catalogue_holds_no_other():
    source = said_in(*SOURCE)
    assert {"Vul ‘{label}’ in.", "Naar de inhoud"} <= {forms(message.id)[0] for message in source if message.id}
    assert differences(source, read()) == [], "python3 dev.py manage messages"


def spoken(catalog: Catalog) -> set[tuple[str | None, tuple[str, ...], tuple[str, ...]]]:
    """What Django may say: a sentence without English is not compiled."""
    said = [message for message in catalog if message.id and all(forms(message.string)) and not message.fuzzy]
    return {(message.context, tuple(forms(message.id)), tuple(forms(message.string))) for message in said}


def test_what_is_compiled_is_what_is_written():
    with ENGLISH.with_suffix(".mo").open("rb") as file:
        assert spoken(read_mo(file)) == spoken(read()), "python3 dev.py manage messages"


def test_a_dutch_sentence_stays_what_it_is_where_dutch_is_spoken():
    # Django has a Dutch catalogue of its own: a sentence of ours that is a word of its English would turn into something else.
    with speaking("nl"):
        assert [sentence for message in read() if message.id for sentence in forms(message.id) if gettext(sentence) != sentence] == []


@pytest.mark.parametrize("page", PUBLIC, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_public_page_has_no_word_outside_a_translation(page):
    assert bare_words(page.read_text()) == []


def test_the_parts_of_a_public_page_are_read_too():
    assert {"public.html", "_skip_link.html", "_messages.html", "_field_notes.html"} <= {path.name for path in PUBLIC}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Dag</p>", ["Dag"]),
        ('<a aria-label="Terug" href="{{ url }}">{{ name }}</a>', ["Terug"]),
        ('<p class="{% if a %}x{% endif %}">{% translate "Dag" %}</p>&nbsp;– 3.', []),
        ("{% blocktranslate count n=n %}Een dag{% plural %}{{ n }} dagen{% endblocktranslate %}{% comment %}Hier{% endcomment %}", []),
    ],
)
def test_the_net_for_bare_words_catches_what_it_is_for(source, words):
    assert bare_words(source) == words


def made_up_sentences(source: str) -> list[str]:
    """Calls of gettext with a sentence that is put together on the spot, which nobody can find and translate."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args]
    named = [call for call in calls if getattr(call.func, "id", getattr(call.func, "attr", "")) in KEYWORDS]
    return [ast.unparse(call) for call in named if any(isinstance(word, ast.JoinedStr | ast.BinOp | ast.Call) for word in call.args[:1])]


def test_no_sentence_is_put_together_before_it_is_translated():
    files = [path for folder in SOURCE for path in folder.rglob("*.py")]
    assert len(files) > 100
    assert [(path.name, call) for path in files for call in made_up_sentences(path.read_text())] == []


@pytest.mark.parametrize("call", ["gettext(f'Dag {name}')", "gettext_lazy('Dag ' + name)", "translation.gettext('Dag {}'.format(name))"])
def test_the_net_for_sentences_put_together_catches_them(call):
    assert len(made_up_sentences(call)) == 1
    assert made_up_sentences("gettext('Dag %(name)s') % {'name': name}") == []


# The check itself, on a small source of its own

PAGE = """{% load i18n %}<title>{% translate "Uw inbreng" %}</title>
  {% blocktranslate trimmed %}
    Dag allemaal,
      {{ name }}
  {% endblocktranslate %}
{% blocktranslate count n=points %}{{ n }} punt{% plural %}{{ n }} punten{% endblocktranslate %}
{% translate "May" context "maand" %}{{ form|add:_("Sluiten") }}
"""
CODE = 'TITLE = gettext_lazy("Vul ‘{label}’ in.")\nN = ngettext("%(n)s ding", "%(n)s dingen", 2)\nprint("niet vertaald")\n'


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "page.html").write_text(PAGE)
    (folder / "code.py").write_text(CODE)
    (folder / "mail.txt").write_text('{% load i18n %}\n    {% translate "Bewaar deze mail." %}\n')
    return folder


def test_every_way_to_say_something_is_found(source):
    found = {(message.id, message.context) for message in said_in(source) if message.id}
    assert found == {
        ("Uw inbreng", None),
        ("Bewaar deze mail.", None),
        ("Dag allemaal, %(name)s", None),
        (("%(n)s punt", "%(n)s punten"), None),
        ("May", "maand"),
        ("Sluiten", None),
        ("Vul ‘{label}’ in.", None),
        (("%(n)s ding", "%(n)s dingen"), None),
    }


def answered(source: Path) -> Catalog:
    """A complete catalogue of that source."""
    english = said_in(source)
    for message in english:
        message.string = message.id
    return english


def test_a_complete_catalogue_is_nothing_to_remark_on(source):
    assert differences(said_in(source), answered(source)) == []


def test_a_sentence_that_is_added_without_english_is_noticed(source):
    english = answered(source)
    (source / "page.html").write_text(PAGE + '{% translate "Nieuw" %}')
    (problem,) = differences(said_in(source), english)
    assert problem.startswith("'Nieuw' (") and problem.endswith("page.html) is not in the catalogue")


def test_a_sentence_that_is_said_no_more_is_noticed(source):
    english = answered(source)
    (source / "code.py").write_text("")
    assert differences(said_in(source), english) == [
        "'Vul ‘{label}’ in.' is said nowhere any more",
        "'%(n)s ding' is said nowhere any more",
    ]


@pytest.mark.parametrize(
    ("key", "string", "problem"),
    [
        ("Uw inbreng", "", "has no English"),
        ("Dag allemaal, %(name)s", "Thank you", "has other placeholders in English"),
        ("Vul ‘{label}’ in.", "Fill in ‘{name}’.", "has other placeholders in English"),
        (("%(n)s ding", "%(n)s dingen"), ("%(n)s thing", ""), "has no English"),
        (("%(n)s ding", "%(n)s dingen"), ("%(n)s thing", "things"), "has other placeholders in English"),
    ],
)
def test_english_that_cannot_be_used_is_noticed(source, key, string, problem):
    english = answered(source)
    english[key].string = string
    (found,) = differences(said_in(source), english)
    assert found.endswith(problem)


def test_guessed_english_is_noticed(source):
    english = answered(source)
    english["Uw inbreng"].flags.add("fuzzy")
    (found,) = differences(said_in(source), english)
    assert found.endswith("has English that was guessed (fuzzy)")


def test_renewing_adds_what_is_new_keeps_what_is_answered_drops_what_is_gone_and_compiles(tmp_path):
    code, path = tmp_path / "code.py", tmp_path / "django.po"
    code.write_text('A = gettext("Dag")')
    assert len(renew(path, (tmp_path,))) == 1
    path.write_text(path.read_text().replace('msgid "Dag"\nmsgstr ""', 'msgid "Dag"\nmsgstr "Hello"'))
    assert renew(path, (tmp_path,)) == []
    with path.with_suffix(".mo").open("rb") as file:
        assert GNUTranslations(file).gettext("Dag") == "Hello"
    code.write_text('A = gettext("Dag") + gettext("Tot ziens")')
    (missing,) = renew(path, (tmp_path,))
    assert "Tot ziens" in missing and 'msgstr "Hello"' in path.read_text()
    code.write_text('A = gettext("Tot ziens")')
    renew(path, (tmp_path,))
    assert "Hello" not in path.read_text()


def test_writing_it_again_changes_no_letter(tmp_path):
    path = tmp_path / "django.po"
    path.write_bytes(ENGLISH.read_bytes())
    renew(path)
    assert path.read_bytes() == ENGLISH.read_bytes(), "python3 dev.py manage messages"
