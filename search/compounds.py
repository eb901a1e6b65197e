"""German writes together what others write apart: Trennungsberatung is Trennung and Beratung.

A word is cut only when all of it is made of words of this field, listed here, and the small letters that join
them. A dictionary of the whole language would cut more, and more of it wrongly (Staubecken is no Becken).
"""

from __future__ import annotations

from functools import lru_cache

SHORTEST = 8  # letters: shorter words are rarely compounds of this field
_JOINTS = ("", "s", "es", "n", "en", "er", "e")

_GERMAN = """
adoption alkohol allein alter amt angebot angst ankunft anlauf anruf antrag anwalt anzeige arbeit arzt ärzte anwälte asyl
aufenthalt auskunft bahnhof beginn begleitung behandlung behinderung beihilfe beistand beratung bereitschaft
berufs besuch betreuung bett bezirk bildung blick brief buch büro chat cyber daten dienst digital dolmetscher
drogen ehe eltern energie entwicklung erholung ernährung erst erziehung ess essen fach familie familien ferien
findung fleisch flucht flüchtling förderung foto frau frauen freizeit früh führung fürsorge ganztag geburt geld
gelder gericht gesetz gespräch gesundheit gewalt grund grundschule gruppe gutschein hafen handy hand handel haus
hausaufgaben haushalt hebamme heim helfer hilfe hinweis hof hort hotline impf impfung integration internet
jugend jugendliche jung kinder kind kita klinik kliniken kosten kranken krankheit krise krisen kultur kummer
kurs laden land lebens lehrer leistung leitung lern lernen liebe liste mädchen mann medien mensch mental miete
missbrauch mittag mobbing mutter mütter nachbar nachhilfe nachmittag nacht not notfall notruf nummer obdach oma opa
online opfer ort paar pass pate personen pfleger pflege physio platz polizei praxis problem prozess psychologie
psychiatrie psychologe psychologin punkt rat raum recht rechts region sachen schein scheidung schlaf schlüssel schrei schuld schulden
schule schul schutz schwanger schwangerschaft seele seelsorge selbst senioren sexual sorge sorgen sozial spiel
sport sprach sprache sprachen sprechstunde stadt stadtteil stätte stelle stief still straf straße sucht suizid
tafel tag tages tausch teil telefon termin text therapie tod trauer trauma treff trennung treffpunkt umgang
unfall unterhalt unterkunft unterricht unterstützung untersuchung vater väter verbot verein verfahren verhalten
verkehr verletzung vermittlung versicherung versorgung viertel vormund vormundschaft vorsorge waisen weg wege
wohn wohnen wohnung wohnungs zahn zeit zentrum zeuge zeugen zimmer zuflucht zuhause zuschuss
"""

PARTS: dict[str, frozenset[str]] = {"de": frozenset(_GERMAN.split())}
_LONGEST_PART = 16


@lru_cache(maxsize=16_384)
def split(word: str, language: str) -> tuple[str, ...]:
    """The parts of a compound in small letters, the fewest there can be; () for what is none."""
    parts = PARTS.get(language, frozenset())
    if len(word) < SHORTEST or word in parts:
        return ()
    found = _fewest(word, parts)
    return found if len(found) > 1 else ()


def _fewest(word: str, parts: frozenset[str]) -> tuple[str, ...]:
    """Word by word from the left: of what ends at each letter, the reading with the fewest parts is kept."""
    best: dict[int, tuple[str, ...]] = {0: ()}
    for start in range(len(word)):
        if start not in best:
            continue
        for end in range(start + 3, min(len(word), start + _LONGEST_PART) + 1):
            if (part := word[start:end]) not in parts:
                continue
            for joint in _JOINTS:
                after = end + len(joint)
                is_fewer = after not in best or len(best[after]) > len(best[start]) + 1
                if is_fewer and word.startswith(joint, end):
                    best[after] = (*best[start], part)
    return best.get(len(word), ())
