"""The strip that says what a demo waives, for the admin's templates."""

from django import template
from django.conf import settings
from django.utils.safestring import SafeString

from portal import demo_mode

register = template.Library()


@register.simple_tag
def demo_banner() -> SafeString:
    """The strip in demo mode, nothing otherwise."""
    return demo_mode.banner_html(settings.VAR) if settings.DEMO else SafeString("")
