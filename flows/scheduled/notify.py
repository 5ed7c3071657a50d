"""Telling people that something needs them, through the webhook of the setting ``notify_url``.

When that is so is decided by the flows and, where a run ends badly, by Prefect, which calls :func:`tell_of_end`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import httpx
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from pydantic import SecretStr

from flows.scheduled.parameters import Parameters
from flows.settings import Settings, SettingsError
from transforms.errors import CopydeskError

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.client.schemas.objects import FlowRun, State

PAYLOAD = {"text": "{{subject}}\n{{body}}", "subject": "{{subject}}", "body": "{{body}}"}
"""What is posted, as JSON. Slack, Mattermost, Rocket.Chat, Teams and Discord's Slack address take ``text``."""

TIMEOUT_SECONDS = 10.0

TEST_SUBJECT = "Copydesk: a test"
TEST_BODY = "A made-up message of copydesk notify test: nothing happened, and nobody needs to do anything."

SHOWN_CHARACTERS = 200
"""Of what a webhook says beside an error."""

_log = logging.getLogger(__name__)


class NotTaken(CopydeskError):
    """The webhook did not take a test message; the message says what came back."""


def tell(settings: Settings, subject: str, body: str) -> None:
    """Post a message where the settings name a webhook; one that does not answer is logged, for the run goes on."""
    if settings.notify_url is None:
        return
    try:
        _webhook(settings.notify_url).notify(body, subject=subject)
    except httpx.HTTPError as error:
        _log.warning("the webhook of notify_url did not take %r: %s", subject, type(error).__name__)


def send_test(settings: Settings) -> None:
    """Post a made-up message as :func:`tell` does, and raise where the webhook does not take it.

    The messages of the errors leave the address out, for it is a secret.

    Raises:
        SettingsError: the settings name no webhook.
        NotTaken: the webhook cannot be reached, or answers with an error or a redirection.
    """
    if settings.notify_url is None:
        raise SettingsError(
            "notify_url is not set: name the address of a webhook in copydesk.toml or COPYDESK_NOTIFY_URL"
        )
    try:
        _webhook(settings.notify_url).notify(TEST_BODY, subject=TEST_SUBJECT)
    except httpx.HTTPStatusError as error:
        answer = error.response
        said = " ".join(answer.text[:SHOWN_CHARACTERS].split()) or "nothing"
        raise NotTaken(
            f"the webhook of notify_url answered {answer.status_code} {answer.reason_phrase} and said {said!r}; "
            "compare the address with the one that its service shows"
        ) from error
    except httpx.HTTPError as error:
        raise NotTaken(
            f"the webhook of notify_url was not reached ({type(error).__name__}: {error}); "
            "check the host name and the port in it, and whether this machine may connect to it"
        ) from error


def _webhook(url: SecretStr) -> CustomWebhookNotificationBlock:
    return CustomWebhookNotificationBlock(
        name="copydesk",
        url=url.get_secret_value(),
        json_data=PAYLOAD,
        headers=None,
        cookies=None,
        timeout=TIMEOUT_SECONDS,
    )


def tell_of_end(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Hook of a flow whose run failed or crashed, the books unbalanced among them.

    Called by the run itself, or where its process was killed by who started that.
    """
    given = flow_run.parameters.get("parameters") or {}
    config = given.get("config") if isinstance(given, dict) else getattr(given, "config", None)
    try:
        settings = _settings(config)
    except SettingsError as error:
        _log.warning("nobody is told of the end of run %r, for the settings cannot be read: %s", flow_run.name, error)
        return
    how = (state.name or state.type).lower()
    tell(settings, f"Copydesk: {flow.name} {how}", f"Run {flow_run.name}: {state.message or 'no message'}")


def _settings(config: Any) -> Settings:
    """The settings of the run; the worker's own where the run's are what it failed of."""
    try:
        return Parameters(config=config).settings()
    except SettingsError:
        return Parameters().settings()
