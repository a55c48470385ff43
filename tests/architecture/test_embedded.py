"""The embedded servers, started for real in a folder with a space in its name."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from celery import Celery

from ivp_portal import embedded
from ivp_portal.devtools.console import VAR
from ivp_portal.embedded import Postgres, ServerError, Valkey

pytestmark = pytest.mark.faults


@pytest.fixture
def root():
    # Not tmp_path, which is closed to the account that PostgreSQL runs as where root may make no namespace.
    VAR.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="een map ", dir=VAR))
    place.chmod(0o755)
    yield place
    for server in (Postgres(place), Valkey(place)):
        server.stop()
    shutil.rmtree(place)


def connect(root) -> psycopg.Connection:
    place = embedded.database_settings(root)
    return psycopg.connect(host=place["HOST"], port=place["PORT"], user=place["USER"], dbname=place["NAME"], autocommit=True)


def kill(root) -> None:
    os.kill(int((root / "pg" / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


def test_postgres_starts_for_an_account_that_row_level_security_binds(root):
    Postgres(root).start()
    with connect(root) as connection:
        facts = "select rolsuper, rolbypassrls, rolcreatedb from pg_roles where rolname = current_user"
        assert connection.execute(facts).fetchone() == (False, False, True)
        assert connection.execute("show server_version_num").fetchone()[0].startswith("18")
        assert connection.execute("select upper('café ĳ')").fetchone() == ("CAFÉ Ĳ",)
        assert connection.execute("show default_text_search_config").fetchone() == ("pg_catalog.dutch",)
        connection.execute("create extension unaccent; create extension pg_trgm")
        assert connection.execute("show fsync").fetchone() == ("on",)


def test_postgres_keeps_what_was_committed_when_it_is_killed(root):
    server = Postgres(root)
    server.start()
    with connect(root) as connection:
        connection.execute("create table kept (n int); insert into kept values (1)")
    kill(root)
    server.start()
    with connect(root) as connection:
        assert connection.execute("select n from kept").fetchall() == [(1,)]


def test_postgres_is_reachable_by_its_socket_only_and_by_nobody_else(root):
    Postgres(root).start(durable=False)
    with connect(root) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)
        assert connection.execute("show fsync").fetchone() == ("off",)
    assert embedded.socket_dir(root).stat().st_mode & 0o777 == 0o700
    assert (root / "pg" / "data").stat().st_mode & 0o077 == 0


def test_three_starts_at_once_leave_one_server(root):
    command = [sys.executable, "-P", embedded.__file__, "start", str(root), "postgres", "valkey", "--throwaway"]
    starts = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    assert [start.wait(60) for start in starts] == [0, 0, 0]
    assert Postgres(root).running()
    assert Valkey(root).running()


def test_a_half_made_cluster_is_made_again(root):
    (root / "pg" / "data.making").mkdir(parents=True)
    (root / "pg" / "data.making" / "PG_VERSION").write_text("18\n")
    Postgres(root).start()
    assert Postgres(root).running()


def test_data_of_another_version_are_refused_and_kept(root):
    (root / "pg" / "data").mkdir(parents=True)
    (root / "pg" / "data" / "PG_VERSION").write_text("15\n")
    with pytest.raises(ServerError, match="made by PostgreSQL 15; this is 18") as refusal:
        Postgres(root).start()
    assert f"mv '{root / 'pg'}' '{root / 'pg'}-15'" in str(refusal.value)
    assert (root / "pg" / "data" / "PG_VERSION").read_text() == "15\n"


def test_what_is_queued_survives_a_kill_of_the_broker(root):
    Valkey(root).start()
    app = Celery(broker=embedded.broker_url(root), set_as_current=False)
    for number in range(20):
        app.send_task("somebody.elses.task", args=[number])
    time.sleep(1.5)  # appendfsync everysec
    pid = int(app.connection().default_channel.client.info("server")["process_id"])
    os.kill(pid, signal.SIGKILL)
    assert embedded.wait_until(lambda: not Valkey(root).running(), 10)
    Valkey(root).start()
    with app.connection() as connection:
        assert connection.default_channel.client.llen("celery") == 20


def test_stopping_twice_is_no_problem(root):
    for server in (Postgres(root), Valkey(root)):
        server.start(durable=False)
        server.stop()
        assert not server.running()
        server.stop()


def test_a_deep_folder_gets_its_sockets_elsewhere(tmp_path):
    deep = tmp_path / ("diep" * 20) / ("dieper" * 10)
    near, far = embedded.socket_dir(tmp_path), embedded.socket_dir(deep)
    assert near == tmp_path / "run"
    assert len(os.fsencode(far / ".s.PGSQL.5432.lock")) <= embedded.SOCKET_PATH_LIMIT
    assert far != embedded.socket_dir(deep / "other")
    assert embedded.database_settings(deep)["HOST"] == str(far)


def test_a_folder_that_is_a_link_is_not_trusted(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ServerError, match="should be a folder of our own"):
        embedded.own_folder(tmp_path / "run", nobody=False)
