"""Searches that were wiped by the exit, until they would have expired anyway."""

from django.db import models


class BurntSeal(models.Model):
    """The hash of one burnt chain of sealed searches; a table, so that all workers know it at once.

    Nothing here leads back to a query or a person: the chain is a random number, and only its hash is kept.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "burnt seal"
        verbose_name_plural = "burnt seals"

    def __str__(self) -> str:
        return f"burnt until {self.until:%Y-%m-%d %H:%M}"
