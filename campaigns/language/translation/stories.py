"""
Findings in stories, in Chinese.
"""

__all__ = ["STORIES"]

STORIES = {
    "a path from the project's folder, like changes/stronger.yaml": "写项目文件夹里的路径，如 changes/stronger.yaml",
    "a story has at least one step": "故事至少要有一步",
    "expected a list of codes": "这里应是卡密的列表",
    "expected a list of words": "这里应是词语的列表",
    "expected a map of names": "这里应是以名称为键的映射",
    "expected the code of a refusal": "这里应是拒绝的代号",
    "let time pass": "let time pass",
    "like limit-reached": "如 limit-reached",
    "more than the quota of {most}": "超过了 {most} 件的配额",
    "nothing happens here": "这一步什么也没发生",
    "nothing is asked here that could have a context": "这一步没有请求，不能带上下文",
    "the key 'who' is missing": "缺少键 who",
    "the story has {count} campaigns of this kind; say which: CAMPAIGN.{whose}": (
        "故事里有 {count} 个这种活动；请写明是哪个：活动名.{whose}"
    ),
    "there is no file {file!r} in the project": "项目里没有文件“{file}”",
    "there is no user {user!r}": "没有“{user}”这个用户",
    "this step is earlier than the one before it": "这一步比上一步还早",
    "write stock: in the catalogue, or codes: here": "请在目录里写 stock:，或在这里写 codes:",
    'write "2026-05-01", "2026-05-01 10:00" or never': '写成 "2026-05-01"、"2026-05-01 10:00" 或 never',
    "{amount} is not an amount": "{amount} 不是数量",
    "{benefit!r} has no pool of codes": "“{benefit}”没有卡池",
    "{text} is not an instant": "{text} 不是时刻",
    "{thing!r} is the host's own and has no stock here; this changes nothing": (
        "“{thing}”是宿主自己的，这里没有库存；这样写不起作用"
    ),
    "{thing!r} never runs out: the catalogue gives it no stock": "“{thing}”不会缺货：目录没有给它库存",
    "{value} is not a whole number": "{value} 不是整数",
}
"""By the English template; parts of the same names."""
