"""Reading the environment, loudly: a missing or odd value names its variable."""

import os

from django.core.exceptions import ImproperlyConfigured


def env(name: str, default: str | None = None) -> str:
    """The variable's text; raises ImproperlyConfigured when it is not set and there is no default."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    return value


def env_bool(name: str, *, default: bool) -> bool:
    """True for 1, true, yes, on; False for 0, false, no, off; anything else raises."""
    value = os.environ.get(name, str(default)).strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def env_int(name: str, default: int) -> int:
    """The variable as a whole number; anything else raises."""
    value = os.environ.get(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def env_list(name: str, default: str | None = None) -> list[str]:
    """A comma-separated variable as a list without empty parts."""
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


def env_secret(name: str, *, least: int = 40) -> str:
    """A secret of at least `least` characters; there is never a default."""
    value = env(name)
    if len(value) < least:
        raise ImproperlyConfigured(f"{name} must be at least {least} characters.")
    return value
