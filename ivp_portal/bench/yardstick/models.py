"""The yardstick's one table: 10,000 rows about as big as a contribution."""

from django.db import models


class Row(models.Model):
    title = models.CharField(max_length=120)
    author = models.CharField(max_length=60)
    category = models.CharField(max_length=30)
    status = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["-created_at", "-id"], name="row_newest")]

    def __str__(self) -> str:
        return self.title
