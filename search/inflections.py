"""Forms of a word that its language's stemmer does not join, and this site needs in every second sentence.

    en  irregular verbs and plurals; American spelling; nouns whose verb or adjective has another stem
    de  women in a profession (Anwältin = Anwalt); the vowels and the -t of verbs (schlägt = schlagen)
    fr  women in a profession (traductrice = traducteur); irregular verbs; œ
    uk  what the dictionary lacks, verbs beside their nouns (б'ють = побиття), у for в (учора = вчора)
    ar  broken plurals (مدارس = مدرسة), sound ones in -ات, and what is written together with a word (لابنتي)

Names of one person are joined too (mum, mommy, mother; Papa, Vater): children and officials mean the same.
Nothing here is a stem: a word is led to another form of it, and the stemmer makes the rest the same. All of it
runs once for each word of a text that is indexed, so it is look-ups only.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from search import arabic
from search.forms import joined

_ENGLISH = joined("""
child: children childrens children's kid kids
woman: women
man: men
mum: mums mom moms mommy mummy mama mam mother mothers
dad: dads daddy papa father fathers
grandma: granny gran nan nana grandmother
grandpa: granddad grandad grandfather
stepfather: stepdad
stepmother: stepmum stepmom
teenager: teen teens teenage
midwife: midwives
wife: wives
knife: knives
thief: thieves
tooth: teeth
foot: feet
teach: taught
fight: fought
beat: beaten
drink: drank drunk drunken drinker drinkers
run: ran
leave: left
go: went gone goes
steal: stole stolen
sleep: slept asleep
tell: told
say: said
write: wrote written
speak: spoke spoken
feel: felt
fall: fell fallen
throw: threw thrown
keep: kept
pay: paid payment payments
lose: lost
find: found
give: gave given
take: took taken
come: came
meet: met
send: sent
break: broken
bite: bitten
shake: shook shaken
hide: hid hidden
forget: forgot forgotten
know: knew known
eat: ate eaten
feed: fed
buy: bought
catch: caught
get: got gotten
choose: chose chosen
grow: grew grown
hold: held
swim: swam swum
begin: began begun
wake: woke woken
die: dead death deaths dying
grief: grieve grieves grieved grieving
marry: marriage marriages
pregnant: pregnancy pregnancies
violence: violent
threat: threaten threatens threatened threatening
argue: argument arguments
scare: scary
anxious: anxiety
angry: anger
lonely: loneliness
safe: safety
racism: racist racists
program: programme programmes
centre: center centers
counsellor: counselor counselors
paediatrician: pediatrician pediatricians
paediatric: pediatric
enrolment: enrollment
mould: mold
""")
_AMERICAN_OUR = re.compile(r"^(behavi|neighb|col|hon|harb|lab|fav)or")
_AMERICAN_IZE = re.compile(r"(?<=....)iz(?=(?:e|ed|es|er|ers|ing|ations?)$)")


def _english(word: str) -> str:
    if found := _ENGLISH.get(word):
        return found
    return _AMERICAN_IZE.sub("is", _AMERICAN_OUR.sub(r"\1our", word))


_GERMAN = joined("""
mutter: mama mamas mami mutti
vater: papa papas papi vati
oma: omi grossmutter großmutter
opa: opi grossvater großvater
kind: kids
schlagen: schlägt schlägst schlug geschlagen schläge
essen: isst gegessen
trinken: trinkt getrunken betrunken trank
schreien: schreit geschrien angeschrien anschreien
anfassen: angefasst anfasst
weglaufen: weggelaufen wegläuft
abhauen: abgehauen
laufen: läuft gelaufen
sterben: stirbt gestorben starb
hilfe: helfen hilft geholfen
sprechen: spricht gesprochen
lesen: liest gelesen
zwingen: zwingt gezwungen
gehen: geht gegangen ging
kommen: kommt gekommen kam
verlassen: verlässt
weinen: weint geweint
ritzen: ritzt geritzt
kiffen: kifft gekifft
rauchen: raucht geraucht
zocken: zockt gezockt
spielen: spielt gespielt
schlafen: schläft geschlafen
lernen: lernt gelernt
wohnen: wohnt gewohnt
mobbing: mobben mobbt gemobbt
schwänzen: schwänzt geschwänzt
zahlen: zahlt gezahlt bezahlt
ziehen: zieht gezogen zog
streit: streiten streitet gestritten
drohung: drohen droht gedroht bedroht bedrohen bedrohung
vergewaltigung: vergewaltigt vergewaltigen
missbrauch: missbraucht missbrauchen
misshandlung: misshandelt misshandeln
vernachlässigung: vernachlässigt vernachlässigen
belästigung: belästigt belästigen
beleidigung: beleidigt beleidigen
erpressung: erpresst erpressen
verletzung: verletzt verletzen
behinderung: behindert behinderte behindertes
impfung: impfen geimpft impft
scheidung: geschieden scheiden
trennung: trennen trennt getrennt
beratung: beraten berät
beamte: beamtin beamtinnen beamter
nachbar: nachbarn nachbarin nachbarinnen
flüchtling: geflüchtet geflüchtete geflüchteten flüchten
schwangerschaft: schwanger schwangere schwangeren
pate: patin patinnen paten
""")
# Who does something: -er, -ist, -loge, -therapeut ... Berlin, Termin and Medizin have none of these endings.
_GERMAN_WOMAN = re.compile(
    r"(?<=...)(?:er|ist|log|gog|päd|kolleg|peut|anwält|ärzt|freund|nachbar|ent|ant|tor|sor|expert|kamerad)"
    r"(?=in(?:nen)?$)"
)
_GERMAN_MAN = {
    "anwält": "anwalt",
    "ärzt": "arzt",
    "log": "loge",
    "gog": "goge",
    "päd": "päde",
    "kolleg": "kollege",
}


def _german(word: str) -> str:
    if found := _GERMAN.get(word):
        return found
    if word.endswith(("in", "innen")) and (woman := _GERMAN_WOMAN.search(f"   {word}")):
        return word[: woman.start() - 3] + _GERMAN_MAN.get(woman.group(), woman.group())
    return word


_FRENCH = joined("""
mère: maman mamans mères
père: papa papas pères
mamie: mamy mémé mémés
papi: papy pépé
battre: bat battent battu battue battus battues battait
boire: boit boivent bu buvait
dormir: dort dorment
mort: morte morts mortes mourir meurt mourant mourante
violence: violent violente violents violentes violences
conseiller: conseillère conseillères conseillers
travailleur: travailleuse travailleuses travailleurs
agresseur: agresseuse agresseuses agresseurs
harceleur: harceleuse harceleuses
joueur: joueuse joueuses
danseur: danseuse danseuses
chanteur: chanteuse chanteuses
nageur: nageuse nageuses
voleur: voleuse voleuses
fou: folle folles
oeil: yeux
""")
_FRENCH_OTHER = frozenset({"cicatrice", "cicatrices", "matrice", "matrices"})


def _french(word: str) -> str:
    word = word.replace("œ", "oe")
    if found := _FRENCH.get(word):
        return found
    if word.endswith(("trice", "trices")) and word not in _FRENCH_OTHER:
        return word.removesuffix("s").removesuffix("rice") + "eur"
    return word


_UKRAINIAN = joined("""
дитина: діти дітям дітьми дітях дітей дитинка дитинку малюк малюка малюки малюків
мама: мати матір матері матір'ю мамочка мамочку мамочки матуся мамка мамку
тато: батько батька батькові батьком татко татусь татка
донька: дочка дочки дочку дочці дочкою доня доню доньці
бабуся: бабусю бабусі бабусею баба бабця бабцю
дідусь: дідуся дід діда дідом
брат: брати братів братам братик братика
сестра: сестричка сестричку сестричка
бити: побили побив побила побиття побити побитий побита б'є б'ють
пити: п'яний п'яна п'яні п'яного випиває випив випивати
втекти: утікати втікати тікати тікає тікаю утікає втікає
торкатися: торкнувся торкнулася торкнутися торкається торкаються торкався торкалася
вчитель: вчителька вчительки вчительку вчителькою учителька учительки учительку учителькою
лікар: лікарка лікарку лікарки
перекладач: перекладачка перекладачку перекладачки перекладачкою
психолог: психологиня психологиню психологині
адвокат: адвокатка адвокатку адвокатеса
вагітна: вагітність вагітності вагітністю вагітні вагітною вагітній
померти: померла помер померли померлий вмер вмерла умер умерла вмерти умерти
садок: садочок садочка садочку дитсадок дитсадка дитсадку
виплата: виплат виплати виплату виплатою виплатами виплатам
розлучення: розлучилися розлучитися розлучаються розлучилась розлучитись розлучаємося розлучена розлучені
цькування: цькують цькувати цькуванням цькували цькує
сварка: сваряться сваритися сваримося посварилися посварився сварюся сваримось
сумно: сумний сумна сум сумую сумує
гра: грати грає грають граю
біль: боляче болить болять болю
боятися: боїться боюся боюсь бояться боїшся
кричати: кричить кричать кричав кричала кричу
батьки: батьків батькам батьками батьках
молодь: молоді молоддю
опіка: опіки опіку опікою опіці
гарячий: гаряча гарячі гарячу гарячої гарячою
урок: уроки уроків уроками уроках
друг: друзі друзів друзям друзями друга другом
мерія: мерії мерію мерією
безкоштовний: безкоштовно
безпечний: безпечно
поганий: погано
розповісти: розповів розповіла розповідь розповідає розповідати розповіді
догляд: доглядати доглядаю доглядає доглядають
допомога: допомогти допоможе допоможіть допоможуть допомогли допомагати
захист: захистити захистить захищати
погроза: погрожує погрожують погрожувати погрожував погрози
тривога: тривожно тривожний тривожна тривожність
страх: страшно страшний
кривда: кривдить кривдять кривдити скривдили скривдив
""")
# Unknown to the dictionary, or wrong in it: what begins so and has up to three more letters.
_UKRAINIAN_BEGINNINGS = {
    "прийомн": "прийомний",
    "цькуванн": "цькування",
    "усиновленн": "усиновлення",
    "самоушкодженн": "самоушкодження",
    "консультуванн": "консультування",
    "направленн": "направлення",
    "інклюзі": "інклюзія",
    "медіаці": "медіація",
    "кіберполіці": "кіберполіція",
    "страховк": "страховка",
    "жестов": "жестовий",
    "расизм": "расизм",
    "булінг": "булінг",
    "кібербулінг": "кібербулінг",
    "соцпрацівни": "соцпрацівник",
    "соцслужб": "соцслужба",
    "орендодавц": "орендодавець",
    "несудимост": "несудимість",
    "несудиміст": "несудимість",
    "візочк": "візок",
    "візочок": "візок",
    "ліжечк": "ліжко",
    "помічниц": "помічник",
    "скаут": "скаут",
    "заблука": "заблукати",
    "підгузк": "підгузок",
    "репетитор": "репетитор",
    "продльонк": "продльонка",
    "нян": "няня",
}
_LONGEST_ENDING = 3


_BEFORE_CONSONANT = re.compile("^у(?=[бвгґджзйклмнпрстфхцчшщ])")


def beginning(lemma: str) -> str:
    """A Ukrainian word with the one beginning of its two: учора or вчора, as the sound before asks."""
    return _BEFORE_CONSONANT.sub("в", lemma)


def _ukrainian(word: str) -> str:
    if found := _UKRAINIAN.get(word):
        return found
    for letters in range(_LONGEST_ENDING + 1):
        if found := _UKRAINIAN_BEGINNINGS.get(word[: len(word) - letters]):
            return found
    return word


_RULES: dict[str, Callable[[str], str]] = {
    "en": _english,
    "de": _german,
    "fr": _french,
    "uk": _ukrainian,
    "ar": arabic.base,
}


def base(word: str, language: str) -> str:
    """The form of a word, in small letters, by which the stemmer knows it; the word itself where nothing is known."""
    rule = _RULES.get(language)
    return rule(word) if rule else word
