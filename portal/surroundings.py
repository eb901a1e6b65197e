"""What a block of a town's page draws from elsewhere: the town's numbers, links to needs, services of a kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agencies.models import Policy, ServicePage

from . import cards, doors, frame, numbers
from .frame import Frame

MOST_CARDS = 6


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Read once for a page, however many blocks ask."""

    frame: Frame

    @classmethod
    def of(cls, context: Mapping[str, Any]) -> "Surroundings":
        return cls(context.get("frame") or frame.frame_of())

    def help_numbers(self, *kinds: str) -> list[numbers.Number]:
        return frame.help_numbers(self.frame, *kinds)

    def need_rows(self, codes: list[str]) -> list[frame.Link]:
        return doors.need_rows(self.frame.language, codes=list(codes))

    def cards_of_kinds(self, kinds: list[str]) -> list[cards.Card]:
        """Services of these kinds, the most recently checked first."""
        language = self.frame.language
        services = (
            ServicePage.objects.public().for_visitor(language).filter(kinds__code__in=list(kinds)).distinct()
        )
        return cards.of_services(
            services.order_by("-assured_date", "pk")[:MOST_CARDS], Policy.current(), language
        )
