"""Where entries come from when they are not typed here: a directory that is harvested."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """A feed. An entry's origin is (source, external id): together they find it again at the next harvest."""

    name = models.SlugField(
        _("name"), max_length=80, unique=True, help_text=_("Short name, for instance the folder's.")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.name
