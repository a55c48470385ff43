from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("priorities", "0008_answers_stay_as_written")]
    operations = [
        migrations.AddIndex(
            model_name="queuerow",
            index=models.Index(
                condition=models.Q(("state__in", ["todo", "returned"])), fields=["area", "later", "round", "number"], name="queuerow_to_do"
            ),
        ),
    ]
