"""A test message goes to the webhook as any other does, and what came back is said without the secret address."""

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.scheduled.notify import TEST_SUBJECT, NotTaken, send_test
from flows.settings import SettingsError
from tests.flows.conftest import MakeSettings, Webhook


def test_the_command_sends_a_message_and_says_that_it_was_taken(webhook: Webhook) -> None:
    result = CliRunner().invoke(app, ["notify", "test"], env={"COPYDESK_NOTIFY_URL": webhook.url})
    assert (result.exit_code, "took the message" in result.output) == (0, True)
    assert webhook.told[-1]["subject"] == TEST_SUBJECT
    assert set(webhook.told[-1]) == {"text", "subject", "body"}


def test_an_error_of_the_webhook_is_shown_without_its_address(make_settings: MakeSettings, webhook: Webhook) -> None:
    with pytest.raises(NotTaken, match="answered 404 Not Found and said 'no such hook'") as caught:
        send_test(make_settings(notify_url=f"{webhook.url}/T0KEN/gone"))
    assert "T0KEN" not in str(caught.value)


def test_a_webhook_that_is_not_reached_is_named_without_its_address(make_settings: MakeSettings) -> None:
    with pytest.raises(NotTaken, match="was not reached") as caught:
        send_test(make_settings(notify_url="http://127.0.0.1:1/T0KEN"))
    assert "T0KEN" not in str(caught.value)


def test_without_a_webhook_the_setting_is_named(make_settings: MakeSettings) -> None:
    with pytest.raises(SettingsError, match="notify_url is not set"):
        send_test(make_settings())
