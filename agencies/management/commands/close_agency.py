from django.core.management.base import BaseCommand, CommandError

from agencies.membership import close_agency
from agencies.models import AgencyPage


class Command(BaseCommand):
    help = (
        "Closes an agency: its entries leave the site and the search, its people lose their roles. "
        "Its pages and their history stay; open_agency opens it again. Running it again changes nothing."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("key", help="the agency's machine name")

    def handle(self, *args, **options) -> None:
        agency = AgencyPage.objects.filter(key=options["key"]).first()
        if agency is None:
            raise CommandError(f"There is no agency “{options['key']}”.")
        close_agency(agency)
        self.stdout.write(f"{agency.title}: closed.")
