"""Plain letters to staff: a subject and a text, each a template, with addresses that lead into the admin."""

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string


def send(name: str, to: str, context: dict[str, Any]) -> None:
    """Sends `emails/<name>.txt`, its first line being the subject. Whoever has no address gets none."""
    if not to:
        return
    letter = render_to_string(f"emails/{name}.txt", {"site": settings.WAGTAIL_SITE_NAME, **context})
    subject, _, text = letter.strip().partition("\n")
    send_mail(subject.strip(), text.strip() + "\n", None, [to])
