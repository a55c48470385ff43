"""The letter of the papers: Source Sans 3, from the package that carries its full files (the web's subsets lack signs we need)."""

from functools import lru_cache
from pathlib import Path

import fontpkg_source_sans_3
from fontTools.ttLib import TTFont

FAMILY = "Plan Sans"
"""Its name in print.css and in the charts: our own, so that a letter installed on the machine can never take its place."""

FILES: dict[str, Path] = {
    "upright.ttf": fontpkg_source_sans_3.ROOT / "files" / "SourceSans3[wght].ttf",
    "italic.ttf": fontpkg_source_sans_3.ROOT / "files" / "SourceSans3-Italic[wght].ttf",
}
STYLES = {"upright.ttf": "normal", "italic.ttf": "italic"}


@lru_cache(maxsize=1)
def known_characters() -> frozenset[int]:
    """Code points for which both the upright and the italic have a glyph."""
    upright, italic = (TTFont(path, lazy=True).getBestCmap() for path in FILES.values())
    return frozenset(upright) & frozenset(italic)


def font_faces(address: str) -> str:
    """The @font-face rules of the papers, with the files at `address` (which ends in a slash)."""
    return "\n".join(f'@font-face {{ font-family: "{FAMILY}"; font-style: {STYLES[name]}; src: url("{address}{name}") }}' for name in FILES)
