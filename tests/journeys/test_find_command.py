"""`manage.py find` asks the seam that the site asks, and prints the same."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.test import Client

from agencies.models import AgencyPage


def find(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("find", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_shape_that_is_promised(demo: None) -> None:
    answer = find("counselling after divorce", "--language", "en")
    assert set(answer) == {"hits", "facets", "total"}
    assert answer["hits"] and isinstance(answer["total"], int)
    keys = set(AgencyPage.objects.values_list("key", flat=True))
    for hit in answer["hits"]:
        assert set(hit) == {"id", "title", "agency", "url", "score"}
        assert hit["title"] and hit["url"].startswith("/en/")
        if hit["id"].startswith(("service:", "agency:")):
            assert hit["agency"] in keys
    scores = [hit["score"] for hit in answer["hits"][: answer["total"]]]
    assert all(isinstance(score, int | float) for score in scores)


def test_its_addresses_lead_to_pages(demo: None, client: Client) -> None:
    for hit in find("school", "--language", "de", "--size", "5")["hits"]:
        assert hit["url"].startswith("/de/") and client.get(hit["url"]).status_code == 200


def test_it_finds_what_the_site_finds(demo: None, client: Client) -> None:
    sent = client.post("/en/find/", {"words": "food"})
    cards = client.get(sent["Location"]).context["results"].cards
    assert [hit["url"] for hit in find("food")["hits"]] == [card.url for card in cards]
