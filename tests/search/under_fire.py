"""A process of its own for `test_under_fire.py`: editors and rebuilds that are killed, many at the same time.

It forks: a child is ready at once, where a new process would need seconds. The parent keeps no connection.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable

import django

SHORTEST, LONGEST = 0.02, 0.7  # seconds until a child is killed


def forked(work: Callable[[], None]) -> int:
    """A child that does this and ends with 0, or with 1 and the traceback."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child:
        return child
    try:
        from search import outbox

        outbox._leftovers_may_exist, outbox._next_look = True, 0.0  # as in a new process
        work()
    except BaseException:  # noqa: BLE001  whatever it is, it must not run on in the parent's code
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def must_succeed(work: Callable[[], None]) -> None:
    _, status = os.waitpid(forked(work), 0)
    if status:
        raise SystemExit(f"a check failed: {status}")


def killed(work: Callable[[], None], seconds: float) -> None:
    child = forked(work)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def publish_for_ever(written: int) -> None:
    """Publish one change after the other, and say of each, once it is done, that it is."""
    from agencies.models import ServicePage

    keys = list(ServicePage.objects.public().values_list("pk", flat=True)[:12])
    number = 0
    while True:
        number += 1
        service = ServicePage.objects.get(pk=keys[number % len(keys)])
        service.title = f"{service.title.split(' zq')[0]} zq{os.getpid()}x{number}"
        service.save_revision().publish()
        os.write(written, f"{service.pk} {service.title}\n".encode())


def rebuild_for_ever() -> None:
    import search

    while True:
        search.rebuild()


def everything_is_found(said: dict[int, str]) -> None:
    """What was acknowledged is in the database; what is there is found; the index and the database agree."""
    from agencies.models import ServicePage
    from search import Query, find, outbox
    from search.engines import base
    from search.management.commands.check_search import _differences

    for pk, title in said.items():
        assert ServicePage.objects.get(pk=pk).title >= "" and _is_at_least(pk, title), (pk, title)
    for service in ServicePage.objects.public()[:12]:
        hits = find(Query(service.title, size=200)).hits
        assert service.document_id in {hit.id for hit in hits}, service.title
    outbox.drain()
    for engine in base.get_engines():
        differences = list(_differences(engine))
        assert not differences, differences


def _is_at_least(pk: int, title: str) -> bool:
    """The page has this title, or one that was published after it and not acknowledged any more."""
    from agencies.models import ServicePage

    now = ServicePage.objects.get(pk=pk).title.split(" zq")[-1]
    return now.split("x")[0] != title.split(" zq")[-1].split("x")[0] or int(now.split("x")[1]) >= int(
        title.split("x")[-1]
    )


def kill_publishing(times: int, chance: random.Random) -> None:
    for _ in range(times):
        reading, writing = os.pipe()
        killed(lambda to=writing: publish_for_ever(to), chance.uniform(SHORTEST, LONGEST))
        os.close(writing)
        with os.fdopen(reading) as acknowledged:
            said = dict(_acknowledged(acknowledged.read()))
        must_succeed(lambda said=said: everything_is_found(said))


def _acknowledged(text: str) -> list[tuple[int, str]]:
    whole_lines = text.split("\n")[:-1]
    return [(int(pk), title) for pk, _, title in (line.partition(" ") for line in whole_lines)]


def kill_rebuilding(times: int, chance: random.Random) -> None:
    for _ in range(times):
        killed(rebuild_for_ever, chance.uniform(SHORTEST, LONGEST))
        must_succeed(lambda: everything_is_found({}))


def at_the_same_time(editors: int, searchers: int, rounds: int) -> None:
    """Editors and visitors together: nobody sees an error."""
    children = [forked(lambda n=n: _edit(n, rounds)) for n in range(editors)]
    children += [forked(lambda: _visit(rounds * 5)) for _ in range(searchers)]
    failed = [child for child in children if os.waitpid(child, 0)[1]]
    if failed:
        raise SystemExit(f"{len(failed)} of {len(children)} failed")
    must_succeed(lambda: everything_is_found({}))


def _edit(number: int, rounds: int) -> None:
    from agencies.models import ServicePage

    keys = list(ServicePage.objects.public().values_list("pk", flat=True)[number * 3 : number * 3 + 3])
    for turn in range(rounds):
        service = ServicePage.objects.get(pk=keys[turn % len(keys)])
        service.title = f"{service.title.split(' zq')[0]} zq{number}x{turn}"
        service.save_revision().publish()


def _visit(rounds: int) -> None:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    for turn in range(rounds):
        words = ("counselling", "zq1", "help for my family", "")[turn % 4]
        answer = client.post("/en/find/", {"words": words}, headers={"X-Requested-With": "fetch"})
        assert answer.status_code == 200, answer.status_code


def main() -> None:
    what, seed = sys.argv[1], int(sys.argv[2])
    django.setup()
    chance = random.Random(seed)
    if what == "publishing":
        kill_publishing(25, chance)
    elif what == "rebuilding":
        kill_rebuilding(25, chance)
    else:
        at_the_same_time(editors=4, searchers=4, rounds=10)


if __name__ == "__main__":
    main()
