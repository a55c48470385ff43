"""Markdown as officers type it, to HTML that is safe by construction: every element is written by format_html from a short list of kinds.

Paragraphs, headings, lists, quotes, tables, emphasis, links, and footnotes as ^[text]. Raw HTML and images are text like any other.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

NOTHING = SafeString("")
LINE_BREAK = SafeString("<br>")
LINE_END = SafeString("\n")
MARGIN_HEADING_LENGTH = 60
"""A longer heading does not fit the margin and stands above its text."""
CAPTION = re.compile(r"Tabel:\s*")
"""A paragraph that starts like this, right before a table, is its caption."""
EXAMPLE = "(voorbeeld)"
LINK_SCHEMES = ("https://", "http://", "mailto:")

_parser = (
    MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
    .enable("table")
    # An indented line is a typing habit here, not code, and an underlined line is not a heading.
    .disable(["code", "fence", "hr", "html_block", "html_inline", "image", "lheading", "reference"])
    .use(footnote_plugin)
)


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered heading, for the list of contents."""

    number: str
    title: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Prose:
    html: SafeString
    sections: tuple[Section, ...] = ()


def prose(text: str, *, level: int, number: str = "", margin_headings: bool = False, scrolls: bool = False) -> Prose:
    """The text as HTML whose highest heading is h`level`; headings never skip a level (PDF/UA-1, 7.4.2).

    With a number ('1') the headings of level 2 (##) are numbered '1.1', '1.2' … and listed in `sections`. With margin_headings the headings
    below them that are short enough get the class `side` and a div.qa around them and their text; print.css puts them in the margin. With
    `scrolls`, for a screen, a table stands in a named group of its own, so that a wide one scrolls and the page does not.
    """
    tokens = _parser.parse(text)
    writer = _Writer(level, number, margin_headings, scrolls, _footnotes(tokens))
    html = writer.page(tokens)
    return Prose(html, tuple(writer.sections))


def with_examples(text: str) -> SafeString:
    """Plain text, escaped, in which '(voorbeeld)' after an invented fact becomes a mark."""
    mark = format_html('<span class="example">{}</span>', EXAMPLE.strip("()"))
    parts = [format_html("{}", part) for part in text.split(EXAMPLE)]
    return _joined([parts[0], *(piece for part in parts[1:] for piece in (mark, part))])


def _joined(parts: list[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _elements(tokens: list[Token]) -> Iterator[tuple[Token, list[Token]]]:
    """Each block with the tokens inside it; a block without an end (inline) has itself inside."""
    start, depth = 0, 0
    for position, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            yield tokens[start], tokens[start + 1 : position] if token.nesting else [token]
            start = position + 1


def _footnotes(tokens: list[Token]) -> dict[int, list[Token]]:
    """The inline tokens of each footnote, by the number its references carry."""
    return {
        note.meta["id"]: [child for inline in inside if inline.type == "inline" for child in inline.children or ()]
        for block, notes in _elements(tokens)
        if block.type == "footnote_block_open"
        for note, inside in _elements(notes)
    }


def _plain(tokens: list[Token]) -> str:
    """The words of an inline stretch, without emphasis, links and footnotes."""
    said = (token for token in tokens if token.type != "footnote_ref")
    return "".join(" " if token.type in {"softbreak", "hardbreak"} else token.content for token in said).strip()


def _says_something(text: str) -> bool:
    """False for nothing but spaces and signs without a shape, such as a zero-width space."""
    return any(character.isprintable() and not character.isspace() for character in text)


def _last_words_together(text: str) -> str:
    """A last word of at most ten characters takes its neighbour along, so that no paragraph ends on a lone short word."""
    return re.sub(r" (\S{1,10})$", "\u00a0\\1", text) if text.count(" ") > 2 else text


@dataclass
class _Writer:
    level: int
    number: str
    margin_headings: bool
    scrolls: bool
    footnotes: dict[int, list[Token]]
    sections: list[Section] = field(default_factory=list)
    deepest: int = 0
    """Markdown level of the last heading: 0 for none yet, 2 for a section, 3 for what lies below."""

    def page(self, tokens: list[Token]) -> SafeString:
        """The top of the text: the only place for headings, captions and what stands in the margin."""
        parts: list[SafeString] = []
        beside: list[SafeString] | None = None
        blocks = list(_elements(tokens))
        caption = ""
        for position, (opening, inside) in enumerate(blocks):
            if opening.type == "heading_open":
                heading, in_margin = self.heading(opening, inside[0])
                if heading:
                    self._close(parts, beside)
                    beside = [heading] if in_margin else None
                    if not in_margin:
                        parts.append(heading)
                continue
            follows_table = position + 1 < len(blocks) and blocks[position + 1][0].type == "table_open"
            if opening.type == "paragraph_open" and follows_table and (found := CAPTION.match(_plain(inside[0].children or []))):
                caption = _plain(inside[0].children or [])[found.end() :]
                continue
            block = self.table(inside, caption) if opening.type == "table_open" else self.block(opening, inside)
            caption = ""
            (parts if beside is None else beside).append(block)
        self._close(parts, beside)
        return _joined(parts)

    @staticmethod
    def _close(parts: list[SafeString], beside: list[SafeString] | None) -> None:
        if beside:
            parts.append(format_html('<div class="qa">{}</div>', _joined(beside)))

    def heading(self, opening: Token, inline: Token) -> tuple[SafeString, bool]:
        """The heading, and whether it stands in the margin."""
        title = _plain(inline.children or [])
        if not _says_something(title):
            return NOTHING, False
        if opening.tag in {"h1", "h2"}:
            self.deepest = 2
            if not self.number:
                return format_html("<h{}>{}</h{}>", self.level, title, self.level), False
            place = len(self.sections) + 1
            section = Section(f"{self.number}.{place}", title, f"s{self.number.replace('.', '-')}-{place}")
            self.sections.append(section)
            return format_html(
                '<h{level} id="{}" data-run="{} {}"><span class="no">{} </span>{}</h{level}>',
                section.anchor, section.number, title, section.number, title, level=self.level,
            ), False  # fmt: skip
        level = self.level + (1 if self.deepest else 0)
        if self.margin_headings and len(title) <= MARGIN_HEADING_LENGTH:
            return format_html('<h{level} class="side">{}</h{level}>', title, level=level), True
        return format_html("<h{level}>{}</h{level}>", title, level=level), False

    def block(self, opening: Token, inside: list[Token]) -> SafeString:
        """One block below the top; a heading or table in a list or quote becomes ordinary text (PDF/UA-1, 7.2)."""
        match opening.type:
            case "paragraph_open":
                return self._wrapped("<p>{}</p>", self.inline(inside[0]))
            case "heading_open":
                return self._wrapped("<p><strong>{}</strong></p>", self.inline(inside[0]))
            case "blockquote_open":
                return self._wrapped("<blockquote>{}</blockquote>", self.blocks(inside))
            case "bullet_list_open":
                return self._wrapped("<ul>{}</ul>", self.items(inside))
            case "ordered_list_open":
                return self._wrapped(f'<ol start="{int(opening.attrGet("start") or 1)}">{{}}</ol>', self.items(inside))
            case "table_open":
                lines = (" · ".join(_plain(cell.children or []) for cell in row) for row in self.rows(inside))
                return _joined([format_html("<p>{}</p>", line) for line in lines])
            case "inline":
                return self.inline(opening)
        return NOTHING

    def blocks(self, tokens: list[Token]) -> SafeString:
        return _joined([self.block(opening, inside) for opening, inside in _elements(tokens)])

    def items(self, tokens: list[Token]) -> SafeString:
        return _joined([self._wrapped("<li>{}</li>", self.item(inside)) for _, inside in _elements(tokens)])

    def item(self, tokens: list[Token]) -> SafeString:
        """A list item; the paragraph of a tight list is left out, as Markdown means it."""
        return _joined([
            self.inline(inside[0]) if opening.type == "paragraph_open" and opening.hidden else self.block(opening, inside)
            for opening, inside in _elements(tokens)
        ])  # fmt: skip

    @staticmethod
    def _wrapped(element: str, content: SafeString) -> SafeString:
        """The element around the content, or nothing around nothing."""
        return format_html(element, content) if _says_something(content) else NOTHING

    @staticmethod
    def rows(tokens: list[Token]) -> list[list[Token]]:
        """The inline token of each cell, row by row, the head first."""
        return [
            [cell[0] for _, cell in _elements(row)]
            for _, section in _elements(tokens)
            for _, row in _elements(section)
        ]  # fmt: skip

    def table(self, tokens: list[Token], caption: str) -> SafeString:
        """A table with its head in columns and its first column as the head of each row; a column of numbers before it stays a number."""
        head, *rows = self.rows(tokens)
        titles = [_plain(cell.children or []) or "–" for cell in head]
        naming = 1 if titles[0].casefold() in {"nr", "nr.", "nummer"} and len(titles) > 1 else 0
        widths = column_widths([[_plain(cell.children or []) for cell in row] for row in (head, *rows)])
        body = format_html_join(
            "", "<tr>{}</tr>", ((_joined([self.cell(cell, place <= naming) for place, cell in enumerate(row)]),) for row in rows)
        )
        table = format_html(
            '<table class="wide{}">{}<colgroup>{}</colgroup><thead><tr>{}</tr></thead>{}</table>',
            " keep" if len(rows) <= 8 else "",
            self._wrapped("<caption>{}</caption>", with_examples(caption)),
            format_html_join("", '<col class="w{}">', ((width,) for width in widths)),
            format_html_join("", '<th scope="col">{}</th>', ((title,) for title in titles)),
            format_html("<tbody>{}</tbody>", body) if rows else NOTHING,
        )
        if not self.scrolls:
            return table
        name = caption or f"Tabel: {', '.join(titles)}"
        return format_html('<div class="utrecht-table-container" role="group" tabindex="0" aria-label="{}">{}</div>', name, table)

    def cell(self, cell: Token, names_the_row: bool) -> SafeString:
        content = self.inline(cell) if _says_something(_plain(cell.children or [])) else "–"
        return format_html('<th scope="row">{}</th>' if names_the_row else "<td>{}</td>", content)

    def inline(self, token: Token, *, in_footnote: bool = False) -> SafeString:
        return self.phrase(token.children or [], in_footnote=in_footnote)

    def phrase(self, tokens: list[Token], *, in_footnote: bool = False) -> SafeString:
        """Words with emphasis, links and footnotes. What is inside itself is written once: no strong in strong, no note in a note."""
        stack: list[tuple[Callable[[SafeString], SafeString] | None, list[SafeString]]] = [(None, [])]
        open_kinds: list[str] = []
        for position, token in enumerate(tokens):
            match token.type:
                case "text" | "code_inline":
                    words = _last_words_together(token.content) if position == len(tokens) - 1 else token.content
                    stack[-1][1].append(with_examples(words))
                case "softbreak":
                    stack[-1][1].append(LINE_END)
                case "hardbreak":
                    stack[-1][1].append(LINE_BREAK)
                case "footnote_ref" if not in_footnote:
                    note = self.phrase(self.footnotes.get(token.meta["id"], []), in_footnote=True)
                    stack[-1][1].append(self._wrapped('<span class="fn">{}</span>', note))
                case "em_open" | "strong_open" | "link_open":
                    stack.append((None if token.type in open_kinds else _wrapper(token), []))
                    open_kinds.append(token.type)
                case "em_close" | "strong_close" | "link_close":
                    open_kinds.pop()
                    wrap, parts = stack.pop()
                    content = _joined(parts)
                    stack[-1][1].append(wrap(content) if wrap and _says_something(content) else content)
        return _joined(stack[0][1])


def _wrapper(token: Token) -> Callable[[SafeString], SafeString] | None:
    if token.type == "link_open":
        address = str(token.attrGet("href") or "")
        if not address.casefold().startswith(LINK_SCHEMES):
            return None
        return lambda content: format_html('<a href="{}">{}</a>', address, content)
    return lambda content: format_html("<{tag}>{}</{tag}>", content, tag=token.tag)


def column_widths(rows: list[list[str]]) -> list[int]:
    """Percentages in steps of five that add up to 100: a column gets room for its longest word and for its share of the text."""
    columns = list(zip(*rows, strict=True))
    needs = [
        max(max((len(word) for cell in column for word in cell.split()), default=1), sum(map(len, column)) / len(column)) ** 0.75 + 1
        for column in columns
    ]
    least = 5 if len(columns) <= 10 else 0
    widths = [max(least, 5 * round(20 * need / sum(needs))) for need in needs]
    widths[widths.index(max(widths))] += 100 - sum(widths)
    return widths
