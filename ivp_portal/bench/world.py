"""The data a measurement needs beyond the sample: python -m ivp_portal.bench.world NUMBER adds so many points to the database of now."""

import datetime
import json
import random
import sys

import django

if __name__ == "__main__":
    django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import update_last_login
from django.db import connection

from consultation.models import Channel, Contribution, Contributor, ContributorKind, Round, Submission
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import User
from ivp_portal.organisation.signing_in import SessionStore
from priorities.models import QueueRow, QueueState

WORDS = [
    "fatbikes op de stoep", "te hard rijden", "jongeren in het park", "inbraak in de schuur", "nepberichten", "vuurwerk in november",
    "honden zonder lijn", "donker fietspad", "wildparkeren bij school", "oplichting aan de deur", "afval naast de container",
    "dealen bij het station",
]  # fmt: skip


def add_points(number: int) -> None:
    """So many points of residents in the sample's open round, the same on every machine."""
    chance = random.Random(1)  # noqa: S311 - the same rows every time
    with inside("blaricum"):
        round = Round.objects.select_related("area").get(slug="blaricum-inwoners-2026")
        area, first = round.area, round.contributions.count()
        contributors = Contributor.objects.bulk_create(Contributor(area=area, kind=ContributorKind.RESIDENT) for _ in range(number))
        submissions = Submission.objects.bulk_create(
            Submission(
                area=area,
                round=round,
                contributor=contributor,
                channel=Channel.FORM,
                said_on=datetime.date(2026, 9, 1) + datetime.timedelta(days=chance.randrange(70)),
            )
            for contributor in contributors
        )
        Contribution.objects.bulk_create(
            (
                Contribution(
                    area=area,
                    round=round,
                    submission=submission,
                    number=first + index,
                    subject=f"Onderwerp {chance.randrange(20)}",
                    sub_subject=f"{chance.choice(WORDS).capitalize()} ({index})",
                    text=f"Bij ons in de straat gaat het om {chance.choice(WORDS)}. " * 8,
                )
                for index, submission in enumerate(submissions, 1)
            ),
            batch_size=1000,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def cookie_of(username: str) -> str:
    """The Cookie header of somebody who logged in."""
    user = User.objects.get(username=username)
    update_last_login(User, user)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"sessionid={session.session_key}"


def points_to_weigh(wanted: int) -> list[int]:
    """The ids of so many points nobody weighed, from one end of the queue to the other, in no order."""
    with inside("blaricum"):
        todo = list(QueueRow.objects.filter(area__slug="blaricum", state=QueueState.TODO, source=ContributorKind.RESIDENT).in_order())
    chosen = [row.pk for row in todo[:: max(1, len(todo) // wanted)]]
    random.Random(2).shuffle(chosen)  # noqa: S311 - the same every time
    return chosen


def main() -> None:
    """Add the points, and say who may look at them and which there are."""
    add_points(int(sys.argv[1]))
    sys.stdout.write(json.dumps({"cookie": cookie_of("anke"), "points": points_to_weigh(700)}))


if __name__ == "__main__":
    main()
