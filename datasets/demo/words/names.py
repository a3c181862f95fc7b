"""Invented names: of people, their places, their words about themselves, of brands and of collections."""

from __future__ import annotations

from datasets.demo.words import Pair

CATEGORY_NAMES: tuple[Pair, ...] = (
    ("美妆", "Beauty"), ("穿搭", "Fashion"), ("美食", "Food"), ("旅行", "Travel"),
    ("家居", "Home"), ("母婴", "Baby"), ("运动", "Sports"), ("数码", "Digital"),
)  # fmt: skip

REGIONS: tuple[Pair, ...] = (
    ("上海", "Shanghai"), ("北京", "Beijing"), ("广州", "Guangzhou"), ("深圳", "Shenzhen"), ("成都", "Chengdu"),
    ("杭州", "Hangzhou"), ("重庆", "Chongqing"), ("武汉", "Wuhan"), ("西安", "Xi'an"), ("南京", "Nanjing"),
    ("长沙", "Changsha"), ("苏州", "Suzhou"), ("青岛", "Qingdao"), ("厦门", "Xiamen"), ("昆明", "Kunming"),
    ("沈阳", "Shenyang"), ("郑州", "Zhengzhou"), ("合肥", "Hefei"), ("香港", "Hong Kong"), ("新加坡", "Singapore"),
    ("吉隆坡", "Kuala Lumpur"), ("伦敦", "London"), ("悉尼", "Sydney"), ("温哥华", "Vancouver"),
    ("纽约", "New York"), ("墨尔本", "Melbourne"),
)  # fmt: skip
FIRST_REGION_ABROAD = 18

ZH_CALLED = (
    "阿宁 小鹿 桃桃 阿岚 团子 栗子 米粒 小满 南枝 阿柚 橙子 阿梨 林夏 阿七 小北 云朵 豆包 鱼丸 年糕 阿初 "
    "汤圆 小葵 知秋 阿禾 麦冬 木木 可颂 小舟 青柠 阿拾 安安 沐沐 花卷 小椰 阿默 念念 十一 芋泥 老陆 大周"
).split()
ZH_BEFORE = (
    "爱吃桃的 早睡失败的 今天也要快乐的 不想上班的 努力存钱的 一只 住在山里的 慢半拍的 会发光的 打工人 "
    "研究生 养猫的 背包的 减脂中的 熬夜冠军 社恐 晒太阳的 三十岁的 南方的 爱喝咖啡的"
).split()
ZH_AFTER = (
    "的日记 在路上 不加班 吃什么 的衣柜 慢慢来 想得美 有点甜 今天运动了吗 的小房子 看世界 爱分享 的周末 "
    "同学 碎碎念 的购物车 研究所 go 呀 酱"
).split()
EN_CALLED = (
    "Mia Nora Jay Leo Ruby Iris Theo Luna Ava Max Zoe Finn Ella Kai Ivy Noah June Hana Otto Wren Cleo Remy Sage "
    "Tess Milo Anya Beau Dara Eden Faye"
).split()
EN_AFTER = (
    "in the city;eats;on the go;tries things;& co;at home;outdoors;writes it down;daily;on a budget;after dark;"
    "and the cat;weekends;unpacked;lately"
).split(";")

HANDLE_FIRST = (
    "aning xiaolu taotao alan tuanzi lizi mili xiaoman nanzhi ayou chengzi ali linxia aqi xiaobei yunduo doubao "
    "niangao muqing zhiqiu ahe maidong mumu kesong qingning anan mia nora jay leo ruby iris theo luna ava max zoe "
    "finn ella kai ivy june hana otto wren cleo"
).split()
HANDLE_SECOND = (
    "daily eats runs notes home travels life wears reads cooks bakes hikes studio diary cat sun moon tea coffee "
    "slow city sea hill days park lane blue snow plum rice"
).split()

BIO_ZH = (
    "{region} | {category}爱好者，只写自己真的用过的", "白天上班，晚上研究{category}", "{category}日常，偶尔种草，经常拔草",
    "坐标{region}，记录普通人的小日子", "敏感肌｜小个子｜养了一只橘猫", "认真生活，慢慢写", "钱包很瘪，标准很高",
    "分享{category}和一点碎碎念，评论都会看", "INFJ，社恐但爱写长文", "空瓶和旧鞋才有发言权",
)  # fmt: skip
BIO_EN = (
    "{region}. {category} mostly, opinions always my own", "I buy it so you do not have to", "slow living in {region}",
    "{category} notes from a very ordinary life", "tired, caffeinated, honest about {category}",
    "one cat, two jobs, many tabs", "writing down what actually worked",
)  # fmt: skip
BIO_CREATOR = ("｜合作请私信", " | collabs: DM")

COLLECTIONS: tuple[tuple[str, ...], ...] = (
    ("护肤待买清单", "妆容灵感", "空瓶作业", "Skincare wishlist"),
    ("秋冬穿搭作业", "通勤衣橱", "显瘦合集", "Outfit ideas"),
    ("这周吃什么", "减脂餐合集", "想去的店", "Recipes to try"),
    ("下次去这里", "行李清单", "周末逃跑计划", "Trips to take"),
    ("新家灵感", "收纳作业", "租房好物", "Home inspiration"),
    ("宝宝待办", "辅食合集", "待产包清单", "For the little one"),
    ("训练计划", "跑步装备", "周末爬山", "Workout ideas"),
    ("桌面灵感", "等大促再买", "效率工具箱", "Tech to buy"),
)  # fmt: skip

# Two characters make a brand; every one has its own reading, so that the Latin names differ too.
BRAND_FIRST: tuple[Pair, ...] = tuple(
    (part[0], part[1:]) for part in (
        "岫xiu 岚lan 汀ting 屿yu 砚yan 栖qi 澹dan 蘅heng 茉mo 珞luo 棠tang 筱xiao 榆yuo 沚zhi 皓hao 椴duan "
        "蔓man 霁ji 峦luan 芃peng 笙sheng 泠ling 烨ye 溯su 苒ran 湛zhan 稚zi 荻di 朔shuo 曳yi 蓁zhen 柚you "
        "恬tian 暄xuan 飒sa 缇ti 鹭lu 岑cen 琢zhuo 藜li 梵fan 葵kui 洵xun 桉an 芙fu 壹yio 旻min 漪yih 绾wan "
        "郁yue 珩hen 弥mi 澄cheng 阑lana 牧mu 楠nan 禧xi 陌moe 祺qee 弦xian 翎lin 泓hong 葭jia 枳zhe"
    ).split()
)  # fmt: skip
BRAND_SECOND: tuple[Pair, ...] = tuple(
    (part[0], part[1:]) for part in (
        "序xu 禾he 眠mian 野ye 白bai 川chuan 间jian 橙cheng 里li 语yu 笺jan 舟zhou 沐mu 朵duo 匠jiang 尧yao "
        "麓lu 栗lee 枝zhi 度du 森sen 汐xi 屋wu 陶tao 燃ran 渡doo 芽ya 帆fan 砂sha 澜lan 织zi 简jen "
        "鲸jing 墨mo 露loo 鸣ming 穗sui 巢chao 壤rang 驰chi 桥qiao 籽zee 木muo 曜yaw 衡heng 泊bo 染rann 苔tai "
        "梭suo 黛dai 果guo 宁ning 熹xie 鹿lou 原yuan 铃ling 未wei 朴pu 灯deng 梦meng 汲jie 栎lie 迟chee 叙xui"
    ).split()
)  # fmt: skip
BRAND_STORY: tuple[Pair, ...] = (
    ("从一间{region}的小工作室开始，{name}只做{category}里最常用的几样，慢一点，做好一点。",
     "{name} began in a small studio in {region} and makes a few {category} essentials, slowly and well."),
    ("{name}相信好用比好看更长久。我们在{region}研发，每一批都自己先用三十天。",
     "At {name} we believe useful outlives pretty. Developed in {region}, tested on ourselves for thirty days."),
    ("为认真生活的普通人做{category}：{name}，来自{region}。",
     "{name} from {region}: {category} for ordinary people who take daily life seriously."),
)  # fmt: skip

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
