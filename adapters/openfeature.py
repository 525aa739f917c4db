"""
An OpenFeature provider: whether a user has a benefit, as a boolean flag.

The flag's key is the benefit's id, the targeting key the user's. So code that asks for features by OpenFeature opens them to
whoever has bought, earned or been given them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn

from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import (
    FlagNotFoundError,
    GeneralError,
    InvalidContextError,
    TargetingKeyMissingError,
    TypeMismatchError,
)
from openfeature.flag_evaluation import FlagResolutionDetails, FlagValueType, Reason
from openfeature.provider import AbstractProvider, Metadata

from quanyi.campaigns.mall import Mall
from quanyi.campaigns.views import EntitlementView
from quanyi.entitlements.errors import InputError, QuanyiError

__all__ = ["EntitlementProvider"]

_Details = FlagResolutionDetails[bool]


class EntitlementProvider(AbstractProvider):
    """
    Answers boolean flags by what users hold.

    =================  =================  ==============================================================
    variant            reason             the user
    =================  =================  ==============================================================
    ``entitled``       TARGETING_MATCH    may use the benefit now; the metadata ``ends`` says until when
    ``not-started``    TARGETING_MATCH    has it, and it begins later; ``starts`` says when
    ``used`` …         TARGETING_MATCH    had it: the phase of the last one, ``used``, ``expired``,
                                          ``withdrawn`` or ``void``
    ``none``           DEFAULT            never had it
    =================  =================  ==============================================================

    Only the first is true. A flag that is no benefit of the mall is FLAG_NOT_FOUND, and a context without a user
    TARGETING_KEY_MISSING: there the caller's own default holds.
    """

    def __init__(self, mall: Mall) -> None:
        super().__init__()
        self._mall = mall

    def get_metadata(self) -> Metadata:
        """The provider's name."""
        return Metadata(name="quanyi")

    def resolve_boolean_details(
        self,
        flag_key: str,
        default_value: bool,  # noqa: FBT001  (the SDK's signature)
        evaluation_context: EvaluationContext | None = None,
    ) -> _Details:
        """Whether the user has the benefit now, and how that is."""
        user = evaluation_context.targeting_key if evaluation_context is not None else None
        if not user:
            raise TargetingKeyMissingError("the targeting key is the user's id")
        try:
            views = [view for view in self._mall.entitlements(user) if view.benefit.id == flag_key]
            if not views and flag_key not in self._mall.project.benefits:
                raise FlagNotFoundError("a flag is the id of a benefit of the mall")
            return _details(views, self._mall.now())
        except InputError:  # its text may repeat the user's id
            raise InvalidContextError("the targeting key is no user's id") from None
        except QuanyiError as error:
            raise GeneralError(type(error).__name__) from error

    async def resolve_boolean_details_async(
        self,
        flag_key: str,
        default_value: bool,  # noqa: FBT001  (the SDK's signature)
        evaluation_context: EvaluationContext | None = None,
    ) -> _Details:
        """The same, in a thread: the event loop does not wait for the database."""
        return await asyncio.to_thread(self.resolve_boolean_details, flag_key, default_value, evaluation_context)

    def resolve_string_details(
        self, flag_key: str, default_value: str, evaluation_context: EvaluationContext | None = None
    ) -> NoReturn:
        """An entitlement is had or not: TYPE_MISMATCH."""
        _mismatch()

    def resolve_integer_details(
        self, flag_key: str, default_value: int, evaluation_context: EvaluationContext | None = None
    ) -> NoReturn:
        """An entitlement is had or not: TYPE_MISMATCH."""
        _mismatch()

    def resolve_float_details(
        self, flag_key: str, default_value: float, evaluation_context: EvaluationContext | None = None
    ) -> NoReturn:
        """An entitlement is had or not: TYPE_MISMATCH."""
        _mismatch()

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> NoReturn:
        """An entitlement is had or not: TYPE_MISMATCH."""
        _mismatch()


def _details(views: Sequence[EntitlementView], now: datetime) -> _Details:
    usable = [view for view in views if view.phase == "usable"]
    begun = [view for view in usable if view.starts <= now]
    if begun:
        last = None if any(view.ends is None for view in begun) else max(view.ends for view in begun if view.ends)
        return _answer("entitled", {} if last is None else {"ends": last.isoformat()})
    if usable:
        return _answer("not-started", {"starts": min(view.starts for view in usable).isoformat()})
    if views:
        return _answer(max(views, key=lambda view: view.got_at).phase, {})
    return FlagResolutionDetails(value=False, variant="none", reason=Reason.DEFAULT)


def _answer(variant: str, metadata: dict[str, Any]) -> _Details:
    told: dict[str, Any] = {"variant": variant, "flag_metadata": metadata}
    return FlagResolutionDetails(value=variant == "entitled", reason=Reason.TARGETING_MATCH, **told)


def _mismatch() -> NoReturn:
    raise TypeMismatchError("flags of this provider are boolean")
