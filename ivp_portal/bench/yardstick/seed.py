"""Makes the table and its 10,000 rows, the same on every machine: python -m ivp_portal.bench.yardstick.seed"""

import datetime
import os
import random

os.environ["DJANGO_SETTINGS_MODULE"] = "ivp_portal.bench.yardstick.settings"

import django

django.setup()

from django.db import connection

from ivp_portal.bench.yardstick.models import Row

chance = random.Random(1)  # noqa: S311 - the same rows every time
start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
with connection.schema_editor() as schema:
    schema.create_model(Row)
Row.objects.bulk_create(
    [
        Row(
            title=f"Zienswijze {index:06d} over het plan",
            author=f"inbrenger {chance.randrange(50)}",
            category=f"Onderwerp {chance.randrange(10)}",
            status=chance.choice(["nieuw", "bezig", "klaar"]),
            created_at=start + datetime.timedelta(minutes=index),
            text="Ik maak mij zorgen over de veiligheid op straat. " * 15,
        )
        for index in range(10_000)
    ],
    batch_size=1000,
)
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
