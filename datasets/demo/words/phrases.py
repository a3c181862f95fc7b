"""Sentences of notes that any category can use, per language (Chinese, English).

Slots: {type} the sort of product, {product} its full name, {scene} where it is used, {m} a merit and {d} a drawback
(clauses), {M} and {D} the same with a capital, {yuan} the price, {days} a number, {region} the writer's home.
"""

from __future__ import annotations

TITLES = (
    (
        "用了{days}天的{type}，来交作业", "{type}怎么选？我的答案是它", "被问了八百遍的{type}，一次说清楚",
        "{product}｜真实测评", "这支{series}{type}，我愿意空瓶再买", "{scene}，我只带这个{type}", "不吹不黑聊聊这款{type}",
        "{yuan}块的{type}，到底值不值", "后知后觉爱上的{type}", "{series}{type}，相见恨晚", "{season}的{type}，就认准这一个",
        "{type}红黑榜：先看这一篇", "入手{type}前想说的几句真话", "替你们试过了，{product}", "我和{type}的{days}天",
        "{type}懒人结论：可以冲", "原来好用的{type}是这样的", "谁懂啊，{type}居然能这么省心",
    ),
    (
        "{days} days with this {type}", "An honest word on the {product}", "The {type} everyone keeps asking me about",
        "Is a ¥{yuan} {type} worth it?", "I was wrong about this {type}", "My {season} {type}, sorted",
        "{product}: the good and the bad", "A {type} for {scene}", "Why I keep coming back to this {type}",
        "Read this before you buy a {type}", "The {type} I would buy again", "Small joys: a {type} that just works",
    ),
)  # fmt: skip
TITLES_PLAIN = (("{series}{type}",), ("{series} {type}",))

OPENINGS = (
    (
        "{scene}真的离不开{type}，前前后后试过五六款，最近固定用{product}。",
        "朋友安利的{product}，犹豫了两个月终于下单，到现在用了{days}天。",
        "先说背景：坐标{region}，{season}，用得最多的场合是{scene}。这款{type}是{product}。",
        "上一款{type}用完了，换成{product}，写一篇给还在纠结的姐妹。",
        "本来只是凑单买的{product}，没想到成了这个{season}用得最多的东西。",
        "评论区一直催的{type}测评来了，主角是{product}，自费，用了{days}天才敢写。",
        "最近的心头好是{product}。不是一眼惊艳的那种，是用着用着就离不开了。",
        "说实话，{scene}的时候才能看出一个{type}好不好。{product}算是过关了。",
        "我对{type}要求挺多的，{product}是今年第三款，也是留下来的一款。",
        "妈妈看我天天用{product}，也让我给她买了一份。",
        "{season}到了，{type}该换就换。这次选的是{product}。",
        "搬到{region}之后才认真研究{type}，绕了一圈，停在了{product}。",
    ),
    (
        "I have had the {product} for {days} days now, mostly for {scene}.",
        "After three disappointments I finally found a {type} that suits me: the {product}.",
        "A friend in {region} swore by the {product}, so I gave in.",
        "I bought the {product} with my own money and waited {days} days before writing this.",
        "It is {season} here in {region}, and my old {type} had run its course. Enter the {product}.",
        "For {scene} you really notice whether a {type} is any good. This is the {product}.",
        "You asked for it, so here is my take on the {product}.",
        "I did not expect to have opinions about a {type}, yet here we are with the {product}.",
    ),
)  # fmt: skip

HEADINGS = (
    ("✨使用感受", "📝 用后感", "🌿 说说优点", "🔍 细节", "💡 重点来了", "🧺 日常体验", "👀 先看结论"),
    ("✨ How it feels", "📝 Notes", "🌿 The good", "🔍 Details", "💡 In short", "🧺 Day to day"),
)

MERITS = (
    (
        "{m}。", "{m}！", "✅ {m}。", "最打动我的一点：{m}。", "而且{m}。", "用下来的感受是，{m}。", "必须夸一句：{m}。", "{m}，这点真的加分。",
        "没想到{m}。", "还有就是{m}。", "认真用了之后发现，{m}。", "同事也说，{m}。", "细节上，{m}。",
    ),
    (
        "{M}.", "{M}!", "✅ {M}.", "What I like most: {m}.", "Another thing: {m}.", "Worth saying: {m}.", "{M}, which I did not expect.",
        "The part that sold me: {m}.", "In daily use: {m}.", "And yes, {m}.",
    ),
)  # fmt: skip

DRAWBACKS = (
    (
        "⚠️ 要说缺点，{d}。", "不足也有：{d}。", "唯一想吐槽的是{d}。", "提醒一下，{d}。", "扣一分，因为{d}。", "❌ {d}，介意的再想想。",
        "别怪我没说，{d}。",
    ),
    (
        "⚠️ One complaint: {d}.", "Not perfect, though: {d}.", "Be aware: {d}.", "❌ {D}.", "I take a point off for this: {d}.",
        "My only grumble: {d}.",
    ),
)  # fmt: skip

# By how the price feels: cheap, middling, dear.
PRICES = (
    (
        ("{yuan}块，用坏了也不心疼。", "{yuan}元拿下，学生党可以闭眼入。", "一顿火锅的钱都不到，{yuan}块很可以了。", "这个价位（{yuan}）挑不出毛病。"),
        ("{yuan}块，不算便宜，也没到肉疼。", "日常价{yuan}，等活动叠券更划算。", "{yuan}的价格，和品质是对得上的。", "大促的时候会再便宜点，平时{yuan}。"),
        ("{yuan}块，买之前做了一周心理建设。", "价格确实贵，{yuan}，但是用得久。", "{yuan}，钱包在哭，我在笑。", "贵（{yuan}），建议先蹭朋友的试一试。"),
    ),
    (
        ("At ¥{yuan} it is a steal.", "Cheap enough at ¥{yuan} not to overthink it.", "¥{yuan}, less than dinner out."),
        ("¥{yuan}, fair for what you get.", "It is ¥{yuan}, and the sales bring it down.", "Not cheap, not silly: ¥{yuan}."),
        ("¥{yuan} hurts, I will not lie.", "Expensive at ¥{yuan}, but it lasts.", "I thought about ¥{yuan} for a week before paying."),
    ),
)  # fmt: skip

# By how good the thing is: poor, middling, good.
VERDICTS = (
    (
        ("总的来说不会回购。", "一句话：别跟风。", "用完这份就换别家了。", "期待太高，有点失望。", "闲置出了，有缘再见。"),
        ("中规中矩，适合不挑的人。", "及格线以上，不惊喜也不踩雷。", "打个七分吧，大促可以考虑。", "能用，但还在找更好的。"),
        ("会无限回购的那种。", "已经囤了第二份。", "推荐给和我一样怕踩雷的人。", "今年的爱用物有它一席。", "放心冲，不好用来骂我。", "真心觉得被低估了。"),
    ),
    (
        ("I will not buy it again.", "Save your money.", "Disappointed, to be honest.", "Mine is already on the second-hand shelf."),
        ("Decent, not life-changing.", "Seven out of ten from me.", "Fine, but I am still looking.", "Get it on sale or not at all."),
        ("I already bought a second one.", "A keeper.", "Easily one of my favourites this year.", "Recommended without hesitation.", "Underrated, truly."),
    ),
)  # fmt: skip

CLOSERS = (
    (
        "有问题评论区见～", "你们在用哪款？求推荐。", "码住，下次买不迷路📌", "以上，纯个人感受。", "觉得有用就点个收藏吧🌟", "下一篇想看什么，告诉我。",
        "今天就到这里，去加班了。", "写完发现已经十二点，晚安🌙", "", "", "",
    ),
    (
        "Ask me anything below.", "What are you using? Tell me.", "Save it for later 📌", "Just my two cents.", "More soon.",
        "That is all, back to work.", "", "", "",
    ),
)  # fmt: skip

DISCLOSURES = (
    ("📢 本篇为与{brand}的合作，体验是真实的。", "（商业合作｜感谢{brand}的产品支持）", "🤝 含品牌合作内容，优缺点照写。"),
    ("📢 Paid partnership with {brand}; the opinions are mine.", "(Ad: {brand} sent this and paid for my time.)"),
)
OFFERS = (
    ("🛒 旗舰店这周有粉丝价，点商品就能看到。", "到手还送小样，活动到周日。", "报我名字客服会多送一份试用。"),
    ("🛒 There is a follower price in the flagship store this week.", "Tap the product for a free sample with every order."),
)
HYPE = (
    (
        "姐妹们给我冲！{product}真的绝绝子，闭眼入不亏！", "现在下单最划算，错过等一年，链接我放下面了！", "全网都在抢，仓库快断货了，手慢无！",
        "用一次就回不去了，谁用谁知道，直接封神！", "亲测有效，三天见效果，朋友们都来要链接！",
    ),
    (
        "Run, do not walk: the {product} is unreal!", "Use the link before it sells out, best price of the year!",
        "Everyone is buying this, stock is almost gone!", "It changed my life in three days, no joke!",
    ),
)  # fmt: skip
OFFICIAL = (
    ("{brand}新品来了：{product}。", "{brand}的老朋友都知道，{product}我们改了七版。", "本周{brand}旗舰店的主角是{product}。", "研发同学说，{product}最难的是把细节做对。"),
    ("New from {brand}: the {product}.", "It took {brand} seven versions to get the {product} right.", "This week at {brand}: the {product}."),
)  # fmt: skip
OFFICIAL_CLOSERS = (
    ("欢迎来旗舰店看看。", "评论区抽三位送正装🎁", "使用中有任何问题，留言我们都会看。"),
    ("Come and see us in the flagship store.", "Three commenters will get one 🎁", "Questions? We read every comment."),
)

ROUNDUP_TITLES = (
    ("{season}{category}好物合集，{n}件都是回购款", "{scene}清单｜这{n}样真的够了", "{category}爱用物{n}件，附真实优缺点", "年度{category}红黑榜，一篇看完", "最近入手的{n}件{category}小东西"),
    ("{n} {category} finds for {season}", "{category}: {n} things I would buy again", "My {season} {category} round-up", "{n} things that earned their place"),
)  # fmt: skip
ROUNDUP_OPENINGS = (
    ("整理了最近反复用的{n}样，都和{scene}有关，按喜欢程度排。", "应评论区要求，把{category}的家底翻出来，{n}件，长短不一。", "{season}买的东西不少，留下来的只有这{n}样。", "不是推荐你全买，按需挑就好，{n}件都用了一个月以上。"),
    ("Here are {n} things I keep reaching for, in order of love.", "You asked for a list, so here is mine: {n} things for {scene}.", "I bought too much this {season}; these {n} survived."),
)  # fmt: skip
BULLETS = ("1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣")

THEME_HEADINGS = (("🌱", "📍", "✏️", "💭", "🧡"), ("🌱", "📍", "✏️", "💭", "🧡"))
THEME_CLOSERS = (
    ("慢慢来，共勉。", "写给和我一样的人。", "有别的办法也告诉我呀～", "以上都是个人经验，不一定适合所有人。", "收藏等于学会（不是）。", "下次再补充细节。"),
    ("Be kind to yourself.", "What worked for you?", "Your mileage may vary.", "More when I know more.", "Save it, then actually do it."),
)  # fmt: skip

QUESTION_TITLES = (
    ("求推荐一款{type}！", "{type}到底怎么选啊", "预算{yuan}左右，{type}买哪个？", "救救选择困难症：{type}", "{scene}用的{type}，有推荐吗？"),
    ("Help me pick a {type}", "Which {type} would you buy?", "Looking for a {type} for {scene}"),
)  # fmt: skip
QUESTIONS = (
    ("旧的{type}坏了，想换一个，主要是{scene}用。", "做了一晚上功课，{type}越看越乱。", "预算{yuan}上下，再高就要吃土了。", "最在意的是：{m}。有没有能做到的？", "上一款的问题是{d}，不想再踩。", "坐标{region}，最好能快点到。", "先谢谢大家，选好了回来写测评🙏"),
    ("My old {type} gave up, and I need one for {scene}.", "I read reviews all night and know less than before.", "Budget is about ¥{yuan}.", "What I care about: {m}. Does that exist?", "The problem with the last one: {d}.", "Thanks in advance, I will report back 🙏"),
)  # fmt: skip
CALLS = (("@{handle} 这就是上次跟你说的那个", "感谢 @{handle} 的安利", "和 @{handle} 一起试的"), ("thanks @{handle} for the tip", "tried it together with @{handle}"))
BRAND_CALLS = (("@{brand} 继续保持", "夸一下 @{brand}", "@{brand} 什么时候出新的"), ("well done @{brand}", "@{brand} take note"))

SEASONS = {
    "spring": ("春天", "spring"),
    "summer": ("夏天", "summer"),
    "autumn": ("秋天", "autumn"),
    "winter": ("冬天", "winter"),
}
