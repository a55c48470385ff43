import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consultation", "0008_wall_of_column_memory")]

    operations = [
        migrations.AlterField(
            model_name="submission",
            name="received_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
    ]
