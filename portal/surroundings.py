"""What the blocks of a town's page draw from elsewhere: the town's numbers, links to needs, services of a kind."""

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any

from agencies.models import Policy, ServicePage

from . import cards, children, doors, frame, numbers
from .frame import Frame
from .models import ContentPage

MOST_CARDS = 6
Kinds = Collection[str]


class Surroundings:
    """Read once for a page, however many blocks ask: its queries do not grow with its blocks."""

    def __init__(
        self,
        frame: Frame,
        needs: Iterable[str] = (),
        kind_sets: Iterable[Kinds] = (),
        *,
        for_children: bool = False,
    ) -> None:
        self.frame = frame
        self.for_children = for_children
        self.needs = set(needs)
        self.kind_sets = list(kind_sets)

    @classmethod
    def of_page(cls, frame: Frame, page: ContentPage) -> "Surroundings":
        """What all blocks of a page together will ask for. A page for children speaks their words and links to twins."""
        blocks = list(page.body)
        needs = {code for block in blocks if block.block_type == "needs" for code in block.value}
        kind_sets = [block.value["kinds"] for block in blocks if block.block_type == "services"]
        for_children = page.audience == ContentPage.Audience.CHILD
        return cls(frame, needs, kind_sets, for_children=for_children)

    @classmethod
    def of(cls, context: Mapping[str, Any], needs: Iterable[str] = (), kinds: Kinds = ()) -> "Surroundings":
        """Those of the page; a block that is drawn by itself has its own."""
        return context.get("surroundings") or cls(frame.frame_of(), needs, [kinds])

    def help_numbers(self, *kinds: str) -> list[numbers.Number]:
        return frame.help_numbers(self.frame, *kinds)

    def need_rows(self, codes: Collection[str]) -> list[frame.Link]:
        """Links to these needs, in the vocabulary's order."""
        return [row for code, row in self._need_rows.items() if code in codes]

    def cards_of_kinds(self, kinds: Kinds) -> list[cards.Card]:
        """Services of these kinds, the most recently checked first."""
        return [self._cards[pk] for pk in self._chosen(kinds)]

    @cached_property
    def _need_rows(self) -> dict[str, frame.Link]:
        return doors.need_rows_by_code(self.frame.language, self.needs, for_children=self.for_children)

    @cached_property
    def _ranked(self) -> list[tuple[int, str]]:
        """(service, kind) of everything that any block may show, the most recently checked first."""
        wanted = {kind for kinds in self.kind_sets for kind in kinds}
        found = ServicePage.objects.public().filter(kinds__code__in=wanted).order_by("-assured_date", "pk")
        return list(found.values_list("pk", "kinds__code"))

    def _chosen(self, kinds: Kinds) -> list[int]:
        return list(dict.fromkeys(pk for pk, kind in self._ranked if kind in kinds))[:MOST_CARDS]

    @cached_property
    def _cards(self) -> dict[int, cards.Card]:
        wanted = {pk for kinds in self.kind_sets for pk in self._chosen(kinds)}
        services = ServicePage.objects.public().for_visitor(self.frame.language).filter(pk__in=wanted)
        policy = Policy.current()
        card_of = children.card_of_service if self.for_children else cards.of_service
        return {service.pk: card_of(service, policy, self.frame.language) for service in services}
