"""Names of languages as directories write them, to codes."""

from functools import cache

from django.conf.locale import LANG_INFO

# What directories write and Django's list does not have, or has under another name.
MORE = {
    "mandarin": "zh", "cantonese": "zh", "chinese": "zh", "simplified chinese": "zh",
    "traditional chinese": "zh", "tagalog": "tl", "filipino": "fil", "farsi": "fa", "dari": "prs",
    "pashto": "ps", "somali": "so", "tigrinya": "ti", "amharic": "am", "romani": "rom", "kurdish": "ku",
    "kurmanji": "kmr", "sorani": "ckb", "haitian creole": "ht", "creole": "ht", "hmong": "hmn",
    "hebrew": "he", "norwegian": "no", "yiddish": "yi", "maltese": "mt", "twi": "tw", "yoruba": "yo",
    "igbo": "ig", "hausa": "ha", "lao": "lo", "laotian": "lo", "samoan": "sm", "tongan": "to",
    "sinhala": "si", "gujarati": "gu", "oromo": "om", "wolof": "wo", "lingala": "ln", "zulu": "zu",
    "xhosa": "xh", "brazilian portuguese": "pt", "flemish": "nl", "moldovan": "ro", "serbo-croatian": "sh",
    "tibetan": "bo",
}  # fmt: skip
THREE_LETTERS = {
    "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "ukr": "uk", "ara": "ar", "spa": "es",
    "tur": "tr", "rus": "ru", "pol": "pl", "ron": "ro", "rum": "ro", "urd": "ur", "hin": "hi", "ben": "bn",
    "por": "pt", "ita": "it", "zho": "zh", "chi": "zh", "vie": "vi", "kor": "ko", "jpn": "ja", "fas": "fa",
    "per": "fa", "som": "so", "pus": "ps", "tgl": "tl", "sqi": "sq", "alb": "sq", "srp": "sr", "hrv": "hr",
    "bos": "bs", "bul": "bg", "ell": "el", "gre": "el", "nld": "nl", "dut": "nl", "kur": "ku", "tir": "ti",
    "amh": "am", "heb": "he", "swa": "sw", "guj": "gu", "pan": "pa",
}  # fmt: skip


@cache
def _codes_by_name() -> dict[str, str]:
    found = dict(MORE)
    for code, info in LANG_INFO.items():
        if "name" in info:
            for name in (info["name"], info["name_local"]):
                found.setdefault(name.lower(), code)
    return found


def language_of(written: str) -> tuple[str, str]:
    """(code, name): the name stays where there is no code, or where it says more than the code does."""
    word = " ".join(written.lower().split())
    plain = word.split("(")[0].strip()
    if plain in LANG_INFO or (len(plain) == 2 and plain.isalpha()) or plain.split("-")[0] in LANG_INFO:
        return plain[:12], ""
    if plain in THREE_LETTERS:
        return THREE_LETTERS[plain], ""
    code = _codes_by_name().get(word) or _codes_by_name().get(plain, "")
    says_more = "(" in word or plain in ("mandarin", "cantonese")
    return code, written.strip()[:80] if says_more or not code else ""
