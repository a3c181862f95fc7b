"""Invented names: of people, their places, their words about themselves, of brands and of collections."""

from __future__ import annotations

from datasets.demo.seasons import CATEGORIES
from datasets.demo.words import Pair
from datasets.demo.words.sections import phrases, sides


def _pairs(name: str) -> tuple[Pair, ...]:
    """The two lists side by side: the same line in both languages is one thing."""
    return tuple(zip(*sides("names", name), strict=True))


CATEGORY_NAMES: tuple[Pair, ...] = (
    ("美妆", "Beauty"),
    ("穿搭", "Fashion"),
    ("美食", "Food"),
    ("旅行", "Travel"),
    ("家居", "Home"),
    ("母婴", "Baby"),
    ("运动", "Sports"),
    ("数码", "Digital"),
)

REGIONS = _pairs("region")
FIRST_REGION_ABROAD = 18
SOUTHERN = ("Sydney", "Melbourne")  # where July is winter

CALLED = sides("names", "called")
BEFORE_ZH = phrases("names", "before", "zh")
AFTER = sides("names", "after")
HANDLE_FIRST = phrases("names", "handle_first", "en")
HANDLE_SECOND = phrases("names", "handle_second", "en")

BIO = sides("names", "bio")
BIO_CREATOR = ("｜合作请私信", " | collabs: DM")

COLLECTIONS = tuple(sides("names", f"collection_{slug}") for slug in CATEGORIES)

# Two characters make a brand; every one has its own reading, so that the Latin names differ too.
BRAND_FIRST = _pairs("brand_first")
BRAND_SECOND = _pairs("brand_second")
BRAND_STORY = _pairs("brand_story")

# How variants of a product differ: names from the smallest to the largest, and the price of each in percent of
# the first (shades and colours cost the same).
PACKS: dict[str, tuple[tuple[str, ...], tuple[int, ...]]] = {
    "size": (("小号 S", "中号 M", "大号 L", "加大号 XL"), (100, 140, 190, 240)),
    "shade": (("01 豆沙 Rose", "02 奶茶 Milk Tea", "03 枫叶 Maple", "04 裸粉 Nude", "05 梅子 Plum"), (100,) * 5),
    "pack": (("单份 Single", "三份装 Pack of 3", "家庭装 Family", "礼盒 Gift Box"), (100, 270, 480, 620)),
    "wear": (("S", "M", "L", "XL", "XXL"), (100,) * 5),
    "shoesize": (("36", "37", "38", "39", "40"), (100,) * 5),
    "babysize": (("S 66cm", "M 73cm", "L 80cm", "XL 90cm"), (100, 100, 105, 110)),
    "colour": (("米白 Ivory", "雾灰 Grey", "墨绿 Deep Green", "黑 Black", "雾蓝 Mist Blue"), (100,) * 5),
    "flavour": (("原味 Original", "海盐 Sea Salt", "麻辣 Spicy", "莓果 Berry", "可可 Cocoa"), (100,) * 5),
    "weight": (("5kg", "10kg", "20kg", "24kg"), (100, 170, 290, 340)),
    "capacity": (("标准版 Standard", "大容量 Large", "旗舰版 Max"), (100, 130, 175)),
    "switch": (("红轴 Red", "茶轴 Brown", "静音轴 Silent"), (100, 100, 108)),
    "screensize": (("24英寸 24-inch", "27英寸 27-inch", "32英寸 32-inch"), (100, 140, 195)),
    "kit": (("单机身 Body", "标准套机 Kit", "双镜头 Two Lenses"), (100, 125, 160)),
}
