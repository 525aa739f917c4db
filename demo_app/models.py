"""
The host's own tables, beside the mall's in the same database.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

__all__ = [
    "Base",
    "Chapter",
    "CheckIn",
    "DemoTime",
    "Letter",
    "Like",
    "Order",
    "Reading",
    "Review",
    "SignedIn",
    "User",
    "Work",
    "order_number",
]


class _Instant(TypeDecorator[datetime]):
    """An instant in UTC, also where the database knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        found: datetime = value if value.tzinfo else value.replace(tzinfo=UTC)
        return found


class Base(DeclarativeBase):
    """The host's tables."""

    type_annotation_map = {datetime: _Instant, dict[str, Any]: JSON}  # noqa: RUF012  (SQLAlchemy's own form)


class User(Base):
    """Somebody with an account; `listed` ones can be chosen when signing in; `letters`: wants messages."""

    __tablename__ = "lumen_user"
    id: Mapped[str] = mapped_column(primary_key=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    about_zh: Mapped[str] = mapped_column(default="")
    about_en: Mapped[str] = mapped_column(default="")
    level: Mapped[str] = mapped_column(default="reader")
    joined_at: Mapped[datetime]
    listed: Mapped[bool] = mapped_column(default=False)
    letters: Mapped[bool] = mapped_column(default=True)


class Work(Base):
    """A film or a book; a film's `rent` is in fen, 0 for free."""

    __tablename__ = "lumen_work"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    place: Mapped[int]
    title_zh: Mapped[str]
    title_en: Mapped[str]
    line_zh: Mapped[str]
    line_en: Mapped[str]
    text_zh: Mapped[str]
    text_en: Mapped[str]
    meta_zh: Mapped[str]
    meta_en: Mapped[str]
    rent: Mapped[int] = mapped_column(default=0)
    chapters: Mapped[list[Chapter]] = relationship(order_by="Chapter.number", back_populates="work")


class Chapter(Base):
    """A book's chapter: `paid` ones need a voucher, those before `public_at` early access."""

    __tablename__ = "lumen_chapter"
    id: Mapped[str] = mapped_column(primary_key=True)
    work_id: Mapped[str] = mapped_column(ForeignKey("lumen_work.id"))
    number: Mapped[int]
    title_zh: Mapped[str]
    title_en: Mapped[str]
    text_zh: Mapped[str]
    text_en: Mapped[str]
    paid: Mapped[bool] = mapped_column(default=False)
    public_at: Mapped[datetime]
    work: Mapped[Work] = relationship(back_populates="chapters")


class Review(Base):
    """A short review; `text_en` is its translation, where there is one."""

    __tablename__ = "lumen_review"
    id: Mapped[str] = mapped_column(primary_key=True)
    work_id: Mapped[str] = mapped_column(ForeignKey("lumen_work.id"), index=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("lumen_user.id"))
    text: Mapped[str]
    text_en: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    user: Mapped[User] = relationship()
    work: Mapped[Work] = relationship()


class Like(Base):
    """Somebody likes a work."""

    __tablename__ = "lumen_like"
    work_id: Mapped[str] = mapped_column(ForeignKey("lumen_work.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("lumen_user.id"), primary_key=True)


class CheckIn(Base):
    """A day on which somebody checked in; `day` is local, ``2026-03-20``."""

    __tablename__ = "lumen_check_in"
    user_id: Mapped[str] = mapped_column(ForeignKey("lumen_user.id"), primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True)


class Reading(Base):
    """What somebody did with a chapter: opened it with a voucher, read it to the end."""

    __tablename__ = "lumen_reading"
    user_id: Mapped[str] = mapped_column(ForeignKey("lumen_user.id"), primary_key=True)
    chapter_id: Mapped[str] = mapped_column(ForeignKey("lumen_chapter.id"), primary_key=True)
    unlocked_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]


class Order(Base):
    """
    Money collected by the host: for renting a film, or for a deal of the mall.

    `state`: ``open``, ``paid``, ``refunded``. `deal` is the mall's number, if it is about one.
    """

    __tablename__ = "lumen_order"
    __table_args__ = (UniqueConstraint("deal"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("lumen_user.id"), index=True)
    work_id: Mapped[str | None] = mapped_column(ForeignKey("lumen_work.id"))
    deal: Mapped[str | None]
    amount: Mapped[int]
    state: Mapped[str]
    at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    work: Mapped[Work | None] = relationship()


def order_number(user: str, work: str, nth: int) -> str:
    """The number of somebody's *nth* order of a film: twelve digits, as they are read out on the phone."""
    said = blake2b(f"{user}/{work}/{nth}".encode(), digest_size=8).digest()
    return f"{int.from_bytes(said) % 10**12:012d}"


class Letter(Base):
    """A message in somebody's inbox; `id` is the event's, so that none is filed twice."""

    __tablename__ = "lumen_letter"
    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("lumen_user.id"), index=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    about: Mapped[dict[str, Any]]
    read: Mapped[bool] = mapped_column(default=False)


class SignedIn(Base):
    """Somebody who is signed in: the number is what the browser's cookie carries, and dies with this row."""

    __tablename__ = "lumen_signed_in"
    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("lumen_user.id"))
    until: Mapped[datetime]


class DemoTime(Base):
    """One row: how far the demo's time is from the real one, and the last moment seen."""

    __tablename__ = "lumen_time"
    id: Mapped[int] = mapped_column(primary_key=True)
    offset_seconds: Mapped[float]
    seen: Mapped[float]
