from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("consultation", "0009_received_when_handed_in")]
    operations = [TrigramExtension()]
