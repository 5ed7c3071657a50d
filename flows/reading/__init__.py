"""The read stage: from what a person names as input to documents, one at a time, in bounded memory.

Deciding anything about a document does not belong here.
"""

from flows.reading.options import Fact, InputError, Kind, ReadOptions, Reason, Unreadable
from flows.reading.reader import Fruitless, Reader, read

__all__ = ["Fact", "Fruitless", "InputError", "Kind", "ReadOptions", "Reader", "Reason", "Unreadable", "read"]
