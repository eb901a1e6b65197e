from django.core.management.base import BaseCommand

from agencies.checks import two_approvers
from portal.founding import found_town


class Command(BaseCommand):
    help = "Founds the town: languages, page tree, groups, vocabularies. Asks nothing; running it again changes nothing."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--name", help="the town's name; it can be changed in the admin at any time")

    def handle(self, *args, **options) -> None:
        town = found_town(options["name"])
        self.stdout.write(
            f"{town.name}: ready. Next: create a person with `createsuperuser`, then fill in Settings, Town."
        )
        self._warn_of_too_few_approvers()

    def _warn_of_too_few_approvers(self) -> None:
        for warning in two_approvers(None):
            self.stdout.write(self.style.WARNING(f"{warning.msg} {warning.hint}"))
