"""System checks of the site: what a town must have done before families rely on it."""

from pathlib import Path

from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security, deploy=True)
def confirmed_numbers(app_configs, **kwargs) -> list[CheckMessage]:
    """A town without a confirmed emergency number and child helpline is not ready (SAFETY.md 8); lesser gaps warn."""
    from django.db import DatabaseError

    from .frame import town_of
    from .gaps import gaps

    try:
        found = gaps(town_of())
    except DatabaseError as error:
        return [
            Error(
                f"The town's numbers cannot be read: {error}",
                hint="Run migrate and setup_town.",
                id="portal.E002",
            )
        ]
    return [(Error if gap.is_grave else Warning)(gap.text, hint=gap.hint, id=gap.check_id) for gap in found]


@register(Tags.translation)
def compiled_catalogues(app_configs, **kwargs) -> list[Error]:
    """A checkout brings the words as they are written; without this, a town's first pages would be English for good."""
    from django.conf import settings

    sources = [po for folder in settings.LOCALE_PATHS for po in Path(folder).glob("*/LC_MESSAGES/*.po")]
    if all(po.with_suffix(".mo").exists() for po in sources):
        return []
    return [
        Error(
            "The interface's words are not compiled: every language would speak English.",
            hint="Run `python setup/compile_messages.py` first.",
            id="portal.E005",
        )
    ]


@register(Tags.security, deploy=True)
def not_the_demo(app_configs, **kwargs) -> list[Error]:
    from django.conf import settings

    if settings.DEMO:
        return [
            Error(
                "LANTERN_DEMO is on: known passwords, no second factor.", hint="Unset it.", id="portal.E003"
            )
        ]
    return []


@register(Tags.security, deploy=True)
def not_the_demos_database(app_configs, **kwargs) -> list[Error]:
    """The demo's accounts, a superuser among them, open with a password that everybody can read."""
    from django.conf import settings
    from django.db import DatabaseError

    from .models import Town

    try:
        is_demo = Town.objects.filter(is_demo=True).exists()
    except DatabaseError:
        return []  # confirmed_numbers says it
    if not is_demo or settings.DEMO:
        return []
    return [
        Error(
            "This is the demo's database: a fictional town, and accounts with a known password.",
            hint="Use an empty database (another DATABASE_URL), then migrate and setup_town.",
            id="portal.E004",
        )
    ]


@register(Tags.security, deploy=True)
def offices_are_named(app_configs, **kwargs) -> list[Warning]:
    """The law asks whom people may turn to; the notices cannot say it until the town has."""
    from django.db import DatabaseError

    from .models import Town

    try:
        missing = Town.load().offices_not_named()
    except DatabaseError:
        return []  # confirmed_numbers says it
    if not missing:
        return []
    return [
        Warning(
            f"The privacy notice and the accessibility statement do not name: {', '.join(missing)}.",
            hint="In the admin: Settings, Town, Offices.",
            id="portal.W010",
        )
    ]


@register(Tags.security, deploy=True)
def statement_is_current(app_configs, **kwargs) -> list[Warning]:
    """The accessibility statement goes out of date by itself, and says so to visitors."""
    from django.utils import timezone

    from .accessibility import tested

    last = tested()
    if not last.is_out_of_date(timezone.localdate()):
        return []
    return [
        Warning(
            f"The accessibility statement is out of date since {last.holds_until:%Y-%m-%d}.",
            hint="Upgrade to a newer release, or test anew with `make accessibility`.",
            id="portal.W011",
        )
    ]
