from django.db import migrations

from ivp_portal.organisation.walls import wall


class Migration(migrations.Migration):
    dependencies = [("consultation", "0007_import_jobs_and_column_memory")]
    operations = [wall("consultation_columnmemory")]
