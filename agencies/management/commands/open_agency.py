from django.core.management.base import BaseCommand, CommandError

from agencies.membership import open_agency


class Command(BaseCommand):
    help = (
        "Opens an agency: its page, its groups, its collection of pictures and its review. "
        "A page that a harvest made is taken over. Running it again changes nothing."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "key", help="the agency's machine name, for instance harbour-street-family-centre"
        )
        parser.add_argument("--name", help="its name; needed when no page has that key yet")

    def handle(self, *args, **options) -> None:
        try:
            agency = open_agency(options["key"], name=options["name"])
        except ValueError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{agency.title}: open. Invite its people in the admin, under People.")
