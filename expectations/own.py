"""A user's own file of the contract: what it changes, adds and removes, or that it replaces the bundled contract."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from expectations.thresholds import Contract, Entry, ThresholdError, build_contract, read_entries, read_toml
from transforms.errors import did_you_mean

_WHERE: Final = "thresholds"


def parse_own_thresholds(text: str, bundled: str) -> Contract:
    """The bundled contract with the changes of a user's file.

    An entry with a name of the bundled contract changes the keys that it gives and keeps its place. One with a new name
    is added at the end and has all keys. ``remove = [names]`` takes entries out. With ``replace = true`` the file is
    the whole contract.

    Args:
        text: the user's file.
        bundled: the text of the bundled thresholds.toml.

    Raises:
        ThresholdError: an entry is wrong, as for :func:`expectations.parse_thresholds`; or the file changes nothing,
            removes what the bundled contract does not have, or changes what it removes.
    """
    own = read_toml(text)
    given = read_entries(own, also=("remove", "replace"), at_least=0 if "remove" in own else 1)
    if _replaces(own):
        return build_contract(given)
    entries = {entry.name(): entry for entry in read_entries(read_toml(bundled))}
    removed = _removed(own, entries)
    seen: set[str] = set()
    for entry in given:
        name = entry.name()
        _refuse_twice(entry, name, seen, removed)
        seen.add(name)
        entries[name] = _changed(entries[name], entry) if name in entries else _added(entry, entries)
    return build_contract(entry for name, entry in entries.items() if name not in removed)


def _replaces(own: Mapping[str, Any]) -> bool:
    replaces = own.get("replace", False)
    if not isinstance(replaces, bool):
        raise ThresholdError(_WHERE, "replace", replaces, "write true or false")
    if replaces and "remove" in own:
        raise ThresholdError(_WHERE, "remove", own["remove"], "has no use beside replace = true; leave one of them out")
    return replaces


def _removed(own: Mapping[str, Any], known: Collection[str]) -> list[str]:
    removed = own.get("remove", [])
    if not isinstance(removed, list) or not all(isinstance(name, str) for name in removed):
        raise ThresholdError(_WHERE, "remove", removed, "write a list of names of expectations")
    for name in removed:
        if name not in known:
            remedy = did_you_mean(name, known) or "write a name that docs/contracts.md lists"
            raise ThresholdError(_WHERE, "remove", name, f"not an expectation of the bundled contract; {remedy}")
    return removed


def _refuse_twice(entry: Entry, name: str, seen: Collection[str], removed: Collection[str]) -> None:
    if name in seen:
        raise entry.error("name", "is given twice; join the two entries, or rename one")
    if name in removed:
        raise entry.error("name", "is named by remove too; leave out the entry or that name")


def _changed(bundled: Entry, given: Entry) -> Entry:
    """The bundled entry with the keys given; what only the bundled type or severity allowed is dropped."""
    merged = Entry({**bundled.raw, **given.raw}, given.number_in_file)
    keys = merged.allowed_keys() | given.raw.keys()
    return Entry({key: value for key, value in merged.raw.items() if key in keys}, given.number_in_file)


def _added(entry: Entry, known: Collection[str]) -> Entry:
    missing = entry.missing_keys()
    if missing:
        meant = did_you_mean(entry.name(), known)
        remedy = f"a new expectation, which also needs {', '.join(missing)}"
        raise entry.error("name", f"{remedy}; {meant}" if meant else remedy)
    return entry
