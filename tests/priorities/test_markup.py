"""Markdown becomes safe HTML whose headings never skip; whatever is typed."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorities.markup import Section, column_widths, prose, with_examples

ALLOWED = {
    "p", "br", "ul", "ol", "li", "em", "strong", "a", "span", "div", "blockquote",
    "h2", "h3", "h4", "h5", "h6", "table", "caption", "colgroup", "col", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
VOID = {"br", "col"}
PIECES = st.sampled_from(
    ["# ", "## ", "### ", "###### ", "- ", "1. ", "> ", "**", "*", "_", "`", "[", "](", ")", "^[", "]", "[^1]", "[^1]: ", "|",
     "|---|---|\n", "\n", "\n\n", "    ", "<script>", "</p>", "<b onclick=x>", "<!--", "&lt;", "&#60;", "javascript:", "http://a.nl",
     "mailto:", "data:", "![", "\\", "Tabel: ", "Nr", "(voorbeeld)", "woord", "\u200b", "\x00", "{}", "{0}", "😀", " "]
)  # fmt: skip
MARKDOWN = st.lists(PIECES | st.text(max_size=6), max_size=40).map("".join)


class Reader(HTMLParser):
    """Every element in order, and whether each was closed in its turn."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.others: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    def handle_comment(self, data):
        self.others.append(data)

    def handle_decl(self, decl):
        self.others.append(decl)

    def handle_pi(self, data):
        self.others.append(data)

    def unknown_decl(self, data):
        self.others.append(data)


@given(MARKDOWN, st.booleans(), st.sampled_from(["", "3"]), st.integers(2, 4))
def test_whatever_is_typed_gives_only_our_own_elements(text, margin_headings, number, level):
    reader = Reader(prose(text, level=level, number=number, margin_headings=margin_headings).html)

    assert not reader.open
    assert not reader.others
    for tag, attributes in reader.elements:
        assert tag in ALLOWED
        assert set(attributes) <= {"class", "href", "id", "data-run", "scope", "start"}
        assert attributes.get("href", "https://").lower().startswith(("http://", "https://", "mailto:"))
        assert re.fullmatch(r"[a-z0-9 ]*", attributes.get("class", ""))


@given(MARKDOWN, st.booleans(), st.integers(2, 5))
def test_headings_never_skip_a_level_and_never_stand_empty(text, margin_headings, level):
    html = prose(text, level=level, margin_headings=margin_headings).html

    now = level - 1
    for found in re.finditer(r"<h(\d)[^>]*>(.*?)</h\1>", html):
        assert level <= int(found[1]) <= now + 1
        assert found[2].strip("\u200b \x00")
        now = int(found[1])


@given(MARKDOWN)
def test_a_list_holds_only_items_and_no_table(text):
    depth: list[str] = []
    for tag in re.findall(r"<(/?(?:ul|ol|li|table|h\d))\b", prose(text, level=2).html):
        if tag.startswith("/"):
            depth.pop()
            continue
        if depth and depth[-1] in {"ul", "ol"}:
            assert tag == "li"
        assert not ("li" in depth and tag not in {"ul", "ol", "li"})
        depth.append(tag)


@given(st.lists(st.lists(st.text(max_size=80), min_size=3, max_size=3), min_size=1, max_size=6))
def test_the_columns_of_a_table_add_up_to_the_whole(rows):
    widths = column_widths(rows)

    assert sum(widths) == 100
    assert all(width % 5 == 0 and width >= 5 for width in widths)


def test_sections_are_numbered_and_listed():
    found = prose("Vooraf.\n\n## Zes gemeenten\n\n## Wat *de raad* inbracht^[In 2022.]", level=3, number="1")

    assert found.sections == (Section("1.1", "Zes gemeenten", "s1-1"), Section("1.2", "Wat de raad inbracht", "s1-2"))
    assert '<h3 id="s1-2" data-run="1.2 Wat de raad inbracht"><span class="no">1.2 </span>Wat de raad inbracht</h3>' in found.html


def test_a_short_heading_stands_beside_its_text_and_a_long_one_above_it():
    long = "Een kop die te lang is om in de marge van een pagina te kunnen staan"
    html = prose(f"## Kop\n\n### Kort\n\nTekst.\n\n### {long}\n\nMeer.", level=3, number="2", margin_headings=True).html

    assert '<div class="qa"><h4 class="side">Kort</h4><p>Tekst.</p></div>' in html
    assert f"<h4>{long}</h4><p>Meer.</p>" in html


def test_a_footnote_stands_where_it_is_called():
    html = prose("De raad kiest.^[Artikel 38b *Politiewet* 2012.] En de burgemeester.[^1]\n\n[^1]: Artikel 172.", level=3).html

    assert html == (
        '<p>De raad kiest.<span class="fn">Artikel 38b <em>Politiewet</em> 2012.</span>'
        ' En de burgemeester.<span class="fn">Artikel 172.</span></p>'
    )


def test_a_footnote_that_calls_itself_ends():
    assert prose("Zie[^1].\n\n[^1]: zie ook[^1].", level=3).html == '<p>Zie<span class="fn">zie ook.</span>.</p>'


def test_thousands_of_stars_are_one_emphasis():
    html = prose("*" * 4001 + "woord" + "*" * 4001, level=3).html

    assert html.count("<strong>") == 1


def test_a_table_has_a_caption_a_head_and_a_name_for_each_row():
    html = prose(
        "Tabel: Doelen (voorbeeld)\n\n| Nr | Doel | Maat |\n|---|---|---|\n| 1 | Minder inbraak | aantal |\n| 2 | | |", level=3
    ).html

    assert '<caption>Doelen <span class="example">voorbeeld</span></caption>' in html
    assert '<th scope="row">1</th><th scope="row">Minder inbraak</th><td>aantal</td>' in html
    assert '<th scope="row">2</th><th scope="row">–</th><td>–</td>' in html
    assert "<p>Tabel:" not in html


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//elders.nl", "/pad", "ftp://a.nl"])
def test_a_link_to_anything_but_the_web_or_a_mailbox_is_its_words(address):
    assert "<a" not in prose(f"[klik]({address})", level=3).html


def test_a_link_without_words_is_nothing():
    assert prose("[](https://a.nl)", level=3).html == ""


def test_an_image_is_never_fetched():
    assert "<img" not in prose("![kaart](https://elders.nl/kaart.png)", level=3).html


def test_the_word_voorbeeld_between_brackets_becomes_a_mark():
    assert with_examples("2023-014 (voorbeeld) & meer") == '2023-014 <span class="example">voorbeeld</span> &amp; meer'


def test_the_last_short_word_takes_its_neighbour_along():
    assert "en\u00a0de" in prose("Een zin met een laatste woord en de", level=3).html
