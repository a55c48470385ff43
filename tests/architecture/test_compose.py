"""The compose file and the image, read as data: no service, port, variable or health check goes unchecked."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from psycopg.conninfo import conninfo_to_dict

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()

PORTAL = {"migrate", "web", "worker", "beat"}
PORTAL_VARIABLES = {
    *("SECRET_KEY", "ALLOWED_HOSTS", "SECURITY_CONTACT", "DATABASE_URL", "BROKER_URL"),
    *("S3_BUCKET", "S3_ENDPOINT_URL", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY"),
    *(
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "UPLOAD_LIMIT_MB",
        "CLAMAV_SOCKET",
        "PORTAL_URL",
        "DEFAULT_FROM_EMAIL",
        "MAIL_REPLY_TO",
    ),
    *("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "EMAIL_USE_SSL"),
}
VARIABLES = {
    "postgres": {"POSTGRES_PASSWORD", "DATABASE_PASSWORD", "POSTGRES_INITDB_ARGS"},
    "valkey": {"BROKER_PASSWORD"},
    "store": {"ROOT_ACCESS_KEY", "ROOT_SECRET_KEY"},
    **dict.fromkeys(PORTAL, PORTAL_VARIABLES),
}
HEALTH_ASKS = {
    "postgres": "pg_isready --host=127.0.0.1 --username=ivp --dbname=ivp",
    "valkey": "valkey-cli",
    "store": "http://127.0.0.1:7070/health",
    "web": "http://127.0.0.1:8000/healthz",
    "worker": "inspect ping",
    "beat": "beat-schedule",
}
WAITS_FOR = {
    "postgres": {},
    "valkey": {},
    "store": {},
    "migrate": {"postgres": "service_healthy"},
    "web": {"migrate": "service_completed_successfully", "valkey": "service_healthy", "store": "service_healthy"},
    "worker": {"migrate": "service_completed_successfully", "valkey": "service_healthy", "store": "service_healthy"},
    "beat": {"migrate": "service_completed_successfully", "valkey": "service_healthy"},
}
VOLUMES = {"postgres": "postgres-data:/var/lib/postgresql", "valkey": "valkey-data:/data", "store": "store-data:/data"}
USERS = {"postgres": "999:999", "valkey": "999:999", "store": "10001:10001", **dict.fromkeys(PORTAL, "10001:10001")}
MAY_HAVE_A_DEFAULT = {
    *("WEB_PORT", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "UPLOAD_LIMIT_MB", "CLAMAV_SOCKET"),
    # A mail server may take mail from this host without a log-in: then there is no password.
    *("MAIL_REPLY_TO", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "EMAIL_USE_SSL"),
}

# Set in tests of what happens when a worker dies; real use keeps the defaults of settings/base.py.
LEFT_ALONE = {"JOB_HEARTBEAT_SECONDS", "JOB_STALE_AFTER_SECONDS", "JOB_ATTEMPTS", "TASK_SOFT_LIMIT_SECONDS", "EMAIL_TIMEOUT_SECONDS"}

INTERPOLATION = re.compile(r"(?<!\$)\$\{(?P<name>[A-Z0-9_]+)(?::(?P<kind>[?-])(?P<text>[^}]*))?\}")


def filled_in(text: str, values: dict[str, str]) -> str:
    """What compose makes of a text; KeyError names a variable that must be set and is not."""

    def value(match: re.Match[str]) -> str:
        return values.get(match["name"], match["text"]) if match["kind"] == "-" else values[match["name"]]

    return INTERPOLATION.sub(value, text).replace("$$", "$")


def interpolations() -> list[re.Match[str]]:
    return list(INTERPOLATION.finditer((ROOT / "docker-compose.yml").read_text()))


def settings_variables() -> tuple[set[str], set[str]]:
    """The names that settings read from the environment in real use, and those among them that have no default."""
    every, needed = set(), set()
    for name in ("base", "production"):
        for node in ast.walk(ast.parse((ROOT / "ivp_portal" / "settings" / f"{name}.py").read_text())):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            reader = ast.unparse(node.func)
            if reader in {"env", "env_bool", "env_int", "env_list", "env_secret", "os.environ.get"}:
                every.add(node.args[0].value)
                if reader != "os.environ.get" and len(node.args) == 1 and "default" not in {word.arg for word in node.keywords}:
                    needed.add(node.args[0].value)
    return every, needed


def secrets() -> dict[str, str]:
    """A value for every variable that has no default."""
    return {match["name"]: "0123456789abcdef" * 4 for match in interpolations() if match["kind"] != "-"} | {
        "ALLOWED_HOSTS": "ivp.voorbeeld.nl",
        "PORTAL_URL": "https://ivp.voorbeeld.nl",
    }


def test_every_service_is_known_here():
    assert set(SERVICES) == set(VARIABLES) == set(WAITS_FOR) == set(USERS)
    assert set(COMPOSE) - {"x-hardened", "x-portal"} == {"name", "services", "configs", "networks", "volumes"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_gets_its_variables_and_no_other(name):
    assert set(SERVICES[name]["environment"]) == VARIABLES[name]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_without_root_or_privileges_on_a_read_only_disk(name):
    service = SERVICES[name]
    assert service["user"] == USERS[name]
    assert not service["user"].startswith("0")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "network_mode", "pid", "devices", "extra_hosts"} & set(service)
    assert "/tmp:mode=1777" in service["tmpfs"]  # noqa: S108 - inside the container


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_keeps_only_its_own_data(name):
    assert service_volumes(name) == ([VOLUMES[name]] if name in VOLUMES else [])
    assert set(COMPOSE["volumes"]) == {volume.split(":")[0] for volume in VOLUMES.values()}


def service_volumes(name: str) -> list[str]:
    return SERVICES[name].get("volumes", [])


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_waits_for_what_it_needs(name):
    waits = {other: how["condition"] for other, how in SERVICES[name].get("depends_on", {}).items()}
    assert waits == WAITS_FOR[name]
    assert all("healthcheck" in SERVICES[other] for other, how in waits.items() if how == "service_healthy")


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_a_service_that_stays_has_a_health_check(name):
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert HEALTH_ASKS[name] in " ".join(check["test"][1:])
    assert set(check) == {"test", "interval", "timeout", "retries", "start_period"}
    assert int(check["timeout"].removesuffix("s")) < int(check["interval"].removesuffix("s"))
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_migrate_runs_once():
    assert SERVICES["migrate"]["restart"] == "no"
    assert "healthcheck" not in SERVICES["migrate"]
    assert SERVICES["migrate"]["command"] == ["python", "manage.py", "migrate", "--noinput"]


def test_only_web_is_reachable_and_only_from_this_host():
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    networks = {name: service["networks"] for name, service in SERVICES.items() if service["networks"] != ["inside"]}
    assert ports == {"web": ["127.0.0.1:${WEB_PORT:-8000}:8000"]}
    # The worker talks to the mail server, over a network of its own that leads nowhere else of ours.
    assert networks == {"web": ["inside", "outside"], "worker": ["inside", "mail"]}
    assert COMPOSE["networks"] == {"inside": {"internal": True}, "outside": {}, "mail": {}}
    assert '"0.0.0.0:8000"' in DOCKERFILE


def test_every_image_is_named_with_its_version():
    images = {service["image"] for service in SERVICES.values()} | set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))
    images -= set(re.findall(r" AS (\S+)$", DOCKERFILE, re.MULTILINE))
    assert {"postgres:18", "valkey/valkey:9.1", "ivp-portal:local", "ivp-portal-store:local"} <= images
    assert all(":" in image and not image.endswith(":latest") for image in images)


def test_built_images_come_from_a_target_that_exists():
    targets = set(re.findall(r"^FROM \S+ AS (\S+)$", DOCKERFILE, re.MULTILINE))
    built = {name: service["build"] for name, service in SERVICES.items() if "build" in service}
    assert set(built) == {*PORTAL, "store"}
    assert all(build["context"] == "." and build["target"] in targets for build in built.values())


def test_a_secret_has_no_default_and_no_value_in_the_file():
    for match in interpolations():
        if match["name"] in MAY_HAVE_A_DEFAULT:
            assert match["kind"] == "-"
        else:
            assert (match["kind"], match["text"]) == ("?", "set it in .env"), match[0]
    for name, service in SERVICES.items():
        for variable, value in service["environment"].items():
            if re.search(r"PASSWORD|SECRET|ACCESS_KEY|_URL$", variable) and variable != "S3_ENDPOINT_URL":
                assert INTERPOLATION.search(str(value)), f"{name}: {variable}"


@pytest.mark.parametrize("missing", sorted(secrets()))
def test_without_a_secret_nothing_starts(missing):
    values = {name: value for name, value in secrets().items() if name != missing}
    with pytest.raises(KeyError, match=missing):
        filled_in((ROOT / "docker-compose.yml").read_text(), values)


def test_every_variable_is_explained_in_the_example_and_filled_in_by_the_reader():
    example = dict(re.findall(r"^([A-Z0-9_]+)=(.*)$", EXAMPLE, re.MULTILINE))
    used = {match["name"]: match["text"] for match in interpolations()}
    assert set(example) == set(used)
    for name, value in example.items():
        assert value == (used[name] if name in MAY_HAVE_A_DEFAULT else ""), name
        before = EXAMPLE[: EXAMPLE.index(f"\n{name}=")].splitlines()[-1]
        assert before.startswith("#") or before.split("=")[0] in example, f"{name} is not explained"


def test_the_portal_reads_what_it_is_given_and_is_given_what_it_needs():
    every, needed = settings_variables()
    assert needed >= {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "BROKER_URL", "SECURITY_CONTACT"}
    assert needed >= {"PORTAL_URL", "EMAIL_HOST", "DEFAULT_FROM_EMAIL"}
    assert every >= PORTAL_VARIABLES
    assert needed <= PORTAL_VARIABLES
    assert every - PORTAL_VARIABLES == {"IVP_VAR"} | LEFT_ALONE
    assert re.search(r"^ +IVP_VAR=/app/var ", DOCKERFILE, re.MULTILINE)


def test_the_production_settings_start_with_these_variables():
    values = {name: filled_in(str(value), secrets()) for name, value in SERVICES["web"]["environment"].items()}
    ask = """
from django.conf import settings
place = settings.DATABASES["default"]
print(place["USER"], place["HOST"], settings.CELERY_BROKER_URL, settings.ALLOWED_HOSTS)
"""
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "ivp_portal.settings.production", **values}
    answer = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["ivp", "postgres", values["BROKER_URL"], "['ivp.voorbeeld.nl']"]


def test_the_addresses_point_at_the_services():
    values = {name: filled_in(str(value), secrets()) for name, value in SERVICES["web"]["environment"].items()}
    database = conninfo_to_dict(values["DATABASE_URL"])
    assert (database["host"], database["port"], database["dbname"]) == ("postgres", "5432", "ivp")
    assert (urlsplit(values["BROKER_URL"]).hostname, urlsplit(values["BROKER_URL"]).port) == ("valkey", 6379)
    store = urlsplit(values["S3_ENDPOINT_URL"])
    command = SERVICES["store"]["command"]
    assert store.hostname == "store"
    assert command[command.index("--port") + 1] == f":{store.port}"
    assert command[command.index("--region") + 1] == values["S3_REGION"]
    assert f"mkdir -p {command[-1]}/{values['S3_BUCKET']} " in DOCKERFILE


def test_the_portals_account_is_bound_by_row_level_security():
    script = COMPOSE["configs"]["portal-role"]["content"]
    assert SERVICES["postgres"]["configs"] == [{"source": "portal-role", "target": "/docker-entrypoint-initdb.d/10-portal-role.sh"}]
    assert "CREATE ROLE ivp LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'password';" in script
    assert "CREATE DATABASE ivp OWNER ivp" in script
    assert 'password="$$DATABASE_PASSWORD"' in script
    assert "POSTGRES_USER" not in SERVICES["postgres"]["environment"]  # so that the image's superuser is not ours


def test_the_database_is_made_like_the_embedded_one():
    arguments = SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    embedded = (ROOT / "ivp_portal" / "embedded.py").read_text()
    assert {"--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--encoding=UTF8"} == set(arguments)
    assert all(f'"{argument}"' in embedded for argument in arguments)
    assert "default_text_search_config=pg_catalog.dutch" in SERVICES["postgres"]["command"]


def test_the_broker_keeps_what_is_queued():
    command = SERVICES["valkey"]["command"][-1]
    assert '--requirepass "$$BROKER_PASSWORD"' in command
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


def test_worker_and_beat_are_one_of_each():
    assert SERVICES["worker"]["command"][:4] == ["celery", "--app", "ivp_portal", "worker"]
    assert SERVICES["beat"]["command"][:4] == ["celery", "--app", "ivp_portal", "beat"]
    assert "--beat" not in SERVICES["worker"]["command"]  # two beats would send everything twice
    assert all("deploy" not in SERVICES[name] and "scale" not in SERVICES[name] for name in SERVICES)


def test_the_image_holds_the_locked_packages_and_starts_without_root():
    portal = DOCKERFILE[DOCKERFILE.index(" AS portal") : DOCKERFILE.index(" AS store")]
    store = DOCKERFILE[DOCKERFILE.index(" AS store") :]
    assert "--require-hashes -r requirements-prod.lock" in DOCKERFILE
    assert "npm ci --omit=dev --ignore-scripts" in DOCKERFILE
    assert "collectstatic --noinput" in portal
    assert "RUN pybabel --quiet compile --directory ivp_portal/locale --domain django\n" in portal
    assert re.findall(r"^USER (\S+)", portal, re.MULTILINE) == ["10001:10001"]
    assert re.findall(r"^USER (\S+)", store, re.MULTILINE) == ["10001:10001"]
    assert "DJANGO_SETTINGS_MODULE=ivp_portal.settings.production" in portal
    assert not re.search(r"^(ARG|ENV) .*(SECRET|PASSWORD)", DOCKERFILE, re.MULTILINE)


def test_the_image_has_every_folder_of_the_source():
    copied = set(re.findall(r"^COPY ([a-z_]+) \1$", DOCKERFILE, re.MULTILINE))
    tracked = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert tracked | {"templates"} == copied
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {"**/__pycache__", "**/*.mo"} <= set(ignored)  # what is made here is made there anew
    for match in re.finditer(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE):
        assert all(f"!{name.split('/')[0]}" in ignored for name in match[1].split()), match[0]
