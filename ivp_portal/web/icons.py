"""The portal's own icons: line drawings on a grid of 24, and the ladder of five bars that is both the mark and the sign of a level."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Icon:
    """One drawing: path data in the units of the grid, stroked with the colour of the text around it."""

    line: str = ""
    dashed: str = ""
    filled: str = ""


def circle(radius: int) -> str:
    """A circle around the middle of the grid as path data."""
    return f"M{12 - radius} 12a{radius} {radius} 0 1 0 {2 * radius} 0a{radius} {radius} 0 1 0-{2 * radius} 0z"


RING = circle(9)

ICONS: dict[str, Icon] = {
    "arrow-left": Icon("M20 12H5M11 6l-6 6 6 6"),
    "arrow-right": Icon("M4 12h15M13 6l6 6-6 6"),
    "arrow-up": Icon("M12 20V5M6 11l6-6 6 6"),
    "bent-arrow": Icon("M5 4v9a3 3 0 0 0 3 3h11M14 11l5 5-5 5"),
    "bookmark": Icon("M6 3h12v18l-6-4.5L6 21z"),
    "building": Icon("M3 21h18M5 21V9l7-5 7 5v12M10 21v-6h4v6"),
    "check": Icon("m5 12.5 4.5 4.5L19 7.5"),
    "chevron-down": Icon("m6 9 6 6 6-6"),
    "circle-dashed": Icon(dashed=circle(8)),
    "circle-full": Icon(RING, filled=RING),
    "circle-half": Icon(RING, filled="M12 3v18a9 9 0 0 1 0-18z"),
    "clock": Icon(RING + "M12 7v5l3 2"),
    "cross": Icon("M6 6l12 12M18 6L6 18"),
    "cycle": Icon("M4 12a8 8 0 0 1 14-5.3L20 9M20 4v5h-5M20 12a8 8 0 0 1-14 5.3L4 15M4 20v-5h5"),
    "download": Icon("M12 4v11M7 11l5 5 5-5M5 20h14"),
    "eye": Icon("M2 12c3-5 6.3-7 10-7s7 2 10 7c-3 5-6.3 7-10 7s-7-2-10-7z" + circle(3)),
    "flag": Icon("M6 21V4h12l-3 4 3 4H6"),
    "info": Icon(RING + "M12 11v5M12 8v.1"),
    "lock": Icon("M7 11h10a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2zM8 11V8a4 4 0 0 1 8 0v3"),
    "mail": Icon("M3 6h18v12H3zM3 7l9 7 9-7"),
    "menu": Icon("M4 7h16M4 12h16M4 17h16"),
    "minus": Icon(RING + "M8 12h8"),
    "page": Icon("M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6"),
    "pencil": Icon("M4 20l1-5L16 4l4 4L9 19zM13 7l4 4"),
    "person": Icon("M8 8a4 4 0 1 0 8 0a4 4 0 1 0-8 0zM4 21c1-5 4-7 8-7s7 2 8 7"),
    "plus": Icon("M12 5v14M5 12h14"),
    "printer": Icon("M7 9V3h10v6M7 17H4v-7h16v7h-3M7 14h10v7H7z"),
    "ring": Icon("M12 3a9 9 0 1 0 9 9"),
    "search": Icon("M4 11a7 7 0 1 0 14 0a7 7 0 1 0-14 0zM20 20l-4-4"),
    "speech": Icon("M4 5h16v11H10l-5 4v-4H4z"),
    "undo": Icon("M4 9h10a6 6 0 0 1 0 12h-3M4 9l5-5M4 9l5 5"),
    "warning": Icon("M12 3 2 20h20zM12 10v4M12 17v.1"),
}

# Five rising bars on a grid of 20: lokaal, basisteam, district, eenheid, landelijk.
LADDER = tuple(f"M{4 * bar} {16 - 4 * bar}h3v{4 + 4 * bar}h-3z" for bar in range(5))
LEVELS = {"municipality": 1, "team": 2, "district": 3, "unit": 4, "nation": 5}
LADDER_NAMES = {f"ladder-{bars}": bars for bars in range(1, len(LADDER) + 1)}
