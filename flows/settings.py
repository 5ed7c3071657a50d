"""Settings: defaults, one TOML file, environment variables and command-line options, in rising order.

This is the only module that reads the environment. A wrong setting fails here, before any input is read, with the key,
its value, where the value came from and what to do. Thresholds of contracts and junk rules are data files of their own.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_origin

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from transforms.errors import UsageError, did_you_mean

CONFIG_FILE = Path("copydesk.toml")
"""Read from the working directory where no other file is named."""

ENVIRONMENT_PREFIX = "COPYDESK_"


class SettingsError(UsageError):
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
    runner: Literal["local", "ray"] = Field(
        "local", description="Who processes documents: this machine's workers, or a Ray cluster; see docs/scale.md."
    )
    ray_address: str | None = Field(
        None, description="The Ray cluster: `HOST:PORT`, or `ray://HOST:PORT` from outside."
    )
    shared_storage: str | None = Field(
        None, description="A folder or fsspec URL that every node of the cluster reads and writes."
    )
    parcel_documents: int = Field(
        5000, ge=1, le=1_000_000, description="Documents that go to a node together, as one task."
    )
    parcel_megabytes: int = Field(16, ge=1, le=4096, description="Raw megabytes after which a parcel is sent early.")
    batch_documents: int = Field(
        5000, ge=1, le=100_000, description="Documents that are validated and loaded together, in one transaction."
    )
    batch_megabytes: int = Field(64, ge=1, le=4096, description="Raw megabytes after which a batch is closed early.")
    document_seconds: float = Field(
        20.0,
        gt=0,
        le=3600,
        description="Processor time after which one document's worker is stopped and the document quarantined.",
    )
    worker_megabytes: int = Field(
        2048, ge=256, description="Memory one worker may take for its documents; one that needs more is quarantined."
    )
    document_megabytes: int = Field(20, ge=1, le=1024, description="Size above which a document is not read.")
    expansion_ratio: int = Field(
        200, ge=10, description="Times its own size to which a compressed input may grow before it counts as a bomb."
    )
    database_megabytes: int = Field(200, ge=100, description="Memory that DuckDB may use.")
    rules_folder: Path | None = Field(None, description="Folder with junk-rule packs (*.toml) of your own.")
    contract: Path | None = Field(None, description="A file that changes the bundled data contract, or replaces it.")
    overrides: Path | None = Field(
        None, description="A TOML file with your corrections of credibility scores, shown beside them."
    )
    field_map: dict[str, str] = Field(
        default_factory=dict, description="Names of your columns or JSON fields, as our_name = 'your_name'."
    )
    csv_dialect: Literal["auto", "standard", "backslash"] = Field(
        "auto",
        description="How CSV files write a quotation mark inside a cell: doubled, after a backslash, or as each shows.",
    )
    inputs: tuple[str, ...] = Field(
        ("incoming",), min_length=1, description="What the scheduled ingest reads: files, folders, globs or URLs."
    )
    fetched: Path = Field(
        Path("fetched"), description="The folder that keeps what was fetched as WARC files, and what is known already."
    )
    user_agent: str = Field(
        "copydesk/0.1",
        pattern=r"^[!-~][ -~]{2,199}$",
        description="What we call ourselves when fetching, also in robots.txt; add how you can be reached.",
    )
    fetch_delay_seconds: float = Field(
        1.0,
        ge=0.1,
        le=3600,
        description="Pause between two requests to one host; longer where its robots.txt asks for it.",
    )
    fetch_seconds: float = Field(30.0, ge=1, le=600, description="Time after which one request is given up.")
    fetch_minutes: float = Field(
        30.0, gt=0, le=1440, description="Time after which a fetch ends; what is left waits for the next one."
    )
    fetch_private_hosts: tuple[str, ...] = Field(
        (), description="Hosts that may be fetched from at private addresses and on any port; others there are refused."
    )
    reports: Path = Field(Path("reports"), description="The folder that reports are written to.")
    reports_url: str | None = Field(
        None,
        pattern=r"^https?://",
        description="Address at which a web server shows that folder, for links to reports; `copydesk serve` is one.",
    )
    prefect_folder: Path = Field(
        Path("warehouse/prefect"), description="Where `copydesk serve` keeps its Prefect server's database and logs."
    )
    run_folders: tuple[str, ...] = Field(
        (),
        description="Folders and address prefixes that a run started from the page may be given, beside the working "
        "folder and the places in these settings.",
    )
    notify_url: SecretStr | None = Field(
        None, description="A webhook that is told of a failed or crashed run, a held batch and unbalanced books."
    )
    ingest_cron: str = Field("0 * * * *", description="When `ingest` is due, as cron in UTC; empty for never.")
    rescore_cron: str = Field("20 3 * * *", description="When `rescore` is due, as cron in UTC; empty for never.")
    report_cron: str = Field("0 5 * * *", description="When `report` is due, as cron in UTC; empty for never.")
    maintain_cron: str = Field("40 4 * * 0", description="When `maintain` is due, as cron in UTC; empty for never.")
    keep_quarantine_days: int | None = Field(
        180,
        ge=1,
        description="Days after which a quarantined document's raw bytes go; its row stays. Or 'never'.",
    )
    keep_score_days: int | None = Field(
        730,
        ge=1,
        description="Days after which a score that another took the place of goes. Or 'never'.",
    )
    keep_report_days: int | None = Field(
        90, ge=1, description="Days after which the report of a single run goes; it can be made again. Or 'never'."
    )
    keep_revision_days: int | None = Field(
        None,
        ge=1,
        description="Days after which the text of an earlier revision goes; kept unless you give a number.",
    )

    keep_fetched_days: int | None = Field(
        None,
        ge=1,
        description="Days after which a WARC file of fetched pages goes, once read; kept unless you give a number.",
    )

    @field_validator("inputs", "fetch_private_hosts", "run_folders", mode="before")
    @classmethod
    def _one_input(cls, value: object) -> object:
        """A single name stands for a list of one."""
        return (value,) if isinstance(value, str) else value

    @field_validator(
        "keep_quarantine_days",
        "keep_score_days",
        "keep_report_days",
        "keep_revision_days",
        "keep_fetched_days",
        mode="before",
    )
    @classmethod
    def _for_ever(cls, value: object) -> object:
        """``never`` in place of a number of days, for neither TOML nor a variable can say nothing."""
        return None if value == "never" else value

    @field_validator("notify_url")
    @classmethod
    def _web_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("http://", "https://")):
            raise ValueError("give the whole address of the webhook, beginning with https:// or http://")
        return value


DEFAULT = "default"
ENVIRONMENT = "environment"
COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class TracedSettings:
    """Settings, and where each value came from."""

    settings: Settings
    origins: Mapping[str, str]
    """By key: ``default``, the settings file, ``environment`` or ``command line``."""

    def rows(self) -> list[dict[str, Any]]:
        """Key, value in plain types, origin and description of every setting; secrets are masked."""
        values = self.settings.model_dump(mode="json")
        return [
            {"key": key, "value": values[key], "origin": self.origins[key], "description": field.description}
            for key, field in Settings.model_fields.items()
        ]


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
    return trace_settings(overrides, config_file=config_file, environment=environment).settings


def trace_settings(
    overrides: Mapping[str, Any] | None = None,
    *,
    config_file: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> TracedSettings:
    """The same as :func:`load_settings`, with the origin of each value.

    Raises:
        SettingsError: a file that is missing or is not TOML, an unknown key, or a value out of its range.
    """
    environment = os.environ if environment is None else environment  # noqa: TID251  (the one place)
    values: dict[str, Any] = {}
    origins = dict.fromkeys(Settings.model_fields, DEFAULT)
    for origin, layer in (
        _file_layer(config_file),
        (ENVIRONMENT, _environment_layer(environment)),
        (COMMAND_LINE, {key: value for key, value in (overrides or {}).items() if value is not None}),
    ):
        values.update(layer)
        origins.update(dict.fromkeys(layer, origin))
    try:
        return TracedSettings(Settings.model_validate(values), origins)
    except ValidationError as error:
        raise SettingsError(_explain(error, origins)) from error


def child_environment(overrides: Mapping[str, Any], others: Mapping[str, str]) -> dict[str, str]:
    """The environment for a process of ours that shall have these settings too.

    Args:
        overrides: settings by key; those that are None are left to file and defaults.
        others: variables of other programs, such as Prefect's.
    """
    given = {key: _written(value) for key, value in overrides.items() if value is not None}
    ours = {ENVIRONMENT_PREFIX + key.upper(): text for key, text in given.items()}
    return {**os.environ, **others, **ours}  # noqa: TID251  (the one place)


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
    ours = {
        name.removeprefix(ENVIRONMENT_PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(ENVIRONMENT_PREFIX)
    }
    return {key: _read_written(key, value) for key, value in ours.items()}


def _written(value: Any) -> str:
    """A value as the text of a variable: lists and tables as JSON, everything else as it is."""
    return json.dumps(value) if isinstance(value, list | tuple | dict) else str(value)


def _read_written(key: str, text: str) -> Any:
    """The list or table of a variable that holds one as JSON; every other text as it is."""
    field = Settings.model_fields.get(key)
    if field is None or get_origin(field.annotation) not in (tuple, dict) or not text.startswith(("[", "{")):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise SettingsError(f"{key} = {text!r} (from {ENVIRONMENT}): not valid JSON: {error}") from error


def _explain(error: ValidationError, origins: Mapping[str, str]) -> str:
    lines = []
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"])
        origin = origins.get(str(problem["loc"][0]), DEFAULT)
        if problem["type"] == "extra_forbidden":
            known = sorted(Settings.model_fields)
            guess = did_you_mean(key, known) or f"known settings: {', '.join(known)}"
            lines.append(f"{key!r} (from {origin}) is not a setting; {guess}")
        else:
            value = "(secret)" if key in _SECRETS else repr(problem["input"])
            lines.append(f"{key} = {value} (from {origin}): {_remedy(problem['msg'])}")
    return "; ".join(lines)


_SECRETS = frozenset({"notify_url"})
"""Settings whose value is shown to nobody: the address of a webhook is its password."""


def _remedy(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]
