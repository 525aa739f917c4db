"""
The OpenAPI document, made from the table of operations: what it says is what is checked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from quanyi.adapters.api.bodies import Identifier, Nothing
from quanyi.adapters.api.declared import context_schema, events_schema
from quanyi.adapters.api.incoming import LONGEST_KEY
from quanyi.adapters.api.operations import OPERATIONS, Operation
from quanyi.adapters.api.problems import ProblemAnswer
from quanyi.adapters.api.webhooks import MessageSaid, TakenAnswer
from quanyi.adapters.scopes import SCOPES
from quanyi.campaigns.project.model import Project

__all__ = ["document_of"]

_REF = "#/components/schemas/{model}"
_SIGNED = {
    "id": r"^[!-\-/-~]{1,128}$",
    "timestamp": r"^[0-9]{1,11}$",
    "signature": r"^v1,[A-Za-z0-9+/=]{44}( v1,[A-Za-z0-9+/=]{44})*$",
}
"""The headers of a Standard Webhook."""

_READ_PROBLEMS = (401, 403, 404, 409, 422, 429, 500, 503)
_BODY_PROBLEMS = (400, 413, 415)
_MEANINGS = {
    400: "The body is no JSON, or a write has no `Idempotency-Key`.",
    401: "There is no valid key, or of a webhook no valid signature.",
    403: "The key lacks the scope, or says what only the host may say.",
    404: "There is no such thing, or it is another user's: the two can't be told apart.",
    409: "Understood, and the answer is no: `code` and `reason` say why.",
    413: "The body is too large.",
    415: "The body is not said to be JSON.",
    422: "The request has mistakes, or its `Idempotency-Key` belongs to another one.",
    429: "Too many requests, or too many wrong codes.",
    500: "The server failed; the log has the number of `instance`.",
    503: "Not now: try again with the same key after `Retry-After` seconds.",
}


def document_of(project: Project, prefix: str, sources: Collection[str] = ()) -> dict[str, Any]:
    """
    The document of the API of a mall below *prefix*; it knows the events that the mall's files declare.

    Args:
        sources: Whose webhooks are taken, by name.
    """
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    if sources:
        paths["/webhooks/{source}"] = {"post": _webhook(sources)}
    scopes = "\n".join(f"- `{name}`: {scope.allows}" for name, scope in SCOPES.items())
    return {
        "openapi": "3.1.0",
        "info": {"title": "quanyi", "version": version("quanyi"), "description": f"Scopes of keys:\n\n{scopes}"},
        "servers": [{"url": prefix}],
        "paths": paths,
        "components": {
            "schemas": _declared(_schemas(bool(sources)), project),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "An API key."}},
            "responses": {str(status): _problem(status) for status in _MEANINGS},
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    posts = operation.method == "POST"
    statuses = sorted({*_READ_PROBLEMS, *(_BODY_PROBLEMS if posts else ())})
    told = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": f"Needs the scope `{operation.scope}`.",
        "security": [{"key": [operation.scope]}],
        "parameters": list(_parameters(operation)),
        "responses": {
            "200": {"description": "Done.", "content": _content("application/json", operation.answer)},
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses},
        },
    }
    if posts:
        told["requestBody"] = {"required": True, "content": _content("application/json", operation.said)}
    return told


def _webhook(sources: Collection[str]) -> dict[str, Any]:
    """The operation that takes messages of others, which are signed and come without an API key."""
    source = {"name": "source", "in": "path", "required": True, "schema": {"enum": sorted(sources)}}
    headers = [
        {"name": f"webhook-{name}", "in": "header", "required": True, "schema": {"type": "string", "pattern": pattern}}
        for name, pattern in _SIGNED.items()
    ]
    statuses = (400, 401, 404, 409, 413, 415, 422, 429, 500, 503)
    return {
        "operationId": "takeWebhook",
        "summary": "Take a message of somebody else as an event",
        "description": "A Standard Webhook, signed with the secret of its source; its id is the key of the write.",
        "security": [],
        "parameters": [source, *headers],
        "requestBody": {"required": True, "content": _content("application/json", MessageSaid)},
        "responses": {
            "200": {"description": "Done.", "content": _content("application/json", TakenAnswer)},
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses},
        },
    }


def _parameters(operation: Operation) -> Iterable[dict[str, Any]]:
    for name in operation.names:
        yield {"name": name, "in": "path", "required": True, "schema": TypeAdapter(Identifier).json_schema()}
    if operation.method == "GET" and operation.said is not Nothing:
        schema = operation.said.model_json_schema(ref_template=_REF)
        needed = schema.get("required", ())
        for name, said in schema["properties"].items():
            told = {"description": said.get("description", name), "schema": _bare(said), "required": name in needed}
            yield {"name": name, "in": "query", **told}
    if operation.key:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "description": "Makes the write one write, however often it is sent; sent again, it gets the first receipt.",
            "schema": {"type": "string", "pattern": rf"^[!#-\[\]-~]{{1,{LONGEST_KEY}}}$"},
        }


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema without null: what an address does not say is not there."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    return kinds[0] if len(kinds) == 1 else schema


def _schemas(webhooks: bool) -> dict[str, Any]:  # noqa: FBT001  (it has no other argument)
    said = [(operation.said, "validation") for operation in OPERATIONS if operation.method == "POST"]
    answered = [(operation.answer, "serialization") for operation in OPERATIONS]
    models: list[Any] = [*said, *answered, (ProblemAnswer, "serialization")]
    if webhooks:
        models += [(MessageSaid, "validation"), (TakenAnswer, "serialization")]
    _, schema = models_json_schema(list(dict.fromkeys(models)), ref_template=_REF)
    found: dict[str, Any] = schema["$defs"]
    optional = ("detail", "reason", "campaign", "clause", "shows", "next_at", "errors")
    problem = found["ProblemAnswer"]
    problem["required"] = [name for name in problem["properties"] if name not in optional]
    found["MistakeAnswer"]["required"] = ["place", "detail"]
    return found


def _declared(schemas: dict[str, Any], project: Project) -> dict[str, Any]:
    """The schemas, with what the mall's own files declare of events and of the context."""
    schemas["Reporting"]["anyOf"] = events_schema(project, commands=False)
    if "MessageSaid" in schemas:
        schemas["MessageSaid"]["anyOf"] = events_schema(project, commands=False)
    schemas["Deciding"]["anyOf"] = events_schema(project, commands=True)
    context = context_schema(project)
    for schema in schemas.values():
        said = schema.get("properties", {}).get("context")
        if said is not None:
            said["anyOf"] = [context, {"type": "null"}]
    return schemas


def _content(media: str, model: type[BaseModel]) -> dict[str, Any]:
    return {media: {"schema": {"$ref": _REF.format(model=model.__name__)}}}


def _problem(status: int) -> dict[str, Any]:
    return {"description": _MEANINGS[status], "content": _content("application/problem+json", ProblemAnswer)}
