"""Reads the structure tree of a tagged PDF: what a voice reads out, and which headers belong to a cell."""

import re
from dataclasses import dataclass, field
from io import BytesIO

import pikepdf


@dataclass
class Element:
    """An element of the tree with its own and its children's words."""

    kind: str
    children: list["Element"] = field(default_factory=list)
    words: str = ""
    id: str = ""
    headers: tuple[str, ...] = ()
    scope: str = ""
    alt: str = ""

    @property
    def text(self) -> str:
        """All words in reading order, with single spaces."""
        return " ".join(f"{self.words} {' '.join(child.text for child in self.children)}".split())

    def found(self, *kinds: str) -> list["Element"]:
        """Every element of these kinds below this one, in reading order; not those inside another of them."""
        return [
            found for child in self.children for found in ([child] if child.kind in kinds else child.found(*kinds))
        ]  # fmt: skip

    def all(self, kind: str) -> list["Element"]:
        """Every element of the kind, nested ones too."""
        return [found for child in self.children for found in ([child] if child.kind == kind else []) + child.all(kind)]


def structure_of(content: bytes) -> Element:
    """The root of the tree."""
    with pikepdf.open(BytesIO(content)) as pdf:
        words = {page.objgen: _marked_words(page) for page in pdf.pages}
        return _element(pdf.Root.StructTreeRoot.K[0], words)


def _element(node: pikepdf.Dictionary, words: dict) -> Element:
    attributes = node.get("/A", {})
    element = Element(
        kind=str(node.S).removeprefix("/"),
        id=str(node.get("/ID", "")),
        headers=tuple(str(header) for header in attributes.get("/Headers", ())),
        scope=str(attributes.get("/Scope", "")).removeprefix("/"),
        alt=str(node.get("/Alt", "")),
    )
    for kid in node.get("/K", ()):
        if isinstance(kid, int):
            element.children.append(Element("", words=words[node.Pg.objgen].get(kid, "")))
        elif "/S" in kid:
            element.children.append(_element(kid, words))
    return element


def _marked_words(page: pikepdf.Page) -> dict[int, str]:
    """The words of each marked stretch of a page, by its number; letters are two bytes and the font says what they mean."""
    fonts = {
        str(name): _meanings(font.ToUnicode.read_bytes().decode()) for name, font in page.get("/Resources", {}).get("/Font", {}).items()
    }
    found: dict[int, str] = {}
    number, meanings = -1, {}
    for instruction in pikepdf.parse_content_stream(page):
        match str(instruction.operator):
            case "BDC":
                number = int(instruction.operands[1].get("/MCID", -1))
                found[number] = ""
            case "Tf":
                meanings = fonts[str(instruction.operands[0])]
            case "TJ":
                for piece in instruction.operands[0]:
                    if isinstance(piece, pikepdf.String):
                        code = bytes(piece)
                        found[number] += "".join(meanings[code[place : place + 2]] for place in range(0, len(code), 2))
    return found


def _meanings(cmap: str) -> dict[bytes, str]:
    """A font's letters by their code; a ligature stands for several."""
    pairs = re.findall(r"^<([0-9a-f]{4})> <([0-9a-f ]+)>$", cmap, re.MULTILINE)
    return {bytes.fromhex(code): bytes.fromhex(said).decode("utf-16-be") for code, said in pairs}
