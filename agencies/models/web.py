"""A web address as people type it: without a scheme it is meant as https."""

from django.db import models


class WebField(models.URLField):
    def formfield(self, **kwargs):
        return super().formfield(**{"assume_scheme": "https", **kwargs})
