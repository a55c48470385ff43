"""A file somebody sends along arrives byte for byte, is looked at before it is kept, and leaves nothing behind when it is not."""

import contextlib
import datetime
import hashlib
import io
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

import pytest
import time_machine

from consultation import scanner, services
from consultation.models import Attachment
from ivp_portal.organisation.access import inside
from tests.consultation.conftest import logged
from tests.consultation.public_rounds import ADDRESS, AGENT, drafts, filled, hidden_in, make_public_round, submissions

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture(autouse=True)
def store(settings, tmp_path) -> Path:
    """A store of our own, so that a test can see that nothing is left in it."""
    place = tmp_path / "files"
    place.mkdir()
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(place)}}
    settings.STORAGES = {**settings.STORAGES, "default": local}
    return place


@pytest.fixture
def round(blaricum):
    return make_public_round(blaricum)


def stored(store: Path) -> list[bytes]:
    return [path.read_bytes() for path in store.rglob("*") if path.is_file()]


def attachments(round) -> list[Attachment]:
    with inside(round.area):
        return list(Attachment.objects.filter(round=round).order_by("uploaded_at"))


def upload(content: bytes = PDF, name: str = "plattegrond.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_file_comes_along_byte_for_byte_under_a_name_nobody_can_guess(client, round, store):
    assert client.post(ADDRESS, filled(client, attachments=[upload()])).status_code == 302
    (file,) = attachments(round)
    (submission,) = submissions(round)
    assert (file.submission_id, file.draft_id, file.name, file.content_type) == (submission.pk, None, "plattegrond.pdf", "application/pdf")
    assert (file.size, file.sha256, file.scan) == (len(PDF), hashlib.sha256(PDF).hexdigest(), "not_scanned")
    assert stored(store) == [PDF]
    assert "plattegrond" not in file.file and len(Path(file.file).name) == 32


def test_a_file_stays_with_the_draft_until_it_is_sent_or_taken_out(client, round, store, django_capture_on_commit_callbacks):
    page = client.post(ADDRESS, filled(client, attachments=[upload(), upload(PNG, "foto.png")], actie="nog-een"))
    assert "plattegrond.pdf" in page.text and "foto.png" in page.text
    first = attachments(round)[0]
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(ADDRESS, {**hidden_in(page.text), "punt-1-text": AGENT, "actie": f"bestand-weg:{first.pk}"})
    assert "plattegrond.pdf" not in page.text and "foto.png" in page.text and AGENT in page.text
    assert stored(store) == [PNG]
    client.post(ADDRESS, {**hidden_in(page.text), "punt-1-text": AGENT, "actie": "verstuur"})
    assert [file.submission_id for file in attachments(round)] == [submissions(round)[0].pk]


def test_the_form_comes_back_for_a_file_that_is_not_taken_and_keeps_the_good_one(client, round):
    answer = client.post(ADDRESS, filled(client, attachments=[upload(), upload(b"MZ" + b"\0" * 99, "enquete.pdf")]))
    assert answer.status_code == 422
    assert "‘enquete.pdf’ kunnen we niet aannemen" in answer.text and AGENT in answer.text and "plattegrond.pdf" in answer.text
    assert submissions(round) == [] and [file.name for file in attachments(round)] == ["plattegrond.pdf"]


def test_a_file_that_is_too_big_empty_or_one_too_many_is_refused_with_its_own_sentence(round, settings, store):
    settings.ATTACHMENT_LIMIT_BYTES = 1024 * 1024
    with inside(round.area):
        draft = services.start_draft(round, language="nl")
        for content, sentence in ((b"%PDF-" + b"x" * 1024 * 1024, "is 2 MB. Kies een bestand van ten hoogste 1 MB"), (b"", "is leeg")):
            with pytest.raises(services.AttachmentRefused, match=sentence):
                services.keep_attachment(round, upload(content), draft=draft)
        for _ in range(5):
            services.keep_attachment(round, upload(), draft=draft)
        with pytest.raises(services.AttachmentRefused, match="ten hoogste 5 bestanden"):
            services.keep_attachment(round, upload(), draft=draft)
    assert len(stored(store)) == 5


def test_nothing_is_left_of_a_file_when_what_it_belongs_to_fails(round, store):
    with inside(round.area):
        draft = services.start_draft(round, language="nl")
        with pytest.raises(ZeroDivisionError), services.files_follow_the_transaction():
            services.keep_attachment(round, upload(), draft=draft)
            with services.files_follow_the_transaction():
                services.keep_attachment(round, upload(PNG, "foto.png"), draft=draft)
            assert len(stored(store)) == 2
            1 / 0  # noqa: B018
    assert stored(store) == [] and attachments(round) == []


def test_nothing_is_left_of_a_file_whose_row_cannot_be_written(round, store):
    with inside(round.area):
        draft = services.start_draft(round, language="nl")
    with transaction.atomic(), pytest.raises(Exception, match="row-level security"):
        services.keep_attachment(round, upload(), draft=draft)  # nobody opened the wall
    assert stored(store) == []


def test_when_the_store_is_away_the_text_still_goes(client, round, settings, store):
    store.rmdir()
    store.write_text("geen map")
    answer = client.post(ADDRESS, filled(client, attachments=[upload()]))
    assert answer.status_code == 422 and "We kunnen ‘plattegrond.pdf’ nu niet bewaren" in answer.text
    assert client.post(ADDRESS, {**hidden_in(answer.text), "punt-1-text": AGENT, "actie": "verstuur"}).status_code == 302
    assert len(submissions(round)) == 1


# Taking it away


def test_an_officer_takes_the_file_and_the_browser_never_draws_it(client, round, anke):
    name = "tekening “straat”; x=1.pdf"
    client.post(ADDRESS, filled(client, attachments=[upload(name=name)]))
    (file,) = attachments(round)
    client.force_login(anke)
    answer = client.get(f"/blaricum/inbreng/buurt/bijlagen/{file.pk}/")
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''tekening%20")
    assert answer.headers["Content-Type"] == "application/pdf" and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox") and "no-store" in answer.headers["Cache-Control"]
    assert logged(round)[-1] == ("attachment.downloaded", {"round": "buurt"})


def test_nobody_takes_a_file_of_what_somebody_is_still_writing_or_of_another_round(client, round, blaricum, anke):
    make_public_round(blaricum, "straat")
    client.post(ADDRESS, filled(client, attachments=[upload()], actie="later"))
    (file,) = attachments(round)
    client.force_login(anke)
    assert client.get(f"/blaricum/inbreng/buurt/bijlagen/{file.pk}/").status_code == 404
    client.post(ADDRESS, {**hidden_in(client.get(ADDRESS).text), "punt-1-text": AGENT, "actie": "verstuur"})
    assert client.get(f"/blaricum/inbreng/buurt/bijlagen/{file.pk}/").status_code == 200
    assert client.get(f"/blaricum/inbreng/straat/bijlagen/{file.pk}/").status_code == 404


def test_a_file_the_store_lost_gets_a_page_that_says_so(client, round, anke):
    client.post(ADDRESS, filled(client, attachments=[upload()]))
    (file,) = attachments(round)
    default_storage.delete(file.file)
    client.force_login(anke)
    answer = client.get(f"/blaricum/inbreng/buurt/bijlagen/{file.pk}/")
    assert answer.status_code == 410 and "plattegrond.pdf" in answer.text
    assert ("attachment.downloaded", {"round": "buurt"}) not in logged(round)


def test_the_files_of_what_was_wiped_forgotten_or_refused_go_too(client, round, store, anke, django_capture_on_commit_callbacks):
    page = client.post(ADDRESS, filled(client, attachments=[upload()], actie="later"))
    client.post(ADDRESS, filled(client, "Koop nu!", website="x", attachments=[upload(PNG, "foto.png")]))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(ADDRESS, {**hidden_in(page.text), "actie": "wis"})
        with inside(round.area):
            services.refuse_spam(drafts(round)[0], by=anke)
    assert stored(store) == [] and attachments(round) == []


def test_a_file_whose_row_never_came_goes_after_a_day_and_nothing_else(client, round, store, hilversum):
    services.tidy_up()  # before there is anything at all
    client.post(ADDRESS, filled(client, attachments=[upload()]))
    for area in (round.area, hilversum):
        default_storage.save(f"attachments/{area.slug}/wees", ContentFile(PNG))
    default_storage.save("reports/blaricum/rapport", ContentFile(b"rapport"))
    services.tidy_up()
    assert len(stored(store)) == 4
    with time_machine.travel(timezone.now() + datetime.timedelta(days=2)):
        services.tidy_up()
    assert sorted(stored(store)) == sorted([PDF, b"rapport"])
    assert len(attachments(round)) == 1


# The virus scanner: a server that speaks clamd's own language


class Clamd:
    """Answers as clamd does to zINSTREAM: it reads every chunk, finds EICAR, and hangs up."""

    def __init__(self, listening: socket.socket, answer: bytes | None = None) -> None:
        self.listening, self.answer, self.seen = listening, answer, b""
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listening.accept()
                with connection:
                    self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        assert lines.read(10) == b"zINSTREAM\0"
        self.seen = b""
        while size := struct.unpack("!I", lines.read(4))[0]:
            self.seen += lines.read(size)
        found = b"stream: Eicar-Signature FOUND\0" if EICAR in self.seen else b"stream: OK\0"
        connection.sendall(found if self.answer is None else self.answer)


@contextlib.contextmanager
def listening(kind: str, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """A socket that listens, and its address as the setting names it."""
    if kind == "unix":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(tmp_path / "clamd.sock"))
            server.listen()
            yield server, f"unix:{tmp_path / 'clamd.sock'}"
    else:
        with socket.create_server(("127.0.0.1", 0)) as server:
            yield server, f"tcp://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("kind", ["unix", "tcp"])
def test_a_clean_file_says_that_it_was_scanned_and_a_virus_is_not_kept(client, round, settings, tmp_path, store, kind):
    with listening(kind, tmp_path) as (server, settings.CLAMAV_SOCKET):
        clamd = Clamd(server)
        big = PDF + b"x" * 200_000
        assert client.post(ADDRESS, filled(client, attachments=[upload(big)])).status_code == 302
        assert clamd.seen == big and attachments(round)[0].scan == "clean"
        answer = client.post(ADDRESS, filled(client, attachments=[upload(PDF + EICAR, "factuur.pdf")]))
    assert answer.status_code == 422 and "In ‘factuur.pdf’ zit een virus" in answer.text
    assert stored(store) == [big]


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK and more\0"])
def test_an_answer_that_is_not_clear_is_no_leave(client, round, settings, tmp_path, store, answer):
    with listening("unix", tmp_path) as (server, settings.CLAMAV_SOCKET):
        Clamd(server, answer)
        page = client.post(ADDRESS, filled(client, attachments=[upload()]))
    assert page.status_code == 422 and "nu niet op virussen nakijken" in page.text and stored(store) == []


@pytest.mark.parametrize("address", ["unix:/nergens/clamd.sock", "tcp://127.0.0.1:1", "clamav", "tcp://clamav", "unix:"])
def test_a_scanner_that_is_away_or_wrongly_set_lets_nothing_in(client, round, settings, store, address):
    settings.CLAMAV_SOCKET = address
    page = client.post(ADDRESS, filled(client, attachments=[upload()]))
    assert page.status_code == 422 and "nu niet op virussen nakijken" in page.text and stored(store) == []


def test_a_scanner_that_says_nothing_is_not_waited_for_for_ever(tmp_path):
    with listening("unix", tmp_path) as (_, address), pytest.raises(scanner.ScannerAway, match="timed out"):
        scanner.scan(io.BytesIO(PDF), address, patience=0.2)
