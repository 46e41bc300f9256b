"""The API's own document: OpenAPI, with who may ask what and every refusal in it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import JSONResponse

from ..access.permission import Caller, Permission
from .declared import declared_routes, needs
from .problems import Problem

PATH = "/api/v1/openapi.json"
ABOUT = """
The control page uses this API, and so may a Stream Deck or a script with a key (`Authorization: Bearer …`).

Every operation says which permission it needs. Errors are `{"what": …, "remedy": …}`, two sentences for people.
Whoever comes with a cookie sends the header `X-Sidecast-CSRF` with every change (`GET /api/v1/people/me` tells it);
keys do not need it.
"""
_REFUSALS = {
    "400": "It cannot be done like that.",
    "401": "Nobody knows who asks.",
    "403": "Whoever asks may not do this.",
    "404": "There is no such thing.",
    "409": "It cannot be done as things are.",
    "413": "The body is too large.",
    "421": "This address is not served here.",
    "422": "Something that was sent is not of the right form.",
    "429": "Too much at once; the header Retry-After says how many seconds to wait.",
    "503": "A part that is needed for this is away.",
}


def document_api() -> APIRouter:
    router = APIRouter()

    @router.get(PATH, include_in_schema=False)
    async def document(request: Request, caller: Annotated[Caller, needs(Permission.WATCH)]) -> JSONResponse:
        app: FastAPI = request.app
        if app.openapi_schema is None:
            app.openapi_schema = describe(app)
        return JSONResponse(app.openapi_schema)

    return router


def describe(app: FastAPI) -> dict[str, Any]:
    """The whole document, as OpenAPI 3.1."""
    document = get_openapi(title="Sidecast control room", version="1", description=ABOUT, routes=app.routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = Problem.model_json_schema()
    document["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "An API key, made in the control room."}
    }
    for route in declared_routes(app):
        for method in route.methods:
            operation = document["paths"].get(route.path, {}).get(method.lower())
            if operation is not None:
                _complete(operation, route.permission)
    return document


def _complete(operation: dict[str, Any], permission: Permission | None) -> None:
    who = f"Needs the permission `{permission}`." if permission else "Open to everybody."
    operation["description"] = f"{operation.get('description', '')}\n\n{who}".strip()
    operation["security"] = [{"key": []}] if permission else []
    answers = operation.setdefault("responses", {})
    for status, words in _REFUSALS.items():
        if status not in answers or status == "422":
            content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
            answers[status] = {"description": words, "content": content}
