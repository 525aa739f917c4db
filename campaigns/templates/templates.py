"""
Templates: campaigns that are ready but for a few answers, so that one can be made without writing YAML.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from decimal import Decimal
from functools import cache, partial
from typing import Any

import attrs
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import ValidationError

from quanyi.campaigns.project.model import Project
from quanyi.campaigns.templates import forms
from quanyi.campaigns.templates.asking import Field, TemplateForm, fields_of
from quanyi.entitlements.errors import InputError, NotFound

__all__ = ["LOCALES", "Template", "TemplateAnswersError", "choices", "template", "templates"]

LOCALES = ("zh", "en")
"""The languages that forms can ask for texts in."""


class TemplateAnswersError(InputError):
    """
    Answers that don't fit a template.

    Attributes:
        problems: What is wrong, by the field's name.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"{name}: {why}" for name, why in self.problems.items()))


@attrs.frozen(kw_only=True)
class Template:
    """
    A campaign with holes, and the form that asks for what they lack.

    Attributes:
        name: As `quanyi new` calls it.
        kind: The kind of the campaign that it writes.
    """

    name: str
    kind: str
    zh: str
    en: str
    form: type[TemplateForm]

    def fields(self, locales: Collection[str] = LOCALES) -> tuple[Field, ...]:
        """What a mall that speaks *locales* is asked for, in order."""
        return fields_of(self.form, locales)

    def write(self, answers: Mapping[str, str], locales: Collection[str] = LOCALES) -> str:
        """
        The campaign as YAML.

        Args:
            answers: Texts by the names of the fields, as a form sends them; empty ones stand for none.
            locales: The languages of the mall.

        Raises:
            TemplateAnswersError: An answer is missing, unknown, or can't be what is asked for.
        """
        said = {name: text.strip() for name, text in answers.items() if text.strip()}
        asked = {field.name: field for field in self.fields(locales)}
        problems = dict.fromkeys(answers.keys() - asked.keys(), "the template asks for no such thing")
        problems |= {name: "Field required" for name, field in asked.items() if field.required and name not in said}
        try:
            form = self.form.model_validate({name: text for name, text in said.items() if name in asked})
        except ValidationError as error:
            raise TemplateAnswersError({**problems, **_problems(error)}) from None
        if problems:
            raise TemplateAnswersError(problems)
        body = _bodies().get_template(f"{self.name}.yaml.j2")
        return body.render(form.model_dump(), texts=partial(_texts, locales))


_TEMPLATES = (
    Template(name="exchange", kind="points_exchange", zh="积分兑换", en="Points for a thing", form=forms.ExchangeForm),
    Template(name="flash-sale", kind="flash_sale", zh="限量秒杀", en="Flash sale", form=forms.FlashSaleForm),
    Template(name="sale", kind="sale", zh="现金售卖", en="Sale for money", form=forms.SaleForm),
    Template(name="bundle", kind="bundle", zh="权益包", en="Bundle", form=forms.BundleForm),
    Template(name="check-in", kind="streak", zh="签到", en="Check-in", form=forms.CheckInForm),
    Template(name="event-reward", kind="reward", zh="行为奖励", en="Reward for an event", form=forms.EventRewardForm),
    Template(name="task", kind="task", zh="任务", en="Task", form=forms.TaskForm),
    Template(name="referral", kind="referral", zh="邀请好友", en="Bring a friend", form=forms.ReferralForm),
)


def templates() -> tuple[Template, ...]:
    """All templates, in the order in which they are offered."""
    return _TEMPLATES


def template(name: str) -> Template:
    """The template of that name; NotFound with all names if there is none."""
    for found in _TEMPLATES:
        if found.name == name:
            return found
    raise NotFound(f"no template is called {name!r}; there are {', '.join(each.name for each in _TEMPLATES)}")


def choices(field: Field, project: Project) -> tuple[str, ...]:
    """What a field may be in *project*; empty where anything of its sort may."""
    if field.words:
        return field.words
    known: Mapping[str, Mapping[str, Any]] = {
        "thing": {**project.benefits, **project.goods},
        "unit": project.units,
        "event": {name: event for name, event in project.events.items() if not event.built_in},
    }
    return tuple(sorted(known.get(field.asks.sort, ())))


def _problems(error: ValidationError) -> dict[str, str]:
    return {".".join(map(str, item["loc"])) or "form": item["msg"] for item in error.errors(include_url=False)}


@cache
def _bodies() -> Environment:
    bodies = Environment(
        loader=PackageLoader("quanyi.campaigns.templates", "bodies"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  (it writes YAML; texts pass through the filter `yaml`)
    )
    bodies.filters["yaml"] = _yaml
    return bodies


def _texts(locales: Collection[str], zh: str | None, en: str | None) -> str:
    """A text in the languages of the mall, as a map on one line."""
    said = {"zh": zh, "en": en}
    return "{" + ", ".join(f"{locale}: {_yaml(said[locale])}" for locale in locales if said.get(locale)) + "}"


def _yaml(value: object) -> str:
    """A value as YAML on one line: a text in quotes, whatever it holds."""
    return str(value) if isinstance(value, int | Decimal) else json.dumps(str(value), ensure_ascii=False)
