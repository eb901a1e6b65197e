"""The application a web server calls."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

# No page stands here, so Django answers with its own page of what cannot be found.
NOWHERE = "/outside"


def below(prefix: str, site: Application) -> Application:
    """The site below a path, whether or not the server before it took the path off already.

    A path outside the prefix gets the site's page of what cannot be found: gunicorn would answer it itself,
    with a bare 500.
    """
    if not prefix:
        return site

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == prefix or path.startswith(f"{prefix}/"):
            environ["PATH_INFO"] = path.removeprefix(prefix)
        elif environ.get("SCRIPT_NAME", "") != prefix:
            environ["PATH_INFO"] = NOWHERE
        environ["SCRIPT_NAME"] = prefix
        return site(environ, start_response)

    return application


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = below(settings.PREFIX, get_wsgi_application())
os.environ.pop("SCRIPT_NAME", None)  # the settings know it; gunicorn would refuse paths outside it by itself
