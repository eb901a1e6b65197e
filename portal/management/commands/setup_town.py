from django.core.management.base import BaseCommand, CommandError

from agencies.checks import two_approvers
from portal import helplines
from portal.founding import found_town, suggest_numbers
from portal.models import Town


class Command(BaseCommand):
    help = "Founds the town: languages, page tree, groups, vocabularies. Asks nothing; running it again changes nothing."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--name", help="the town's name; it can be changed in the admin at any time")
        parser.add_argument(
            "--country",
            help="ISO code like AT: suggests the country's helplines. None shows before somebody has called it "
            "and confirmed it in the admin",
        )

    def handle(self, *args, **options) -> None:
        self._know(options["country"])
        town = found_town(options["name"])
        self.stdout.write(
            f"{town.name}: ready. Next: create a person with `createsuperuser`, then fill in Settings, Town."
        )
        if options["country"]:
            self._suggest(town, options["country"])
        self._warn_of_too_few_approvers()

    def _know(self, country: str | None) -> None:
        """A country that is not known stops the command before it has changed anything."""
        try:
            if country:
                helplines.of_country(country)
        except helplines.UnknownCountry as error:
            raise CommandError(str(error)) from None

    def _suggest(self, town: Town, country: str) -> None:
        new = suggest_numbers(town, country)
        if not new:
            self.stdout.write("No number was added: the town has numbers of each kind that is suggested.")
            return
        self.stdout.write("Suggested, and not shown to anybody yet:")
        for number in new:
            self.stdout.write(f"  {number.get_kind_display()}: {number.number}")
        self.stdout.write(
            "Call each one. Then, in Settings, Town, Numbers, write which organisation checked it, in which role and when."
        )

    def _warn_of_too_few_approvers(self) -> None:
        for warning in two_approvers(None):
            self.stdout.write(self.style.WARNING(f"{warning.msg} {warning.hint}"))
