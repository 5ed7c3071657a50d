"""Reading a file of ratings, from disk or from an fsspec URL, bounded.

What is in it belongs to :mod:`transforms.credibility.ratings`.
"""

from __future__ import annotations

from pathlib import Path

import fsspec

from flows.settings import SettingsError

MAX_BYTES = 64 << 20
"""Ten times the broadest public set with all its columns."""


def read_rating_file(address: str) -> bytes:
    """The bytes of a file or URL.

    Raises:
        SettingsError: it is not there, cannot be read, or is larger than MAX_BYTES.
    """
    try:
        if "://" in address:
            with fsspec.open(address, "rb") as remote:
                content = bytes(remote.read(MAX_BYTES + 1))
        else:
            with Path(address).open("rb") as local:
                content = local.read(MAX_BYTES + 1)
    except (OSError, ValueError, ImportError) as error:
        raise SettingsError(f"{address} cannot be read: {error}") from error
    if len(content) > MAX_BYTES:
        raise SettingsError(f"{address} is larger than {MAX_BYTES >> 20} MB; is it a set of ratings?")
    return content
