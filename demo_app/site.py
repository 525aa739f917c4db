"""
The product itself: films, books, chapters, reviews, and the daily check-in.
"""

from __future__ import annotations

from datetime import datetime, time
from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload
from werkzeug.wrappers import Response

from quanyi.demo_app.art import picture
from quanyi.demo_app.gains import tell_gain
from quanyi.demo_app.models import Chapter, CheckIn, Like, Order, Reading, Review, User, Work
from quanyi.demo_app.people import ZONE, current_locale, current_user, safe_path, sign_in_url, this_week, today, world
from quanyi.demo_app.till import RENTED, deal_titles
from quanyi.demo_app.words import word

__all__ = ["REVIEWS_A_DAY", "may_watch", "reviews_today", "site", "to_rent"]

site = Blueprint("site", __name__)

_PASSES = ("film_month", "film_week", "spring_pass")
_SHORTEST_REVIEW = 20
REVIEWS_A_DAY = 2
"""So many reviews of a day earn points."""
_LONGEST_REVIEW = 300

_Page = str | Response | tuple[str, int]


@site.get("/", endpoint="home")
def _home() -> str:
    """The front page."""
    with world().session() as db:
        works = db.scalars(select(Work).order_by(Work.place)).all()
        newest = select(Review).order_by(Review.at.desc()).limit(4)
        reviews = db.scalars(newest.options(selectinload(Review.user), selectinload(Review.work))).all()
        rows, purse, sale = world().mall.look(_rows, _purse, _running_sale)
        return render_template(
            "lumen/home.html",
            films=[work for work in works if work.kind == "film"],
            books=[work for work in works if work.kind == "book"],
            reviews=reviews,
            week=_week(rows),
            purse=purse,
            sale=sale,
        )


@site.get("/works/<work_id>", endpoint="work")
def _work(work_id: str) -> str:
    """A film or a book."""
    return _work_page(work_id)


@site.get("/art/<name>.svg", endpoint="art")
def _art(name: str) -> Response:
    """A picture that the mall's catalogue names."""
    headers = {"Cache-Control": "public, max-age=86400", "Content-Security-Policy": "default-src 'none'"}
    return Response(picture(name), mimetype="image/svg+xml", headers=headers)


@site.get("/works/<work_id>/watch", endpoint="watch")
def _watch(work_id: str) -> _Page:
    """Where the film would play, for those who may watch it."""
    with world().session() as db:
        film = db.get(Work, work_id) or abort(404)
        if film.kind != "film" or not may_watch(db, film, current_user()):
            return redirect(url_for("site.work", work_id=work_id))
        return render_template("lumen/watch.html", work=film)


@site.post("/works/<work_id>/like", endpoint="like")
def _like(work_id: str) -> Response:
    """Like it, or no longer."""
    user = current_user()
    if user is None:
        return _to_sign_in(url_for("site.work", work_id=work_id))
    with world().writing() as db, db.begin():
        found = db.get(Like, (work_id, user))
        if found is None and db.get(Work, work_id) is not None:
            db.add(Like(work_id=work_id, user_id=user))
        elif found is not None:
            db.delete(found)
    return redirect(url_for("site.work", work_id=work_id), 303)


@site.post("/works/<work_id>/reviews", endpoint="review")
def _review(work_id: str) -> _Page:
    """Write a short review: the mall hears of it in the same transaction."""
    user, text = current_user(), request.form.get("text", "").strip()[:_LONGEST_REVIEW]
    if user is None:
        return _to_sign_in(url_for("site.work", work_id=work_id))
    if len(text) < _SHORTEST_REVIEW:
        return _work_page(work_id, typed=text, wrong=_say("review.short", n=_SHORTEST_REVIEW - len(text))), 422
    with world().writing() as db, db.begin():
        if db.get(Work, work_id) is None:
            abort(404)
        number = f"r-{work_id}-{user}-{world().clock.now():%m%d%H%M%S}"
        if db.get(Review, number) is not None:
            return redirect(url_for("site.work", work_id=work_id), 303)
        db.add(Review(id=number, work_id=work_id, user_id=user, text=text, at=world().clock.now()))
        receipt = (
            world()
            .mall.within(db)
            .report("review.posted", user=user, key=f"review/{number}", data={"review": number, "length": len(text)})
        )
    tell_gain(receipt, "review.thanks", "review.thanks_plain")
    return redirect(url_for("site.work", work_id=work_id), 303)


@site.post("/reviews/<review_id>/remove", endpoint="remove_review")
def _remove_review(review_id: str) -> Response:
    """Take one's own review back; what it earned goes with it."""
    with world().writing() as db, db.begin():
        found = db.get(Review, review_id)
        if found is None or found.user_id != current_user():
            abort(404)
        work_id = found.work_id
        db.delete(found)
        data = {"review": review_id}
        mall = world().mall.within(db)
        receipt = mall.report("review.removed", user=found.user_id, key=f"removed/{review_id}", data=data)
    took = any(decision.given for decision in receipt.decisions)
    flash(_say("review.removed" if took else "review.removed_plain"))
    return redirect(url_for("site.work", work_id=work_id), 303)


@site.get("/chapters/<chapter_id>", endpoint="chapter")
def _chapter(chapter_id: str) -> str:
    """A chapter, or what it takes to open it."""
    with world().session() as db:
        found = _chapter_of(db, chapter_id)
        following = [c for c in found.work.chapters if c.number == found.number + 1]
        return render_template(
            "lumen/chapter.html",
            chapter=found,
            lock=_lock(db, found),
            voucher=_voucher(),
            following=following[0] if following else None,
            read=_was_read(db, chapter_id),
            lamp=(lamp := _has("night_lamp")),
            lit=lamp and request.args.get("lamp") == "on",
        )


@site.post("/chapters/<chapter_id>/open", endpoint="open_chapter")
def _open_chapter(chapter_id: str) -> Response:
    """Open a paid chapter with a voucher: used up in the same transaction."""
    user, voucher = current_user(), _voucher()
    if user is None:
        return _to_sign_in(url_for("site.chapter", chapter_id=chapter_id))
    if voucher is None:
        return redirect(url_for("site.chapter", chapter_id=chapter_id), 303)
    with world().writing() as db, db.begin():
        if _lock(db, _chapter_of(db, chapter_id)) == "paid":
            now = world().clock.now()
            db.add(Reading(user_id=user, chapter_id=chapter_id, unlocked_at=now, read_at=None))
            world().mall.within(db).redeem(voucher.id, user=user, key=f"open/{user}/{chapter_id}")
    return redirect(url_for("site.chapter", chapter_id=chapter_id), 303)


@site.post("/chapters/<chapter_id>/read", endpoint="finish_chapter")
def _finish_chapter(chapter_id: str) -> Response:
    """Read to the end: earns a few sparks, once a chapter."""
    user = current_user()
    if user is None:
        return _to_sign_in(url_for("site.chapter", chapter_id=chapter_id))
    with world().writing() as db, db.begin():
        if _lock(db, _chapter_of(db, chapter_id)):
            abort(403)
        row = _reading(db, chapter_id) or Reading(user_id=user, chapter_id=chapter_id, unlocked_at=None)
        row.read_at = row.read_at or world().clock.now()
        db.add(row)
        receipt = (
            world()
            .mall.within(db)
            .report("chapter.read", user=user, key=f"read/{user}/{chapter_id}", data={"chapter": chapter_id})
        )
    tell_gain(receipt, "chapter.thanks", "chapter.done")
    return redirect(url_for("site.chapter", chapter_id=chapter_id), 303)


@site.post("/check-in", endpoint="check_in")
def _check_in() -> Response:
    """The daily check-in; pressing twice counts once."""
    user, day = current_user(), today().isoformat()
    if user is None:
        return _to_sign_in(url_for("site.home"))
    with world().writing() as db, db.begin():
        if db.get(CheckIn, (user, day)) is None:
            db.add(CheckIn(user_id=user, day=day))
        receipt = world().mall.within(db).report("check_in", user=user, key=f"check-in/{user}/{day}")
    if not receipt.duplicate:
        tell_gain(receipt, "check_in.thanks", "check_in.done")
    return redirect(safe_path(request.form.get("next", "")) or url_for("site.home"), 303)


@site.get("/me", endpoint="me")
def _me() -> _Page:
    """One's own page: orders, and a friend to bring."""
    user = current_user()
    if user is None:
        return _to_sign_in(url_for("site.me"))
    with world().session() as db:
        mine = select(Order).where(Order.user_id == user).order_by(Order.at.desc())
        orders = db.scalars(mine.options(selectinload(Order.work))).all()
        purse, rights, deals = world().mall.look(_purse, _usable, lambda at: at.deals(user))
        worn = [right.benefit.title[current_locale()] for right in rights if right.benefit.id == "bookmark"]
        return render_template(
            "lumen/me.html",
            orders=orders,
            bought=deal_titles(deals),
            purse=purse,
            rights=len(rights),
            wears=worn[0] if worn else "",
        )


@site.post("/invite", endpoint="invite")
def _invite() -> Response:
    """A friend joins: the demo plays the friend."""
    user = current_user()
    if user is None:
        return _to_sign_in(url_for("site.me"))
    with world().writing() as db, db.begin():
        number = db.scalar(select(func.count()).select_from(User)) or 0
        friend = f"friend-{number}"
        now = world().clock.now()
        db.add(User(id=friend, name_zh=f"新朋友 {number}", name_en=f"Friend {number}", joined_at=now))
        mall = world().mall.within(db)
        mall.report("user.joined", user=friend, key=f"joined/{friend}", data={"account": friend})
        mall.report("friend.joined", user=friend, key=f"friend/{friend}", data={"inviter": user, "friend": friend})
    flash(_say("invite.thanks"))
    return redirect(url_for("site.me"), 303)


# --- what pages need -----------------------------------------------------------------------------


def may_watch(db: Session, film: Work, user: str | None) -> bool:
    """Whether a film is free for this person: by itself, by a pass of the mall, or rented."""
    if not film.rent:
        return True
    if user is None:
        return False
    return _has_a_pass(user) or _is_rented(db, film, user)


def _has_a_pass(user: str) -> bool:
    return any(world().mall.look(*(partial(_entitled, benefit, user) for benefit in _PASSES)))


def _is_rented(db: Session, film: Work, user: str) -> bool:
    since = world().clock.now() - RENTED
    rented = select(Order).where(Order.user_id == user, Order.work_id == film.id, Order.state == "paid")
    return any(order.paid_at is not None and order.paid_at > since for order in db.scalars(rented))


def to_rent(db: Session, user: str) -> Work | None:
    """A film that this person would have to rent; None where all can be watched."""
    if _has_a_pass(user):
        return None
    films = db.scalars(select(Work).where(Work.rent > 0).order_by(Work.place)).all()
    return next((film for film in films if not _is_rented(db, film, user)), None)


def reviews_today(db: Session, user: str) -> int:
    """How many reviews somebody has written on this local day."""
    begun = datetime.combine(today(), time(), ZONE)
    mine = select(func.count()).select_from(Review).where(Review.user_id == user, Review.at >= begun)
    return db.scalar(mine) or 0


def _work_page(work_id: str, typed: str = "", wrong: str = "") -> str:
    with world().session() as db:
        found = db.get(Work, work_id) or abort(404)
        reviews = select(Review).where(Review.work_id == work_id).order_by(Review.at.desc()).limit(20)
        user = current_user()
        return render_template(
            "lumen/work.html",
            work=found,
            free=may_watch(db, found, user),
            locks={chapter.id: _lock(db, chapter) for chapter in found.chapters},
            likes=db.scalar(select(func.count()).select_from(Like).where(Like.work_id == work_id)),
            liked=user is not None and db.get(Like, (work_id, user)) is not None,
            reviews=db.scalars(reviews.options(selectinload(Review.user))).all(),
            typed=typed,
            wrong=wrong,
        )


def _chapter_of(db: Session, chapter_id: str) -> Chapter:
    found: Chapter = db.get(Chapter, chapter_id) or abort(404)
    return found


def _lock(db: Session, chapter: Chapter) -> str:
    """What keeps this person out: ``early``, ``paid``, or nothing."""
    user = current_user()
    if chapter.public_at > world().clock.now():
        return "" if user and world().mall.entitled("early_access", user) else "early"
    if not chapter.paid:
        return ""
    row = _reading(db, chapter.id)
    return "" if row is not None and row.unlocked_at is not None else "paid"


def _reading(db: Session, chapter_id: str) -> Reading | None:
    user = current_user()
    return db.get(Reading, (user, chapter_id)) if user else None


def _was_read(db: Session, chapter_id: str) -> bool:
    row = _reading(db, chapter_id)
    return row is not None and row.read_at is not None


def _voucher() -> Any:
    """A usable chapter voucher, the one that ends first."""
    rights = _usable(world().mall)
    return next((right for right in rights if right.benefit.id == "chapter_pass"), None)


def _has(benefit: str) -> bool:
    user = current_user()
    return user is not None and world().mall.entitled(benefit, user)


def _entitled(benefit: str, user: str, at: Any) -> bool:
    return bool(at.entitled(benefit, user))


def _usable(at: Any) -> list[Any]:
    user = current_user()
    return at.entitlements(user, phase="usable") if user else []


def _rows(at: Any) -> Any:
    """The rows of days as the mall knows them, so that a day made up there shows here."""
    user = current_user()
    return at.streak("daily-check-in", user).rows if user else ()


def _week(rows: Any) -> list[dict[str, Any]]:
    return [{"day": day, "marked": any(day in row for row in rows), "today": day == today()} for day in this_week()]


def _purse(at: Any) -> Any:
    user = current_user()
    return at.wallet(user).units["points"] if user else None


def _running_sale(at: Any) -> Any:
    """An offer that is on right now, for the teaser."""
    offers = at.offers(kind="flash_sale")
    return next((offer for offer in offers if offer.state == "open"), None)


def _say(code: str, **values: Any) -> str:
    return word(current_locale(), code, **values)


def _to_sign_in(path: str) -> Response:
    return redirect(sign_in_url(path), 303)
