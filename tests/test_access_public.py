"""What was public once and is not any more: no public address tells a visitor, or a stranger of the staff, of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from agencies import membership
from agencies.models import ServicePage
from portal.models import ContentPage
from search import outbox
from tests.access_belongings import SECRET, Belongings, belongings_of
from tests.access_probes import probes, text_of
from tests.agencies.stage import Stage
from tests.portal.small_town import content
from tests.test_access_leaks import client_of

Page = ServicePage | ContentPage


def unpublished(page: Page) -> None:
    page.unpublish()


def expired(page: Page) -> None:
    page.expire_at = timezone.now() - timedelta(minutes=1)
    page.save()
    call_command("publish_scheduled")


def defunct(page: Page) -> None:
    page.status = "defunct"
    page.save_revision().publish()


def its_agency_closed(page: Page) -> None:
    membership.close_agency(page.agency)


def told(role: str, stage: Stage, belongings: Belongings, page: Page) -> list[str]:
    client = client_of(role, stage)
    public = [probe for probe in probes(belongings, page) if not probe.path.startswith("/admin/")]
    assert len(public) > 20
    return [str(probe) for probe in public if SECRET in text_of(client.get(probe.path))]


@pytest.mark.parametrize(
    ("kind", "take_away"),
    [
        *(("entry", each) for each in (unpublished, expired, defunct, its_agency_closed)),
        *(("town's page", each) for each in (unpublished, expired)),
    ],
)
def test_what_left_the_site_is_told_to_nobody(
    stage: Stage, kind: str, take_away: Callable[[Page], None]
) -> None:
    belongings = belongings_of(stage.other, stage.others_service, word="Wartend")
    page = content(f"{SECRET} page") if kind != "entry" else ServicePage(title=f"{SECRET} service")
    if isinstance(page, ServicePage):
        stage.other.add_child(instance=page)
        page.save_revision().publish(skip_permission_checks=True)
    outbox.drain()
    belongings.ids["task_states"][page.pk] = belongings.ids["workflow_states"][page.pk] = 0
    assert told("nobody", stage, belongings, page)
    take_away(page)
    outbox.drain()
    for role in ("nobody", "editor"):
        assert not told(role, stage, belongings, page)
