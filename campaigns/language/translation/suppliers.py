"""
Findings about suppliers, in Chinese.
"""

__all__ = ["SUPPLIERS"]

SUPPLIERS = {
    "a call-back says no instant, so an old one could be sent as a new one": "回调没有时间，旧的回调可以冒充新的重发",
    "a call-back that is not signed could be anybody's": "没有签名的回调可能出自任何人",
    "a form and a query have no maps and lists": "表单和查询串里不能有映射和列表",
    "a path has no query, and no value that may be missing": "路径里不能有查询串，也不能有可能缺失的值",
    "a signature inside the body can't sign the body": "签名在请求体里面，就无法再对整个请求体签名",
    "add {secret.NAME} with a name of secrets": "请加上 {secret.NAME}，NAME 是 secrets 里的一个名字",
    "an HMAC needs a key": "HMAC 需要密钥",
    "an item that is a map is one code": "列表项是映射时，一项就是一张卡密",
    "anybody could compute this signature: there is no secret in its text": "签名文本里没有密钥，任何人都能算出这个签名",
    "it is no address to which paths can be added": "这不是可以接上路径的地址",
    "it stands either in a header or in a field": "要么放在请求头里，要么放在字段里，二者选一",
    "leave it in one place": "只保留一处",
    "leave out split or text": "split 和 text 只写一个",
    "nothing says what an answer means": "没有说明供应商的答复是什么意思",
    "nothing says where our reference stands in a call-back": "没有说明回调里我方的采购流水号在哪里",
    "nothing says where the supplier's number of a purchase stands": "没有说明供应商的单号在哪里",
    "say where the instant stands, timestamp: {header: X-Timestamp}; or write age: none, if it says none": (
        "请写明时间在哪里：timestamp: {header: X-Timestamp}；如果它不带时间，写成 age: none"
    ),
    "sign {body} or {fields}": "请对 {body} 或 {fields} 签名",
    "sign {fields}, or put the signature into a header": "请对 {fields} 签名，或把签名放到请求头里",
    "sign {nonce} too": "请把 {nonce} 也列入签名",
    "sign {timestamp} too": "请把 {timestamp} 也列入签名",
    "the file describes {count} suppliers, not one": "这个文件描述了 {count} 个供应商，应当只有一个",
    "the instant is signed, and stands nowhere": "时间列入了签名，却没有说明放在哪里",
    "the instant of a call-back is not signed, so an old one could be sent as a new one": (
        "回调的时间没有列入签名，旧的回调可以冒充新的重发"
    ),
    "the nonce of a call-back is not signed, so it could be sent again under another one": (
        "回调的随机串没有列入签名，换一个随机串就能重发"
    ),
    "there is a supplier {name!r} already": "已经有名为“{name}”的供应商",
    "there is no secret {name!r} here": "secrets 里没有“{name}”",
    "there is no value {name!r} here": "这里没有“{name}”这个值",
    "what a call-back says is not signed": "回调的内容没有列入签名",
    "write https://api.acme.example/v2, without user, query and fragment": (
        "写成 https://api.acme.example/v2 这样，不带用户名、查询串和片段"
    ),
    "write at most {seconds}s": "最多写 {seconds}s",
    "write body: json, or a text": "写成 body: json，或改为文本",
    "write data.order.no, or data.cards[].code for each item of a list": (
        "写成 data.order.no；列表的每一项写成 data.cards[].code"
    ),
    "write it under send, with body: query": "请写到 send 下，并写上 body: query",
    "write key: sign, a name of secrets": "写成 key: sign，用 secrets 里的一个名字",
    "write reads: {state: data.status, states: {delivered: [DONE]}}, or no_state: accepted": (
        "写成 reads: {state: data.status, states: {delivered: [DONE]}}，或 no_state: accepted"
    ),
    "write signing: {…} here, or in the file": "请在这里或文件顶层写上 signing: {…}",
    "write {header: X-Signature} or {field: sign}": "写成 {header: X-Signature} 或 {field: sign}",
    "write {no} with the name of a key of the item": "写成 {no} 这样，里面是列表项中的键名",
    "{said!r} stands under {one} too": "“{said}”同时写在了 {one} 下",
    "{text} is too long": "{text} 太长",
    "{value} is no path into an answer": "{value} 不是答复中的路径",
    "{word} says nothing in an answer to {request}": "{word} 在 {request} 的答复里没有意义",
}
