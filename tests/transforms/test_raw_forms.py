"""Raw text as people have it, through extract, strip and describe: wrapped, marked up, in short lines, under a byline."""

from __future__ import annotations

import json
import textwrap

import pytest

from tests.builders import make_raw
