"""dev.py: steps that are skipped when nothing changed, and sentences that say how to go on when something is missing."""

import fcntl
import gettext
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import dev
from ivp_portal.devtools import checks, processes, setup
from ivp_portal.devtools.console import ROOT, Failure, run
from ivp_portal.devtools.setup import Step, fingerprint, take
from ivp_portal.organisation.roles import ROLE_LABELS
from ivp_portal.sample.accounts import SAMPLE_ACCOUNTS, SAMPLE_PASSWORD


class Kitchen:
    """A step of which every part can be changed, and a count of how often it ran."""

    def __init__(self, folder: Path) -> None:
        self.source, self.result, self.stamps = folder / "source", folder / "result", folder / "stamps"
        self.source.write_text("one")
        self.command = ["sh", "-c", 'echo ran >> "$0"', str(self.result)]
        self.step = Step(
            "kitchen",
            "Kitchen",
            inputs=lambda: [self.source, folder / "absent", "a word"],
            made=self.result.exists,
            command=lambda: self.command,
            mend="Buy salt:  buy salt",
        )

    def take(self) -> bool:
        return take(self.step, self.stamps)


@pytest.fixture
def kitchen(tmp_path):
    return Kitchen(tmp_path)


def test_a_step_is_skipped_while_nothing_changes(kitchen):
    assert [kitchen.take() for _ in range(3)] == [True, False, False]
    assert kitchen.result.read_text().split() == ["ran"]


def test_a_step_is_taken_again_when_an_input_changes(kitchen):
    kitchen.take()
    kitchen.source.write_text("two")
    assert [kitchen.take(), kitchen.take()] == [True, False]


def test_a_step_is_taken_again_when_an_input_appears(kitchen):
    kitchen.take()
    (kitchen.source.parent / "absent").write_text("")
    assert [kitchen.take(), kitchen.take()] == [True, False]


def test_a_step_is_taken_again_when_its_result_is_gone(kitchen):
    kitchen.take()
    kitchen.result.unlink()
    assert [kitchen.take(), kitchen.take()] == [True, False]


def test_a_step_that_fails_says_what_it_said_and_what_mends_it_and_is_taken_again(kitchen, capsys):
    kitchen.take()
    good, kitchen.command = kitchen.command, ["sh", "-c", "echo no salt left; exit 3"]
    kitchen.source.write_text("two")
    with pytest.raises(Failure) as failure:
        kitchen.take()
    assert str(failure.value).splitlines() == ["no salt left", "", "Kitchen: failed. Buy salt:  buy salt"]
    assert "FAILED" in capsys.readouterr().err
    kitchen.command = good
    assert [kitchen.take(), kitchen.take()] == [True, False]


def test_inputs_are_told_apart_by_name_and_content(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("ab")
    two.write_text("c")
    assert fingerprint([one, two]) == fingerprint([one, two])
    assert len({fingerprint([one, two]), fingerprint([two, one]), fingerprint([one]), fingerprint(["ab", "c"]), fingerprint(["abc"])}) == 5


def test_a_command_without_a_known_cure_is_shown_to_be_tried_by_hand():
    with pytest.raises(Failure, match=r"Try it by hand:  sh -c 'exit 4'"):
        run("Something", ["sh", "-c", "exit 4"])


def test_a_step_shows_a_line_on_the_error_stream_only(capsys):
    assert run("Something", ["echo", "done"]) == "done"
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("  Something … ")


def test_a_library_that_is_not_installed_is_named():
    assert setup.missing_libraries(["dpkg", "no-such-library-1"]) == ["no-such-library-1"]


def test_who_may_not_install_gets_the_one_line_to_run(monkeypatch, tmp_path):
    (tmp_path / "dpkg-query").symlink_to(shutil.which("dpkg-query") or "")
    monkeypatch.setenv("PATH", str(tmp_path))  # no sudo here
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Failure) as failure:
        setup.install_libraries(["no-such-library-1", "no-such-library-2"])
    line = "sudo apt-get update && sudo apt-get install -y --no-install-recommends no-such-library-1 no-such-library-2"
    assert str(failure.value).endswith(line)


def test_libraries_that_are_there_cost_no_word(capsys):
    setup.install_libraries(setup.RUN_LIBRARIES)
    assert capsys.readouterr() == ("", "")


def test_the_installer_is_installed_by_its_hashes_from_the_lock():
    lines = setup.locked((ROOT / "requirements-run.lock").read_text(), "uv").splitlines()
    assert lines[0].startswith("uv==")
    assert all(line.startswith("    ") for line in lines[1:])
    assert sum("--hash=sha256:" in line for line in lines) > 5


def test_the_english_of_public_pages_is_compiled_when_it_changed_and_a_broken_line_is_named(monkeypatch, tmp_path):
    catalogue, stamps = tmp_path / "locale" / "en" / "LC_MESSAGES" / "django.po", tmp_path / "stamps"
    catalogue.parent.mkdir(parents=True)
    shutil.copy(setup.CATALOGUE, catalogue)
    monkeypatch.setattr(setup, "CATALOGUE", catalogue)
    assert [take(setup.ENGLISH_STEP, stamps) for _ in range(2)] == [True, False]
    catalogue.write_text(catalogue.read_text() + '\nmsgid "Dag"\nmsgstr "Hello"\n')
    assert take(setup.ENGLISH_STEP, stamps)
    with catalogue.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Dag") == "Hello"
    catalogue.write_text(catalogue.read_text() + '\n#, python-format\nmsgid "%(day)s"\nmsgstr "%(moment)s"\n')
    with pytest.raises(Failure, match="placeholder 'moment'"):
        take(setup.ENGLISH_STEP, stamps)


def test_a_taken_port_is_refused_with_one_that_is_free():
    with socket.socket() as other:
        other.bind((processes.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Failure, match=rf"Port {port} is taken by another program") as failure:
            processes.require_free(port)
    assert processes.port_is_free(int(str(failure.value).split()[-1]))
    processes.require_free(port)


def test_a_server_that_the_environment_replaces_is_not_started(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("BROKER_URL", raising=False)
    assert set(processes.servers_in_use(tmp_path)) == {"postgres", "valkey"}
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/ivp")
    assert set(processes.servers_in_use(tmp_path)) == {"valkey"}
    monkeypatch.setenv("BROKER_URL", "redis://elsewhere/0")
    processes.start_servers(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_keeps_dying_ends_it_all_with_its_log(monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/ivp")
    monkeypatch.setenv("BROKER_URL", "redis://elsewhere/0")
    commands = {"flapper": ["-c", "print('I cannot go on')"]}
    with processes.running(commands) as started, pytest.raises(Failure, match="flapper keeps stopping") as failure:
        processes.supervise(started, commands)
    assert "I cannot go on" in str(failure.value)
    assert capsys.readouterr().err.count("flapper stopped; starting it again") == processes.RESTART_LIMIT


def test_a_program_that_does_not_listen_is_killed(monkeypatch):
    monkeypatch.setattr(processes, "STOP_PATIENCE_SECONDS", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    log = processes.LOGS / "deaf.log"
    log.unlink(missing_ok=True)
    with processes.running({"deaf": ["-c", deaf]}) as started:
        assert processes.embedded.wait_until(lambda: log.exists() and "deaf" in log.read_text(), 10)
    assert started["deaf"].returncode == -9


def test_the_welcome_names_every_sample_account():
    text = dev.welcome("http://127.0.0.1:8000/")
    assert "http://127.0.0.1:8000/" in text
    assert SAMPLE_PASSWORD in text
    for username, _name, role, area, _party in SAMPLE_ACCOUNTS:
        assert any(line.split() == [username, *ROLE_LABELS[role].split(), area] for line in text.splitlines()), username


def test_an_unknown_check_is_answered_with_those_there_are():
    with pytest.raises(Failure, match="No check is called spelling") as failure:
        checks.lint(["ruff", "spelling"])
    assert all(name in str(failure.value) for name in checks.commands())


def test_every_word_stands_in_the_help():
    assert all(f"dev.py {word}" in (dev.__doc__ or "") for word in dev.WORDS)


def dev_py(*arguments: str, var: Path, python: tuple[str, ...] = (sys.executable,)) -> subprocess.CompletedProcess[str]:
    """Run dev.py for real, with a folder of its own for everything it keeps."""
    environment = {**os.environ, "IVP_VAR": str(var)}
    return subprocess.run([*python, str(ROOT / "dev.py"), *arguments], env=environment, capture_output=True, text=True, check=False)


def test_it_needs_nothing_but_python(tmp_path):
    # -I and -S: no environment, no installed packages, not even the folder it stands in.
    result = dev_py("help", var=tmp_path, python=(sys.executable, "-I", "-S"))
    assert (result.returncode, result.stderr) == (0, "")
    assert "python3 dev.py up" in result.stdout


def test_an_unknown_word_is_answered_with_the_words_there_are(tmp_path):
    result = dev_py("opstarten", var=tmp_path)
    assert result.returncode == 2
    assert "python3 dev.py manage" in result.stdout


def test_a_second_up_tells_where_the_first_one_is(tmp_path):
    with (tmp_path / "up.lock").open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        first.write(json.dumps({"pid": 4711, "address": "http://127.0.0.1:8123/"}))
        first.flush()
        result = dev_py("up", "--port", "8124", var=tmp_path)
    assert result.returncode == 0
    assert result.stdout.startswith("The portal already runs at http://127.0.0.1:8123/ (process 4711).")


def test_up_on_a_taken_port_says_so_before_it_does_anything(tmp_path):
    with socket.socket() as other:
        other.bind((processes.HOST, 0))
        other.listen()
        result = dev_py("up", "--port", str(other.getsockname()[1]), var=tmp_path)
    assert result.returncode == 1
    assert "is taken by another program. Choose another:  python3 dev.py up --port " in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["up.lock"]


def test_down_with_nothing_running_is_no_problem(tmp_path):
    result = dev_py("down", var=tmp_path)
    assert (result.returncode, result.stdout, result.stderr.strip()) == (0, "", "Nothing runs any more.")
