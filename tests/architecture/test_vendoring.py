"""What is copied from npm packages: the files the pages name, and nothing that asks another host."""

import re
from pathlib import Path

import pytest

from ivp_portal import vendoring

ROOT = Path(__file__).resolve().parents[2]
NODE_MODULES = ROOT / "node_modules"


@pytest.fixture(scope="module")
def vendored(tmp_path_factory):
    target = tmp_path_factory.mktemp("een map") / "vendor"
    vendoring.vendor(NODE_MODULES, target)
    return target


def test_each_letter_comes_in_two_subsets_that_do_not_hide_each_other(vendored):
    css = (vendored / "fonts" / "fonts.css").read_text()
    faces = re.findall(r"@font-face \{.*?\}", css, re.DOTALL)
    kinds = {(re.search(r"font-weight: (\d+)", face)[1], re.search(r"font-style: (\w+)", face)[1]) for face in faces}
    assert len(faces) == 8
    assert kinds == {("400", "normal"), ("400", "italic"), ("600", "normal"), ("700", "normal")}
    assert all("unicode-range:" in face and "font-family: 'Source Sans 3'" in face for face in faces)
    assert all("U+0000-00FF" in face for face in faces if "-latin-4" in face or "-latin-6" in face or "-latin-7" in face)


def test_every_file_that_a_sheet_names_is_there_and_nothing_else(vendored):
    css = (vendored / "fonts" / "fonts.css").read_text()
    named = set(re.findall(r"url\(([^)]+)\)", css))
    assert named == {path.name for path in (vendored / "fonts").glob("*.woff2")}
    assert {path.relative_to(vendored).as_posix() for path in vendored.rglob("*.css")} == {
        "fonts/fonts.css",
        "nlds/components.css",
        "nlds/theme.css",
    }


def test_no_sheet_asks_another_host(vendored):
    for sheet in vendored.rglob("*.css"):
        text = sheet.read_text()
        addresses = [match.strip("'\"") for match in re.findall(r"url\(\s*([^)]*)\)", text)]
        assert [address for address in addresses if not address.startswith(("data:", "source-sans-3-"))] == [], sheet
        assert "@import" not in text, sheet


def test_a_missing_file_is_named_and_what_was_there_stays(tmp_path):
    target = tmp_path / "vendor"
    target.mkdir()
    (target / "old").write_text("old")
    with pytest.raises(vendoring.VendoringError, match=r"index\.css is missing\. Install the packages again:"):
        vendoring.vendor(tmp_path / "node_modules", target)
    assert (target / "old").read_text() == "old"


def test_an_image_without_the_tests_packages_is_whole(tmp_path):
    packages = tmp_path / "node_modules"
    packages.mkdir()
    for scope in ("@fontsource", "@utrecht", "@nl-design-system-unstable"):
        (packages / scope).symlink_to(NODE_MODULES / scope)
    names = vendoring.vendor(packages, tmp_path / "vendor")
    assert "nlds/theme.css" in names
    assert not any(name.startswith("axe/") for name in names)
