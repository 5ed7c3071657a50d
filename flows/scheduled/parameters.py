"""What a run of each deployment can be told: the forms of Prefect's page.

How things are done in general is a setting; see :mod:`flows.settings`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from flows.scheduled.places import WRITTEN, Places
from flows.settings import Settings, load_settings


def _common_last(schema: dict[str, Any]) -> None:
    """What a deployment is asked first on its form is what it alone has."""
    fields = schema["properties"]
    fields |= {name: fields.pop(name) for name in Parameters.model_fields}


class Parameters(BaseModel):
    """What every deployment can be told."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=_common_last)

    config: Path | None = Field(
        default=None, description="A settings file; copydesk.toml in the worker's folder where none is named."
    )
    warehouse: Path | None = Field(default=None, description="The database to write to, in place of the settings' one.")
    published: Path | None = Field(
        default=None, description="The read-only copy that people query, in place of the settings'."
    )

    def settings(self) -> Settings:
        """The settings of a run with these parameters.

        Raises:
            SettingsError: one of them cannot be used, or is a place that runs may not be given.
        """
        places = Places.of(load_settings())
        if self.config:
            places.require("config", self.config)
        paths = {"warehouse": self.warehouse, "published": self.published}
        settings = load_settings(paths, config_file=self.config)
        for name in WRITTEN:
            places.require(name, getattr(settings, name))
        return settings


class IngestParameters(Parameters):
    """What to take in."""

    inputs: tuple[str, ...] | None = Field(
        default=None,
        description="Files, folders, globs or URLs, seen from the worker's folder; those of the settings if empty.",
    )
    report: bool = Field(default=True, description="Write the report of the run.")

    def chosen_inputs(self, settings: Settings) -> tuple[str, ...]:
        """What to read: the inputs that were given, or those of the settings.

        Raises:
            SettingsError: one of those given is at a place that runs may not be given.
        """
        if not self.inputs:
            return settings.inputs
        places = Places.of(load_settings())
        for one in self.inputs:
            places.require_input(one)
        return self.inputs


class RescoreParameters(Parameters):
    """How to look for copies and stories, and score sources."""

    anew: bool = Field(
        default=False, description="Forget what was found about copies and stories, and relate everything."
    )


class ReportParameters(Parameters):
    """What to report on."""

    run_id: str | None = Field(
        default=None, description="The run to report on beside the report over time; the last if empty."
    )


class MaintainParameters(Parameters):
    """How to maintain."""

    dry_run: bool = Field(default=False, description="Change nothing; say what would go and what is wrong.")
