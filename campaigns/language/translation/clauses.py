"""
Findings about times, conditions, gifts, limits and undoing, in Chinese.
"""

__all__ = ["CLAUSES"]

CLAUSES = {
    "a condition reads, a limit guards: write at_most, like 2 per user per month": (
        "条件只读取，限额才把关：请写 at_most，如 2 per user per month"
    ),
    "a limit can't be below zero": "限额不能小于零",
    "a limit has either a count or an amount": "限额要么写 count，要么写 amount",
    "a limit of zero lets nobody through": "限额为零，谁都过不了",
    "a number has no commas: write 1000": "数字里不写逗号：写成 1000",
    "a session is an opening, and there is no open:": "场次就是一次开放时段，而这里没有写 open:",
    "a step must be larger than nothing": "每一档必须大于零",
    "a window is one of last, since_first and every": "周期只能是 last、since_first、every 之一",
    "an amount is one of percent, per and slabs": "数量只能用 percent、per、slabs 之一来写",
    "an amount is written as text in an expression": "表达式里的数量要写成文字",
    "an end is written either way, not both": "结束时间只写一种，不能两种都写",
    "at_least belongs to over: clip": "at_least 要与 over: clip 一起用",
    "cash is never given by the mall": "商城从不发放现金",
    "give something that the mall has": "请改为商城自有的权益",
    "{thing!r} is bought from suppliers once it is paid, so it can be sold and not given": (
        "“{thing}”在付款后才向供应商采购，只能出售，不能发放"
    ),
    "clip gives what is left of an amount; use refuse or skip": "clip 只发数量里余下的部分；请改用 refuse 或 skip",
    "expected a condition, found {value}": "这里应是条件，实际是 {value}",
    "every and from belong together: how long, and when the first one begins": (
        "every 和 from 要一起写：多长一期，第一期从何时开始"
    ),
    "everything here is bounded; there is nothing to accept": "这里的花费都有上限，没有需要接受的敞口",
    "find the cause by an id of its own, like same: order": "请用起因自己的编号来找，如 same: order",
    "give one of them an id of its own, or keep the tighter one": "给其中一个单独的 id，或只留更严的那个",
    "give the one that is to answer a higher priority": "请给应当应答的那个活动更高的 priority",
    "how much {thing} one event gives has no bound": "一次事件能发多少 {thing} 没有上限",
    "in takes a list of values": "in 后面要写一个列表",
    "is {found}, not {wanted}": "结果是 {found}，而这里要 {wanted}",
    "it causes itself, and no limit ends that within {depth} steps: {way} → {campaign}": (
        "它会触发自己，且 {depth} 步内没有限额来终止：{way} → {campaign}"
    ),
    "it ends before it starts, or at once": "结束不晚于开始",
    "leave cap out": "删去 cap",
    "leave over out": "删去 over",
    "longer than {most} characters": "超过 {most} 个字符",
    "name the event that takes it back": "请写收回它的那个事件",
    "never reached: {other} comes first": "永远到不了：会先遇到 {other}",
    "never true: {one} and {other} exclude each other": "永远不成立：{one} 与 {other} 互相排斥",
    "never used: what happens on {event} is said above": "用不到：{event} 发生时怎么办，上面已经写了",
    "no opening lies in the time the campaign runs": "活动期间没有任何开放时段",
    "no value": "没有值",
    "not an amount": "不是数量",
    "not in the list: {missing}": "列表里没有：{missing}",
    "not text": "不是文字",
    "nothing calls this promise off": "没有任何事件能取消这个承诺",
    "nothing is counted as {word!r}": "没有什么是按“{word}”计数的",
    "nothing is promised, so nothing can be called off; add after, or use if_undone": (
        "这里没有承诺，也就无从取消；请加上 after，或改用 if_undone"
    ),
    "nothing that is given can run out": "发放的东西不会缺货",
    "say it once, by all the attributes that both have": "只写一次，用两者共有的全部属性",
    "say whose place it is, then the window: 1 per user per {name}": "先写按谁计，再写周期：1 per user per {name}",
    "says needs a word for the no": "写了 says，就要给这个拒绝一个代号",
    "see {where}": "见 {where}",
    "the campaign exists for no user": "这个活动对谁都不存在",
    "the campaign neither gives nor takes anything": "这个活动既不发放也不扣除任何东西",
    "the clocks in {zone} show this time twice that day": "{zone} 当天时钟回拨，这个时间会出现两次",
    "the clocks in {zone} skip this time that day": "{zone} 当天时钟拨快，没有这个时间",
    "the highest step is the most that slabs come to": "slabs 的最高一档就是上限",
    "the id {id!r} counts something else elsewhere": "编号“{id}”在别处计的是另一种东西",
    "the key 'give' is missing: how much for every step": "缺少键 give：每满一档给多少",
    "the {clause} has no {of} to count": "这个{clause}里没有 {of} 可计",
    "there is no test {op!r}": "没有“{op}”这种比较",
    "there must be at least one event": "至少要有一个事件",
    "they are looked at last; name them where they belong": "它们会排在最后检查；请写在该在的位置",
    "this counts the same as a limit above": "它与上面的一个限额计的是同一个数",
    "through is a date, all of which counts": "through 是日期，当天全天都算",
    "until needs a clock time": "until 要写到几点",
    "without limits, {thing} needs a budget": "没有限额时，{thing} 需要有预算",
    "write any: [...] if either will do": "满足其一即可的，写成 any: [...]",
    "write at_most: [1 per user per day], or a budget; or exposure: {accept: why}": (
        "写成 at_most: [1 per user per day]，或写预算；也可写 exposure: {accept: 原因}"
    ),
    "write at_most: [1 per user per day], or only_if: {campaign: the one that is meant}": (
        "写成 at_most: [1 per user per day]，或 only_if: {campaign: 所指的活动}"
    ),
    "write budget: {{{thing}: [{{amount: 100000, in: month}}]}}, or at_most an amount per user": (
        "写成 budget: {{{thing}: [{{amount: 100000, in: month}}]}}，或用 at_most 限定每人的数量"
    ),
    "write debt: allowed at {unit} in mall.yaml, or take: left": (
        "在 mall.yaml 的 {unit} 下写 debt: allowed，或写 take: left"
    ),
    "write open: [daily 10:00-12:00, daily 20:00-22:00], or in: day": (
        "写成 open: [daily 10:00-12:00, daily 20:00-22:00]，或 in: day"
    ),
    "write something like give: {points: 10}": "写法如 give: {points: 10}",
    "write {level: gold} or an expression in quotes": "写成 {level: gold}，或加引号的表达式",
    "write {zh: 满 20 元可参加, en: For orders of 20 and more}": (
        "写成 {zh: 满 20 元可参加, en: For orders of 20 and more}"
    ),
    'write through: "{until}" if the whole day counts, or until: "{until} 00:00"': (
        '当天全天都算，写 through: "{until}"；否则写 until: "{until} 00:00"'
    ),
    "{call}() only reads; two at once would both pass it": "{call}() 只读取；两个请求同时来会一起通过",
    "{campaign} sells {thing} at the same time": "{campaign} 同时也在卖 {thing}",
    "{cap} is nothing to give or take": "{cap} 等于不发也不扣",
    "{counted} can't be given in part": "{counted} 不能只发一部分",
    "{count: 2, per: user} or {amount: 500.00, in: month}": "{count: 2, per: user} 或 {amount: 500.00, in: month}",
    "{event} is what causes it, so it can't undo it as well": "{event} 是起因，不能同时又撤回它",
    "{hint}; requests must name the campaign": "{hint}；请求里要写明是哪个活动",
    "{key!r} is one word here": "“{key}”在这里被当作一个词",
    "{key} takes a list of conditions": "{key} 后面要写条件的列表",
    "{last: 10m}, {since_first: 7d} or {every: 2 weeks, from: a date}": (
        "{last: 10m}、{since_first: 7d} 或 {every: 2 weeks, from: 日期}"
    ),
    "{mistake} ({event})": "{mistake}（{event}）",
    "{name!r} is a list, and can't say whose place is used": "“{name}”是列表，无法说明占的是谁的名额",
    "{name!r} is known only while it is asked, and this counts later": "“{name}”只在请求时可知，而这里是事后计数",
    "{name!r} is {types}: a share is a number of one type in causes and undos": (
        "“{name}”是 {types}：按比例时，起因与撤回里要是同一种数字"
    ),
    "{name!r} is {type}, not a user": "“{name}”是 {type}，不是用户",
    "{name!r} may be missing, and all who lack it would share one place": (
        "“{name}”可能没有值，没有值的人会共用一个名额"
    ),
    "{name!r} stands here already": "“{name}”已经在这里",
    "{name} answers {type}, for its name comes first; this campaign only reacts": (
        "{type} 由 {name} 应答，因为它的名称排在前面；本活动只会跟随"
    ),
    "{name} is a person: once undone, nothing is given because of them ever again": (
        "{name} 是人：撤回一次后，就再也不会因这个人发放任何东西"
    ),
    "{name} is {type}, not a number": "{name} 是 {type}，不是数字",
    "{op} does not fit {name}, which is {type}": "{op} 不适用于 {name}（类型是 {type}）",
    "{percent: 10%, of: amount}": "{percent: 10%, of: amount}",
    "{sign} is no sign of an expression": "表达式里没有 {sign} 这个符号",
    "{text!r} alone is no condition": "单写“{text}”不是条件",
    "{text}% is finer than 0.01%": "{text}% 比 0.01% 还细",
    "{text}% is more than everybody": "{text}% 超过了所有人",
    "{thing!r} is a benefit; only amounts of a unit are taken": "“{thing}”是权益；只能扣除某个单位的数量",
    "{thing!r} is a unit: say how much of it": "“{thing}”是单位：请写明数量",
    "{thing!r} is one word here": "“{thing}”在这里被当作一个词",
    "{thing} is given without any bound": "{thing} 的发放没有任何上限",
    "{to!r} is {type}, not a user": "“{to}”是 {type}，不是用户",
    "{units} may not go below zero": "{units} 不能低于零",
    "{value!r} is not a pattern: {mistake}": "“{value}”不是合法的匹配式：{mistake}",
    "{value!r} is not an amount": "“{value}”不是数量",
    "{value} is longer than time is reckoned": "{value} 太长，超出可计算的时间",
    "{value} is not a date or an instant": "{value} 不是日期或时刻",
    "{value} is nothing to give or take": "{value} 等于不发也不扣",
    "{word} is not a word for a no": "{word} 不能作拒绝的代号",
}
"""By the English template; parts of the same names."""
