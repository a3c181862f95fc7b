"""A recommendation's reason in words, Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph.rules.ranking import Source

_ACTS: Mapping[str, tuple[str, str]] = {
    "PURCHASED": ("买过", "bought"),
    "CARTED": ("加购过", "put in your cart"),
    "CLICKED": ("点开过", "opened"),
    "VIEWED": ("看过", "looked at"),
    "LIKES": ("赞过", "liked"),
    "COLLECTED": ("收藏了", "saved"),
}
_TITLED = {"Note": ("笔记《{}》", "the note “{}”"), "Topic": ("话题#{}", "#{}"), "User": ("@{}", "@{}")}
_WITHOUT_PATH: Mapping[Source, tuple[str, str]] = {
    Source.SIMILAR: ("和你喜欢的相似", "Like things you took up"),
    Source.TASTE: ("合你一贯的口味", "Fits your taste"),
    Source.FOLLOWED: ("你关注的人也喜欢", "People you follow like it"),
    Source.NOTED: ("和你看过的内容有关", "Related to what you took up"),
    Source.BRAND: ("来自你关注的品牌", "From a brand you follow"),
    Source.TOPIC: ("来自你关注的话题", "Under a topic you follow"),
    Source.INTEREST: ("属于你感兴趣的分类", "In a category you care for"),
    Source.NEIGHBOURS: ("和你口味相近的人也喜欢", "People of like taste took it up"),
    Source.CONTENT: ("和你的兴趣相近", "Close to your interests"),
    Source.TRENDING: ("最近很受欢迎", "Popular now"),
    Source.FRESH: ("刚刚发布", "New"),
}


def sentence(source: Source, language: str, nodes: Sequence[Mapping[str, str | None]], edges: Sequence[str]) -> str:
    """Why, in `zh` or `en`: of a path by its nodes ({label, name}, the viewer first) and the types of its edges.

    Without a path, or where somebody on it is not to be named, of the source alone.
    """
    chinese = language == "zh"
    if len(nodes) < 3 or any(one["name"] is None for one in nodes):
        return _WITHOUT_PATH[source][0 if chinese else 1]
    middle = _called(nodes[1], chinese)
    if source is Source.SIMILAR:
        act = _ACTS[edges[0]][0 if chinese else 1]
        return f"你{act}{middle}，它和这个相似" if chinese else f"You {act} {middle}, which is like this"
    if source is Source.NOTED:
        act = _ACTS[edges[0]][0 if chinese else 1]
        if nodes[1]["label"] == "Product":
            return f"你{act}{middle}，这篇笔记提到了它" if chinese else f"You {act} {middle}, which this note shows"
        return f"你{act}{middle}，其中提到了它" if chinese else f"You {act} {middle}, which shows this"
    if source is Source.FOLLOWED:
        return _followed(middle, nodes, edges, chinese)
    if source is Source.BRAND:
        return f"你关注了品牌{middle}" if chinese else f"You follow the brand {middle}"
    if source is Source.TOPIC:
        return f"你关注了{middle}" if chinese else f"You follow {middle}"
    if source is Source.INTEREST:
        return f"你对{middle}感兴趣" if chinese else f"You care for {middle}"
    return _WITHOUT_PATH[source][0 if chinese else 1]


def _followed(middle: str, nodes: Sequence[Mapping[str, str | None]], edges: Sequence[str], chinese: bool) -> str:
    if edges[1] == "LIKES":
        return f"你关注的{middle}赞过" if chinese else f"{middle}, whom you follow, liked it"
    if len(nodes) == 3:
        return f"你关注的{middle}发布的" if chinese else f"By {middle}, whom you follow"
    note = _called(nodes[2], chinese)
    return f"你关注的{middle}在{note}里提到了它" if chinese else f"{middle}, whom you follow, shows it in {note}"


def _called(node: Mapping[str, str | None], chinese: bool) -> str:
    form = _TITLED.get(node["label"] or "", ("“{}”", "“{}”"))[0 if chinese else 1]
    return form.format(node["name"])
