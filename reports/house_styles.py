"""The colours of each municipality, read from print.css: one place for the papers and the charts in them."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

STYLESHEET = Path(__file__).parent / "static" / "reports" / "print.css"
_COLOUR = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})")


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """Colours as '#rrggbb'. What each is for, and what it must keep to, stands beside it in print.css."""

    accent: str
    accent_dark: str
    accent_line: str
    tint: str
    ink: str
    ink_soft: str
    series: str
    rule: str


@lru_cache(maxsize=1)
def house_styles() -> dict[str, HouseStyle]:
    """Every house style by the municipality's slug; '' is the one for all others."""
    css = STYLESHEET.read_text(encoding="utf-8")
    base = dict(_COLOUR.findall(css[css.index(":root") : css.index("}", css.index(":root"))]))
    own = re.findall(r'html\[data-house-style="([\w-]+)"\]\s*\{(.*?)\}', css, re.DOTALL)
    styles = {"": base, **{slug: base | dict(_COLOUR.findall(rules)) for slug, rules in own}}
    return {slug: HouseStyle(**{name.replace("-", "_"): value for name, value in colours.items()}) for slug, colours in styles.items()}


def house_style(slug: str) -> HouseStyle:
    """The municipality's own colours, or the common ones."""
    styles = house_styles()
    return styles.get(slug, styles[""])
