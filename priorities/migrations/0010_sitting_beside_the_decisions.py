import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ivp_portal.organisation.walls import wall


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0002_wall_function"),
        ("priorities", "0009_queue_of_what_waits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SittingRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                ("kept", models.JSONField()),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.area"
                    ),
                ),
                ("plan", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="priorities.plan")),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "plan"), name="sitting_once")],
            },
        ),
        wall("priorities_sittingrecord"),
    ]
