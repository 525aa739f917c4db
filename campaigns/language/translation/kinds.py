"""
Findings of each kind of campaign, in Chinese.
"""

__all__ = ["KINDS"]

KINDS = {
    # bundle
    "a bundle is bought one at a time, so that each has its own parts": "权益包一次只买一份，这样每份都有自己的伴随权益",
    "a bundle sells one thing, with companions": "权益包只卖一样主权益，附带伴随权益",
    "a part either gives something or lets choose": "伴随权益要么直接发放，要么让人选择",
    "another part comes several times, and one of them is called {name}": "另一项伴随权益会多次发放，其中一次也叫 {name}",
    "how much {thing} a part gives is a number; there is no event to reckon from": (
        "伴随权益发多少 {thing} 要写数字；这里没有事件可供计算"
    ),
    "no part has a price, so one that was used is kept for nothing": "伴随权益都没有价格，用过的部分会白白保留",
    "leave one of them out": "请去掉其中一个",
    "nothing says what this part costs": "没有写明这项伴随权益值多少",
    "put the others under parts:": "其余的请写到 parts: 下面",
    "the default must name {pick}, each once": "默认项要写 {pick} 个，且不能重复",
    "the parts together cost more {over} than the bundle": "伴随权益的 {over} 合计高于权益包的价格",
    "there are only {count} to choose from": "可选的只有 {count} 个",
    "write give: coffee, or choose: {of: [film, song], within: 7d, default: film}": (
        "写成 give: coffee，或 choose: {of: [film, song], within: 7d, default: film}"
    ),
    "write price: 12.00 beside it": "请在旁边写 price: 12.00",
    "write price: 12.00 in the parts": "请在伴随权益里写 price: 12.00",
    "{name!r} is in the list already; each can be chosen once": "列表里已经有“{name}”，每样只能选一次",
    "{name!r} is not to choose from": "“{name}”不在可选范围内",
    # referral
    "give one of them a name: of its own, so that its counts and promises can be told apart": (
        "请给其中一条单独写 name:，这样计数和承诺才能分清"
    ),
    "inviter per month": "inviter per month",
    "nothing says who the inviter is": "没有写明邀请人是谁",
    "the rule gives nothing": "这条规则什么都不发",
    "the user of a referral's events is the friend, also where the inviter receives": (
        "邀请活动里事件的用户是好友，即使得奖的是邀请人"
    ),
    "there is a rule {name!r} above": "上面已有一条“{name}”规则",
    "write at_most: [3 per {person}], or a budget; or exposure: {{accept: why}}": (
        "写成 at_most: [3 per {person}]，或写预算；也可写 exposure: {{accept: 原因}}"
    ),
    "write per friend, or per inviter": "写成 per friend 或 per inviter",
    "write to: and the attribute that names the inviter, or code: for invitation codes": (
        "写 to: 和指明邀请人的属性；用邀请码的写 code:"
    ),
    "{event!r} does not bind here": "“{event}”在这里不绑定邀请关系",
    # sale
    "a code takes off either an amount or a share": "优惠码要么减固定金额，要么按比例减",
    "a part has no list price of its own": "伴随权益自己没有标价",
    "a price can't be below zero": "价格不能小于零",
    "a quota can't be below zero": "配额不能小于零",
    "a quota of zero sells nothing": "配额为零，什么也卖不出",
    "a sale costs the mall money: list price less price": "售卖要花商城的钱：标价减售价",
    "add face: to the benefit, or list: to the goods": "给权益加上 face:，或给商品加上 list:",
    "all pieces together cost the mall {cost}, and the budget ends at {most}": (
        "全部卖出，商城要花 {cost}，而预算只到 {most}"
    ),
    "an exchange is paid in points": "兑换要用积分支付",
    "an unpaid deal is kept longer than the whole campaign runs": "未付订单保留的时间比整个活动还长",
    "leave late out": "删去 late",
    "leave late out, or write overdue: closes": "删去 late，或写 overdue: closes",
    "leave short out, or write hold: {from: pay}": "删去 short，或写 hold: {from: pay}",
    "never reached: at most {count} pieces come first": "永远到不了：会先遇到最多 {count} 件的限额",
    "nothing here is paid in money, so no payment can be late": "这里不用付钱，也就不会有迟到的付款",
    "nothing says what one piece costs": "没有写明一件多少钱",
    "pieces are held from placing on, so none are gone when the money comes": (
        "下单时就占住了库存，付款到账时不会缺货"
    ),
    "raise the budget, or lower the quota": "提高预算，或降低配额",
    "so much of one unit is so much money": "要写多少某单位值多少钱",
    "the code {name} takes money off without any bound": "优惠码 {name} 的减免没有任何上限",
    "the mall has only {stock} of {thing} in stock": "{thing} 的库存只有 {stock} 件",
    "the price is above what it costs outside the campaign": "价格高于活动之外的价格",
    "this quota counts the same as one above": "这个配额与上面的一个计的是同一个数",
    "with overdue: stays a deal is never closed, so no payment is late": (
        "写了 overdue: stays，订单不会关闭，也就没有迟到的付款"
    ),
    "write at_most, quota or budget; or exposure: {accept: why}": (
        "写 at_most、quota 或 budget；也可写 exposure: {accept: 原因}"
    ),
    "write at_most: [{count: 100, per: campaign}] beside it; or exposure: {accept: why}": (
        "请在旁边写 at_most: [{count: 100, per: campaign}]；也可写 exposure: {accept: 原因}"
    ),
    "write off: 6.00, or percent: 20%": "写成 off: 6.00 或 percent: 20%",
    "write {points: 300} or {points: 300, money: 5.00}": "写成 {points: 300} 或 {points: 300, money: 5.00}",
    "{code} is here already, in other letters": "{code} 已经有了，只是大小写不同",
    "{off} takes nothing off": "{off} 等于不减",
    "{pieces} pieces in {splits} balances leave some of them empty": "{pieces} 件分到 {splits} 份，有的会是空的",
    "{step} is no step": "{step} 不能作一档",
    "{text} is no price; leave it out": "{text} 不是价格，请删去",
    "{thing!r} has a quota, but is not sold here": "“{thing}”有配额，但这里并不卖它",
    "{thing!r} has times, but is not sold here": "“{thing}”有在售时间，但这里并不卖它",
    "{thing} goes out below its price without any bound": "{thing} 低于原价卖出，却没有任何上限",
    "{thing} has no price of its own": "{thing} 自己没有价格",
    "{thing} is never on sale while the campaign runs": "活动期间 {thing} 从不在售",
    "{up_to}% is more than the whole order": "{up_to}% 超过了整个订单",
    "{word} is no number of pieces": "{word} 不是件数",
    # streak
    "a covered day takes the same whatever the event says": "被保护的一天，无论事件怎么写，扣除都一样",
    "a mark is of now, so it is never old": "签到记的是现在，不会是以前的",
    "a milestone is either of so many days, or of every so many": "里程碑要么是第几天，要么是每几天",
    "all begins anew every so many days, from a date on": "从某一天起，每隔若干天全部重新开始",
    "days in total have no row": "累计天数没有连续段",
    "declare an event of its own for making up": "请为补签单独声明一个事件",
    "every {every} days is more than once": "每 {every} 天一次，就不止一次",
    "give a list of things in one": "请合成一条，写成列表",
    "it would be too late as soon as it is over": "这样一过当天就补不了了",
    "leave freeze out, or mark.day": "删去 freeze，或删去 mark.day",
    "leave once out": "删去 once",
    "making up costs nothing, so none of it is free": "补签本来就不用花费，谈不上免费次数",
    "marks that say their day come in any order: nobody knows what was missed": (
        "带日期的签到可能乱序到来，无法判断漏了哪天"
    ),
    "neither a day nor a milestone gives anything": "每天和里程碑都没有发放任何东西",
    "say what the others cost: pay: {points: 50}": "请写明其余几次的花费：pay: {points: 50}",
    "say which attribute names the day: day: on": "请写明哪个属性是日期：day: on",
    "there are at most {most} before all begins anew": "重新开始之前最多只有 {most} 天",
    "there is a milestone of {days} days already": "已经有第 {days} 天的里程碑",
    "write days: 7, or every: 7": "写成 days: 7 或 every: 7",
    "write period or ever": "写成 period 或 ever",
    "write within: 1 day, or more": "请写 within: 1 day 或更长",
    "{name} is {type}, not a date or an instant": "{name} 是 {type}，不是日期或时刻",
    "{on} marks, so it can't make up": "{on} 是签到，不能又是补签",
    "{x} times is nothing": "{x} 倍等于没有",
    # task
    "a goal is one of count, sum, reach and distinct, not {ways}": (
        "目标只能是 count、sum、reach、distinct 之一，不能是 {ways}"
    ),
    "a list, not one value": "列表，不是单个值",
    "a task gives each gift whole, or counts nothing": "任务要么整份发放，要么不计",
    "a task is done in windows that end; what is longer ago cannot fall out of it one by one": (
        "任务在有结束的周期里完成；更早的进度不能逐条退出"
    ),
    "count the values of an id or a word": "请统计编号或词的取值",
    "neither a goal nor the end of all gives anything": "各个目标和全部完成都没有发放任何东西",
    "no goal hears {event!r}": "没有目标在听“{event}”",
    "of the request, and is not kept": "请求上下文里的值，不会保留",
    "personal, and may not be kept": "个人信息，不能保留",
    "there is no goal {name!r}": "没有“{name}”这个目标",
    "write count: 3, or sum: {amount: 100.00}": "写成 count: 3 或 sum: {amount: 100.00}",
    "write in: {since_first: 7d}, or in: week": "写成 in: {since_first: 7d} 或 in: week",
    "{how} names one attribute": "{how} 只能写一个属性",
    "{name} is {what}": "{name} 是 {what}",
    "{name} would wait for itself": "{name} 会等待自己",
    "{text} is nothing to do": "{text} 等于什么都不用做",
}
"""By the English template; parts of the same names."""
