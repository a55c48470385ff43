from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consultation", "0013_words_filled"),
    ]

    operations = [
        migrations.AlterField(
            model_name="mail",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "Ontvangstbewijs"),
                    ("resume", "Link om verder te gaan"),
                    ("invitation", "Uitnodiging"),
                    ("reminder", "Herinnering"),
                    ("offer", "Verzoek om vrij te geven"),
                    ("handed_back", "Teruggelegd"),
                    ("answer", "Antwoord"),
                    ("advice", "Verzoek om advies"),
                    ("question", "Vraag aan de inbrenger"),
                ],
                max_length=12,
            ),
        ),
    ]
