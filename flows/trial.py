"""What a junk rule would take from the warehouse before it is added to a pack.

Printing belongs to the command line, matching to transforms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from transforms.junk.rules import Rulebook, Scope, untried_rule
from transforms.junk.trial import MAX_EXAMPLE_CHARACTERS, TrialMatch, likeness, matches, pack_entry
from warehouse import PublishedWarehouse

LINES_COMPARED = 200
"""Lines of matching documents that are looked at for one that is like a match and stays."""


@dataclass(frozen=True, slots=True)
class TrialExample:
    """One match and where it stands."""

    doc_id: str
    domain: str | None
    match: TrialMatch


@dataclass(frozen=True, slots=True)
class RuleTrial:
    """What the rule would take."""

    articles: int
    """Current articles that were searched."""
    lines: int
    """Matches in kept text."""
    documents: int
    sources: tuple[tuple[str, int], ...]
    """Sources with their matches, the most first."""
    examples: tuple[TrialExample, ...]
    """Of as many sources as there are, one each before a second one of any."""
    already_cut: tuple[tuple[str, int], ...]
    """Rules that cut lines which the pattern matches too, with how many."""
    entry: str | None
    """The rule for a pack, as TOML; None where nothing matches."""


def try_rule(
    warehouse: PublishedWarehouse,
    pattern: str,
    *,
    kind: str,
    scope: Scope = "line",
    unless: str | None = None,
    domain: str | None = None,
    examples: int = 10,
) -> RuleTrial:
    """Look for what a rule of any position would take from the current articles of a source or of all.

    Raises:
        RuleError: the pattern is not RE2's, or the kind is not known.
    """
    rulebook = untried_rule(pattern, kind, scope, unless)
    tally = _Tally(rulebook, examples)
    for doc_id, of_domain, text in warehouse.kept_texts(domain):
        tally.take(doc_id, of_domain, text)
    already = Counter(rule for rule, text in warehouse.cut_texts(domain) if any(matches(rulebook, text)))
    shown = tally.shown()
    entry = pack_entry(rulebook.rules[0], [example.match for example in shown], tally.kept) if shown else None
    return RuleTrial(
        articles=tally.articles,
        lines=sum(tally.sources.values()),
        documents=tally.documents,
        sources=tuple(tally.sources.most_common()),
        examples=shown,
        already_cut=tuple(already.most_common()),
        entry=entry,
    )


@dataclass(slots=True)
class _Tally:
    """Counts matches over documents and keeps some of them."""

    rulebook: Rulebook
    wanted: int
    articles: int = 0
    documents: int = 0
    sources: Counter[str] = field(default_factory=Counter)
    by_source: dict[str, list[TrialExample]] = field(default_factory=dict)
    kept: str | None = None
    """The line that is most like a match and is left."""
    _likeness: int = 0

    def take(self, doc_id: str, domain: str | None, text: str) -> None:
        self.articles += 1
        found = list(matches(self.rulebook, text))
        if not found:
            return
        self.documents += 1
        source = domain or "unknown"
        self.sources[source] += len(found)
        kept_examples = self.by_source.setdefault(source, [])
        kept_examples += [TrialExample(doc_id, domain, match) for match in found[: self.wanted - len(kept_examples)]]
        self._compare(text, found)

    def _compare(self, text: str, found: Sequence[TrialMatch]) -> None:
        """Look for a line of article text that begins as a match does and is none."""
        taken = {match.line for match in found}
        heads = [match.line[match.start :] for match in found[:1]]
        for line in text.split("\n")[:LINES_COMPARED]:
            if line.strip() and line not in taken and len(line) <= MAX_EXAMPLE_CHARACTERS:
                like = likeness(line, heads)
                if self.kept is None or like > self._likeness:
                    self.kept, self._likeness = line.strip(), like

    def shown(self) -> tuple[TrialExample, ...]:
        """Round by round one example of each source, those with the most matches first."""
        order = [source for source, _ in self.sources.most_common()]
        rounds = range(max(map(len, self.by_source.values()), default=0))
        picked = [self.by_source[source][n] for n in rounds for source in order if n < len(self.by_source[source])]
        return tuple(picked[: self.wanted])
