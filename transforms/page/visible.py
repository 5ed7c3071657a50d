"""A parsed page changed to what its readers see, before its blocks are read and trafilatura reads it.

Furigana, footnote marks, words for screen readers and hidden words leave the sentences that they stand in; elements
that no standard knows stop breaking the sentences around them; an initial joins its word; a picture's words become its
caption wherever the page puts them. Only what is certain from the markup is changed. Which blocks are main text does
not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from lxml.etree import SubElement, XPath, _Element, strip_tags  # type: ignore[import-untyped]

from transforms.page.blocks import INLINE, ContainerWords

MAX_HIDDEN_CHARACTERS = 300
"""Of words in a line that are not shown; what is longer is a part of the page that scripts open."""
MAX_HIDDEN_PART_CHARACTERS = 600
"""Of a part that a style sheet hides; a longer one is an article's rest that a click opens."""
MAX_DIALOGUE_PARAGRAPHS = 4
MAX_LABEL_CHARACTERS = 30
"""Of an advertisement's label."""
MAX_CAPTION_CHARACTERS = 300
MAX_CAPTION_PARENTS = 4
"""Levels from a picture up to the box that holds it and its words."""
MAX_DIALOGUE_CHARACTERS = 800
MAX_FORM_PARENTS = 3
"""Boxes around a form that belong to it."""
MAX_STYLE_CHARACTERS = 100_000
MAX_STYLE_RULES = 50
"""Of a page's own style sheets that are looked through, and rules in them that hide something."""
NEIGHBOURS = 3
"""Elements before and after one in which its word is looked for."""
MIN_PANEL_CHARACTERS = 60
MIN_SIBLING_PARAGRAPHS = 2
"""Paragraphs beside a box that stands within an article."""

_KNOWN = frozenset(
    {
        *INLINE,
        *("address", "applet", "area", "article", "aside", "audio", "base", "basefont", "blockquote", "body", "br"),
        *("button", "canvas", "caption", "center", "col", "colgroup", "datalist", "dd", "details", "dialog", "dir"),
        *("div", "dl", "dt", "embed", "fieldset", "figcaption", "figure", "footer", "form", "frame", "frameset"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "iframe", "img", "input"),
        *("legend", "li", "link", "main", "map", "math", "menu", "meta", "meter", "nav", "noscript", "object", "ol"),
        *("optgroup", "option", "output", "p", "param", "picture", "pre", "progress", "rtc", "script", "search"),
        *("section", "select", "slot", "source", "style", "summary", "svg", "table", "tbody", "td", "template"),
        *("textarea", "tfoot", "th", "thead", "title", "tr", "track", "ul", "video"),
    }
)
"""Elements of HTML; all others are a framework's own."""
_BLOCKS = _KNOWN - INLINE
_BOXES = ("div", "section", "aside")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

_RUBY = XPath("//ruby")
_RUBY_WORDS = XPath("//rt | //rp | //rtc")
_NOTE_MARKS = XPath(
    '//sup | //a[contains(@role, "noteref") or contains(@class, "footnote") or contains(@class, "noteref")'
    ' or contains(@class, "fn-")]'
)
_UNSEEN = XPath(
    '//body//*[@hidden or @aria-hidden="true"]'
    ' | //body//*[@style][contains(@style, "none") or contains(@style, "hidden") or contains(@style, "left")]'
)
_UNSEEN_BY_NAME = XPath(
    '//body//*[@class][contains(@class, "sr-only") or contains(@class, "sr_only") or contains(@class, "screen")'
    ' or contains(@class, "visually") or contains(@class, "element-invisible") or contains(@class, "material-")]'
)
_STYLES = XPath("//style/text()", smart_strings=False)
_NAMED = XPath("//body//*[@class or @id]")
_INITIALS = XPath(
    "//body//*[self::div or self::p][not(*)][string-length(normalize-space(text())) = 1][not(ancestor::table)]"
)
_LETTERS = XPath('//img[@alt][contains(@class, "emoji") or string-length(@alt) = 1]')
_PICTURES = XPath(
    "//img[not(ancestor::figure or ancestor::nav or ancestor::header or ancestor::footer or ancestor::aside"
    " or ancestor::li)]"
)
_DIALOGUES = XPath('//*[self::div or self::section][count(button | a[@role="button"]) > 1][not(.//h1)]')
_MISNAMED = XPath(
    '//*[self::div or self::section][contains(@class, "share") or contains(@class, "relat")'
    ' or contains(@class, "sponsor") or contains(@class, "promo") or contains(@class, "social")'
    ' or contains(@class, "teaser")][count(p) > 1][not(.//a or .//button or .//form or .//img)]'
)
_FORMS = XPath(
    '//form[.//input[not(@type="hidden")] or .//textarea or .//select]'
    ' | //*[input[@type="radio" or @type="checkbox" or @type="email"]][not(ancestor::form)]'
    ' | //a[contains(@href, "newsletter") or contains(@href, "subscri") or contains(@href, "signup")]'
)
_AMP_BOXES = XPath(
    "//amp-ad | //amp-embed | //amp-sidebar | //amp-consent | //amp-sticky-ad | //amp-user-notification"
    " | //*[@fallback or @placeholder][starts-with(name(..), 'amp-')]"
)
_OPENERS = XPath("//button[@aria-expanded or @aria-controls][not(ancestor::nav or ancestor::header)]")
_UNSCRIPTED = XPath(f"//noscript[count(.//p[string-length(normalize-space(.)) >= {MIN_PANEL_CHARACTERS}]) > 2]")
_LOWER_HEADINGS = XPath(
    f"//*[self::h2 or self::h3 or self::h4 or self::h5][string-length(normalize-space(.)) <= {MAX_LABEL_CHARACTERS}]"
)
_LABELLED = XPath(
    "//body//*[self::div or self::span or self::p or self::aside or self::ins]"
    "[following-sibling::node()[1][self::text()][normalize-space(.) != '']][not(*/*)]"
    f"[string-length(normalize-space(.)) <= {MAX_LABEL_CHARACTERS}]"
)
_LENGTH = XPath("string-length(normalize-space(.))")
_PARAGRAPHS = XPath("count(p)")
_EMPHASISED = XPath(
    "string-length(normalize-space(.)) > 0 and not(.//text()[normalize-space(.) != '']"
    "[not(ancestor::em or ancestor::i or ancestor::small)])"
)
_WORDS = XPath(".//text()[normalize-space(.) != '']")

_NOTE_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[a-z]|[ivx]{1,4}|[*†‡§]{1,3})[\])]?")
_BRACKETED = re.compile(r"[\[(]\d{1,3}[\])]")
_EMPTY_LINE = re.compile(r"\n[ \t\r]*\n\s*")
_LETTERS_ALONE = re.compile(r"[\d()\[\]:.,+#•·|-]+")
_NOTE_NAME = re.compile(r"note|cite|(?:^|[\s_-])(?:fn|ref)")
_SCREEN_READER = frozenset(
    {
        *("sr-only", "sr_only", "screen-reader-text", "screen-reader-only", "screenreader-only", "screenreader"),
        *("visually-hidden", "visuallyhidden", "u-visually-hidden", "is-visually-hidden", "element-invisible"),
    }
)
_UNSEEN_NAMES = ("sr-only", "sr_only", "screen", "visually", "element-invisible", "material-")
_HIDES = re.compile(r"display\s*:\s*none")
_NOT_DISPLAYED = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|left\s*:\s*-\d{3,5}")
_SIMPLE_SELECTOR = re.compile(r"([.#])([\w-]+)")
_PICTURE_NAME = re.compile(r"image|img|photo|foto|picture|pict|bild|caption|media|thumb|figure")
_INITIAL_NAME = re.compile(r"drop-?_?cap|first-?_?letter|initial|lettrine", re.IGNORECASE)
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SENTENCE_ENDS = (".", "!", "?", "。", "…", "”", '"', "»", ":")


def show_as_read(tree: _Element, words: ContainerWords, names: str) -> None:
    """Change a page's tree to what its readers see.

    Args:
        tree: the root of a page that lxml.html parsed; changed in place.
        words: the labels of advertisements.
        names: the classes of all elements, in lower case.
    """
    for element in _UNSCRIPTED(tree):
        element.tag = "div"
    for element in _AMP_BOXES(tree):
        if element.getparent() is not None:
            element.drop_tree()
    _hide_by_style(tree)
    _drop_ruby(tree)
    _drop_note_marks(tree)
    _drop_unseen(tree, names)
    _join_inline(tree)
    _unname_prose(tree)
    _part_preformatted(tree)
    _name_comments(tree, words.reader_headings)
    _join_initials(tree)
    _drop_labels(tree, words.labels)
    _name_openers(tree)
    _drop_dialogues(tree)
    _drop_forms(tree)
    _mark_captions(tree)


def _drop_ruby(tree: _Element) -> None:
    """Furigana and pinyin repeat the words that they stand over."""
    if _RUBY(tree):
        for element in _RUBY_WORDS(tree):
            element.drop_tree()
        strip_tags(tree, "ruby", "rb")


def _drop_note_marks(tree: _Element) -> None:
    """Marks of footnotes leave the sentence; powers of a figure become superscript, so that they change no figure."""
    for element in _NOTE_MARKS(tree):
        text = _text(element)
        if not _NOTE_MARK.fullmatch(text):
            continue
        if element.tag == "a" or _BRACKETED.fullmatch(text) or _leads_to_note(element):
            element.drop_tree()
        elif text.isdecimal() and _before(element)[-1:].isdecimal():
            _replace(element, text.translate(_SUPERSCRIPTS))


def _leads_to_note(element: _Element) -> bool:
    links = [*element.iter("a"), *([parent] if (parent := element.getparent()).tag == "a" else [])]
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    return any("#" in (link.get("href") or "") for link in links) or bool(_NOTE_NAME.search(names))


def _drop_unseen(tree: _Element, names: str) -> None:
    found = (*_UNSEEN(tree), *(_UNSEEN_BY_NAME(tree) if any(name in names for name in _UNSEEN_NAMES) else ()))
    unseen = [element for element in found if _is_unseen(element)]
    for element in unseen:
        if element.getparent() is not None:
            element.drop_tree()


def _is_unseen(element: _Element) -> bool:
    """Whether an element's words are no part of what is read; whole parts of a page are the model's business."""
    tag, names = element.tag, frozenset((element.get("class") or "").lower().split())
    is_for_ears = bool(names & _SCREEN_READER)
    if tag in _HEADINGS or not (is_for_ears or tag in INLINE) or _LENGTH(element) > MAX_HIDDEN_CHARACTERS:
        return False
    if is_for_ears or "hidden" in element.attrib or _NOT_DISPLAYED.search(element.get("style") or ""):
        return True
    if any(name.startswith(("material-icons", "material-symbols")) for name in names):
        return True
    return element.get("aria-hidden") == "true" and not _is_initial(element)


def _is_initial(element: _Element) -> bool:
    """Whether an element is part of a word that is read on: hidden from screen readers only, which have it whole."""
    text = _text(element)
    after = list(islice(element.itersiblings(), NEIGHBOURS))
    beside = (*after, *islice(element.itersiblings(preceding=True), NEIGHBOURS))
    spoken = [_text(part) for part in beside if _SCREEN_READER & {*(part.get("class") or "").lower().split()}]
    if any(text and text in said for said in spoken):
        return True
    following = element.tail or (_text(after[0]) if after else "")
    return len(text) == 1 and text.isalpha() and following[:1].isalpha()


def _hide_by_style(tree: _Element) -> None:
    """Parts of a page that its own style sheet hides by their plain name go."""
    names = {name for text in _STYLES(tree) for name in _hidden_names(text[:MAX_STYLE_CHARACTERS])}
    if not names:
        return
    for element in _NAMED(tree):
        own = {f".{name}" for name in (element.get("class") or "").split()} | {f"#{element.get('id')}"}
        if (
            element.getparent() is not None
            and own & names
            and _LENGTH(element) <= MAX_HIDDEN_PART_CHARACTERS
            and next(element.iter("h1"), None) is None
        ):
            element.drop_tree()


def _hidden_names(sheet: str) -> Iterable[str]:
    """The names that a style sheet does not display, outside conditions such as ``@media print``."""
    for found in list(_HIDES.finditer(sheet))[:MAX_STYLE_RULES]:
        opening = sheet.rfind("{", 0, found.start())
        if opening < 0 or sheet.count("{", 0, opening) != sheet.count("}", 0, opening):
            continue
        for selector in sheet[sheet.rfind("}", 0, opening) + 1 : opening].split(","):
            if _SIMPLE_SELECTOR.fullmatch(selector.strip()):
                yield selector.strip()


def _join_inline(tree: _Element) -> None:
    """Elements that no standard knows, and buttons, break no sentence that they stand in."""
    unknown = [element for element in tree.iter() if element.tag not in _KNOWN and element.tag.__class__ is str]
    for element in (*unknown, *tree.iter("button")):
        if not _is_in_sentence(element) or any(child.tag in _BLOCKS for child in element.iterdescendants()):
            continue
        if element.tag == "button" and len(_text(element)) <= 1:
            element.drop_tree()
            continue
        for part in element.iter():
            if part.tag not in _KNOWN or part is element:
                part.tag = "span"
    for element in _LETTERS(tree):
        alt = element.get("alt").strip()
        is_initial = len(alt) == 1 and (element.tail or " ")[0].islower()
        if is_initial or not any(character.isalnum() for character in alt):
            _replace(element, alt)


def _is_in_sentence(element: _Element) -> bool:
    """Whether there is text of the same sentence directly before or after an element."""
    before = _before(element).rstrip()
    return bool(before and (element.tag != "button" or not before.endswith(_SENTENCE_ENDS))) or bool(
        element.tag != "button" and (element.tail or "").strip()
    )


def _unname_prose(tree: _Element) -> None:
    """Paragraphs without a link are no teasers and no buttons, whatever their container is called."""
    for element in _MISNAMED(tree):
        if all(len(_text(part)) >= MIN_PANEL_CHARACTERS for part in element):
            del element.attrib["class"]


def _part_preformatted(tree: _Element) -> None:
    """Paragraphs that empty lines part become paragraphs, on a page that has no others."""
    for element in list(tree.iter("pre")) if next(tree.iter("p"), None) is None else ():
        paragraphs = _EMPTY_LINE.split((element.text or "").strip())
        if not len(element) and len(paragraphs) > 1:
            element.tag, element.text = "div", None
            for paragraph in paragraphs:
                SubElement(element, "p").text = paragraph


def _name_comments(tree: _Element, headings: frozenset[str]) -> None:
    """What follows a heading such as ``3 comments`` is named so; paragraphs may be the last ones of an article."""
    for element in _LOWER_HEADINGS(tree):
        if _LETTERS_ALONE.sub(" ", _text(element)).strip().casefold() in headings:
            for part in element.itersiblings(*_BOXES, "article", "ul", "ol"):
                part.set("class", "comments")


def _join_initials(tree: _Element) -> None:
    """An initial in a block of its own joins the paragraph that goes on with its word."""
    for element in _INITIALS(tree):
        after, letter = element.getnext(), _text(element)
        if after is None or after.tag not in ("p", "div") or not letter.isalpha() or (element.tail or "").strip():
            continue
        first = next(iter(_WORDS(after)), "").lstrip()[:1]
        if not letter.isupper():
            continue
        if first.islower() or (first.isalpha() and _INITIAL_NAME.search(element.get("class") or "")):
            after.text = letter + (after.text or "").lstrip()
            element.drop_tree()


def _drop_labels(tree: _Element, labels: frozenset[str]) -> None:
    """An advertisement's label within a sentence leaves it, and the sentence goes on."""
    for element in _LABELLED(tree):
        before, after = element.getprevious(), element.tail.strip()
        if _text(element).casefold().strip(" -–—:[]()*") not in labels:
            continue
        if element.tag not in INLINE and before is not None and before.tag == "p" and not (before.tail or "").strip():
            said = _text(before)
            if said and not said.endswith(_SENTENCE_ENDS) and not after[0].isupper():
                SubElement(before, "span").text = f" {after}"
                element.tail = None
        element.drop_tree()


def _name_openers(tree: _Element) -> None:
    """A button that opens a paragraph is that paragraph's heading, and what it opens is there to be read."""
    for element in _OPENERS(tree):
        holder = element if element.getnext() is not None else element.getparent()
        panel = holder.getnext() if holder is not None else None
        if panel is None or panel.tag not in ("div", "section", "p") or _LENGTH(panel) < MIN_PANEL_CHARACTERS:
            continue
        if next(panel.iter("p"), None) is None or next(panel.iter("nav", "button"), None) is not None:
            continue
        element.tag = "span" if holder.tag in _HEADINGS else "h3"
        panel.attrib.pop("hidden", None)
        panel.attrib.pop("aria-hidden", None)


def _drop_dialogues(tree: _Element) -> None:
    """A small box with several buttons amid an article's paragraphs asks its readers something, and goes."""
    for element in _DIALOGUES(tree):
        box = element if next(element.iter("p"), None) is not None else element.getparent()
        if box is None or box.tag not in ("div", "section") or box.getparent() is None:
            continue
        is_small = _LENGTH(box) <= MAX_DIALOGUE_CHARACTERS
        if is_small and _stands_in_article(box) and not _PARAGRAPHS(box) > MAX_DIALOGUE_PARAGRAPHS:
            box.drop_tree()


def _drop_forms(tree: _Element) -> None:
    """A form or an offer amid an article's paragraphs goes, with the small box that holds it and its words."""
    for element in _FORMS(tree):
        boxes = (element, *islice(element.iterancestors(*_BOXES), MAX_FORM_PARENTS))
        amid = [box for box in boxes if _LENGTH(box) <= MAX_DIALOGUE_CHARACTERS and _is_amid_paragraphs(box)]
        if amid and amid[-1].getparent() is not None and next(amid[-1].iter("h1"), None) is None:
            amid[-1].drop_tree()


def _is_amid_paragraphs(box: _Element) -> bool:
    """Whether the paragraphs beside a box say more than it."""
    return _stands_in_article(box) and sum(map(_LENGTH, box.getparent().iterchildren("p"))) > _LENGTH(box)


def _mark_captions(tree: _Element) -> None:
    """A picture and its words become a figure with captions, wherever they stand."""
    for picture in _PICTURES(tree):
        box = _picture_box(picture)
        if box is not None:
            _make_figure(box)


def _picture_box(picture: _Element) -> _Element | None:
    """The largest small box around a picture that holds its words and nothing else, amid paragraphs."""
    found, element = None, picture
    for _ in range(MAX_CAPTION_PARENTS):
        parent = element.getparent()
        if parent is None or parent.tag in ("body", "article", "main", "figure", "section", "form"):
            break
        element = parent
        if _LENGTH(element) > MAX_CAPTION_CHARACTERS:
            break
        if _LENGTH(element) and _is_named_for_picture(element) and _stands_in_article(element):
            found = element
    return found


def _is_named_for_picture(box: _Element) -> bool:
    if box.tag in ("p", "table", "center", "dl"):
        return bool(_EMPHASISED(box))
    if box.tag != "div":
        return False
    return bool(_PICTURE_NAME.search(f"{box.get('class') or ''} {box.get('id') or ''}".lower()))


def _stands_in_article(element: _Element) -> bool:
    parent = element.getparent()
    return parent is not None and _PARAGRAPHS(parent) >= MIN_SIBLING_PARAGRAPHS


def _make_figure(box: _Element) -> None:
    lines = [(line, element.get("class")) for element in box.iter() if (line := _own_text(element))]
    pictures = list(box.iter("img"))
    for child in list(box):
        box.remove(child)
    box.tag, box.text = "figure", None
    for picture in pictures:
        picture.tail = None
        box.append(picture)
    for line, name in lines:
        caption = SubElement(box, "figcaption", {"class": name} if name else {})
        caption.text = line


def _own_text(element: _Element) -> str:
    """A block's text with its inline elements'; empty for inline elements within a block."""
    if element.tag in INLINE or element.tag.__class__ is not str:
        return ""
    pieces = [element.text or ""]
    for child in element:
        if child.tag in INLINE:
            pieces.append("".join(child.itertext()))
        pieces.append(child.tail or "")
    return " ".join(" ".join(pieces).split())


def _text(element: _Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _before(element: _Element) -> str:
    """The text directly before an element, within its parent."""
    previous = element.getprevious()
    if previous is None:
        return element.getparent().text or "" if element.getparent() is not None else ""
    if previous.tail:
        return str(previous.tail)
    return "".join(previous.itertext()) if previous.tag in INLINE else ""


def _replace(element: _Element, text: str) -> None:
    """Put text where an element was."""
    element.tail = text + (element.tail or "")
    for child in list(element):
        element.remove(child)
    element.text = None
    element.drop_tree()
