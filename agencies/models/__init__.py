"""The domain's nouns, one a file."""

from .address import Address
from .agency import AgenciesPage, AgencyPage
from .area import District, DistrictWords
from .contact import Contact, Website
from .correction import Correction, Report, SafeguardingText
from .entry import Entry, EntryTag, EntryWords, Status, Tag
from .invitation import Invitation
from .language import Language
from .later_review import LaterReview
from .link_check import LinkCheck
from .location import Location
from .phone import Known, Phone, PhoneFacts
from .policy import Holiday, Interval, Policy
from .reminder import RemindedEntry, Reminder
from .review import Review
from .schedule import Schedule
from .service import RequiredDocument, ServiceAtLocation, ServicePage
from .service_area import ServiceArea
from .source import Source
from .taxonomy import Scheme, Term, TermWords, term_uid
from .user import User
from .web import WebField
from .whole import WholeChanges
from .words import AbstractWords, Said, Worded, fingerprint

__all__ = [
    "AbstractWords",
    "Address",
    "AgenciesPage",
    "AgencyPage",
    "Contact",
    "Correction",
    "District",
    "DistrictWords",
    "Entry",
    "EntryTag",
    "EntryWords",
    "Holiday",
    "Interval",
    "Invitation",
    "Known",
    "Language",
    "LinkCheck",
    "LaterReview",
    "Location",
    "Phone",
    "PhoneFacts",
    "Policy",
    "RemindedEntry",
    "Reminder",
    "Report",
    "RequiredDocument",
    "SafeguardingText",
    "Review",
    "Said",
    "Schedule",
    "Scheme",
    "ServiceArea",
    "ServiceAtLocation",
    "ServicePage",
    "Source",
    "Status",
    "Tag",
    "Term",
    "TermWords",
    "User",
    "WebField",
    "Website",
    "WholeChanges",
    "Worded",
    "fingerprint",
    "term_uid",
]
