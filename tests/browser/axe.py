"""What axe finds on the page that stands open."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}


def found_by_axe(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """Every broken rule, with the places; empty when the page is sound. What passes is not told about, which takes most of the time."""
    if not page.evaluate("typeof window.axe?.run === 'function'"):
        page.evaluate(AXE_SCRIPT)
    options = {**rules, "resultTypes": ["violations"]}
    broken = page.evaluate("options => axe.run(options).then(({violations}) => violations)", options)
    return [f"{rule['id']}: {rule['help']}: {', '.join(str(node['target']) for node in rule['nodes'])}" for rule in broken]
