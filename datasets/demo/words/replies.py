"""What people answer: comments by intent, and the frames of reviews, per language (Chinese, English)."""

from __future__ import annotations

from datasets.demo.talk import ADVISE, AGREE, CALL, CHIME, DISAGREE, DOUBT, PRAISE, THANKS

COMMENTS: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = {
    AGREE: (
        ("同感，{m}", "我也买了，{m}，没踩雷", "+1，尤其是{m}", "用了半年的人来作证：{m}", "{m}，就冲这个我回购了两次", "真的！{m}", "是的是的，我家那份也是，{m}"),
        ("Same here, {m}", "Bought it last month: {m}", "Can confirm: {m}", "Yes! {m}", "This. {M}."),
    ),
    DISAGREE: (
        ("我这边不太行，{d}", "只有我觉得{d}吗", "说个反面的：{d}", "一般般吧，{d}", "买了，{d}，已经闲置", "楼主没提{d}"),
        ("Not for me: {d}", "Am I the only one who thinks: {d}?", "Hmm, {d}", "A word of warning: {d}", "Returned mine. {D}."),
    ),
    PRAISE: (
        ("写得好认真，收藏了", "终于有人把{category}讲明白了", "马住，这周末就试", "照着买了，回来还愿", "博主的文字好舒服", "关注了，多写点", "看饿了/看心动了哈哈哈", "每次看你的笔记都忍不住下单", "干货！谢谢分享", "太实用了吧", "已抄作业✍️", "种草成功🌱"),
        ("Saved this, thank you", "So useful", "Love how honest this is", "Trying this at the weekend", "Best {category} note I have read this week", "Followed!", "You talked me into it", "More of these please"),
    ),
    CHIME: (
        ("我也是这样过来的，抱抱", "第三条说到心坎里了", "补充一个：别着急，慢慢来", "看完立刻行动起来", "原来不止我一个人", "这条应该置顶", "我试过，真的有用", "坐标{region}，表示同意", "笑死，说的就是我", "{theme}，这标题就是写给我的"),
        ("I have been there", "Point three is so true", "Glad it is not only me", "Tried it and it works", "Greetings from {region}, same story", "Ha, that is me exactly"),
    ),
    CALL: (
        ("@{handle} 快来看", "@{handle} 你不是要买{type}吗", "@{handle} 上次说的就是这个", "喊一下 @{handle}", "@{handle} 周末一起？"),
        ("@{handle} look at this", "@{handle} weren't you after a {type}?", "@{handle} this is the one", "@{handle} weekend?"),
    ),
    DOUBT: (
        ("这是广告吧？", "收了多少钱啊", "怎么到处都在推{type}", "感觉是恰饭，先观望", "有没有自费的说说真话", "评论区好多水军的样子"),
        ("Is this an ad?", "Feels sponsored", "Why is everyone pushing this {type}?", "Any review from someone who paid for it?"),
    ),
    ADVISE: (
        ("可以看看{product}，{m}", "我用的{product}，{m}，就是{d}", "别买太贵的，先试{product}", "{type}的话优先考虑：{m}", "蹲一个答案，我也想买{type}"),
        ("Look at the {product}: {m}", "I have the {product}. {M}, but {d}", "Try the {product} first", "For a {type} I would insist on this: {m}", "Following, I need a {type} too"),
    ),
    THANKS: (
        ("谢谢喜欢～", "哈哈一起加油", "有用就好！", "好嘞，我去试试", "谢谢解答🙏", "抱抱你", "收到，感谢！", "下次再更"),
        ("Thank you!", "Glad it helps", "Will try, thanks 🙏", "Haha same", "Thanks for the answer"),
    ),
}  # fmt: skip
CHIPS = ("", "", "", "", "～", "！", "🥹", "😂", "🫶", "👍", "哈哈", "🌟")
CHIPS_EN = ("", "", "", "", "!", " 😂", " 🫶", " 👍", " 🙌")
ANSWERS_DOUBT = (
    ("自费买的哈，订单截图可以发", "有合作我会标注的，放心", "不是广告，缺点也写了呀", "理解怀疑，按需购买就好"),
    ("Paid for it myself", "I mark paid posts, promise", "Not an ad, I listed the downsides too", "Fair question, buy only if you need it"),
)

# Frames of reviews by stars 1..5.
REVIEWS: tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]] = (
    (
        ("{d}，已经申请退货。", "踩雷了，{d}，客服也不理人。", "和描述不符，{d}。不会再买。", "{d}。白花钱，一星给快递。", "用了两次就放弃了，{d}。"),
        ("失望，{d}。", "期望太高了，{d}，勉强能用。", "{d}，不太推荐，价格还不低。", "除了包装好看，{d}。", "一般，{d}。不回购。"),
        ("中规中矩。{m}，但是{d}。", "优点是{m}；缺点是{d}。三星不亏。", "凑合用，{m}，{d}。", "没有大家说的那么神，{m}是真的，{d}也是真的。", "还行吧，{m}。"),
        ("总体满意，{m}。小缺点：{d}。", "{m}，{m2}。少一星是因为{d}。", "不错，{m}，包装也用心。", "{scene}用刚好，{m}。", "第一次买这家，{m}，物流两天到。", "{m}，客服态度也好，会考虑回购。"),
        ("{m}，{m2}，满分！", "回购第三次了，{m}。", "超出预期！{m}，{m2}。", "{scene}用它真的省心，{m}。", "看了笔记来买的，没被骗，{m}。", "送朋友也送了一份，{m}。", "包装严实，{m}，家里人都说好。", "{m}。这个价格找不到对手了。"),
    ),
    (
        ("{D}. Sent it back.", "Not as described: {d}.", "Gave up after two tries: {d}.", "One star. {D}."),
        ("Disappointed: {d}.", "I expected more. {D}.", "Nice box, but {d}.", "Meh. {D}, and it is not cheap."),
        ("Average. {M}, but {d}.", "The good: {m}. The bad: {d}.", "It does the job. {M}.", "Not as magical as people say, though {m}."),
        ("Happy overall: {m}. Small issue: {d}.", "{M}, and {m2}. One star off: {d}.", "Good for {scene}. {M}.", "First time with this brand. {M}. Arrived in two days."),
        ("{M}, {m2}. Perfect!", "Third time buying. {M}.", "Better than expected: {m}.", "So good for {scene}. {M}.", "Came here from a note and was not let down: {m}.", "Got one for a friend too. {M}."),
    ),
)  # fmt: skip
PAID_REVIEWS = (
    ("非常好用，五星好评，推荐大家购买！", "宝贝收到了，质量很好，物流很快，五星！", "特别满意的一次购物，{type}很好，值得购买！", "很好很好，大品牌值得信赖，全家都喜欢！", "{type}质量杠杠的，和描述一样，好评！", "已经推荐给朋友了，{type}真的不错，五分好评！"),
    ("Great product, five stars, highly recommend!", "Very good quality, fast shipping, five stars!", "Best {type} ever, everyone should buy it!", "Perfect, exactly as described, love it!"),
)  # fmt: skip
