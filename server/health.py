"""Whether this node lives, whether it can serve, and its figures."""

import hmac

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from server import __version__


async def healthz(_request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok", "version": __version__})


async def readyz(request: Request) -> Response:
    """The database answers and takes edits, and the node is not about to stop; 503 with the reason when not."""
    state = request.app.state
    if state.draining:
        return JSONResponse({"status": "unavailable", "node": "is stopping"}, 503)
    try:
        async with state.database.session() as session:
            await session.execute(text("SELECT 1"))
    except Exception:  # noqa: BLE001 - whatever it is, the database does not answer
        return JSONResponse({"status": "unavailable", "database": "does not answer"}, 503)
    if state.journal.is_stuck:
        return JSONResponse({"status": "unavailable", "database": "takes no edits"}, 503)
    # Without the bus nothing is lost and nobody is turned away: edits of other nodes only show up a second later.
    return JSONResponse(
        {"status": "ok", "database": "ok", "live_updates": "slow" if state.hub.relay.liveness.slow else "ok"}
    )


async def metrics(request: Request) -> Response:
    token: str = request.app.state.settings.metrics_token
    given = request.headers.get("authorization", "")
    if token:
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return PlainTextResponse("a bearer token is needed", 401)
    elif request.client is None or request.client.host not in {"127.0.0.1", "::1"}:
        return PlainTextResponse("set ROUNDTABLE_METRICS_TOKEN to read this from another machine", 403)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


routes = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
