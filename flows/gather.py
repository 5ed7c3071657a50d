"""What a run reads: the inputs that are there already, and the files that keep what had to be fetched.

Fetching itself belongs to :mod:`flows.fetching`, reading to :mod:`flows.reading`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.fetching.plan import is_fetched
from flows.reading import Fruitless, Reader
from flows.settings import Settings
from flows.tools import read_options

if TYPE_CHECKING:  # a run that fetches nothing does not wait for the import
    from flows.fetching.fetch import Fetched, FetchProgress

    OnFetch = Callable[[FetchProgress], None]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a run reads."""

    inputs: tuple[str, ...]
    """As they were named, and after them the files that they were fetched into."""
    reader: Reader
    fetched: Fetched | None
    """None where nothing was to be fetched."""
    notes: tuple[str, ...]
    """Mapped fields that were not met so far, a sentence each."""

    @property
    def fruitless(self) -> tuple[Fruitless, ...]:
        """What was named and gave nothing that could be read; of what was fetched, the fetch tells."""
        fetched = {str(path) for path in self.fetched.unread} if self.fetched else set()
        return tuple(one for one in self.reader.fruitless if one.input not in fetched)


def fetch_inputs(settings: Settings, inputs: Sequence[str], on_fetch: OnFetch) -> Fetched:
    """Fetch ``feed:URL``, ``sitemap:URL`` and ``urls:FILE``.

    Raises:
        InputError, FetchError, OSError: as :func:`flows.fetching.fetch.fetch`.
    """
    from flows.fetching.fetch import fetch

    return fetch(settings, inputs, on_progress=on_fetch)


def gather(
    settings: Settings,
    inputs: Sequence[str],
    fetch: Callable[[Settings, Sequence[str], OnFetch], Fetched],
    on_fetch: OnFetch,
) -> Gathered:
    """Find what is there, fetch the rest, and open a reader over both.

    Files of earlier fetches that no run has read to its end are read with those of this one.

    Raises:
        InputError: before anything is fetched; an input that matches nothing, a mapped field that no row has, or a file
            without a text field.
        FetchError, OSError: as :func:`fetch_inputs`.
    """
    options = read_options(settings)
    named = [text for text in inputs if is_fetched(text)]
    if not named:
        reader = Reader(inputs, options)
        return Gathered(tuple(inputs), reader, None, reader.check_fields())
    here = [text for text in inputs if not is_fetched(text)]
    notes = Reader(here, options).check_fields() if here else ()  # names what is wrong before half an hour of fetching
    fetched = fetch(settings, named, on_fetch)
    files = [str(path) for path in fetched.unread]
    return Gathered((*inputs, *files), Reader([*here, *files], options), fetched, notes)


def mark_gathered(settings: Settings, gathered: Gathered) -> None:
    """Note that every document of the fetched files has its end.

    Raises:
        FetchError, OSError: it cannot be noted; the next run reads the files again, which changes nothing.
    """
    if gathered.fetched is not None:
        from flows.fetching.state import mark_read

        mark_read(settings.fetched, gathered.fetched.unread)
