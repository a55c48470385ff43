from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("priorities", "0011_queue_refreshed_by_a_plan_that_is_kept"),
    ]

    operations = [
        migrations.AlterField(
            model_name="batch",
            name="act",
            field=models.CharField(
                choices=[
                    ("decide", "Samen afwegen"),
                    ("agree", "Samen akkoord geven"),
                    ("assign", "Samen toewijzen"),
                    ("undo", "Samen ongedaan maken"),
                    ("give_back", "Toewijzing ongedaan maken"),
                    ("rewrite", "Motiveringen teruglezen"),
                ],
                max_length=12,
            ),
        ),
    ]
