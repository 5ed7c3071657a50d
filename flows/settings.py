"""Settings: defaults, one TOML file, environment variables and command-line options, in rising order.

This is the only module that reads the environment. A wrong setting fails here, before any input is read, with the key,
its value, where the value came from and what to do. Thresholds of contracts and junk rules are data files of their own.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

CONFIG_FILE = Path("copydesk.toml")
"""Read from the working directory where no other file is named."""

ENVIRONMENT_PREFIX = "COPYDESK_"


class SettingsError(ValueError):
    """A setting that cannot be used; the message names key, value, origin and remedy."""


def usable_cores() -> int:
    """Cores that this process may use; on Linux fewer than the machine has where an affinity mask says so."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


class Settings(BaseModel):
    """Everything that a run can be told, checked."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    warehouse: Path = Field(Path("warehouse/copydesk.duckdb"), description="The database that runs write to.")
    published: Path = Field(
        Path("warehouse/published.duckdb"), description="The read-only copy that people query; replaced after each run."
    )
    workers: int = Field(
        default_factory=usable_cores,
        ge=1,
        le=512,
        description="Worker processes that read texts; one per core is best.",
    )
    batch_documents: int = Field(
        5000, ge=1, le=100_000, description="Documents that are validated and loaded together, in one transaction."
    )
    batch_megabytes: int = Field(64, ge=1, le=4096, description="Raw megabytes after which a batch is closed early.")
    document_seconds: float = Field(
        20.0,
        gt=0,
        le=3600,
        description="Time after which one document's worker is stopped and the document quarantined.",
    )
    worker_megabytes: int = Field(
        2048, ge=256, description="Memory one worker may take for its documents; one that needs more is quarantined."
    )
    document_megabytes: int = Field(20, ge=1, le=1024, description="Size above which a document is not read.")
    expansion_ratio: int = Field(
        200, ge=10, description="Times its own size to which a compressed input may grow before it counts as a bomb."
    )
    database_megabytes: int = Field(256, ge=100, description="Memory that DuckDB may use.")
    rules_folder: Path | None = Field(None, description="Folder with junk-rule packs (*.toml) of your own.")
    contract: Path | None = Field(None, description="A thresholds file in place of the bundled data contract.")
    overrides: Path | None = Field(
        None, description="A TOML file with your corrections of credibility scores, shown beside them."
    )
    field_map: dict[str, str] = Field(
        default_factory=dict, description="Names of your columns or JSON fields, as our_name = 'your_name'."
    )


def load_settings(
    overrides: Mapping[str, Any] | None = None,
    *,
    config_file: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Settings from all origins; ``overrides`` (command-line options) win where they are not None.

    Raises:
        SettingsError: a file that is missing or is not TOML, an unknown key, or a value out of its range.
    """
    environment = os.environ if environment is None else environment  # noqa: TID251  (the one place)
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for origin, layer in (
        _file_layer(config_file),
        ("environment", _environment_layer(environment)),
        ("command line", {key: value for key, value in (overrides or {}).items() if value is not None}),
    ):
        values.update(layer)
        origins.update(dict.fromkeys(layer, origin))
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_explain(error, origins)) from error


def _file_layer(config_file: Path | None) -> tuple[str, dict[str, Any]]:
    path = config_file or CONFIG_FILE
    if config_file is None and not path.exists():
        return str(path), {}
    try:
        return str(path), tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(f"settings file {path} does not exist: give the path of a TOML file to --config") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"settings file {path} cannot be read as TOML: {error}") from error


def _environment_layer(environment: Mapping[str, str]) -> dict[str, Any]:
    """Every variable with our prefix counts, so that a misspelt one is refused instead of ignored."""
    return {
        name.removeprefix(ENVIRONMENT_PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(ENVIRONMENT_PREFIX)
    }


def _explain(error: ValidationError, origins: Mapping[str, str]) -> str:
    lines = []
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"])
        origin = origins.get(str(problem["loc"][0]), "defaults")
        if problem["type"] == "extra_forbidden":
            known = ", ".join(sorted(Settings.model_fields))
            lines.append(f"{key!r} (from {origin}) is not a setting; known settings: {known}")
        else:
            lines.append(f"{key} = {problem['input']!r} (from {origin}): {problem['msg'].lower()}")
    return "; ".join(lines)
