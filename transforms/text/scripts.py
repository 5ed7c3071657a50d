"""What the script of a text and its letters say about its language, before any statistics are asked.

Some scripts write one language of the press; in others a few letters belong to one language alone. Where that decides,
it decides; where it leaves several languages, they are named, for an identifier to choose among. Statistics of letter
sequences are silent or wrong exactly here: they know some 55 languages and must name one of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

MIN_SCRIPT_SHARE = 0.5
"""Share of the letters from which a script is the text's: names and quotations in another one are fewer."""

DENSE_WEIGHT = 3
"""A Han character, a kana or a Hangul syllable says what three letters say."""

MIN_KANA_SHARE = 0.06
"""Kana among kana and Han from which a text is Japanese: Japanese has half and more, Chinese a brand name's worth."""

MIN_MARK_SHARE = 0.004
"""Share of the letters that a language's own letters have at least; Belarusian's have 1%. Fewer are names."""

_NON_LATIN = re.compile(
    r"[\u0370-\u1dff\u1f00-\u1fff\u2c00-\u2dff\u3040-\ud7ff\uf900-\ufaff\ufb1d-\ufefc\U00010000-\U0003ffff]"
)

_RANGES: tuple[tuple[str, str, str], ...] = (
    ("\u0041", "\u024f", "latin"),
    ("\u1e00", "\u1eff", "latin"),
    ("\u0370", "\u03ff", "greek"),
    ("\u1f00", "\u1fff", "greek"),
    ("\u0400", "\u052f", "cyrillic"),
    ("\u0530", "\u058f", "armenian"),
    ("\u0590", "\u05ff", "hebrew"),
    ("\ufb1d", "\ufb4f", "hebrew"),
    ("\u0600", "\u06ff", "arabic"),
    ("\u0750", "\u077f", "arabic"),
    ("\ufb50", "\ufefc", "arabic"),
    ("\u0780", "\u07bf", "thaana"),
    ("\u0900", "\u097f", "devanagari"),
    ("\u0980", "\u09ff", "bengali"),
    ("\u0a00", "\u0a7f", "gurmukhi"),
    ("\u0a80", "\u0aff", "gujarati"),
    ("\u0b00", "\u0b7f", "oriya"),
    ("\u0b80", "\u0bff", "tamil"),
    ("\u0c00", "\u0c7f", "telugu"),
    ("\u0c80", "\u0cff", "kannada"),
    ("\u0d00", "\u0d7f", "malayalam"),
    ("\u0d80", "\u0dff", "sinhala"),
    ("\u0e00", "\u0e7f", "thai"),
    ("\u0e80", "\u0eff", "lao"),
    ("\u0f00", "\u0fff", "tibetan"),
    ("\u1000", "\u109f", "burmese"),
    ("\u10a0", "\u10ff", "georgian"),
    ("\u1c90", "\u1cbf", "georgian"),
    ("\u1200", "\u139f", "ethiopic"),
    ("\u1780", "\u17ff", "khmer"),
    ("\u1100", "\u11ff", "hangul"),
    ("\u3130", "\u318f", "hangul"),
    ("\uac00", "\ud7a3", "hangul"),
    ("\u3040", "\u30ff", "kana"),
    ("\u31f0", "\u31ff", "kana"),
    ("\u3400", "\u9fff", "han"),
    ("\uf900", "\ufaff", "han"),
    ("\U00020000", "\U0003ffff", "han"),
)
"""First and last character of the blocks that newspapers are written in (Unicode, Scripts.txt)."""

_ONE_LANGUAGE = {
    "greek": "el",
    "armenian": "hy",
    "thaana": "dv",
    "gurmukhi": "pa",
    "gujarati": "gu",
    "oriya": "or",
    "tamil": "ta",
    "telugu": "te",
    "kannada": "kn",
    "malayalam": "ml",
    "sinhala": "si",
    "thai": "th",
    "lao": "lo",
    "tibetan": "bo",
    "burmese": "my",
    "georgian": "ka",
    "khmer": "km",
    "hangul": "ko",
}
"""Scripts in which one language has a press; smaller languages written in them are taken for it."""

_DENSE = frozenset(("han", "kana", "hangul"))

_SIMPLIFIED = frozenset(
    "国学会说这个来时们为过对开发经现实业还进种从样动无间与书长员门报导关问题当电区万际县议总统产机应决华卫竞选钱点线变观构广"
    "务数费达护设备军战争环冲击讨论据标获权责认证传铁桥湾让审东车马龙鱼鸟气话语请读谁调谈课许记访该详诉词试译语货资质购财"
    "贸贵负赛赞赶运连远违适逻乡邮针钟银销锁错键阳阴队际陆险随难雾静项须顾预领频题颜额风飞饭馆驻驾验体余优伤众价亿仅"
    "创办劳势协单卖历压厂厅双号听启员响团园围圆坏块坚垄垒"
)
_TRADITIONAL = frozenset(
    "國學會說這個來時們為過對開發經現實業還進種從樣動無間與書長員門報導關問題當電區萬際縣議總統產機應決華衛競選錢點線變觀構廣"
    "務數費達護設備軍戰爭環衝擊討論據標獲權責認證傳鐵橋灣讓審東車馬龍魚鳥氣話語請讀誰調談課許記訪該詳訴詞試譯語貨資質購財"
    "貿貴負賽讚趕運連遠違適邏鄉郵針鐘銀銷鎖錯鍵陽陰隊際陸險隨難霧靜項須顧預領頻題顏額風飛飯館駐駕驗體餘優傷眾價億僅"
    "創辦勞勢協單賣歷壓廠廳雙號聽啟員響團園圍圓壞塊堅壟壘"
)
_ONLY_SIMPLIFIED = _SIMPLIFIED - _TRADITIONAL
_ONLY_TRADITIONAL = _TRADITIONAL - _SIMPLIFIED
"""The commonest characters that the reform of 1956 changed; those that it left alone are in both and say nothing."""

_CYRILLIC_COMMON = frozenset("абвгдежзийклмнопрстуфхцчшщьюя")
_CYRILLIC: Mapping[str, str] = {
    "ru": "ёъыэ",
    "uk": "ґєії'",
    "be": "ёіўыэ",
    "bg": "ъѝ",
    "sr": "ђјљњћџ",
    "mk": "ѓѕјљњќџѐѝ",
    "kk": "әғқңөұүһіёъыэ",
    "ky": "ңөүёъыэ",
    "mn": "өүёъыэ",
    "tt": "әөүҗңһёъыэ",
    "ba": "ғҙҡңөҫүһәёъыэ",
    "tg": "ғӣқӯҳҷёъэ",
    "uz": "ўқғҳёъэ",
}
"""The letters that each language has beyond those that most have."""
_CYRILLIC_LACKS: Mapping[str, str] = {
    "uk": "ъыэё",
    "be": "ищъ",
    "sr": "йщьюяъыэ",
    "mk": "йщьюяъыэ",
    "bg": "ыэё",
    "tg": "щыьц",
    "uz": "щы",
}
"""Letters that its texts do not have, but for names from neighbours."""
_CYRILLIC_MARKS: Mapping[str, str] = {
    "ru": "ыэё",
    "uk": "іїє",
    "be": "ў",
    "sr": "ђћ",
    "mk": "ѓќѕ",
    "kk": "қғұ",
    "ky": "ңөү",
    "mn": "өү",
    "tt": "әөүң",
    "ba": "ҙҡҫ",
    "tg": "ҳӯӣҷ",
    "uz": "ўқҳ",
}
"""Letters that a text of the language has unless it is very short; Bulgarian has none of its own."""
_CYRILLIC_UNMARKED = frozenset(("bg", "ru", "sr", "mk"))
"""Languages that are left where a text has no such letter."""

_ARABIC_MARKS: tuple[tuple[str, str, float], ...] = (
    ("sd", "ڪٻڄڳڻڀٿڦ", 0.02),
    ("ps", "ښځڅډړټګۍڼې", 0.015),
    ("ug", "ۇۈڭۋ", 0.02),
    ("ku", "ێۆڵڕەڤ", 0.05),
    ("ur", "ٹڈڑےںہھ", 0.03),
    ("fa", "پچژگکی", 0.02),
)
"""Letters of one language in Arabic script and the share of the letters that they have at least, the narrower first."""
_ARABIC_ONLY = frozenset("ةأإيىكآ")

_LATIN_MARKS: tuple[tuple[str, str, float], ...] = (
    ("az", "ə", 0.02),
    ("mt", "ħġ", 0.01),
    ("is", "þ", 0.004),
)
"""The same in Latin script, for languages that langdetect does not know and takes for a neighbour."""


@dataclass(frozen=True, slots=True)
class ScriptAnswer:
    """What script and letters say."""

    script: str
    languages: frozenset[str]
    """Those that it can be: one where script and letters decide; several to choose among; none where every language
    that we know is ruled out."""
    share: float
    """Of the letters in this script, dense ones counted as they weigh, 0..1."""


def languages_of_script(text: str) -> ScriptAnswer | None:
    """What languages a text can be in by its script and letters; None for the Latin script and for mixtures.

    Args:
        text: a sample of a thousand characters or so.
    """
    if len(_NON_LATIN.findall(text)) * 8 < len(text):
        return _of_latin(text)
    letters = Counter(character for character in text.lower() if character.isalpha())
    scripts: Counter[str] = Counter()
    for character, count in letters.items():
        script = _script_of(character)
        scripts[script] += count * (DENSE_WEIGHT if script in _DENSE else 1)
    whole = scripts.total()
    if not whole:
        return None
    east_asian = scripts["han"] + scripts["kana"]
    script, weight = scripts.most_common(1)[0]
    if east_asian > weight or script in ("han", "kana"):
        script, weight = "han", east_asian
    if weight < MIN_SCRIPT_SHARE * whole or script in ("latin", "other"):
        return None
    return ScriptAnswer(script, _languages(script, letters, scripts), weight / whole)


def _script_of(character: str) -> str:
    return next((name for first, last, name in _RANGES if first <= character <= last), "other")


def _languages(script: str, letters: Counter[str], scripts: Counter[str]) -> frozenset[str]:
    if script in _ONE_LANGUAGE:
        return frozenset((_ONE_LANGUAGE[script],))
    if script == "han":
        return _of_han(letters, scripts)
    choose = _CHOICES.get(script)
    return choose(letters) if choose else frozenset()


def _of_han(letters: Counter[str], scripts: Counter[str]) -> frozenset[str]:
    """Japanese has kana; Chinese is told by the characters that only one of its two writings has."""
    if scripts["kana"] >= MIN_KANA_SHARE * (scripts["han"] + scripts["kana"]):
        return frozenset(("ja",))
    simplified = sum(letters[character] for character in _ONLY_SIMPLIFIED)
    traditional = sum(letters[character] for character in _ONLY_TRADITIONAL)
    if simplified == traditional:
        return frozenset(("zh-cn", "zh-tw"))
    return frozenset(("zh-cn" if simplified > traditional else "zh-tw",))


def _of_cyrillic(letters: Counter[str]) -> frozenset[str]:
    """Languages whose alphabets hold the text's letters, and of these those whose own letters it has."""
    own = Counter({letter: count for letter, count in letters.items() if "\u0400" <= letter <= "\u052f"})
    few = MIN_MARK_SHARE * own.total()
    possible = set()
    for language, more in _CYRILLIC.items():
        lacking = _CYRILLIC_LACKS.get(language, "")
        strange = sum(
            count
            for letter, count in own.items()
            if letter in lacking or (letter not in _CYRILLIC_COMMON and letter not in more)
        )
        if strange <= few:
            possible.add(language)
    marked = {
        language for language in possible if sum(own[letter] for letter in _CYRILLIC_MARKS.get(language, "")) > few
    }
    return frozenset(marked or possible & _CYRILLIC_UNMARKED)


def _of_arabic(letters: Counter[str]) -> frozenset[str]:
    whole = sum(count for letter, count in letters.items() if _script_of(letter) == "arabic")
    for language, marks, share in _ARABIC_MARKS:
        if sum(letters[mark] for mark in marks) >= share * whole:
            return frozenset((language,))
    if sum(letters[letter] for letter in _ARABIC_ONLY) >= MIN_MARK_SHARE * whole:
        return frozenset(("ar",))
    return frozenset()


def _of_latin(text: str) -> ScriptAnswer | None:
    lowered = text.lower()
    for language, marks, share in _LATIN_MARKS:
        if sum(map(lowered.count, marks)) >= share * len(text):
            return ScriptAnswer("latin", frozenset((language,)), 1.0)
    return None


_CHOICES: Mapping[str, Callable[[Counter[str]], frozenset[str]]] = {
    "cyrillic": _of_cyrillic,
    "arabic": _of_arabic,
    "devanagari": lambda _: frozenset(("hi", "mr", "ne")),
    "bengali": lambda letters: frozenset(("as" if letters["ৰ"] + letters["ৱ"] > letters["র"] else "bn",)),
    "ethiopic": lambda letters: frozenset(("ti" if letters["ኣ"] > letters["አ"] else "am",)),
    "hebrew": lambda letters: frozenset(("yi" if letters["װ"] + letters["ײ"] + letters["ױ"] else "he",)),
}
"""Scripts of several languages, and how a text's letters choose among them."""
