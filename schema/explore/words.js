// The page in Chinese and English.

const WORDS = {
  title: ["种草 · 探索", "Zhongcao · Explorer"],
  picture: ["图谱", "Picture"],
  console: ["Cypher 控制台", "Cypher console"],
  toTable: ["跳到节点表", "Skip to the table of nodes"],
  signIn: ["登录", "Sign in"],
  signOut: ["退出", "Sign out"],
  signInHint: ["供分析师、数据科学家与品牌成员使用。", "For analysts, data scientists and those who work for a brand."],
  email: ["邮箱", "E-mail"],
  password: ["密码", "Password"],
  noRole: ["此账号没有分析师或品牌成员的角色。", "This account is no analyst's and no brand member's."],
  tools: ["工具", "Tools"],
  search: ["搜索", "Search"],
  searchHint: ["创作者、品牌、商品、话题…", "creator, brand, product, topic …"],
  searchKind: ["找什么", "What to look for"],
  all: ["全部", "Everything"],
  find: ["查找", "Find"],
  User: ["创作者", "Creator"],
  Brand: ["品牌", "Brand"],
  Product: ["商品", "Product"],
  Topic: ["话题", "Topic"],
  Note: ["笔记", "Note"],
  Category: ["类目", "Category"],
  expand: ["展开", "Expand"],
  expandKind: ["按哪种关系", "By which ties"],
  allTies: ["所有关系", "All ties"],
  atMost: ["每种至多", "At most, each"],
  expandSelected: ["展开所选", "Expand the selection"],
  FOLLOWS: ["关注", "follows"],
  "FOLLOWS>": ["关注了谁", "follows (outgoing)"],
  "FOLLOWS<": ["粉丝", "followers"],
  POSTED: ["发布", "posted"],
  LIKES: ["点赞", "likes"],
  TAGGED: ["话题标签", "tagged"],
  FEATURES: ["笔记展示商品", "features"],
  MENTIONS: ["提到", "mentions"],
  IN_CATEGORY: ["属于类目", "in category"],
  MAKES: ["出品", "makes"],
  OFFICIAL_ACCOUNT_OF: ["官方账号", "official account of"],
  SIMILAR: ["相似", "similar"],
  BOUGHT_WITH: ["常一起买", "bought with"],
  filter: ["筛选", "Filter"],
  things: ["节点", "Nodes"],
  ties: ["关系", "Ties"],
  minFollowers: ["创作者粉丝至少", "Creators' followers, at least"],
  style: ["样式", "Style"],
  sizeBy: ["大小", "Size"],
  colourBy: ["颜色", "Colour"],
  layout: ["布局", "Layout"],
  arrange: ["重新布局", "Arrange"],
  legend: ["图例", "Legend"],
  byType: ["类型", "type"],
  byCategory: ["类目", "category"],
  byCommunity: ["社群", "community"],
  byKind: ["账号/媒介", "kind"],
  byRegion: ["地区", "region"],
  same: ["相同", "the same"],
  degree: ["关系数", "Ties"],
  followers: ["粉丝", "Followers"],
  likes: ["赞", "Likes"],
  notes: ["笔记数", "Notes"],
  heat: ["热度", "Heat"],
  cose: ["力导向", "forces"],
  concentric: ["同心圆", "concentric"],
  circle: ["圆环", "circle"],
  breadthfirst: ["层次", "layers"],
  grid: ["网格", "grid"],
  toolbar: ["图上操作", "What to do with the picture"],
  box: ["框选", "Box select"],
  path: ["两点路径", "Path of two"],
  pin: ["固定/松开", "Pin / unpin"],
  hide: ["隐藏", "Hide"],
  showAll: ["全部显示", "Show all"],
  shortlist: ["候选名单", "Shortlist"],
  fit: ["适应窗口", "Fit"],
  clear: ["清空", "Clear"],
  copyLink: ["复制链接", "Copy link"],
  canvas: ["关系图；右侧的表格列出同样的节点", "Graph; the table beside it lists the same nodes"],
  empty: ["搜索一个创作者、品牌、商品或话题，从它开始。", "Search for a creator, brand, product or topic to begin with."],
  facts: ["所选与节点表", "The selection, and the table of nodes"],
  chosen: ["所选", "Selection"],
  nothingChosen: ["没有选中节点", "Nothing is selected"],
  manyChosen: ["个节点被选中", "nodes are selected"],
  nodes: ["节点表", "Nodes"],
  choose: ["选", "Pick"],
  name: ["名称", "Name"],
  type: ["类型", "Type"],
  handle: ["标识", "Handle"],
  region: ["地区", "Region"],
  kind: ["种类", "Kind"],
  category: ["类目", "Category"],
  remove: ["移出", "Remove"],
  loading: ["正在读取…", "Loading …"],
  searched: ["条结果", "results"],
  noResult: ["没有找到", "Nothing was found"],
  added: ["个新节点", "new nodes"],
  more: ["还有更多：", "There are more: "],
  notThere: ["它不在，或不对所有人可见", "It is not there, or not for everybody to see"],
  chooseSome: ["请先选中节点", "Select nodes first"],
  chooseTwo: ["请恰好选中两个节点", "Select exactly two nodes"],
  noPath: ["六步之内没有路径", "There is no path of six ties or fewer"],
  pathOf: ["步的路径", "ties from one to the other"],
  copied: ["链接已复制", "The link is copied"],
  linkInBar: ["链接在地址栏里", "The link is in the address bar"],
  reopened: ["已按链接打开", "Opened as the link says"],
  badLink: ["链接不完整，无法打开", "The link is damaged and cannot be opened"],
  gone: ["个节点已不可见", "nodes are not to be seen any more"],
  saved: ["已保存", "Saved"],
  tooMany: ["图上至多 5000 个节点；请先隐藏或清空", "5,000 nodes at most; clear some first"],
  question: ["查询", "Question"],
  parameters: ["参数 (JSON)", "Parameters (JSON)"],
  run: ["运行", "Run"],
  runHint: ["Ctrl-Enter 运行，Ctrl-空格 补全", "Ctrl-Enter runs, Ctrl-Space completes"],
  history: ["历史", "History"],
  forget: ["清除历史", "Forget"],
  views: ["视图", "Views"],
  asTable: ["表格", "Table"],
  asGraph: ["图", "Graph"],
  answer: ["结果", "Answer"],
  rows: ["行", "rows"],
  cut: ["结果被截断", "the answer is cut"],
  shownRows: ["仅显示前", "shown are the first"],
  plan: ["执行计划", "Plan"],
  noGraph: ["结果里没有节点或关系", "The answer holds no nodes or relationships"],
  badParameters: ["参数不是 JSON 对象", "The parameters are no JSON object"],
};
const LANGUAGES = ["zh", "en"];
const KEY = "zhongcao.language";
let current = LANGUAGES.includes(localStorage.getItem(KEY)) ? localStorage.getItem(KEY) : "zh";

/** A word in the page's language; a key without one is shown as it is. */
export function word(key) {
  return WORDS[key]?.[LANGUAGES.indexOf(current)] ?? key;
}

export function language() {
  return current;
}

/** Writes the page's own words. */
export function write(root = document) {
  document.documentElement.lang = current === "zh" ? "zh-CN" : "en";
  document.title = word("title");
  for (const one of root.querySelectorAll("[data-word]")) one.textContent = word(one.dataset.word);
  for (const one of root.querySelectorAll("[data-label]")) one.setAttribute("aria-label", word(one.dataset.label));
  for (const one of root.querySelectorAll("[data-placeholder]")) one.placeholder = word(one.dataset.placeholder);
}

export function switchLanguage() {
  current = current === "zh" ? "en" : "zh";
  localStorage.setItem(KEY, current);
}
