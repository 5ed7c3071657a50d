"""Every record that passes between stages, and the Arrow schemas derived from them.

A stage is ``record in -> next record | Rejection``. The records are the one definition of what a table holds: the
warehouse's columns and the contracts' columns are compared with the schemas made here. How a field gets its value does
not belong here.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pyarrow as pa

Stage = Literal["read", "extract", "strip", "describe", "fingerprint", "validate", "load"]
"""The stages that a document can leave at, in order; one word each, the same in code, tables and reports."""

Outcome = Literal["loaded", "quarantined", "duplicate", "unchanged"]
"""The four ends of a document; each document that was read has exactly one."""

MediaType = Literal["text/plain", "text/html"]

Evidence = Literal["rule", "structure", "model", "template"]
"""What a cut rests on: a junk rule, the document's own structure (a headline that stands apart), the line model, or a
line that recurs over a source's documents."""

BlockKind = Literal["heading", "paragraph", "list_item", "quotation", "table_row"]
"""What a part of a main text is on its page."""

ProvenanceKind = Literal[
    "publisher",
    "copyright_year",
    "agency",
    "photo_credit",
    "byline",
    "contributor",
    "correction",
    "related_link",
]

DisclosurePlace = Literal[
    "json-ld", "link", "meta", "header", "robots.txt", "tdmrep.json", "trust.txt", "ads.txt", "text"
]
"""Where a fact about a source was read; the last one is an article's own text."""


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One document as it was read, before anything is decided about it.

    ``doc_id`` is :func:`transforms.text.identity.document_id` of the other fields' content, never of a place on a
    machine.
    """

    doc_id: str
    content: bytes
    media_type: MediaType
    origin: str
    """Where it came from, relative to the input: ``folder/file.jsonl.gz``, ``archive.zip!member.html``."""
    origin_row: int | None = None
    """Line, row or record number in the origin, counted from 1; None where the origin is the document."""
    charset: str | None = None
    """The character set that the input declares for ``content``."""
    url: str | None = None
    source_hint: str | None = None
    """Domain or name of the source as the input gives it."""
    fetched_at: dt.datetime | None = None
    """UTC."""
    input_id: str | None = None
    """The document's own id in the input, for joining back."""
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    """Publication date as the input writes it."""
    rights: tuple[str, ...] = ()
    """What HTTP headers and the site's robots.txt and tdmrep.json said about the use of the text when it was fetched,
    as :class:`transforms.page.rights.Statement` writes it."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A document that left the way: at which stage, why, and what a person should know about it."""

    doc_id: str
    stage: Stage
    reason: str
    """A short fixed phrase that can be counted, such as ``empty`` or an expectation's name."""
    detail: str
    """One sentence about this document, with values; for an error, what to do next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredFacts:
    """What a page declares about its document, each None or empty where it says nothing."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    """People."""
    organisation_authors: tuple[str, ...] = ()
    """Agencies, desks and outlets that the page names as author."""
    published_on: dt.date | None = None
    modified_on: dt.date | None = None
    published_at: dt.datetime | None = None
    """UTC, where the page gives a time and an offset; ``published_on`` is the day as the page writes it."""
    modified_at: dt.datetime | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    """Keywords."""
    is_opinion: bool | None = None
    is_sponsored: bool | None = None
    is_paywalled: bool | None = None
    url: str | None = None
    """Canonical."""
    site_name: str | None = None
    declared_language: str | None = None
    """Two or three letters; the text may be in another language."""
    rights: str | None = None
    """What is said about text and data mining and AI training, one statement a line, each with the place it stands."""
    permits_ai_training: bool | None = None
    """Whether those statements permit that AI models are trained on the text; None where they say nothing about it."""
    permits_research: bool | None = None
    """The same for research that is not commercial."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts(DeclaredFacts):
    """The facts that an extracted document hands on to its article unchanged; a new one is defined here only."""

    doc_id: str
    extractor: Literal["trafilatura", "text"]
    standfirst: str | None = None
    """The summary between headline and main text; no part of the text."""
    link_urls: tuple[str, ...] = ()
    """Links from the main text to other sites, canonical, in order, each once."""
    link_domains: tuple[str, ...] = ()
    """Their registered domains, one for each of ``link_urls``."""
    link_texts: tuple[str, ...] = ()
    """Their words, one for each."""
    image_captions: tuple[str, ...] = ()
    """Of the pictures in the main text and just before it, credit included."""
    image_credits: tuple[str, ...] = ()
    """One for each of ``image_captions``; empty where the page does not mark it."""
    extraction_confidence: float | None = None
    """The chance, 0..1, that the main text is nearly what a person would have marked on the page, as
    :mod:`transforms.page.confidence` has it; None where that was not weighed, as for plain text."""
    repairs: tuple[str, ...] = ()
    """What decoding mended, such as ``charset windows-1252`` or ``mojibake``."""


def facts_of(record: DeclaredFacts, kind: type[DeclaredFacts]) -> dict[str, Any]:
    """The facts that ``kind``, a base of ``record``, defines, as keyword arguments for another record."""
    return {field.name: getattr(record, field.name) for field in dataclasses.fields(kind)}


@dataclass(frozen=True, slots=True)
class TextBlock:
    """One part of a main text and where it stands there."""

    kind: BlockKind
    level: int
    """Of a heading 1..6, of a list item its depth from 1; else 0."""
    start: int
    end: int
    """Offsets in the text, in characters; the line break after it is no part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedDocument(DocumentFacts):
    """Main text and metadata; ``text`` still has its junk lines and, where ``title_span`` is set, its headline.

    ``url`` is the page's own, else the one that the input gave.
    """

    text: str
    """Decoded, repaired, LF line ends, no trailing white space on lines, no leading or trailing empty line."""
    title_span: tuple[int, int] | None = None
    """Offsets in ``text`` of the line that repeats or is the title; the strip stage sets it apart."""
    page_kind: str | None = None
    """What an HTML page is by its form and its own word: ``article``, or another kind with the evidence; None where
    that was not weighed."""
    source_hint: str | None = None
    left_out: str = ""
    """Of a page with a short main text, the short lines amid and behind it that are none of it: a wall's words."""
    blocks: tuple[TextBlock, ...] = ()
    """What the parts of ``text`` are on the page; a line that is in none is a paragraph."""
    disclosures: tuple[Disclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class StrippedLine:
    """One cut: a span of the extracted text that is not article text, kept word for word.

    Inserting every cut's ``text`` at its ``start_offset`` in the stripped text, in order, gives the extracted text back
    character for character.
    """

    doc_id: str
    line_number: int
    """Line of the extracted text, from 1."""
    start_offset: int
    """Characters from the start of the extracted text."""
    text: str
    """The exact characters cut, line breaks included."""
    kind: str
    evidence: Evidence
    rule_id: str
    reason: str
    score: float | None = None
    """Log-odds that it is junk, where the line model says so."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """One thing that a stripped line, the page's metadata or the text says about who made the document."""

    doc_id: str
    kind: ProvenanceKind
    value: str
    read_from: Literal["stripped_line", "page", "text"]
    line_number: int | None
    """Line of the extracted text that it was read from, from 1; None for page metadata."""
    line: str
    """The line or metadata value that it was read from."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One fact that a document discloses about its source; table ``source_disclosures`` adds them up."""

    doc_id: str
    fact: str
    value: str
    """An address, a text, or what a mark or notice says."""
    place: DisclosurePlace
    quote: str
    """The property, the link's words, the statement or the line that it was read from."""


@dataclass(frozen=True, slots=True)
class LineKeys:
    """What the lines of one document are compared by, to find those that recur over its source."""

    doc_id: str
    keys: tuple[int, ...]
    """:func:`transforms.junk.templates.line_keys` of the extracted text, cut or not."""
    cut_keys: tuple[int, ...]
    """Those of the cuts."""


@dataclass(frozen=True, slots=True)
class StrippedDocument:
    """The main text without its junk lines, the cuts, and what was read from them."""

    document: ExtractedDocument
    text: str
    cuts: tuple[StrippedLine, ...]
    provenance: tuple[Provenance, ...]


@dataclass(frozen=True, slots=True)
class DescribedDocument:
    """Measured facts about the main text; nothing is decided on them here."""

    stripped: StrippedDocument
    language: str
    """ISO 639-1 code, ``zh-cn`` or ``zh-tw`` for Chinese, or ``und``."""
    language_confidence: float | None
    language_by: str
    """What answered: ``script``, ``langdetect``, ``py3langid``, or ``none``."""
    language_reason: str | None
    """Why the language is ``und``; None where it is known."""
    domain: str | None
    """Registered domain (eTLD+1) of the source."""
    dateline: str | None
    agency: str | None
    publisher: str | None
    word_count: int
    sentence_count: int
    is_article: bool
    article_reason: str
    """The fact that decided article or not, such as ``prose`` or ``link list: 14 of 16 lines``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(DocumentFacts):
    """One accepted article as it goes to the warehouse; the row of table ``articles``."""

    article_id: str
    """Identity over revisions: from the canonical URL, else the document's own id."""
    domain: str | None
    publisher: str | None
    agency: str | None
    dateline: str | None
    text: str
    blocks: str | None
    """What the parts of ``text`` are: a JSON list of ``{"kind", "level", "start", "end"}``, in order, as
    :mod:`transforms.text.structure` writes it."""
    language: str
    language_confidence: float | None
    language_by: str
    language_reason: str | None
    word_count: int
    sentence_count: int
    stripped_line_count: int
    stripped_char_count: int
    is_article: bool
    article_reason: str
    text_sha256: str
    """Hex digest of the normalised main text."""
    minhash: bytes
    """MinHash signature: 256 permutations, little-endian uint32."""
    input_id: str | None
    media_type: str
    fetched_at: dt.datetime | None
    origin: str
    origin_row: int | None


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """The current version of an article as the warehouse has it; what is cleaned anew."""

    article: Article
    cuts: tuple[StrippedLine, ...]
    """In the order of the text."""
    provenance: tuple[Provenance, ...]
    has_keys: bool
    """Whether the warehouse has its :class:`LineKeys`: those stored before there were any have none."""

    @property
    def doc_id(self) -> str:
        """The document's id."""
        return self.article.doc_id


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A document whose main text is already in the warehouse or earlier in its batch, to the last character."""

    doc_id: str
    kept_doc_id: str
    """The document that stands for both."""
    text_sha256: str | None
    """None where the document itself came twice, so that its text was not made again."""
    url: str | None
    domain: str | None
    title: str | None
    published_on: dt.date | None
    origin: str
    origin_row: int | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The counts of a run or a batch that must balance."""

    read: int = 0
    loaded: int = 0
    quarantined: int = 0
    duplicates: int = 0
    unchanged: int = 0

    @property
    def balanced(self) -> bool:
        """Whether every document that was read has exactly one end."""
        return self.read == self.loaded + self.quarantined + self.duplicates + self.unchanged

    def __add__(self, other: Ledger) -> Ledger:
        pairs = zip(dataclasses.astuple(self), dataclasses.astuple(other), strict=True)
        return Ledger(*(mine + its for mine, its in pairs))


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """What is measured about a whole batch before it is loaded; the one row that batch contracts judge."""

    document_count: int
    """Documents that were new in this batch: read without unchanged and duplicates."""
    article_count: int
    """Those that passed every stage up to validate and every critical row expectation."""
    quarantine_share: float
    """Share of ``document_count`` that left the way, 0..1; 0 for an empty batch."""
    undetermined_share: float
    """Share of the articles whose language is ``und``, 0..1."""
    language_shift: float | None
    """Total variation distance, 0..1, between the batch's language mix and the usual one; None without a usual one."""
    median_word_count: float | None
    """Over the articles; None where there are none."""
    confidence_drop: float | None
    """How far the mean extraction confidence of a source's articles is below the source's usual one, of the source
    where that is most, -1..1; None where no source has enough articles to tell."""
    confidence_drop_source: str | None
    """That source."""


@dataclass(frozen=True, slots=True)
class ContractResult:
    """The answer of one expectation about one batch."""

    suite: str
    expectation: str
    """The expectation's name in thresholds.toml; a rejection's reason where it is critical."""
    severity: Literal["critical", "warning"]
    success: bool
    checked: int
    failed: int
    observed: str | None
    """The measured value as text, for expectations about a whole batch."""
    reason: str
    """Why the expectation and its number stand in the contract."""


@dataclass(frozen=True, slots=True)
class Rating:
    """An expert judgement of a source, imported from outside; the row of table ``ratings``."""

    rating_set: str
    family: str
    """Whose judgement it is in the end; sets made from one another are one family, and a family counts once."""
    covers: tuple[str, ...]
    """Families that this judgement is itself made from."""
    source: str
    """Registered domain, or the account on a platform, as in ``article_signals``."""
    rated_name: str
    """The name under which the set rates it."""
    raw_label: str
    quality_mean: float | None
    """What the label means on the scale of quality, 0 (worst) to 1 (best); None where it says nothing about it."""
    quality_spread: float | None
    """Standard deviation of that, as at the middle of the scale: a quarter of the one in logits."""
    unscored_reason: str | None
    """Why quality is not the question: ``satire``, ``platform``; None where it is."""
    rated_on: dt.date | None
    """The last day that the judgement can be of."""
    licence: str | None
    link: str | None


@dataclass(frozen=True, slots=True)
class ArticleSignals:
    """Measured facts about how one article is written; the row of table ``article_signals``.

    Counts are of the stripped text outside quotations where nothing else is said. What needs word lists is None in
    languages that have none.
    """

    doc_id: str
    source: str
    """Registered domain, or the account on a platform."""
    copied_from: str | None
    """The agency whose report it is, where it is not the source's own; it speaks neither for nor against the source."""
    language: str
    narrated_words: int
    quoted_words: int
    quotations: int
    loaded_words: int | None
    camp_labels: int | None
    intensifiers: int | None
    loaded_speech_verbs: int | None
    qualifiers: int | None
    named_speakers: int | None
    """A name beside said, says, told or added."""
    comment_sought: int | None
    """Phrases such as 'declined to comment', in the whole text."""
    public_affairs: int | None
    """Words that reports on government, law, elections, police and war cannot do without; they tell the topic."""
    numbers: int
    exclamations: int
    questions: int
    headline_words: int
    headline_loaded_words: int | None
    """Loaded words and loaded speech verbs."""
    headline_exclamations: int
    headline_capitals: int
    """Words in capitals that are no acronyms."""
    version: str
    """Of the word lists and the counting."""


ScoreStatus = Literal["scored", "style only", "unknown", "unscored"]
"""How far a source's score can be shown; the last two have no number."""

EvidenceKind = Literal["prior", "rating", "signal"]


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What is measured of one source over its own articles; the row of view ``source_signals``.

    A rate is the mean over articles of the square root of the count in 1,000 words; counts outside quotations are of
    words outside quotations. None where there is no article to measure.
    """

    source: str
    own_articles: int
    """Articles that are no copies."""
    copied_articles: int
    known_articles: int
    """Own articles on public affairs in languages with word lists, long enough to measure; the rates are of these."""
    other_topics: int
    """Own articles that could be measured but are on other topics, on which the content model was not fitted."""
    loaded_words: float | None
    camp_labels: float | None
    intensifiers: float | None
    loaded_speech_verbs: float | None
    qualifiers: float | None
    named_speakers: float | None
    comment_sought: float | None
    numbers: float | None
    exclamations: float | None
    heated_headlines: float | None
    """Share of headlines with a loaded word, an exclamation mark or a shouted word."""


@dataclass(frozen=True, slots=True)
class SourceScore:
    """The credibility of a source at one time; the row of table ``source_scores``."""

    source: str
    status: ScoreStatus
    reason: str | None
    """Why there is no number, or what a number without ratings is."""
    quality: float | None
    """0 (worst) to 1 (best), on the scale of the expert ratings."""
    quality_low: float | None
    """Lower end of the 90% interval."""
    quality_high: float | None
    low_quality_chance: float | None
    """Chance that experts would put the source under 0.5."""
    rating_families: int
    """Independent judgements that it rests on."""
    own_articles: int
    known_articles: int
    copied_articles: int
    model_version: str


@dataclass(frozen=True, slots=True)
class ScoreEvidence:
    """One piece that a score was made from; the row of table ``score_evidence``."""

    source: str
    kind: EvidenceKind
    name: str
    """Rating family or signal."""
    value: float | None
    """Quality that a rating family or the prior stands for; a signal's rate."""
    weight: float
    """Share of the whole precision, 0..1; all signals of a source share one."""
    shift: float
    """Logits that it moves the score away from the prior; the shifts of all pieces add up."""
    note: str | None


@dataclass(frozen=True, slots=True)
class ScoreOverride:
    """A correction by people; the row of table ``score_overrides``."""

    source: str
    decided_on: dt.date
    action: Literal["note", "withhold", "set"]
    quality: float | None
    """The quality that people set, 0..1; None for the other actions."""
    reason: str
    link: str | None


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One execution: what was asked, how it ended, and its ledger."""

    run_id: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    state: Literal["running", "finished", "failed", "interrupted"]
    """``interrupted``: stopped from outside, or found unfinished by a later run."""
    message: str | None
    """Why a run failed, in a sentence."""
    inputs: tuple[str, ...]
    rules_version: str
    """Short hash of the junk rules in force."""
    bytes_read: int
    read: int
    loaded: int
    quarantined: int
    duplicates: int
    unchanged: int

    @property
    def ledger(self) -> Ledger:
        """The run's counts."""
        return Ledger(self.read, self.loaded, self.quarantined, self.duplicates, self.unchanged)


_SCALARS: dict[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    bytes: pa.binary(),
    dt.date: pa.date32(),
    dt.datetime: pa.timestamp("us", tz="UTC"),
}


def arrow_schema(record: type[Any]) -> pa.Schema:
    """The Arrow schema of a flat record class: one field per dataclass field, nullable where None is allowed.

    Raises:
        TypeError: a field is of a type that has no column, such as another record.
    """
    if record not in _SCHEMAS:
        hints = get_type_hints(record)
        _SCHEMAS[record] = pa.schema(
            [_arrow_field(field.name, hints[field.name]) for field in dataclasses.fields(record)]
        )
    return _SCHEMAS[record]


_SCHEMAS: dict[type[Any], pa.Schema] = {}
"""Made once: reading a record's annotations takes longer than making a table of a shard's rows."""


def to_table(rows: Iterable[Any], record: type[Any]) -> pa.Table:
    """Rows of one record class as an Arrow table with that class's schema, in their order."""
    schema = arrow_schema(record)
    rows = list(rows)
    if not rows:
        return schema.empty_table()
    columns = zip(*map(attrgetter(*schema.names), rows), strict=True)
    arrays = [pa.array(column, type=kind) for column, kind in zip(columns, schema.types, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _arrow_field(name: str, hint: Any) -> pa.Field:
    options = get_args(hint) if get_origin(hint) in (types.UnionType, typing.Union) else (hint,)
    concrete = [option for option in options if option is not type(None)]
    if len(concrete) != 1:
        raise TypeError(f"field {name!r} of type {hint} has no single column type")
    return pa.field(name, _arrow_type(name, concrete[0]), nullable=type(None) in options)


def _arrow_type(name: str, hint: Any) -> pa.DataType:
    if get_origin(hint) is Literal:
        return pa.string()
    if get_origin(hint) is tuple:
        item, ellipsis = get_args(hint)
        if ellipsis is Ellipsis:
            return pa.list_(_arrow_type(name, item))
    if hint in _SCALARS:
        return _SCALARS[hint]
    raise TypeError(f"field {name!r} of type {hint} has no column type")
