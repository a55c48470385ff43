"""The checks on the source, each by the name that `dev.py lint` takes."""

import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ivp_portal.devtools.console import PYTHON, ROOT, VAR, VENV, Failure, environment, run, say
from ivp_portal.devtools.setup import files


def lint(names: list[str], var: Path = VAR) -> None:
    """Run the named checks, or all, as many at a time as there are cores; every one runs, then Failure names those that found something."""
    checks = commands()
    if unknown := [name for name in names if name not in checks]:
        raise Failure(f"No check is called {', '.join(unknown)}. There are:  python3 dev.py lint {' '.join(checks)}")

    def passes(name: str) -> bool:
        settings = PRODUCTION if name == "deploy" else DEVELOPMENT
        try:
            run(f"lint {name}", checks[name], env=environment(var, **settings), mend=mend(name), shown=SHOWN_FINDINGS)
        except Failure as failure:
            say(f"{failure}\n")
            return False
        return True

    chosen = sorted(names or checks, key=SLOW.__contains__, reverse=True)
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        found = [name for name, passed in zip(chosen, pool.map(passes, chosen), strict=True) if not passed]
    finally:
        pool.shutdown(cancel_futures=True)
    if found:
        raise Failure(f"These checks found something: {', '.join(found)}. Once mended:  python3 dev.py lint {' '.join(found)}")


def commands() -> dict[str, list[str]]:
    """What each check runs."""
    python = str(PYTHON)
    manage = [python, "-W", "ignore::RuntimeWarning", "manage.py"]  # makemigrations warns when no database is up; it needs none
    imports = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    templates = [str(path.relative_to(ROOT)) for path in files("templates/**/*.html", "*/templates/**/*.html")]
    return {
        "ruff": [python, "-m", "ruff", "check", "--quiet", "."],
        "format": [python, "-m", "ruff", "format", "--check", "--quiet", "--diff", "."],
        "djade": [str(VENV / "bin" / "djade"), "--target-version", "5.2", "--check", *templates],
        "codespell": [python, "-m", "codespell_lib"],
        "mypy": [python, "-m", "mypy"],
        "imports": [python, "-c", imports, "--no-logo"],
        "migrations": [*manage, "makemigrations", "--check", "--dry-run"],
        "deploy": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
    }


def mend(name: str) -> str:
    """What mends the findings of a check: a command where a tool can, else a person who reads them."""
    python, djade = os.path.relpath(PYTHON, ROOT), os.path.relpath(VENV / "bin" / "djade", ROOT)
    tools = {
        "ruff": f"{python} -m ruff check --fix .",
        "format": f"{python} -m ruff format .",
        "djade": f"find templates -name '*.html' -exec {djade} --target-version 5.2 {{}} +",
        "migrations": "python3 dev.py manage makemigrations",
    }
    return f"What a tool can mend:  {tools[name]}" if name in tools else "Mend what stands above."


SHOWN_FINDINGS = 400
SLOW = {"mypy"}
"""These begin first; the others run beside them."""
DEVELOPMENT = {"DJANGO_SETTINGS_MODULE": "ivp_portal.settings.test"}
# Throwaway values: `check --deploy` reads them and connects nowhere.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "ivp_portal.settings.production",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "ALLOWED_HOSTS": "portaal.invalid",
    "DATABASE_URL": "postgresql://ivp:" + secrets.token_urlsafe(20) + "@db.invalid/ivp",
    "BROKER_URL": "redis://:" + secrets.token_urlsafe(20) + "@broker.invalid/0",
    "SECURITY_CONTACT": "mailto:security@portaal.invalid",
    "PORTAL_URL": "https://portaal.invalid",
    "EMAIL_HOST": "mail.portaal.invalid",
    "DEFAULT_FROM_EMAIL": "ivp@portaal.invalid",
}
