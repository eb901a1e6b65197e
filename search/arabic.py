"""Arabic words led to one of their forms: broken plurals, and what is written together with a word.

A part of `inflections.py`: look-ups only, since all of it runs once for each word that is indexed.
"""

from __future__ import annotations

import re

from search.forms import joined

_MARKS = re.compile("[\u064b-\u0652\u0670\u0640]")
_LETTERS = str.maketrans({"أ": "ا", "إ": "ا", "ٱ": "ا", "ى": "ي"})


def _letters(word: str) -> str:
    """Alif without hamza and no vowel signs: that is how most people type. آ stays: آلام are pains, الأم is the mother."""
    return _MARKS.sub("", word).translate(_LETTERS)


_FORMS = {
    _letters(form): base
    for form, base in joined("""
أم: أمهات أمه أمو ماما مامتي
أب: أبو أبا آباء آبائ اباء بابا أبوي
والد: والدين والدان والدة والدت والدا
ابن: ابنة ابنت أبناء أبنائ ابنا
بنت: بنات
ولد: أولاد ولاد
طفل: أطفال طفلة طفلت طفلين
أخ: إخوة إخوت أخو أخوان إخوان
أخت: أخوات خواتي
زوج: أزواج زوجة زوجت
صديق: أصدقاء أصدقائ صديقة صديقت
رجل: رجال
امرأة: نساء نسوان مرأة
شاب: شباب شبان
مراهق: مراهقون مراهقين مراهقة مراهقت
رضيع: رضع رضيعة رضيعت
يتيم: أيتام
جار: جيران
عم: أعمام
خال: أخوال
جدة: جدت جدات ستي تيتا
جد: أجداد جدو
حامل: حوامل
لاجئ: لاجئون لاجئين لاجئة
مدرسة: مدارس مدرست
بيت: بيوت
حق: حقوق
دواء: أدوية
محام: محامي محامون محامين محاميين محامية
قاض: قاضي قضاة
شاهد: شهود
معلم: معلمة معلمت معلمون معلمين
أستاذ: أساتذة
طالب: طلاب طلبة طالبة
طبيب: أطباء طبيبة طبيبت دكتور دكتورة
ممرض: ممرضة ممرضات ممرضين
قابلة: قابلات
مترجم: مترجمة مترجمات مترجمون مترجمين
وصي: أوصياء وصاية
صورة: صور صورت
مشكلة: مشاكل مشكلات مشكلت
مكان: أماكن أمكنة
رسالة: رسائل رسالت
مسكن: مساكن سكن
وحيد: وحيدة وحيدون وحيدين
وحد: لوحد لحال
لا: ولا فلا
لم: ولم فلم
ليس: وليس ليست وليست
واجب: واجبات
وجبة: وجبات
وثيقة: وثائق
ولادة: ولادت ولادات
وفاة: وفيات
وقت: أوقات
وظيفة: وظائف
وساطة: وساطت
ورشة: ورش
ورقة: أوراق
وزن: أوزان
وسواس: وساوس
أسرة: أسر أسرت
عائلة: عوائل عائلات عائلت
درس: دروس
كتاب: كتب
لغة: لغات لغت
رأي: آراء اراء
سر: أسرار
هدية: هدايا
دين: ديون
فاتورة: فواتير
محكمة: محاكم
سن: أسنان
لعبة: ألعاب لعب
ملعب: ملاعب
مركز: مراكز
نادي: نوادي نواد أندية ناد
خط: خطوط
صف: صفوف
عمل: أعمال
مستشفى: مستشفيات
شكوى: شكاوى شكاوي شكوي
مال: أموال
شهر: أشهر شهور
يوم: أيام
ليل: ليلة ليالي
شيء: أشياء
اسم: أسماء
رقم: أرقام
قلق: قلقان
خوف: أخاف خائف خائفة خايف خايفة يخاف تخاف
حزن: حزين حزينة
موت: مات ماتت يموت تموت توفي توفيت ميت
هروب: هرب هربت أهرب يهرب تهرب
جوع: جائع جائعة جوعان جوعانة
يضرب: تضرب ضرب ضربت
يلمس: تلمس لمس لمست
يهدد: تهدد هدد تهديد تهديدات
يصرخ: تصرخ صراخ صرخ
يشتم: تشتم شتم يسب تسب
يشرب: تشرب شرب
يبكي: تبكي أبكي بكاء
يريد: تريد
يتكلم: تتكلم
ينام: تنام أنام نوم نام
يأكل: تأكل آكل أكل
يتشاجر: تتشاجر يتشاجران شجار
يضحك: تضحك يضحكون
يبتز: تبتز ابتزاز
انتحار: أنتحر ينتحر تنتحر
تنمر: يتنمر تتنمر يتنمرون متنمر متنمرون
""").items()
}
# Shortest first, and nothing before that. Taken off only where one of the words above remains: قابل and وحيد do not begin with "and".
_BEFORE = ("", "ك", "ف", "ل", "ب", "و", "وب", "ول", "ال", "لل", "كال", "فال", "بال", "وال", "وبال")
_AFTER = (
    "",
    "ي",
    "ك",
    "ه",
    "ا",
    "ين",
    "وا",
    "ون",
    "نا",
    "كم",
    "هن",
    "هم",
    "ها",
    "ني",
    "وني",
    "كما",
    "هما",
)
# As people speak: "to the school" in one word. Four letters have to follow, or it is العالم or عالية.
_ON_THE = re.compile("^عال(?=....)")
_PLURAL = re.compile(r"(?<=...)ات(?:ي|ه|ها|هم|ك|كم|نا)?$")
_FEMININE = re.compile(r"(?<=....)ت(?:ي|ه|ها|هم|ك|كم|نا)$")
_SHORT = 2  # letters: the one letter before or after so short a word is more likely its own (باب, جدا, سنه)
_AFTER_SHORT = frozenset({"", "ي", "ك", "نا", "كم", "هم", "ها"})


def base(word: str) -> str:
    word = _ON_THE.sub("ال", word)
    plain = _letters(word)
    for before in _BEFORE:
        if not plain.startswith(before):
            continue
        inner = plain[len(before) :]
        for after in _AFTER:
            if not inner.endswith(after):
                continue
            found = _FORMS.get(inner[: len(inner) - len(after)])
            is_short = len(inner) - len(after) <= _SHORT
            if found and not (is_short and (len(before) == 1 or after not in _AFTER_SHORT)):
                return found
    singular = _PLURAL.sub("ة", plain)
    if singular == plain:
        singular = _FEMININE.sub("ة", plain)
    return word if singular == plain else singular
