"""
What parsers and the layer below say in English alone, in Chinese. Their texts are recognised by these templates.
"""

__all__ = ["ELSEWHERE"]

ELSEWHERE = {
    # amounts and times
    "{text} has more than {scale} decimal places": "{text} 的小数超过 {scale} 位",
    "{text} is larger than any amount that is counted": "{text} 超出可计数的范围",
    "{text} is not a number": "{text} 不是数字",
    "{text} is not a number that can be counted": "{text} 不是可计数的数",
    "{text} is not a whole number": "{text} 不是整数",
    "{text} is longer than {most} characters": "{text} 超过 {most} 个字符",
    "{text} is no time at all": "{text} 等于没有时长",
    "{text} is longer than a hundred years": "{text} 超过一百年",
    "{text} is not in our time": "{text} 不在可用的年代",
    "{text} closes before it opens": "{text} 结束早于开始",
    "{text} is not a duration": "{text} 不是时长",
    "{text} is not a schedule": "{text} 不是时间表",
    "{text} is not a time of day": "{text} 不是一天里的时间",
    "{text} is not a weekday": "{text} 不是星期",
    "a duration this long is not read": "时长写得太长",
    "leave the key out, if it means for ever": "如果是永久，请删去这个键",
    "leave the key out, or write something like 30m or 7d": "删去这个键，或写成 30m、7d 这样的时长",
    "no zone is called {zone}": "没有名为 {zone} 的时区",
    "write 30s, 10m, 24h, 7d, 3 days, 1 month or 1 month 2d": "写成 30s、10m、24h、7d、3 days、1 month 或 1 month 2d",
    "write a year from 1970 to 2999": "年份请写 1970 到 2999",
    "write mon, tue, wed, thu, fri, sat or sun": "写成 mon、tue、wed、thu、fri、sat 或 sun",
    "write something like 30m, 7d or 1 month": "写成 30m、7d 或 1 month 这样的时长",
    "write two schedules to cross midnight": "跨过午夜的请写成两段",
    # replies of suppliers in stories
    "a reply is {words} or a map with one of {kinds}": "供应商答复可以是 {words}，或包含 {kinds} 之一的映射",
    "a reply that is {kind} says nothing of {name}": "{kind} 这种答复里没有 {name}",
    "codes of a reply are a list": "答复里的 codes 是列表",
    "{text} is not a wait: write 30s or 10m": "{text} 不是等待时间：可写 30s 或 10m",
    "{text} is not an amount of at most {scale} places": "{text} 不是至多 {scale} 位小数的金额",
    # values in general
    "should be greater than or equal to {least}": "不能小于 {least}",
    "should be greater than {least}": "必须大于 {least}",
    "should be less than or equal to {most}": "不能大于 {most}",
    "should be less than {most}": "必须小于 {most}",
    "string should have at most {most} characters": "最多 {most} 个字符",
    "string should have at most {most} character": "最多 {most} 个字符",
    "tuple should have at most {most} items after validation, not {count}": "最多 {most} 项，实际有 {count} 项",
    "tuple should have at most {most} items after validation, not more": "最多 {most} 项",
    "dictionary should have at most {most} items after validation, not {count}": "最多 {most} 项，实际有 {count} 项",
    # expressions
    "undeclared reference to {name}": "没有声明过 {name}",
    "undefined field {name}": "没有字段 {name}",
    "found no matching overload for {what} applied to {types}": "{what} 不能用于 {types}",
    "the expression ends too early": "表达式没有写完",
    "Syntax error: {what}": "语法错误：{what}",
    # YAML
    "expected {expected}, but found {found}": "这里应是 {expected}，实际是 {found}",
    "found duplicate anchor {what}": "锚点重复：{what}",
    "found undefined alias {what}": "没有这个别名：{what}",
    "found unexpected end of stream": "文件意外结束",
    "found unexpected {what}": "出现了意外的 {what}",
    "while scanning {what}": "读取 {what} 时出错",
}
"""By the English template; parts of the same names."""
