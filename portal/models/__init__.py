"""The town's own nouns, one a file."""

from .content import ContentPage
from .demand import Demand, WatchedWord
from .home import HomePage
from .seal import BurntSeal
from .town import Town, TownNumber, TownWords

__all__ = [
    "BurntSeal",
    "ContentPage",
    "Demand",
    "HomePage",
    "Town",
    "TownNumber",
    "TownWords",
    "WatchedWord",
]
