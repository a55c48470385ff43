"""Copies the files the pages need out of node_modules into one folder: nothing of others is committed, and nothing unneeded is served.

Standard library only, so that dev.py and the image's build can both run it:  python ivp_portal/vendoring.py NODE_MODULES TARGET
"""

import argparse
import re
import shutil
import sys
from pathlib import Path

# What is copied, by its name in the target folder.
FILES = {
    "nlds/components.css": "@utrecht/component-library-css/dist/index.css",
    "nlds/theme.css": "@nl-design-system-unstable/voorbeeld-design-tokens/dist/theme.css",
}
# Installed for the tests only; an image without them is whole.
TEST_FILES = {"axe/axe.min.js": "axe-core/axe.min.js"}

FONT_PACKAGE = "@fontsource/source-sans-3"
FONT_STYLES = ("400", "400-italic", "600", "700")
FONT_SUBSETS = ("latin", "latin-ext")

FONT_FACE = re.compile(r"/\* (?P<name>[a-z0-9-]+) \*/\s*(?P<rule>@font-face \{.*?\})", re.DOTALL)
FONT_SOURCE = re.compile(r"src: url\(\./files/(?P<file>[^)]+\.woff2)\) format\('woff2'\)[^;]*;")


class VendoringError(RuntimeError):
    """A package is not what we expect of it; the text says which file and what mends it."""


def vendor(node_modules: Path, target: Path) -> list[str]:
    """Make `target` anew and return the names in it, sorted. Raises VendoringError and leaves the old target when a file is missing."""
    making = target.with_name(target.name + ".making")
    shutil.rmtree(making, ignore_errors=True)
    for name, source in FILES.items():
        copy(node_modules / source, making / name)
    for name, source in TEST_FILES.items():
        if (node_modules / source).exists():
            copy(node_modules / source, making / name)
    vendor_fonts(node_modules / FONT_PACKAGE, making / "fonts")
    shutil.rmtree(target, ignore_errors=True)
    making.rename(target)
    return sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file())


def vendor_fonts(package: Path, target: Path) -> None:
    """Copy the letters and write fonts.css.

    Each rule keeps its unicode-range, so that a browser fetches latin-ext only for a page that needs it; the package's own
    latin-400.css has no range, and then one subset hides the other.
    """
    rules = []
    for style in FONT_STYLES:
        sheet = package / f"{style}.css"
        if not sheet.exists():
            raise VendoringError(missing(sheet))
        weight, _, slant = style.partition("-")
        wanted = {f"source-sans-3-{subset}-{weight}-{slant or 'normal'}" for subset in FONT_SUBSETS}
        for face in FONT_FACE.finditer(sheet.read_text()):
            if face["name"] not in wanted:
                continue
            source = FONT_SOURCE.search(face["rule"])
            if source is None or "unicode-range" not in face["rule"]:
                raise VendoringError(f"{sheet} no longer looks as expected at {face['name']}.")
            copy(package / "files" / source["file"], target / source["file"])
            rules.append(FONT_SOURCE.sub(rf"src: url({source['file']}) format('woff2');", face["rule"]))
            wanted.remove(face["name"])
        if wanted:
            raise VendoringError(f"{sheet} has no rule for {', '.join(sorted(wanted))}.")
    (target / "fonts.css").write_text("\n\n".join(rules) + "\n")


def copy(source: Path, target: Path) -> None:
    """Copy one file and make its folder."""
    if not source.exists():
        raise VendoringError(missing(source))
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def missing(path: Path) -> str:
    """The sentence for a file that should be there."""
    return f"{path} is missing. Install the packages again:  rm -r node_modules; python3 dev.py up"


def main() -> int:
    """Vendor, and print how many files there are; 1 with the reason when that did not work."""
    parser = argparse.ArgumentParser(description="Copy the front end's files out of node_modules.")
    parser.add_argument("node_modules", type=Path)
    parser.add_argument("target", type=Path)
    options = parser.parse_args()
    options.target.parent.mkdir(parents=True, exist_ok=True)
    try:
        names = vendor(options.node_modules, options.target)
    except VendoringError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    sys.stdout.write(f"{len(names)} files in {options.target}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
