from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.demo import PASSWORD, NotADemo, accounts, load_demo, rebuild_indexes
from portal.models import Town


class Command(BaseCommand):
    help = "Loads the fictional town into an empty database; refuses any other. A demo that is there is left as it is."

    def handle(self, *args, **options) -> None:
        already = Town.objects.filter(is_demo=True).exists()
        try:
            load_demo()
        except NotADemo as refusal:
            raise CommandError(str(refusal)) from refusal
        if not already:
            rebuild_indexes()
        if settings.DEMO:
            self.stdout.write("Accounts of the demo, all with the password: " + PASSWORD)
        else:
            self.stdout.write(
                "Accounts of the demo. LANTERN_DEMO is not set: those that are new have no password."
            )
        for account in accounts():
            place = f" of {account.agency}" if account.agency else ""
            self.stdout.write(f"  {account.username:<60} {account.role}{place}")
        self.stdout.write(f"  {'superuser':<60} may do everything")
