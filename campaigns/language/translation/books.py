"""
What the care of the books says (`quanyi verify`, `quanyi doctor`, `quanyi db check`), in Chinese: its texts are recognised by these templates.
"""

from __future__ import annotations

import re
from functools import cache

__all__ = ["BOOKS", "books_in_language"]

BOOKS = {
    # verify: what differs
    "{name}: {stands} stands there, its postings come to {booked}": "{name}：账面为 {stands}，流水合计为 {booked}",
    "{name}: lots less debt are {stands}, its history comes to {booked}": "{name}：批次减欠额为 {stands}，历史合计为 {booked}",
    "{name}: the history says {stands}, the journal {booked}": "{name}：历史记为 {stands}，日志为 {booked}",
    "{name}: {stands} is held, the placed deal set aside {booked}": "{name}：占用 {stands}，订单预留 {booked}",
    "{name}: {stands} is said to be on sale, {booked} was loaded": "{name}：记为在售 {stands}，实际上架 {booked}",
    "the receipt {name} stands for {stands} changes, the journal has {booked}": "回执{name}记有 {stands} 次变更，日志有 {booked} 次",
    "{name}: {stands} codes are there, {booked} were drawn": "{name}：现有 {stands} 张卡密，取出过 {booked} 张",
    "the code {name} is there {stands} times, it was brought in {booked} times": "卡密 {name} 存有 {stands} 份，导入过 {booked} 次",
    "the look-up {name}: it stands there {stands} times, records say it {booked} times": "检索项 {name}：存有 {stands} 条，记录中有 {booked} 条",
    "the timer {name}: it was set {booked} times, it waits or has rung {stands} times": "定时 {name}：设定过 {booked} 次，等待或已触发 {stands} 次",
    "{name}: its row is gone, its postings come to 0": "{name}：行已不在，流水合计为 0",
    "{name} carries no digest": "{name}没有摘要",
    "{name} is gone": "{name}已不在",
    "{name} was written by no change of the journal": "{name}不是由日志中的变更写入的",
    "{name} is not as it was written": "{name}与写入时不同",
    "{name} is not what was applied": "{name}不是当时发布的内容",
    "{name}: id, floor or holder of the row is not its own": "{name}：行的编号、下限或持有人不属于它",
    "{name}: the row says it ends at {ends}, its key {other}": "{name}：行上的到期时间为 {ends}，键上为 {other}",
    "the receipt {name} is not as it was written": "回执{name}与写入时不同",
    "{name}, line {number}: it says {stands}, its amounts come to {booked}": "{name}第 {number} 行：记为 {stands}，金额合计为 {booked}",
    "the rest of {name} can't be read: {said}": "{name} 的其余部分无法读取：{said}",
    "{kind} number {number} can't be read: {said}": "{kind} 第 {number} 号无法读取：{said}",
    "{table} {row} can't be read: {said}": "{table} {row} 无法读取：{said}",
    "{name} was never changed, and says it was at {at}": "{name}从未变更过，却记有变更时间 {at}",
    "{name}: the column {column} says {stands}, the body {other}": "{name}：列 {column} 为 {stands}，内容为 {other}",
    "{name} is kept under another record's id": "{name}存放在另一条记录的编号下",
    "{n} wait for the timer {timer}, which is not there": "有 {n} 项在等定时 {timer}，而它不存在",
    "there is no kind of account called {kind}": "没有名为 {kind} 的账户类型",
    # verify: what it comes to
    "{n} decisions failed: what a campaign broke on waits in the outbox": "有 {n} 次判定因活动出错而失败，原因在发件箱中",
    "{n} rows carry no digest: a program of an earlier release wrote them": "有 {n} 行没有摘要，由较早版本的程序写入",
    "{mall}: {rows} rows, everything is what the journal says": "{mall}：共 {rows} 行，全部与日志一致",
    "{mall}: {rows} rows, {n} differences": "{mall}：共 {rows} 行，{n} 处不一致",
    # doctor and db check
    "nothing found": "没有发现问题",
    "the tables are as expected": "表结构与本程序一致",
    "{n} found": "发现 {n} 处问题",
    "{name} has not been proven by the conformance suite": "{name} 没有经过一致性测试",
    "use SQLite, PostgreSQL or MariaDB": "请用 SQLite、PostgreSQL 或 MariaDB",
    "call prepare_engine(engine) before its first use": "首次使用前请调用 prepare_engine(engine)",
    "the database lives in memory and is lost": "数据库在内存中，进程结束即丢失",
    "name a file": "请指定文件",
    "readers and the writer block each other": "读与写互相阻塞",
    "a commit can be lost with the power": "断电可能丢失已提交的内容",
    "a second writer fails at once": "第二个写入者会立即失败",
    "the driver begins transactions by itself, so savepoints and reads are not isolated": "驱动自行开始事务，保存点与读取没有隔离",
    "the driver {name} is not the one that is tested": "驱动 {name} 没有经过测试",
    "use postgresql+psycopg://": "请用 postgresql+psycopg://",
    "{name} is {value}: {danger}": "{name} 为 {value}：{danger}",
    "a crash can destroy the database": "崩溃可能损坏数据库",
    "a commit can be lost": "已提交的内容可能丢失",
    "texts in Chinese can't be kept": "无法保存中文",
    "nothing can be written": "无法写入",
    "nothing can be written, or only by an administrator": "无法写入，或只有管理员可写",
    "new tables would know no transactions": "新建的表不支持事务",
    "the server is older than PostgreSQL 12": "服务器早于 PostgreSQL 12",
    "this server only repeats what another one writes": "这台服务器只复制另一台写入的内容",
    "every statement commits by itself, so nothing joins anything": "每条语句各自提交，无法加入同一事务",
    "drop isolation_level='AUTOCOMMIT'": "请去掉 isolation_level='AUTOCOMMIT'",
    "MariaDB and MySQL are reached through PyMySQL, not {driver}: write mariadb+pymysql://": "MariaDB 与 MySQL 需经 PyMySQL 连接，不能用 {driver}：请写 mariadb+pymysql://",
    "{name} is too old: MariaDB 10.11 and MySQL 8.0 are the oldest that books are kept on": "{name} 版本过低：至少需要 MariaDB 10.11 或 MySQL 8.0",
    "{table}.{column} is in {collation}, which takes different texts for the same": "{table}.{column} 的排序规则为 {collation}，会把不同文本当作相同",
    "alter the column to collate {exact}": "请把该列改为 collate {exact}",
    "{table} is kept by {engine}, which can't roll back": "{table} 由 {engine} 存储，不能回滚",
    "alter table {table} engine = InnoDB": "请执行 alter table {table} engine = InnoDB",
    "the host's own texts are cut where they are too long": "宿主过长的文本会被截断",
    "host transactions run at {level}, and can't be joined": "宿主事务的隔离级别为 {level}，无法加入",
    "texts are sent in {charset}, which does not know every character": "文本以 {charset} 传输，有些字符无法表示",
    "say charset=utf8mb4 in the URL": "请在 URL 中写 charset=utf8mb4",
    "the tables are flagged for format {stands}, this program knows {newest}": "表的格式标记为 {stands}，本程序只认识到 {newest}",
    "upgrade this program": "请升级本程序",
    "format {stands} is written, for processes of an earlier release; this program knows {newest}": "仍以格式 {stands} 写入，以便较早版本的进程读取；本程序认识到 {newest}",
    "once none of them runs any more: quanyi db formats --raise": "它们都停止后：quanyi db formats --raise",
    "the tables are at revision {current}, this program needs {head}": "表结构版本为 {current}，本程序需要 {head}",
    "run quanyi db upgrade": "请运行 quanyi db upgrade",
    "bring it into force again: quanyi apply": "请重新发布：quanyi apply",
    "the witness saw change {number} at {at}, of release {epoch}; the database, which stands at {stands} and release {now}, does not know it: it came back from a backup, and would draw codes that were delivered since": "见证记录过变更 {number}（{at}，发布 {epoch}），而数据库停在 {stands}（发布 {now}），没有这条变更：它是从备份恢复的，会再次发出此后已发出的卡密",
    "run quanyi codes quarantine, see docs/backups.md": "请运行 quanyi codes quarantine，见 docs/backups.md",
    "the time of mall {mall} stands at {at}, ahead of the clock": "商城 {mall} 的时间为 {at}，超前于系统时钟",
    "put the clock right, or say quanyi clock --accept": "请校准时钟，或运行 quanyi clock --accept",
    "the stored units, events and catalogue are not what was applied": "保存的单位、事件和目录不是当时发布的内容",
    # how things are named in them
    "{mall}: {name}": "{mall}：{name}",
    "wallet of {holder} in {unit}": "{holder} 的 {unit} 钱包",
    "{name}, line {number}": "{name}第 {number} 行",
    "change {number} ({what})": "变更 {number}（{what}）",
    "the release of epoch {epoch}": "发布 {epoch}",
    "the stored text of version {version} of campaign {campaign}": "活动 {campaign} 版本 {version} 的保存内容",
    "{name}, or its source": "{name}或其来源",
    "{name}, in version {version}": "{name}（版本 {version}）",
    "{owner} from pool {pool}": "{owner}（取自卡池 {pool}）",
    "{code} in pool {pool}": "{code}（卡池 {pool}）",
    "of {type} {key}": "“{type} {key}”",
    "{kind} number {number}": "{kind} 第 {number} 号",
    "{timer} of change {number}": "{timer}（变更 {number}）",
    "{parts} in {unit}": "{parts}（{unit}）",
}  # fmt: skip
"""By the English template; parts of the same names, each of which may be a name in turn."""

_PART = re.compile(r"\\{(\w+)\\}")


def books_in_language(text: str, locale: str) -> str:
    """
    A text of `verify` or `doctor` in the language *locale*; as it is where the table has nothing for it.

    >>> books_in_language("wallet of h1 in points, line 3: it says 5, its amounts come to 7", "zh")
    'h1 的 points 钱包第 3 行：记为 5，金额合计为 7'
    """
    return _worded(text) if locale == "zh" else text


def _worded(text: str) -> str:
    for pattern, sentence in _patterns():
        match = pattern.fullmatch(text)
        if match is not None:
            return sentence.format(**{name: _worded(part) for name, part in match.groupdict().items()})
    return text


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The most particular template first: the one that says most itself."""
    most = sorted(BOOKS.items(), key=lambda pair: -len(re.sub(r"\{\w+\}", "", pair[0])))
    return tuple(
        (re.compile(_PART.sub(r"(?P<\1>.+?)", re.escape(english)), re.DOTALL), chinese) for english, chinese in most
    )
