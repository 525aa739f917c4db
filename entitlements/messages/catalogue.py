"""
The sentences of all refusals, in Chinese and English, by reason or code.

An entry lists its sentences from the most exact to the plainest. The first one whose values are all
known is used; the last one needs none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

__all__ = ["LANGUAGES", "TEXTS", "Language", "Sentences"]

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
"""The languages that every text exists in."""

Sentences = tuple[str, ...]

_BROKEN: Mapping[Language, Sentences] = {
    "zh": ("活动出错，已记录，处理后会补上。",),
    "en": ("Something went wrong in this campaign. It has been noted, and will be made good.",),
}

TEXTS: Mapping[str, Mapping[Language, Sentences]] = {
    "refused": {
        "zh": ("暂时无法办理。",),
        "en": ("We can’t do this right now.",),
    },
    # --- when ---
    "not-open": {
        "zh": ("尚未开始，{next_at}开放。", "现在不在开放时间。"),
        "en": ("Not open yet. It opens on {next_at}.", "It’s not open right now."),
    },
    "ended": {
        "zh": ("活动已结束，看看其他活动吧。",),
        "en": ("This has ended. See what else is on.",),
    },
    "paused": {
        "zh": ("活动暂停中，请稍后再来。",),
        "en": ("This is paused for now. Please come back later.",),
    },
    "parked": {
        "zh": ("活动正在维护，请稍后再来。",),
        "en": ("This is down for maintenance. Please come back later.",),
    },
    # --- who ---
    "blocked": {
        "zh": ("你的账号暂时无法参加，请联系客服。",),
        "en": ("Your account can’t take part right now. Please contact support.",),
    },
    "order-exists": {
        "zh": ("订单{order}已提交过，请在订单中查看。", "这笔订单已提交过，请在订单中查看。"),
        "en": (
            "Order {order} has already been placed. See your orders.",
            "This order has already been placed. See your orders.",
        ),
    },
    "not-eligible": {
        "zh": (
            "还差{missing}，达到{min}即可参加。",
            "需要超过{more_than}，还差{missing}。",
            "你暂不符合参加条件。",
        ),
        "en": (
            "You’re {missing} short: it takes {min} to take part.",
            "You’re {missing} short: it takes more than {more_than} to take part.",
            "This isn’t available to you.",
        ),
    },
    "only-new-users": {
        "zh": ("只有新用户才能接受邀请，你可以邀请朋友来。",),
        "en": ("Only new users can be invited. You can invite your own friends.",),
    },
    "self-referral": {
        "zh": ("不能邀请自己。把邀请码发给朋友吧。",),
        "en": ("You can’t invite yourself. Send the code to a friend.",),
    },
    "already-bound": {
        "zh": ("你已接受过邀请，不能再次绑定。",),
        "en": ("You’ve already accepted an invitation.",),
    },
    "loop": {
        "zh": ("对方是你邀请来的，不能反过来邀请你。",),
        "en": ("They joined through your invitation, so they can’t invite you.",),
    },
    "tree-too-tall": {
        "zh": ("邀请关系层级过多，无法绑定。",),
        "en": ("This chain of invitations is too long to add you to it.",),
    },
    "unknown-code": {
        "zh": ("这个码无效，请核对后再试。",),
        "en": ("This code isn’t valid. Please check it and try again.",),
    },
    "no-inviter": {
        "zh": ("没有填写邀请人，请输入邀请码或使用朋友的链接。",),
        "en": ("No inviter was named. Enter an invitation code, or use a friend’s link.",),
    },
    "not-bound": {
        "zh": ("你还没有接受过邀请，填写邀请码后才有奖励。",),
        "en": ("You haven’t accepted an invitation. Enter an invitation code to get a reward.",),
    },
    "seen-before": {
        "zh": ("这台设备或账号已参加过，不再发放邀请奖励。",),
        "en": ("This device or account has taken part before, so the invitation earns no reward.",),
    },
    "undone": {
        "zh": ("订单{order}已退回，不再有奖励。", "对应的订单已退回，不再有奖励。"),
        "en": (
            "Order {order} was returned, so it earns no reward.",
            "The order was returned, so it earns no reward.",
        ),
    },
    # --- how often, how much ---
    "limit-reached": {
        "zh": ("最多{limit}，你已有{used}，{next_at}起可以再来。", "最多{limit}，你已有{used}。", "已达上限。"),
        "en": (
            "Limit: {limit}. You’ve already had {used}. Available again from {next_at}.",
            "Limit: {limit}. You’ve already had {used}.",
            "You’ve reached the limit.",
        ),
    },
    "too-many-tries": {
        "zh": ("试错次数过多，{next_at}起可以再试。", "试错次数过多，请稍后再试。"),
        "en": (
            "Too many wrong codes. You can try again from {next_at}.",
            "Too many wrong codes. Please wait and try again.",
        ),
    },
    "attribute-missing": {
        "zh": ("没能核对你还剩几次，请稍后再试。",),
        "en": ("We couldn’t check how often you can still do this. Please try again later.",),
    },
    "per-order": {
        "zh": ("每单最多{limit}，请减少数量。", "超出每单数量上限，请减少数量。"),
        "en": (
            "Limit: {limit} per order. Please choose fewer.",
            "That’s more than one order allows. Please choose fewer.",
        ),
    },
    "out-of-stock": {
        "zh": (
            "目前仅剩{left}，不足{asked}，{next_at}起会有更多。",
            "仅剩{left}，不足{asked}，请减少数量。",
            "已兑完，看看其他好物吧。",
        ),
        "en": (
            "Only {left} left of the {asked} you want. There are more from {next_at}.",
            "Only {left} left of the {asked} you want. Please choose fewer.",
            "Sold out. See what else there is.",
        ),
    },
    "still-placed": {
        "zh": ("未售出的仅{left}，不够减少{asked}；总量至少为{least}。", "已占用的数量不能减少。"),
        "en": (
            "Only {left} are free, so {asked} can’t be taken off. The total must be {least} or more.",
            "What has already been placed can’t be taken off.",
        ),
    },
    "insufficient-points": {
        "zh": ("还差{missing}：需要{needed}，你有{available}。做任务可以再攒一些。", "余额不足。"),
        "en": (
            "You’re {missing} short: it takes {needed}, and you have {available}. Tasks earn you more.",
            "Your balance doesn’t cover it.",
        ),
    },
    "budget-exhausted": {
        "zh": ("活动额度已发完，{next_at}起可以再来。", "活动额度已发完，看看其他活动吧。"),
        "en": (
            "Everything has been given out. There’s more from {next_at}.",
            "Everything has been given out. See what else is on.",
        ),
    },
    # --- vouchers and codes ---
    "voucher-refused": {
        "zh": ("这张权益无法使用。",),
        "en": ("This can’t be used.",),
    },
    "unknown": {
        "zh": ("没有找到这张权益，请核对后再试。",),
        "en": ("We can’t find this benefit. Please check and try again.",),
    },
    "already-used": {
        "zh": ("已于{used_at}使用。", "已经使用过。"),
        "en": ("It was used on {used_at}.", "It has already been used."),
    },
    "already-revealed": {
        "zh": ("卡密已查看，无法退回。",),
        "en": ("Its code has been shown, so it can’t be returned.",),
    },
    "expired": {
        "zh": ("已于{ended_at}过期。", "已经过期。"),
        "en": ("It expired on {ended_at}.", "It has expired."),
    },
    "withdrawn": {
        "zh": ("这张权益已被收回，如有疑问请联系客服。",),
        "en": ("It was withdrawn. Please contact support with any questions.",),
    },
    "void": {
        "zh": ("这张权益已作废，如有疑问请联系客服。",),
        "en": ("It was cancelled. Please contact support with any questions.",),
    },
    # --- deals and promises ---
    "hold-closed": {
        "zh": ("这笔订单已结束。",),
        "en": ("This order is already closed.",),
    },
    "order-closed": {
        "zh": ("订单已关闭，请重新下单。",),
        "en": ("This order is closed. Please place a new one.",),
    },
    "too-late": {
        "zh": ("订单已关闭，也已过最后付款日期，请重新下单。",),
        "en": ("This order is closed, and the last day to pay has passed. Please place a new one.",),
    },
    "already-paid": {
        "zh": ("订单已支付。",),
        "en": ("This order has already been paid.",),
    },
    "already-refunded": {
        "zh": ("订单已退款。",),
        "en": ("This order has already been refunded.",),
    },
    "not-paid": {
        "zh": ("订单未支付，无需退款。",),
        "en": ("This order isn’t paid, so there’s nothing to refund.",),
    },
    "no-refunds": {
        "zh": ("本商品不支持退款，如有疑问请联系客服。",),
        "en": ("This can’t be refunded. Please contact support with any questions.",),
    },
    "refund-too-late": {
        "zh": ("退款期已于{until}结束，如有疑问请联系客服。", "已过退款期，如有疑问请联系客服。"),
        "en": (
            "It could be refunded until {until}. Please contact support with any questions.",
            "It’s too late for a refund. Please contact support with any questions.",
        ),
    },
    "delivery-open": {
        "zh": ("商品正在发货，暂时不能退款。请稍后再试，或联系客服。",),
        "en": (
            "Your order is being delivered, so it can’t be refunded right now. Try again later, or contact support.",
        ),
    },
    "purchase-closed": {
        "zh": ("这张采购单已发出或已结束，不能再这样处理，请先查看它的最新状态。",),
        "en": ("This purchase has been sent or is over, so this isn’t possible. See where it stands now.",),
    },
    "purchase-not-unknown": {
        "zh": ("这张采购单的结果已经明确，或仍在自动处理中，请先查看它的最新状态。",),
        "en": ("The outcome of this purchase is known, or it’s still being handled. See where it stands now.",),
    },
    "more-than-bought": {
        "zh": ("可退的仅{left}件，请减少数量。", "超出可退数量，请减少数量。"),
        "en": ("Only {left} can be returned. Please choose fewer.", "Please choose fewer to return."),
    },
    "wrong-choice": {
        "zh": ("请从{options}中选择{pick}项。", "请重新选择。"),
        "en": ("Please choose {pick} of these: {options}.", "Please choose again."),
    },
    "choice-closed": {
        "zh": ("已选定{chosen}，不能再改。", "选择已截止。"),
        "en": ("You chose {chosen}. It can’t be changed.", "It’s too late to choose."),
    },
    "choose-when-paid": {
        "zh": ("订单支付后才能选择。",),
        "en": ("You can choose once the order is paid.",),
    },
    # --- tasks and streaks ---
    "goal-done": {
        "zh": ("这一步已完成，看看其他步骤吧。",),
        "en": ("This step is already done. See the others.",),
    },
    "task-done": {
        "zh": ("任务已完成，{next_at}起可以再做。", "任务已完成。"),
        "en": ("The task is done. You can do it again from {next_at}.", "The task is done."),
    },
    "not-yet": {
        "zh": ("要先完成前面的步骤。",),
        "en": ("Complete the earlier step first.",),
    },
    "own-event": {
        "zh": ("自己的不算，请朋友来帮忙吧。",),
        "en": ("What you do yourself doesn’t count here. Please ask a friend.",),
    },
    "counted-already": {
        "zh": ("这一个已经算过了，换一个吧。",),
        "en": ("This one already counted. Try another.",),
    },
    "already-marked": {
        "zh": ("{day}已打卡，{next_at}起可以再来。", "{day}已打卡，无需重复。", "已经打过卡了。"),
        "en": (
            "You’ve already checked in for {day}. Come back from {next_at}.",
            "You’ve already checked in for {day}.",
            "You’ve already checked in.",
        ),
    },
    "day-to-come": {
        "zh": ("{day}还没到，到时再来。", "这一天还没到。"),
        "en": ("{day} is still to come. Come back then.", "That day is still to come."),
    },
    "day-not-over": {
        "zh": ("还没过完，直接打卡就好。",),
        "en": ("It isn’t over yet, so you can simply check in.",),
    },
    "day-too-old": {
        "zh": ("{day}的记录最晚要在{last}补报，现在已过期。", "这一天太久了，不再计入。"),
        "en": ("{day} could be reported until {last}. It’s too late now.", "That day is too long ago to count."),
    },
    "day-before-start": {
        "zh": ("{day}活动还没开始，不能补。", "活动那天还没开始。"),
        "en": ("This hadn’t started on {day}.", "This hadn’t started that day."),
    },
    "day-before-joining": {
        "zh": ("{day}你还没有加入，从{first}起漏掉的日子才能补。", "那天你还没有加入，不能补。"),
        "en": (
            "You hadn’t joined on {day}. You can restore days from {first} on.",
            "You hadn’t joined by then, so that day can’t be restored.",
        ),
    },
    "too-late-to-make-up": {
        "zh": ("{day}最晚可在{last}补，现在已过期。", "补卡已过期。"),
        "en": ("{day} could be restored until {last}. It’s too late now.", "It’s too late to restore that day."),
    },
    "unknown-payment": {
        "zh": ("请选择用什么补卡。",),
        "en": ("Please choose how to pay for restoring it.",),
    },
    "promise-closed": {
        "zh": ("这笔待发奖励已处理。",),
        "en": ("This pending reward has already been settled.",),
    },
    "kept-already": {
        "zh": ("奖励已发放，无法取消。",),
        "en": ("The reward has already been given, so it can’t be cancelled.",),
    },
    # --- what support reads of events that nobody waits for ---
    "amount-missing": {
        "zh": ("这件事没有说明{of}，算不出该得多少。", "这件事没有说明数量，算不出该得多少。"),
        "en": (
            "This does not say {of}, so nobody can tell how much it is worth.",
            "This does not say how much, so nobody can tell what it is worth.",
        ),
    },
    "day-missing": {
        "zh": ("请说明是哪一天（{of}）。", "请说明是哪一天。"),
        "en": ("Please say which day it is about ({of}).", "Please say which day it is about."),
    },
    "wallet-full": {
        "zh": ("余额已经太大，最多还能加{left}。", "余额已经太大，不能再加。"),
        "en": ("This balance has room for {left} more, and not for so much.", "This balance can’t take any more."),
    },
    "failed": _BROKEN,
    "too-deep": _BROKEN,
    "keeps-asking": _BROKEN,
    "holdout": {
        "zh": ("这个活动暂不对你开放，看看其他活动吧。",),
        "en": ("This isn’t open to you for now. See what else is on.",),
    },
    "no-receiver": {
        "zh": ("没有说明奖励给谁（{to}）。", "没有说明奖励给谁。"),
        "en": ("Nobody is named to receive it ({to}).", "Nobody is named to receive it."),
    },
    "no-source": {
        "zh": ("没有说明是哪一笔（{same}），无法撤回。", "没有说明是哪一笔，无法撤回。"),
        "en": (
            "It does not say which {same} it is about, so nothing can be undone.",
            "It does not say what it is about, so nothing can be undone.",
        ),
    },
    "nothing-to-count": {
        "zh": ("这次没有带来新的进度。",),
        "en": ("This brings nothing that counts here.",),
    },
    "nothing-to-give": {
        "zh": ("这次还不够得到奖励，多一些再来。",),
        "en": ("This is too little for a reward; it takes a little more.",),
    },
    "rollout": {
        "zh": ("活动还在逐步开放，暂时没有轮到你，请过几天再来。",),
        "en": ("This is being opened step by step, and has not reached you yet. Please come back in a few days.",),
    },
}
"""Sentences by reason or code, the most exact one first."""
