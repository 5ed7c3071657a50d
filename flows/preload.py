"""What worker processes share: the fork server imports this module before it forks them.

Imports and language models take a worker a second and 100 MB; forked from a process that has them, it takes neither.
Nothing that depends on a run belongs here.
"""

import gc

import pandas  # noqa: F401  (pyarrow imports it when it builds a worker's first table: half a second in each of them)

from flows import workers
from flows.tools import language_identifiers

language_identifiers()
gc.collect()
gc.freeze()  # a collection in a worker would write to every object here, and so give each worker pages of its own

__all__ = ["workers"]
