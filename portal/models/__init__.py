"""The town's own nouns, one a file."""

from .content import ContentPage
from .home import HomePage
from .seal import BurntSeal
from .town import Town, TownNumber, TownWords

__all__ = ["BurntSeal", "ContentPage", "HomePage", "Town", "TownNumber", "TownWords"]
