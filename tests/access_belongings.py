"""What an agency, or the town, has that others must not learn of: unpublished things, and the ids that lead to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db.models import QuerySet
from wagtail.admin.models import EditingSession
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Locale, Page, PageLogEntry, Revision, TaskState, WorkflowState
from wagtail.models.media import UploadedFile
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.operations import translate_object

from agencies import membership
from agencies.models import (
    AgencyPage,
    Correction,
    District,
    Invitation,
    LaterReview,
    Policy,
    ServicePage,
    Term,
    User,
)
from agencies.seeing import PAGE_ARGUMENTS
from portal.models import ContentPage, HomePage, Town, WatchedWord
from search.models import Synonym

DAY = timedelta(days=1)
# Words that stand in nothing but somebody's unpublished things.
SECRET = "Zwielicht"
TOWNS_SECRET = "Morgenrot"


@dataclass
class Belongings:
    """`ids`: URL parameter -> value. `kept`: the rows that no stranger may change, asked anew at each look."""

    word: str
    author: User
    draft: Page
    live: Page
    ids: dict[str, Any] = field(default_factory=dict)
    kept: list[QuerySet] = field(default_factory=list)
    translation: Page | None = None

    def values(self, page: Page) -> dict[str, Any]:
        """URL parameter -> value, for addresses about this page."""
        about = dict.fromkeys((*PAGE_ARGUMENTS, "object_id"), page.pk)
        return (
            self.ids
            | about
            | {
                "revision_id": page.latest_revision_id,
                "revision_id_a": "earliest",
                "revision_id_b": page.latest_revision_id,
                "task_state_id": self.ids["task_states"][page.pk],
                "workflow_state_id": self.ids["workflow_states"][page.pk],
                "state_id": self.ids["task_states"][page.pk],
                "code": getattr(page, "code", ""),
            }
        )

    def state(self) -> list[list[dict[str, Any]]]:
        return [list(rows.all().order_by("pk").values()) for rows in self.kept]

    def is_public(self, page: Page) -> bool:
        """Whether the public sees what nobody has approved."""
        approved = page.title if page.live else ""
        return Page.objects.filter(pk=page.pk, live=True).exclude(title=approved).exists()


def belongings_of(agency: AgencyPage, live: Page, word: str = SECRET) -> Belongings:
    """A draft and a changed live entry, both sent to review by a person of the agency; what hangs on them."""
    author = _author(agency.key, word)
    membership.add_member(author, "editor", agency)
    draft = ServicePage(title=f"{word} title", summary=f"{word} summary", live=False)
    agency.add_child(instance=draft)
    found = _submitted(author, draft, live, word)
    _media(found, Collection.objects.get(name=agency.key), word)
    tomorrow = found.draft.latest_revision_created_at + DAY
    invitation = Invitation.objects.create(
        email=f"{word}@elsewhere.example", role="editor", agency=agency, expires=tomorrow, token_hash="a"
    )
    correction = Correction.objects.create(
        entry=live, what=["other"], answer=word, received_on=tomorrow.date(), due_on=tomorrow.date()
    )
    later = LaterReview.note(live, LaterReview.Kind.UNREVIEWED, by=author, detail=word)
    found.ids |= {
        "key": agency.key,
        "invitation_id": invitation.pk,
        "correction": correction.pk,
        "later": later.pk,
    }
    found.kept += [
        Invitation.objects.filter(pk=invitation.pk),
        Correction.objects.filter(pk=correction.pk),
        LaterReview.objects.filter(entry=live),
    ]
    return found


def belongings_of_town(word: str = TOWNS_SECRET) -> Belongings:
    """The same of the town: pages of its own, one of them in translation, and its words and settings."""
    author = _author("town", word)
    membership.add_member(author, "town_editor")
    home = HomePage.objects.get(locale__language_code="en")
    draft = ContentPage(title=f"{word} title", intro=f"{word} intro", live=False)
    live = ContentPage(title="About us", intro="Who we are.")
    for page in (draft, live):
        home.add_child(instance=page)
    live.save_revision().publish()
    translation = _translation(live, author, word)
    found = _submitted(author, draft, live, word, translation.get_target_instance())
    _media(found, Collection.objects.get(name=membership.TOWN_COLLECTION), word)
    Synonym.objects.get_or_create(language="en", said="mum", means="mother")
    WatchedWord.objects.get_or_create(language="en", words="night shelter")
    District.objects.get_or_create(code="north", defaults={"name": "North"})
    Town.load()
    Policy.load()
    segments = StringSegment.objects.filter(source=translation.source)
    tomorrow = found.draft.latest_revision_created_at + DAY
    invitation = Invitation.objects.create(
        email=f"{word}@town.example", role="town_editor", expires=tomorrow, token_hash="t"
    )
    found.ids |= {
        "key": "nobody",
        "invitation_id": invitation.pk,
        "correction": 0,
        "later": 0,
        "translation_source_id": translation.source_id,
        "translation_id": translation.pk,
        "string_segment_id": segments.get(context__path="intro").pk,
    }
    found.kept += [
        StringTranslation.objects.all(),
        Translation.objects.all(),
        *(model.objects.all() for model in (Term, Synonym, WatchedWord, District, Town, Policy)),
        Invitation.objects.filter(pk=invitation.pk),
    ]
    return found


def _author(of: str, word: str) -> User:
    user = User.objects.create(
        username=f"author-{of}", first_name=word, last_name=word, email=f"{word}-{of}@town.example"
    )
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    return user


def _translation(page: Page, translator: User, word: str) -> Translation:
    """Into German, every text of it by one person; nobody has published it."""
    translate_object(page, [Locale.objects.get(language_code="de")])
    translation = Translation.objects.get(source__object_id=page.translation_key)
    for segment in StringSegment.objects.filter(source=translation.source):
        StringTranslation.objects.create(
            translation_of=segment.string,
            locale=translation.target_locale,
            context=segment.context,
            data=f"{word} title",
            last_translated_by=translator,
        )
    translation.save_target(user=translator, publish=False)
    return translation


def _submitted(author: User, draft: Page, live: Page, word: str, *others: Page) -> Belongings:
    states: dict[str, dict[int, int]] = {"task_states": {}, "workflow_states": {}}
    for page in (live, *others, draft):  # the draft last: a report names what was edited last
        page.title, page.draft_title = f"{word} title", f"{word} title"
        page.save_revision(user=author, changed=True)
        state = page.get_workflow().start(page, author)
        states["workflow_states"][page.pk] = state.pk
        states["task_states"][page.pk] = state.current_task_state_id
    session = EditingSession.objects.create(
        user=author,
        content_type=ContentType.objects.get_for_model(type(draft)),
        object_id=str(draft.pk),
        last_seen_at=draft.latest_revision_created_at,
    )
    fresh = [type(page).objects.get(pk=page.pk) for page in (draft, live, *others)]
    keys = [page.pk for page in fresh]
    flows = WorkflowState.objects.filter(pk__in=states["workflow_states"].values())
    ids = states | {
        "session_id": session.pk,
        "task_id": TaskState.objects.get(pk=states["task_states"][draft.pk]).task_id,
        "workflow_pk": flows[0].workflow_id,
        "user": author.pk,
        "user_id": author.pk,
        "group": author.groups.get().pk,
    }
    kept = [
        Page.objects.filter(pk__in=keys),
        Revision.objects.filter(object_id__in=[str(key) for key in keys]),
        flows,
        TaskState.objects.filter(pk__in=states["task_states"].values()),
        PageLogEntry.objects.filter(page_id__in=keys),
        User.objects.filter(pk=author.pk),
        Authenticator.objects.filter(user=author),
        Group.objects.filter(user=author),
        Group.permissions.through.objects.filter(group__user=author),
    ]
    return Belongings(word, author, fresh[0], fresh[1], ids, kept, *fresh[2:])


def _media(found: Belongings, collection: Collection, word: str) -> None:
    facts: dict[str, Any] = {"collection": collection, "uploaded_by_user": found.author}
    images, documents = get_image_model().objects, get_document_model().objects
    image = images.create(title=f"{word} picture", file=get_test_image_file(filename=f"{word}.png"), **facts)
    document = documents.create(title=f"{word} document", file=ContentFile(b"x", name=f"{word}.txt"), **facts)
    upload = UploadedFile.objects.create(
        for_content_type=ContentType.objects.get_for_model(get_document_model()),
        file=ContentFile(b"x", name=f"{word}.txt"),
        uploaded_by_user=found.author,
    )
    found.ids |= {
        "image_id": image.pk,
        "document_id": document.pk,
        "doc_id": document.pk,
        "uploaded_file_id": upload.pk,
        "collection_id": collection.pk,
    }
    found.kept += [
        images.filter(pk=image.pk),
        documents.filter(pk=document.pk),
        UploadedFile.objects.filter(pk=upload.pk),
        Collection.objects.filter(pk=collection.pk),
    ]
