"""The agencies' own sources, where their reports are no copies."""

from __future__ import annotations

from transforms.credibility.sources import SourceNames
from transforms.text.agencies import Agencies


def agency_homes(agencies: Agencies, names: SourceNames) -> dict[str, str]:
    """Each agency's own source, by the agency's name."""
    named = ((agency.name, names.name(agency.link)) for agency in agencies.agencies)
    return {agency: name.key for agency, name in named if name}
