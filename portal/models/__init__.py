"""The town's own nouns, one a file."""

from .checklist import ChecklistGroup, ChecklistGroupWords, ChecklistItem, ChecklistItemWords
from .checklist_state import ChecklistState, ListedService, StateName
from .content import ContentPage
from .demand import Demand, WatchedWord
from .home import HomePage
from .nightly import NightlyRun
from .seal import BurntSeal
from .town import Town, TownNumber, TownWords

__all__ = [
    "BurntSeal",
    "ChecklistGroup",
    "ChecklistGroupWords",
    "ChecklistItem",
    "ChecklistItemWords",
    "ChecklistState",
    "ContentPage",
    "Demand",
    "HomePage",
    "ListedService",
    "NightlyRun",
    "StateName",
    "Town",
    "TownNumber",
    "TownWords",
    "WatchedWord",
]
