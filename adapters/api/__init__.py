"""
The mall over HTTP, inside a host's Flask application. See README.md beside this file.
"""

from quanyi.adapters.api.operations import OPERATIONS, Operation
from quanyi.adapters.api.setup import init_api
from quanyi.adapters.api.webhooks import ReportedEvent, WebhookSource
from quanyi.adapters.api_keys import ApiKey, ApiKeys, IssuedKey, KeysInMemory, issue_key, revoke_key, rotate_key
from quanyi.adapters.scopes import SCOPES, Scope

__all__ = [
    "OPERATIONS",
    "SCOPES",
    "ApiKey",
    "ApiKeys",
    "IssuedKey",
    "KeysInMemory",
    "Operation",
    "ReportedEvent",
    "Scope",
    "WebhookSource",
    "init_api",
    "issue_key",
    "revoke_key",
    "rotate_key",
]
