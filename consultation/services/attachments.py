"""A file somebody sends along: looked at, scanned, stored whole, and gone again when what it belongs to does not come about."""

import datetime
import hashlib
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import IO, Any, BinaryIO

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from botocore.exceptions import BotoCoreError, ClientError

from consultation import scanner
from consultation.confined import FileRefused
from consultation.filetypes import sniff
from consultation.models import Attachment, Draft, Round, ScanResult, Submission
from consultation.services.refusals import ChangeRefused
from ivp_portal.audit.log import record
from ivp_portal.organisation.models import User

logger = logging.getLogger(__name__)
CHUNK_BYTES = 1024 * 1024
FOLDER = "attachments"
ORPHAN_AGE = datetime.timedelta(days=1)
"""Longer than any request lasts: a younger file may get its row yet."""
NAME_LIMIT = 200
STORE_AWAY = (OSError, BotoCoreError, ClientError)

_stored: ContextVar[list[str] | None] = ContextVar("files stored in this transaction", default=None)


class AttachmentRefused(ChangeRefused):
    """This file is not taken in. The message is a sentence for the sender."""


class FileGone(Exception):
    """The storage does not have the file any more, or does not answer."""


@contextmanager
def files_follow_the_transaction() -> Iterator[None]:
    """A transaction. When it does not come about, the files that were kept within it go too: no file without its row."""
    before, stored = _stored.get(), []  # type: ignore[var-annotated]
    token = _stored.set(stored)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for name in stored:
            _remove(name)
        raise
    else:
        if before is not None:
            before += stored
    finally:
        _stored.reset(token)


def keep_attachment(round: Round, file: UploadedFile, *, draft: Draft | None = None, submission: Submission | None = None) -> Attachment:
    """Keep a file with what is being written, or with what an officer entered: byte for byte, under a name nobody can guess.

    Written whole before its row, and gone when the row does not come about. Raises AttachmentRefused.
    """
    name = _fitting(file.name or "")
    if (file.size or 0) > settings.ATTACHMENT_LIMIT_BYTES:
        raise AttachmentRefused(
            gettext("‘%(name)s’ is %(size)s MB. Kies een bestand van ten hoogste %(limit)s MB.")
            % {"name": name, "size": -(-(file.size or 0) // 1_048_576), "limit": settings.ATTACHMENT_LIMIT_BYTES // 1_048_576}
        )
    if not file.size:
        raise AttachmentRefused(gettext("‘%(name)s’ is leeg. Kies een ander bestand.") % {"name": name})
    owner = {"draft": draft} if draft else {"submission": submission}
    if Attachment.objects.filter(**owner).count() >= settings.ATTACHMENTS_PER_SUBMISSION:
        raise AttachmentRefused(
            gettext("U kunt ten hoogste %(limit)s bestanden meesturen.") % {"limit": settings.ATTACHMENTS_PER_SUBMISSION}
        )
    content = file.file
    assert content is not None  # noqa: S101 - for the type checker: a file that has a size has bytes
    content_type = _type_of(content, name)
    scanned = _scanned(content, name)
    with files_follow_the_transaction():
        return Attachment.objects.create(
            area=round.area,
            round=round,
            draft=draft,
            submission=submission,
            name=name,
            file=_store(content, name, round),
            content_type=content_type,
            size=file.size,
            sha256=_sha256(content),
            scan=scanned,
        )


def _fitting(name: str) -> str:
    """As the sender called it, without what moves a cursor; when it is too long its end, where the kind stands."""
    return ("".join(letter for letter in name if letter.isprintable()).strip() or "bestand")[-NAME_LIMIT:]


def _type_of(content: IO[Any], name: str) -> str:
    try:
        return sniff(content).content_type
    except FileRefused:
        raise AttachmentRefused(
            gettext("‘%(name)s’ kunnen we niet aannemen. Kies een pdf, een tekstdocument, een spreadsheet, een tekstbestand of een foto.")
            % {"name": name}
        ) from None


def _scanned(content: IO[Any], name: str) -> ScanResult:
    """Raises AttachmentRefused for a virus, and when the scanner that is set does not answer: then nobody knows."""
    if not settings.CLAMAV_SOCKET:
        return ScanResult.NOT_SCANNED
    try:
        scanner.scan(content, settings.CLAMAV_SOCKET)
    except scanner.VirusFound as virus:
        logger.warning("An attachment was refused: %s", virus)
        raise AttachmentRefused(gettext("In ‘%(name)s’ zit een virus. We hebben het niet bewaard.") % {"name": name}) from virus
    except scanner.ScannerAway as problem:
        logger.error("The virus scanner did not answer: %s", problem)
        raise AttachmentRefused(
            gettext(
                "We kunnen ‘%(name)s’ nu niet op virussen nakijken. Probeer het later nog eens, of verstuur het formulier zonder bestand."
            )
            % {"name": name}
        ) from problem
    return ScanResult.CLEAN


def _store(content: IO[Any], name: str, round: Round) -> str:
    """Where it lies now; the transaction that follows takes it away again when it fails."""
    content.seek(0)
    wanted = f"{FOLDER}/{round.area.slug}/{secrets.token_hex(16)}"
    try:
        stored = default_storage.save(wanted, content)
    except STORE_AWAY as problem:
        logger.exception("The store did not keep an attachment.")
        _remove(wanted)  # a part of it may lie there
        raise AttachmentRefused(
            gettext("We kunnen ‘%(name)s’ nu niet bewaren. Probeer het later nog eens, of verstuur het formulier zonder bestand.")
            % {"name": name}
        ) from problem
    names = _stored.get()
    assert names is not None  # noqa: S101 - for the type checker: we are inside files_follow_the_transaction
    names.append(stored)
    return stored


def _sha256(content: IO[Any]) -> str:
    content.seek(0)
    digest = hashlib.sha256()
    while chunk := content.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


def _remove(name: str) -> None:
    try:
        default_storage.delete(name)
    except STORE_AWAY:
        logger.exception("The file %s has no row and could not be removed.", name)


def sweep_files(now: datetime.datetime | None = None) -> int:
    """Remove files that are older than a day and have no row, as when the database fell over at the very end; returns how many.

    For upkeep: in every area that is open (organisation.access.inside_every_area), or the rows of others would not be seen.
    """
    long_ago = (now or timezone.now()) - ORPHAN_AGE
    swept = 0
    try:
        for folder in _listed(FOLDER)[0]:
            stored = {f"{FOLDER}/{folder}/{name}" for name in _listed(f"{FOLDER}/{folder}")[1]}
            for name in sorted(
                stored - set(Attachment.objects.filter(file__startswith=f"{FOLDER}/{folder}/").values_list("file", flat=True))
            ):
                if default_storage.get_modified_time(name) < long_ago:
                    _remove(name)
                    swept += 1
    except STORE_AWAY:
        logger.exception("The store did not answer while files without a row were looked for.")
    return swept


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """The folders and the files in it; none when it is not there yet."""
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


@transaction.atomic
def drop_attachment(attachment: Attachment) -> None:
    """Take a file out of a draft; the file itself goes when that is certain. One of a submission stays: the database refuses."""
    name = attachment.file
    attachment.delete()
    transaction.on_commit(lambda: _remove(name), robust=True)


def open_attachment(attachment: Attachment, *, by: User) -> BinaryIO:
    """The file, for an officer; that they took it stands in the log. Raises FileGone."""
    file = open_draft_file(attachment)
    record("attachment.downloaded", by=by, target=attachment, round=attachment.round.slug)
    return file


def open_draft_file(attachment: Attachment) -> BinaryIO:
    """The file, for whoever writes or releases what it belongs to. Raises FileGone."""
    try:
        return default_storage.open(attachment.file)  # type: ignore[return-value]  # a django File reads like one
    except STORE_AWAY as problem:
        logger.exception("The file of attachment %s cannot be opened.", attachment.pk)
        raise FileGone from problem
