"""Words too common to search for, a few per language.

They are indexed like all others and only left out of a question, and only if some other word remains: "who"
alone still finds something. Kept short on purpose: "not", "no", "without" and "alone" carry meaning here.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOPWORDS: dict[str, frozenset[str]] = {
    "en": _words(
        "a about after am an and any are as at be been but by can could do does for from get had has"
        " have he her him his how i if in into is it its me my of on or our she should so some someone"
        " that the their them there they this to us was we were what when where which who will with"
        " would you your"
    ),
    "de": _words(
        "aber als am an auch auf aus bei bin bis das dass dem den der des die dir du ein eine einem"
        " einen einer er es für hat habe haben ich ihr im in ist kann man mein meine meinem meinen"
        " meiner mich mir mit nach oder sich sie sind so um und uns unser von vor was wenn wer wie wir"
        " wird wo zu zum zur über"
    ),
    "fr": _words(
        "a ai as au aux avec c ce ces cette comment d dans de des du elle en est et il ils j je l la"
        " le les leur lui m ma mais me mes mon n ne nos notre nous on ou où par pour qu que qui s sa"
        " se ses si son sont sur t ta te tes toi ton tu un une vos votre vous y à été être"
    ),
    "uk": _words(
        "а або але в від він вона вони воно все де для до є з за і із й його її їх коли ми мене мені"
        " мій моя мої на над нам нас наш о по про при та так те ти то ту у хто це цей ця чи що щоб як"
        " який яка я"
    ),
    "ar": _words(
        "إلى الى الذي التي ان أن أو او عن على علي في فى قد كل كان ما مع من هذا هذه هل هو هي و يا أنا انا نحن"
    ),
}
