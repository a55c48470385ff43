"""What the public pages look up, and what they remember of a visitor: which draft is theirs, in a cookie of the round's own address."""

import datetime
import uuid
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from consultation.converters import WORDS
from consultation.models import Draft, Round, Submission
from consultation.models.round import RoundQuerySet
from consultation.services import FORGET_AFTER_DAYS
from ivp_portal.organisation.models import Area

COOKIE = "concept"
SALT = "consultation.public_page"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form as it was given out: the draft it becomes, and when. Signed, it goes along in the form; so it holds without cookies too."""

    key: uuid.UUID
    given_at: datetime.datetime
    page: str
    """This page in this tab: what it saved itself is no surprise to it."""

    @classmethod
    def new(cls, draft: Draft | None = None) -> "Sheet":
        """A fresh one, or one for what somebody goes on with: that was given out when they began."""
        page = uuid.uuid4().hex[:12]
        if draft is None:
            return cls(uuid.uuid4(), timezone.now(), page)
        return cls(draft.pk, datetime.datetime.fromtimestamp(draft.content.get("given", 0), tz=datetime.UTC), page)

    @property
    def marks(self) -> dict[str, object]:
        """What a draft remembers of the form it came from."""
        return {"page": self.page, "given": int(self.given_at.timestamp())}

    def another(self) -> "Sheet":
        """For a second form by somebody who had this one before them: they need not read the question again."""
        return Sheet(uuid.uuid4(), self.given_at, self.page)

    def signed(self, round: Round) -> str:
        return signing.dumps([self.key.hex, int(self.given_at.timestamp()), self.page], salt=f"{SALT}.sheet:{round.pk}")

    @classmethod
    def read(cls, text: str, round: Round) -> "Sheet | None":
        """None when we did not give it out for this round."""
        try:
            key, moment, page = signing.loads(text, salt=f"{SALT}.sheet:{round.pk}")
        except signing.BadSignature:
            return None
        return cls(uuid.UUID(key), datetime.datetime.fromtimestamp(moment, tz=datetime.UTC), page)

    @property
    def seconds(self) -> float:
        """How long ago it was given out."""
        return (timezone.now() - self.given_at).total_seconds()


def public_rounds(area: Area) -> RoundQuerySet:
    """The rounds in which everybody can take part, now or later, first the one that closes first."""
    return Round.objects.of(area).filter(is_public=True, closes_at__gt=timezone.now()).order_by("closes_at", "pk")


def draft_of(round: Round, key: uuid.UUID | None) -> Draft | None:
    """What somebody began in the form of this round, with its files; never what is written for an invitation."""
    if key is None:
        return None
    draft = Draft.objects.filter(round=round, pk=key, invitation__isnull=True).prefetch_related("attachments").first()
    if draft:
        draft.round = round
    return draft


def receipt_of(round: Round, key: uuid.UUID) -> Draft | None:
    """What was handed in under that key: received, or held until an officer looked at it; to the sender it is the same."""
    return Draft.objects.filter(round=round, pk=key, handed_in_at__isnull=False).first()


def knows_code(area: Area, code: str) -> bool:
    """Whether something was handed in in this area under that code."""
    return Submission.objects.of(area).filter(code=code).exists() or Draft.objects.of(area).held().filter(code=code).exists()


def how_to_reach() -> str:
    """The e-mail address of whoever answers questions about the portal, the same as in mails."""
    return settings.MAIL_REPLY_TO or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def form_path(round: Round, language: str) -> str:
    """Where the form of the round stands. Reads round.area."""
    return reverse("public:form", kwargs={"municipality": round.area.slug, "language": language, "round": round.slug})


def remembered(request: HttpRequest, round: Round) -> uuid.UUID | None:
    """The draft this browser was writing in this round."""
    for language in WORDS:
        found = request.get_signed_cookie(f"{COOKIE}-{language}", default="", salt=f"{SALT}.cookie:{round.pk}")
        if found:
            return uuid.UUID(found)
    return None


def remember(response: HttpResponse, draft: Draft, round: Round) -> None:
    """Let this browser find the draft again, in either language, and nowhere outside this round; as long as we keep it."""
    seconds = int((round.closes_at + datetime.timedelta(days=FORGET_AFTER_DAYS) - timezone.now()).total_seconds())
    for language in WORDS:
        response.set_signed_cookie(
            f"{COOKIE}-{language}",
            draft.pk.hex,
            salt=f"{SALT}.cookie:{round.pk}",
            path=form_path(round, language),
            max_age=max(seconds, 0),
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def forget(response: HttpResponse, round: Round) -> None:
    """This browser is done with its draft."""
    for language in WORDS:
        response.delete_cookie(f"{COOKIE}-{language}", path=form_path(round, language), samesite="Lax")


def resume_link(draft: Draft) -> str:
    """What the personal link to go on with a draft carries."""
    return _resuming().sign(draft.pk.hex)


def resumed(link: str) -> uuid.UUID | None:
    """The draft such a link is for; None when it is none of ours."""
    try:
        return uuid.UUID(_resuming().unsign(link))
    except (signing.BadSignature, ValueError):
        return None


def _resuming() -> signing.Signer:
    return signing.Signer(salt=f"{SALT}.resume", sep=".")  # no e-mail program takes it for the end of a link
