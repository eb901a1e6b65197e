"""What the components' gallery shows: invented words and numbers with the very attributes that the templates read.

Nothing here touches the database, so the look can be worked on before, beside and without the data.
"""

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

from django.utils.html import format_html

Sample = SimpleNamespace
RIGHT_TO_LEFT = ("ar",)
NAMES = {"en": "English", "de": "German", "ar": "Arabic"}


@dataclass(frozen=True)
class Said:
    """Words in one language, seen by a reader of another (or the same)."""

    text: str
    language: str = "en"
    is_foreign: bool = False
    is_stale: bool = False
    is_machine: bool = False

    @property
    def direction(self) -> str:
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    @property
    def language_name(self) -> str:
        return NAMES[self.language]

    def __str__(self) -> str:
        return self.text


def said(reader: str, **words: str) -> Said:
    """The reader's language, else English with its label: the rule of the real entries."""
    language = reader if reader in words else "en"
    return Said(words[language], language, is_foreign=language != reader)


def checked(state: str = "fresh", by: str = "Lindemar Children's Office", role: str = "", on: date | None = date(2026, 11, 3)) -> Sample:
    return Sample(by=by, role=role, on=on if state != "never" else None, state=state)


def number(display: str, label="", channel: str = "phone", facts: tuple[str, ...] = (), **more) -> Sample:
    """A telephone of the range kept for fiction, or one of the European short numbers."""
    scheme = {"phone": "tel:", "text": "sms:", "chat": "https://", "email": "mailto:"}[channel]
    fields = {"hours": "", "checked": None, "note": None} | more
    return Sample(label=label, display=display, href=scheme + display.replace(" ", ""), channel=channel, facts=facts, **fields)


def chips(*pairs: tuple[str, str]) -> list[Sample]:
    return [Sample(text=text, tone=tone) for text, tone in pairs]


def listening_card(reader: str) -> Sample:
    return Sample(
        kind="service",
        url="#listening",
        who=said(reader, en="Listening Line for Children", de="Kinder- und Jugendtelefon Lindemar", ar="خط الإصغاء للأطفال"),
        title=said(
            reader,
            en="Talk to someone who listens",
            de="Mit jemandem sprechen, der zuhört",
            ar="تحدّث مع من يصغي إليك",
        ),
        summary=said(
            reader,
            en="Call or chat when someone hurts or scares you. Nothing happens without you.",
            de="Ruf an oder schreib, wenn dir jemand wehtut oder Angst macht. Nichts geschieht ohne dich.",
            ar="اتصل أو اكتب لنا عندما يؤذيك أحد أو يخيفك. لا يحدث شيء من دون موافقتك.",
        ),
        alert=None,
        chips=chips(("Open now until 20:00", "open"), ("Free", "plain"), ("Alone is fine", "plain"), ("EN DE FR AR UK", "languages")),
        number=number("116 111"),
        checked=checked(),
        why="",
        snippet=[],
        closed=False,
    )


def marked_card(reader: str) -> Sample:
    card = listening_card(reader)
    card.who = said(reader, en="Lindemar Child Protection Team")
    card.title = said(reader, en="Somebody to make home safe again", de="Jemand, der dein Zuhause wieder sicher macht")
    card.snippet = [
        Sample(text="Tell us when a child is ", marked=False),
        Sample(text="hurt", marked=True),
        Sample(text=" at home. We listen first and say what happens next.", marked=False),
    ]
    card.why = "“hurts” also finds “hit”"
    card.chips = chips(("Day and night", "open"), ("Free", "plain"), ("Interpreter", "plain"), ("EN DE AR UK", "languages"))
    card.number = number("01632 960 014")
    card.checked = checked("due", "the agency", on=date(2026, 10, 12))
    return card


def foreign_card(reader: str) -> Sample:
    card = listening_card(reader)
    other = "ar" if reader != "ar" else "de"
    words = {"ar": ("مساعدة للعائلات الجديدة", "نساعدكم في الأوراق والمدرسة والسكن."), "de": ("Beratung für Zugewanderte", "Hilfe bei Papieren, Schule und Wohnung.")}
    card.who = Said("Welcome House", "en", is_foreign=reader != "en")
    card.title = Said(words[other][0], other, is_foreign=True)
    card.summary = Said(words[other][1], other, is_foreign=True)
    card.chips = chips(("Opens 14:00", "plain"), ("Call before you go", "warn"))
    card.number = number("01632 960 021")
    card.checked = checked("stale", on=date(2025, 10, 30))
    return card


def closed_card(reader: str) -> Sample:
    card = listening_card(reader)
    card.title = said(reader, en="Breakfast before school", de="Frühstück vor der Schule", ar="فطور قبل المدرسة")
    card.summary = said(reader, en="Eat with others from half past six.", de="Gemeinsam frühstücken ab halb sieben.")
    card.alert = said(reader, en="Closed until the kitchen is mended. Ask the Children's Office for vouchers.")
    card.chips = chips(("Closed for now", "plain"), ("Free", "plain"))
    card.number, card.closed, card.checked = None, True, checked("never")
    return card


def opening(state: str, text: str, rows: bool = True) -> Sample:
    week = [("Monday", "09:00–17:00"), ("Tuesday", "09:00–17:00"), ("Wednesday", "closed"), ("Thursday", "09:00–19:00"), ("Friday", "09:00–13:00")]
    return Sample(
        state=state,
        text=text,
        rows=[Sample(day=day, hours=hours, today=day == "Monday") for day, hours in week] if rows else [],
        exceptions=[Sample(date="24 December", text="closed")] if rows else [],
        original=None if rows else Said("Mostly in the mornings, ring first"),
    )


def place(reader: str, confidential: bool = False) -> Sample:
    if confidential:
        return Sample(
            name=said(reader, en="A safe flat", de="Eine Schutzwohnung", ar="بيت آمن"), confidential=True, lines=[], district="All of Lindemar",
            how_to_get_there=None, accessibility=[], opening=None, numbers=[],
        )  # fmt: skip
    return Sample(
        name=said(reader, en="Harbour Street Family Centre", de="Familienzentrum Hafenstraße", ar="مركز العائلة في شارع الميناء"),
        confidential=False,
        lines=["Harbour Street 12", "2nd floor", "4410 Lindemar"],
        district="Harbour",
        how_to_get_there=said(reader, en="Bus 3 to Fish Market. The yellow door beside the bakery.", de="Bus 3 bis Fischmarkt. Die gelbe Tür neben der Bäckerei."),
        accessibility=["Lift", "Toilet for wheelchairs", "Room for prams"],
        opening=opening("open", "Open now until 17:00"),
        numbers=[],
    )


def facets() -> list[Sample]:
    def values(name: str, *rows: tuple[str, int, bool]) -> list[Sample]:
        return [Sample(value=title.lower(), title=title, count=count, checked=ticked, id=f"{name}-{index}") for index, (title, count, ticked) in enumerate(rows)]

    return [
        FacetGroup("audience", "For whom", values("audience", ("Child alone", 9, True), ("Parent", 14, False), ("Professional", 4, False))),
        FacetGroup("access_condition", "When and how", values("access_condition", ("Day and night", 3, False), ("Free", 21, True), ("Without a parent", 8, False))),
        FacetGroup(
            "language",
            "Language",
            values("language", ("English", 12, False), ("Deutsch", 8, False), ("العربية", 5, False)),
            values("language-more", ("Українська", 3, False), ("Français", 2, False)),
        ),
    ]  # fmt: skip


class FacetGroup:
    """Not a dict: a template that asks a dict for .values would get its method."""

    def __init__(self, name: str, title: str, values: list[Sample], more: list[Sample] | None = None):
        self.name, self.title, self.values, self.more, self.open = name, title, values, more or [], False


def chart() -> Sample:
    shares = [("Prevention", 31), ("Protection", 38), ("Prosecution", 4), ("Participation", 7)]
    bars = [
        Sample(label=label, value=value, y=8 + 38 * row, text_y=25 + 38 * row, width=value * 10, end=160 + value * 10)
        for row, (label, value) in enumerate(shares)
    ]
    rows = [Sample(head=label, cells=[Sample(label="Services", text=value)]) for label, value in shares]
    table = Sample(caption="Services by purpose", columns=["Purpose", "Services"], rows=rows)
    return Sample(title="What the town's services are for", bars=bars, height=160, table=table)


def table() -> Sample:
    def row(head: str, when: str, cost: str) -> Sample:
        return Sample(head=head, cells=[Sample(label="When", text=when), Sample(label="Cost", text=cost)])

    rows = [row("Homework room", "Monday to Thursday, 14:00", "Free"), row("Swimming", "Friday, 15:30", "2.50 a time"), row("Holiday camp", "July", "By income")]
    return Sample(caption="After school in the Harbour district", columns=["What", "When", "Cost"], rows=rows)


def needs(reader: str) -> list[Sample]:
    rows = [
        ("danger", dict(en="I am in danger now", de="Ich bin jetzt in Gefahr", ar="أنا في خطر الآن"), "Someone may be hurt today"),
        ("harm", dict(en="Someone hurts me or scares me", de="Jemand tut mir weh oder macht mir Angst", ar="أحد يؤذيني أو يخيفني"), "Hitting, shouting, threats"),
        ("sexual", dict(en="Someone did something sexual", de="Jemand hat etwas Sexuelles getan", ar="أحد فعل شيئاً جنسياً"), "Touching, messages, pictures"),
        ("online", dict(en="Something bad online", de="Etwas Schlimmes im Internet", ar="شيء سيئ على الإنترنت"), "Messages, pictures, bullying"),
        ("feelings", dict(en="How I feel", de="Wie es mir geht", ar="كيف أشعر"), "Body, mind, growing up"),
        ("family", dict(en="Things at home", de="Zu Hause", ar="في البيت"), "Separation, care, disability"),
        ("school", dict(en="School", de="Schule", ar="المدرسة"), "Bullying, learning, getting there"),
        ("basics", dict(en="Food, money, home", de="Essen, Geld, Wohnung", ar="الطعام والمال والسكن"), "Benefits, rent, childcare"),
        ("new", dict(en="New here", de="Neu hier", ar="جديد هنا"), "Papers, language, being alone"),
        ("voice", dict(en="My rights and ideas", de="Meine Rechte und Ideen", ar="حقوقي وأفكاري"), "Complaints, youth council"),
        ("work", dict(en="I work with children", de="Ich arbeite mit Kindern", ar="أعمل مع الأطفال"), "Duties, training, whom to call"),
    ]
    return [Sample(url=f"#{icon}", title=said(reader, **words), text=text, icon=icon) for icon, words, text in rows]


def doors() -> list[Sample]:
    return [
        Sample(url="#child", title="I am under 18", text="Short words. Real people. No names needed.", tone="plum", link_text="Go to the children's pages"),
        Sample(url="#parent", title="I look after a child", text="Help at home, at school, with money and papers.", tone="pine", link_text="Go to the parents' pages"),
        Sample(url="#work", title="I work with children", text="Whom to call, what to do, what the law asks.", tone="amber", link_text="Go to the professionals' pages"),
    ]


def steps(reader: str) -> list[Said]:
    return [
        said(reader, en="You call. You do not have to say your name.", de="Du rufst an. Du musst deinen Namen nicht sagen.", ar="تتصل بنا. لست مضطراً إلى ذكر اسمك."),
        said(reader, en="Someone listens. They ask what you need.", de="Jemand hört zu und fragt, was du brauchst.", ar="يصغي إليك شخص ويسألك عمّا تحتاج إليه."),
        said(reader, en="You decide together what happens next.", de="Ihr entscheidet gemeinsam, wie es weitergeht.", ar="تقرران معاً ما سيحدث بعد ذلك."),
    ]


def urgent(reader: str) -> Sample:
    return Sample(
        title=said(reader, en="You are not in trouble. You can talk to someone now.", de="Du bist nicht schuld. Du kannst jetzt mit jemandem sprechen.", ar="لست في ورطة. يمكنك التحدث مع شخص الآن."),
        text=None,
        numbers=[number("116 111", facts=("Children's line", "free", "open now", "no name needed"))],
    )


ROLES = "paper ink soft-ink brand button urgent urgent-wash accent child card hairline edge".split()
ICONS = (
    "search phone text chat email pin clock check verified arrow chevron globe leave print info alert danger harm sexual online "
    "feelings family school basics new voice work kite umbrella compass people coin moon access calendar link document lock hand closed lantern"
).split()


def samples(reader: str) -> dict:
    """The gallery's context for a reader of this language."""
    full = number("01632 960 101", said(reader, en="Talk to the Children's Office", de="Kinderbüro Lindemar", ar="مكتب الأطفال"), facts=("free call", "no name needed", "not on the bill"), hours="Monday to Friday, 9:00 to 17:00", checked=checked(role="duty office"))
    others = [
        number("116 111", "Children's line", facts=("free call", "day and night"), checked=checked("due")),
        number("01632 960 102", "By text message", "text", ("costs a message",), checked=checked("stale", on=date(2025, 9, 2))),
        number("chat.lindemar.example", "Chat", "chat", ("no name needed",), checked=checked("never")),
        number("children@lindemar.example", "Write", "email"),
    ]
    control = '<input id="field-{0}" name="{0}" type="text" autocomplete="off" aria-describedby="{1}">'
    return {
        "roles": ROLES,
        "icons": ICONS,
        "doors": doors(),
        "needs": needs(reader),
        "facets": facets(),
        "cards": [listening_card(reader), marked_card(reader), foreign_card(reader), closed_card(reader)],
        "chips": chips(("Open now until 20:00", "open"), ("Free", "plain"), ("Call before you go", "warn"), ("EN DE AR", "languages")),
        "full_number": full,
        "numbers": others,
        "verified": [checked(), checked("due", role="duty office"), checked("stale", on=date(2025, 9, 2)), checked("never")],
        "urgent": urgent(reader),
        "steps": steps(reader),
        "openings": [
            opening("open", "Open now until 17:00"),
            opening("closed", "Closed now. Opens tomorrow at 9:00"),
            opening("holiday", "Holiday today: call first", rows=False),
            opening("unknown", "Hours not known: call first", rows=False),
            opening("always", "Day and night", rows=False),
        ],
        "places": [place(reader), place(reader, confidential=True)],
        "rows": [
            Sample(id="check-1", title=said(reader, en="I know a free line my child can call alone.", de="Ich kenne eine kostenlose Nummer, die mein Kind allein anrufen kann."), text=None, checked=True),
            Sample(id="check-2", title=said(reader, en="I know where to ask for a childcare place."), text="Ask in spring for September.", checked=False),
        ],
        "table": table(),
        "chart": chart(),
        "crumbs": [Sample(title=said(reader, en="Things at home", de="Zu Hause", ar="في البيت"), url="#family")],
        "fields": [
            Sample(id="field-words", label="What should we know?", help="Never your name.", error="", widget=format_html(control, "words", "field-words-help")),
            Sample(id="field-age", label="How old is the child?", help="", error="Write a number, such as 9.", widget=format_html(control, "age", "field-age-error")),
        ],
        "pager": Sample(page=2, pages=5, previous=1, next=3),
        "said_samples": [
            Said("Words in the reader's language", reader),
            Said("Wörter einer anderen Sprache", "de", is_foreign=True),
            Said("كلمات بلغة أخرى", "ar", is_foreign=True),
            Said("Words translated before their source changed", reader, is_stale=True),
        ],
    }  # fmt: skip
