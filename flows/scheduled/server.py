"""The process of ``copydesk serve`` that is Prefect's server: ``python -m flows.scheduled.server NAME...``.

``prefect server start`` answers under every host name and to the WebSockets of every site; here a guard stands before
it. The names are those under which it may be called; address, port and password are in Prefect's own variables.
"""

from __future__ import annotations

import base64
import hashlib
import sys

import uvicorn
from prefect.server.api.server import create_app
from prefect.settings import get_current_settings
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from flows.scheduled.guard import ANY_ADDRESS_MARK, Guard, GuardedApp

_SCRIPT = """
const password = location.hash.slice(1);
if (password) localStorage.setItem("prefect-password", password);
location.replace("/");
"""
_SCRIPT_DIGEST = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
_SIGN_IN = f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Copydesk</title><p>Signing in ...</p><script>{_SCRIPT}</script></html>
"""


async def _sign_in(request: Request) -> Response:
    """Leave the password of the address's fragment where Prefect's page looks for it; the server never sees it.

    Only for an address that a person typed or pasted: another site's link could sign them out.
    """
    if request.headers.get("sec-fetch-site", "none") != "none":
        return PlainTextResponse("Paste the address that copydesk serve printed.\n", 403)
    policy = f"default-src 'none'; script-src 'sha256-{_SCRIPT_DIGEST}'"
    return HTMLResponse(_SIGN_IN, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"})


def main() -> None:
    """Serve until the process is told to end."""
    names = sys.argv[1:]
    guard = Guard(frozenset(names) - {ANY_ADDRESS_MARK}, any_address=ANY_ADDRESS_MARK in names)
    settings = get_current_settings().server
    app = create_app(final=True)
    app.router.routes.insert(0, Route("/sign-in", _sign_in, methods=["GET"]))
    uvicorn.run(
        GuardedApp(app, guard),
        host=settings.api.host,
        port=settings.api.port,
        timeout_keep_alive=settings.api.keepalive_timeout,
        ws_ping_interval=settings.api.websocket_ping_interval,
        ws_ping_timeout=settings.api.websocket_ping_timeout,
        log_level=settings.logging_level.lower(),
        server_header=False,
    )


if __name__ == "__main__":
    main()
