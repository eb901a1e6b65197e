"""Plain letters to staff: a subject and a text, each a template, with addresses that lead into the admin."""

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from wagtail.models import Site

from .models import User


def language_of(person: User) -> str:
    """What somebody chose in the admin, else the site's: never that of the visitor whose request sends the letter."""
    profile = getattr(person, "wagtail_userprofile", None)
    chosen = profile.preferred_language if profile else ""
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def send(name: str, to: str, context: dict[str, Any]) -> None:
    """Sends `emails/<name>.txt`, its first line being the subject. Whoever has no address gets none."""
    if not to:
        return
    letter = render_to_string(f"emails/{name}.txt", {"site": site_name(), **context})
    subject, _, text = letter.strip().partition("\n")
    send_mail(subject.strip(), text.strip() + "\n", None, [to])


def site_name() -> str:
    """The town's name, as `portal` writes it into Wagtail's site: a letter says who writes."""
    named = Site.objects.filter(is_default_site=True).values_list("site_name", flat=True).first()
    return named or settings.WAGTAIL_SITE_NAME
