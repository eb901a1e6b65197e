"""From search's answer to a page: the cards, and what stands above or in place of them."""

from dataclasses import dataclass, field

from agencies.models import Policy, Said
from search.types import Results

from . import cards, danger, narrowing
from .cards import Card
from .directory import Asked
from .frame import Frame
from .narrowing import Drop, Offer


@dataclass(frozen=True, slots=True)
class Pager:
    page: int
    pages: int
    previous: int | None
    next: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The results as the page shows them."""

    cards: list[Card] = field(default_factory=list)
    total: int = 0
    others_start: int | None = None
    pager: Pager | None = None
    notice: str = ""
    urgent: danger.Urgent | None = None
    meant: str = ""
    near: Said | str = ""
    ticks: list[Said | str] = field(default_factory=list)
    drops: list[Drop] = field(default_factory=list)
    asked: str = ""
    seal: str = ""
    is_over: bool = False


def answer_of(
    results: Results,
    asked: Asked,
    offer: Offer,
    frame: Frame,
    policy: Policy,
    seal: str = "",
    notice: str = "",
) -> Answer:
    near = offer.titles["district", asked.near] if asked.near else ""
    found = cards.of_hits(results.hits, policy, frame.language, near)
    start = next((number for number, hit in enumerate(results.hits) if not hit.all_words), None)
    return Answer(
        cards=found,
        total=results.total,
        others_start=start if asked.words else None,
        pager=_pager(results),
        notice=notice,
        urgent=danger.urgent(asked, frame),
        meant=results.meant if found else "",
        near=near,
        ticks=narrowing.named(asked, offer),
        drops=narrowing.drops(results, asked, offer),
        asked=asked.words,
        seal=seal,
    )


def _pager(results: Results) -> Pager:
    return Pager(
        results.page,
        results.pages,
        results.page - 1 if results.page > 1 else None,
        results.page + 1 if results.page < results.pages else None,
    )
