"""System checks of the domain: what must hold before a town goes live."""

from django.core.checks import Error, Tags, register


@register(Tags.security, deploy=True)
def second_factor(app_configs, **kwargs) -> list[Error]:
    return [
        Error(
            "Staff sign in with a password alone: the second factor is not built yet.",
            hint="Do not put this release on the open internet. The issue “Agencies” brings the second factor.",
            id="agencies.E001",
        )
    ]
