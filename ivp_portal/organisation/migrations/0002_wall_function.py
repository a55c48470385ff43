from django.db import migrations

from ivp_portal.organisation.walls import CREATE_FUNCTION


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_initial")]
    operations = [CREATE_FUNCTION]
