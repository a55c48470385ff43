"""How quick the portal is, as a multiple of a small thing measured in the same run: python3 dev.py bench [NAMES].

Prints each figure beside its goal, writes the same to var/bench.json, and exits with 1 when a goal is missed.
"""

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import django

from ivp_portal.bench import servers


def main() -> int:
    servers.choose_database()
    django.setup()
    from ivp_portal.bench.measures import MEASURES  # needs the settings

    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one or more of: {', '.join(MEASURES)}; all when none is given")
    names = parser.parse_args().names or list(MEASURES)
    if unknown := [name for name in names if name not in MEASURES]:
        sys.stderr.write(f"Unknown: {', '.join(unknown)}. Choose from: {', '.join(MEASURES)}.\n")
        return 2
    figures = []
    with servers.ready() as bench:
        for name in names:
            figures += MEASURES[name](bench)
    width = max(len(figure.what) for figure in figures)
    for figure in figures:
        spread = f"({figure.lowest:.2f} to {figure.highest:.2f})"
        verdict = "told" if figure.goal is None else "held" if figure.held else "MISSED"
        found, goal = f"{figure.median:.2f}{figure.unit}", "-" if figure.goal is None else f"{figure.goal:.2f}{figure.unit}"
        sys.stdout.write(f"{figure.what:<{width}}  {found:>10} {spread:<20} goal {goal:>10}  {verdict}  {figure.note}\n")
    target = Path(os.environ["IVP_VAR"]) / "bench.json"
    target.write_text(json.dumps([asdict(figure) | {"held": figure.held} for figure in figures], indent=1))
    return 0 if all(figure.held for figure in figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
