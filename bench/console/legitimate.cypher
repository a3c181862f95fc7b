// Questions that must be answered on the demo community, one block each: `// about:` says what is asked, `// language:`
// the version where it is not 5. The index `console_vectors` over `consoleVector` of notes is made for them.

// about: how many of each label there are
MATCH (n:User) RETURN 'User' AS label, count(*) AS nodes
UNION ALL MATCH (n:Note) RETURN 'Note' AS label, count(*) AS nodes
UNION ALL MATCH (n:Product) RETURN 'Product' AS label, count(*) AS nodes;;

// about: how many nodes in all
MATCH (n) RETURN count(n) AS nodes;;

// about: how many relationships in all
MATCH ()-[r]->() RETURN count(r) AS relationships;;

// about: how many of some types
MATCH ()-[r:FOLLOWS|LIKES|COLLECTED]->() RETURN type(r) AS type, count(*) AS number ORDER BY type;;

// about: a node as it is
MATCH (u:User) RETURN u LIMIT 3;;

// about: a relationship as it is
MATCH (:User)-[r:FOLLOWS]->(:User) RETURN r LIMIT 3;;

// about: a path as it is
MATCH p = (:User)-[:POSTED]->(:Note)-[:TAGGED]->(:Topic) RETURN p LIMIT 3;;

// about: degrees
MATCH (u:User) RETURN u.handle AS handle, COUNT { (u)-[:FOLLOWS]->() } AS follows, COUNT { (u)<-[:FOLLOWS]-() } AS followers
ORDER BY followers DESC LIMIT 10;;

// about: the distribution of degrees
MATCH (u:User) WITH COUNT { (u)<-[:FOLLOWS]-() } AS degree
RETURN degree, count(*) AS people ORDER BY degree;;

// about: percentiles of degrees
MATCH (u:User) WITH COUNT { (u)<-[:FOLLOWS]-() } AS degree
RETURN percentileCont(degree, 0.5) AS median, percentileDisc(degree, 0.99) AS p99, avg(degree) AS mean, stDev(degree) AS spread;;

// about: whether following is mutual
MATCH (a:User)-[:FOLLOWS]->(b:User)
WITH count(*) AS ties, sum(CASE WHEN (b)-[:FOLLOWS]->(a) THEN 1 ELSE 0 END) AS mutual
RETURN ties, mutual, toFloat(mutual) / ties AS share;;

// about: triangles
MATCH (a:User)-[:FOLLOWS]->(b:User)-[:FOLLOWS]->(c:User)-[:FOLLOWS]->(a) RETURN count(*) / 3 AS triangles;;

// about: who follows the followed but not each other
MATCH (a:User)-[:FOLLOWS]->(b:User)-[:FOLLOWS]->(c:User)
WHERE a <> c AND NOT (a)-[:FOLLOWS]->(c)
RETURN a.id AS a, c.id AS c, count(b) AS through ORDER BY through DESC, a, c LIMIT 10;;

// about: notes of a day
MATCH (n:Note) WHERE n.publishedAt IS NOT NULL
RETURN date(n.publishedAt) AS day, count(*) AS notes ORDER BY day;;

// about: notes of a month, by truncation
MATCH (n:Note) WHERE n.publishedAt IS NOT NULL
RETURN date.truncate('month', n.publishedAt) AS month, count(*) AS notes ORDER BY month;;

// about: the hours of the day
MATCH (n:Note) WHERE n.publishedAt IS NOT NULL
RETURN n.publishedAt.hour AS hour, count(*) AS notes ORDER BY hour;;

// about: how old accounts are, in days
MATCH (u:User) RETURN duration.inDays(min(u.createdAt), max(u.createdAt)).days AS span;;

// about: the languages of notes
MATCH (n:Note) RETURN n.language AS language, count(*) AS notes, avg(size(n.text)) AS letters;;

// about: the most liked notes, with authors
MATCH (u:User)-[:POSTED]->(n:Note)
RETURN u.handle AS author, n.title AS title, COUNT { (n)<-[:LIKES]-() } AS likes ORDER BY likes DESC LIMIT 10;;

// about: the most liked note of each category
MATCH (n:Note)-[:IN_CATEGORY]->(c:Category)
WITH c, n, COUNT { (n)<-[:LIKES]-() } AS likes ORDER BY likes DESC
WITH c, collect({title: n.title, likes: likes})[0] AS best
RETURN c.slug AS category, best.title AS title, best.likes AS likes;;

// about: the three latest notes of each of some people, by a subquery
MATCH (u:User) WITH u ORDER BY u.id LIMIT 20
CALL (u) { MATCH (u)-[:POSTED]->(n:Note) RETURN n.title AS title, n.publishedAt AS at ORDER BY at DESC LIMIT 3 }
RETURN u.handle AS handle, title, at;;

// about: the same, optionally
MATCH (u:User) WITH u ORDER BY u.id LIMIT 20
OPTIONAL CALL (u) { MATCH (u)-[:POSTED]->(n:Note) RETURN n.title AS title LIMIT 1 }
RETURN u.handle AS handle, title;;

// about: collected topics of each of some notes
MATCH (n:Note) WITH n ORDER BY n.id LIMIT 20
RETURN n.id AS note, COLLECT { MATCH (n)-[:TAGGED]->(t:Topic) RETURN t.name ORDER BY t.name } AS topics;;

// about: the same by a pattern comprehension
MATCH (n:Note) WITH n ORDER BY n.id LIMIT 20
RETURN n.id AS note, [(n)-[:TAGGED]->(t:Topic) | t.name] AS topics;;

// about: people with a note about a product
MATCH (u:User) WHERE EXISTS { MATCH (u)-[:POSTED]->(:Note)-[:FEATURES]->(:Product) }
RETURN count(u) AS people;;

// about: people without
MATCH (u:User) WHERE NOT EXISTS { (u)-[:POSTED]->() } RETURN count(u) AS people;;

// about: people who satisfy one of two patterns
MATCH (u:User) WHERE u.kind = 'official' OR EXISTS { (u)-[:POSTED]->(:Note {language: 'en'}) } RETURN count(u) AS people;;

// about: topics that come together
MATCH (a:Topic)<-[:TAGGED]-(:Note)-[:TAGGED]->(b:Topic) WHERE a.id < b.id
RETURN a.name AS a, b.name AS b, count(*) AS together ORDER BY together DESC, a, b LIMIT 20;;

// about: how alike two topics are, by Jaccard
MATCH (a:Topic)<-[:TAGGED]-(n:Note)-[:TAGGED]->(b:Topic) WHERE a.id < b.id
WITH a, b, count(DISTINCT n) AS both
WITH a, b, both, COUNT { (a)<-[:TAGGED]-() } + COUNT { (b)<-[:TAGGED]-() } - both AS either
RETURN a.name AS a, b.name AS b, toFloat(both) / either AS jaccard ORDER BY jaccard DESC LIMIT 10;;

// about: whom one reaches within three steps
MATCH (u:User) WITH u ORDER BY COUNT { (u)-[:FOLLOWS]->() } DESC LIMIT 1
MATCH (u)-[:FOLLOWS*1..3]->(v:User) RETURN count(DISTINCT v) AS reached;;

// about: the same, with the distance
MATCH (u:User) WITH u ORDER BY COUNT { (u)-[:FOLLOWS]->() } DESC LIMIT 1
MATCH p = (u)-[:FOLLOWS*1..2]->(v:User)
RETURN length(p) AS steps, count(DISTINCT v) AS people ORDER BY steps;;

// about: a path of several types
MATCH (u:User) WITH u ORDER BY u.id LIMIT 5
MATCH (u)-[:POSTED|LIKES*1..2]-(n) RETURN u.handle AS handle, count(DISTINCT n) AS met;;

// about: a path of any length that may be none
MATCH (u:User) WITH u ORDER BY u.id LIMIT 3
MATCH (u)-[:FOLLOWS*0..2]->(v:User) RETURN u.handle AS handle, count(DISTINCT v) AS people;;

// about: replies below comments
MATCH (c:Comment)<-[:REPLIES_TO*1..]-(reply:Comment) RETURN c.id AS comment, count(reply) AS replies ORDER BY replies DESC LIMIT 5;;

// about: a shortest path
MATCH (a:User) WITH a ORDER BY COUNT { (a)-[:FOLLOWS]->() } DESC LIMIT 1
MATCH (b:User) WHERE b <> a WITH a, b ORDER BY COUNT { (b)<-[:FOLLOWS]-() } DESC LIMIT 1
MATCH p = shortestPath((a)-[:FOLLOWS*..6]-(b)) RETURN [n IN nodes(p) | n.handle] AS path, length(p) AS steps;;

// about: all shortest paths
MATCH (a:User) WITH a ORDER BY COUNT { (a)-[:FOLLOWS]->() } DESC LIMIT 1
MATCH (b:User) WHERE b <> a WITH a, b ORDER BY COUNT { (b)<-[:FOLLOWS]-() } DESC LIMIT 1
MATCH p = allShortestPaths((a)-[:FOLLOWS*..6]-(b)) RETURN count(p) AS paths;;

// about: a shortest path of the newer form
MATCH (a:User) WITH a ORDER BY a.id LIMIT 1
MATCH p = SHORTEST 1 (a)-[:FOLLOWS]->+(b:User {kind: 'official'}) RETURN b.handle AS handle, length(p) AS steps ORDER BY steps, handle LIMIT 5;;

// about: all shortest paths of the newer form
MATCH (a:User) WITH a ORDER BY a.id LIMIT 1
MATCH p = ALL SHORTEST (a)-[:FOLLOWS]-{1,4}(b:User {kind: 'official'}) RETURN b.handle AS handle, count(p) AS paths LIMIT 5;;

// about: shortest groups
MATCH (a:User) WITH a ORDER BY a.id LIMIT 1
MATCH p = SHORTEST 2 GROUPS (a)-[:FOLLOWS]->{1,3}(b:User {kind: 'official'}) RETURN length(p) AS steps, count(*) AS paths ORDER BY steps;;

// about: any path
MATCH (a:User) WITH a ORDER BY a.id LIMIT 1
MATCH p = ANY (a)-[:FOLLOWS]->{1,3}(b:User) RETURN count(p) AS people;;

// about: a quantified path pattern
MATCH (a:User) WITH a ORDER BY a.id LIMIT 3
MATCH (a) ((x:User)-[:FOLLOWS]->(y:User)){1,2} (b) RETURN a.handle AS handle, count(DISTINCT b) AS people;;

// about: a quantified path pattern with a condition on each step
MATCH (a:User) WITH a ORDER BY a.id LIMIT 3
MATCH (a) ((x:User)-[f:FOLLOWS]->(y:User) WHERE y.createdAt > x.createdAt){1,3} (b:User)
RETURN a.handle AS handle, count(*) AS paths;;

// about: a quantified path pattern with its groups
MATCH (a:User) WHERE EXISTS { (a)-[:FOLLOWS]->(:User)-[:FOLLOWS]->(:User) }
WITH a ORDER BY COUNT { (a)-[:FOLLOWS]->() } LIMIT 20
MATCH (a) ((x:User)-[f:FOLLOWS]->(y:User)){2} (b:User)
RETURN [one IN x | one.handle] AS along, [one IN f | one.at] AS times, b.handle AS last LIMIT 10;;

// about: two kinds of steps in turn
MATCH (a:User) WITH a ORDER BY a.id LIMIT 3
MATCH (a) (()-[:LIKES]->()<-[:POSTED]-()){1,2} (b:User) RETURN a.handle AS handle, count(DISTINCT b) AS authors;;

// about: a shortest path over two kinds of steps, with conditions
MATCH (a:User) WITH a ORDER BY COUNT { (a)-[:LIKES]->() } DESC LIMIT 1
MATCH p = SHORTEST 1 (a) ((u:User)-[:LIKES]->(n:Note)<-[:POSTED]-(v:User) WHERE n.language = 'zh')+ (b:User)
RETURN b.handle AS handle, length(p) AS steps LIMIT 3;;

// about: what was bought after it was viewed
MATCH (u:User)-[v:VIEWED]->(p:Product)<-[b:PURCHASED]-(u) WHERE b.firstAt > v.firstAt
RETURN count(*) AS purchases;;

// about: what is bought together
MATCH (a:Product)<-[:PURCHASED]-(u:User)-[:PURCHASED]->(b:Product) WHERE a.id < b.id
RETURN a.name AS a, b.name AS b, count(u) AS people ORDER BY people DESC, a, b LIMIT 10;;

// about: what notes sold
MATCH (n:Note)<-[c:CREDITED_TO]-(l:OrderLine) RETURN n.id AS note, sum(c.share * l.quantity * l.unitPriceMinor) AS minor ORDER BY minor DESC LIMIT 10;;

// about: orders of each state
MATCH (o:Order) RETURN o.state AS state, count(*) AS orders, sum(o.totalMinor) AS minor;;

// about: what a funnel holds
MATCH (p:Product)
WITH p, COUNT { (p)<-[:SHOWN]-() } AS shown, COUNT { (p)<-[:VIEWED]-() } AS viewed, COUNT { (p)<-[:PURCHASED]-() } AS bought
RETURN sum(shown) AS shown, sum(viewed) AS viewed, sum(bought) AS bought;;

// about: brands by what their products earned
MATCH (b:Brand)-[:MAKES]->(:Product)-[:HAS_VARIANT]->(:Variant)<-[:OF]-(l:OrderLine)
RETURN b.name AS brand, sum(l.quantity * l.unitPriceMinor) AS minor ORDER BY minor DESC LIMIT 5;;

// about: ratings
MATCH (r:Review)-[:REVIEWS]->(p:Product)
WITH p, avg(r.rating) AS mean, count(*) AS reviews WHERE reviews >= 2
RETURN p.name AS product, round(mean, 2) AS mean, reviews ORDER BY mean DESC, reviews DESC LIMIT 10;;

// about: raw behaviour
MATCH (e:BehaviourEvent) RETURN e.kind AS kind, count(*) AS events, count(DISTINCT e.userId) AS people;;

// about: a whole list of edges
MATCH (a:User)-[f:FOLLOWS]->(b:User) RETURN a.id AS source, b.id AS target, f.at AS at;;

// about: a union
MATCH (u:User {kind: 'official'}) RETURN u.handle AS name UNION MATCH (b:Brand) RETURN b.handle AS name;;

// about: a list, taken apart
UNWIND range(1, 1000) AS i WITH i WHERE i % 7 = 0 RETURN i, sqrt(i) AS root, toString(i) AS text;;

// about: a map and a list built
MATCH (u:User) RETURN u {.handle, .kind, notes: COUNT { (u)-[:POSTED]->() }} AS person, [u.id, u.handle] AS both LIMIT 5;;

// about: a reduction
MATCH p = (a:User)-[:FOLLOWS*2]->(b:User) RETURN reduce(total = 0, n IN nodes(p) | total + size(n.handle)) AS letters LIMIT 5;;

// about: all, any, none, single
MATCH p = (a:User)-[:FOLLOWS*2]->(b:User)
WHERE all(n IN nodes(p) WHERE n.state = 'active') AND any(n IN nodes(p) WHERE n.kind = 'member')
  AND none(n IN nodes(p) WHERE n.private) RETURN count(p) AS paths;;

// about: a condition on a label in an expression
MATCH (u:User)-[:LIKES]->(x:Note|Comment) RETURN CASE WHEN x:Note THEN 'note' ELSE 'comment' END AS kind, count(*) AS likes;;

// about: a label that is one of two and not another
MATCH (x:Note|Product) RETURN labels(x) AS labels, count(*) AS nodes;;

// about: a label without another
MATCH (x:User&!Brand) RETURN count(x) AS people;;

// about: an index by range
MATCH (n:Note) WHERE n.authorId STARTS WITH 'user_' AND n.publishedAt > datetime('2025-01-01T00:00:00Z') RETURN count(n) AS notes;;

// about: an index by prefix
MATCH (u:User) WHERE u.handle STARTS WITH 'l' RETURN u.handle AS handle ORDER BY handle;;

// about: an index by a part
MATCH (u:User) WHERE u.handle CONTAINS 'official' RETURN count(u) AS people;;

// about: an index that a hint names
MATCH (u:User) USING INDEX u:User(handle) WHERE u.handle > 'm' RETURN count(u) AS people;;

// about: a join that a hint names
MATCH (a:User)-[:FOLLOWS]->(b:User)-[:FOLLOWS]->(c:User) USING JOIN ON b RETURN count(*) AS paths;;

// about: full text
CALL db.index.fulltext.queryNodes('note_text', '口红 OR lipstick OR 咖啡') YIELD node, score
RETURN node.title AS title, score ORDER BY score DESC LIMIT 10;;

// about: full text, then the graph
CALL db.index.fulltext.queryNodes('product_text', '面霜 OR 防晒 OR 咖啡') YIELD node AS product, score
MATCH (product)<-[:FEATURES]-(n:Note)<-[:POSTED]-(u:User) RETURN product.name AS product, count(DISTINCT u) AS authors ORDER BY authors DESC LIMIT 5;;

// about: vectors
MATCH (n:Note) WHERE n.consoleVector IS NOT NULL WITH n ORDER BY n.id LIMIT 1
CALL db.index.vector.queryNodes('console_vectors', 5, n.consoleVector) YIELD node, score RETURN node.title AS title, score;;

// about: vectors by the clause
// language: 25
MATCH (n:Note) SEARCH n IN (VECTOR INDEX console_vectors FOR [1.0, 0.5, 0.25] LIMIT 5) SCORE AS score RETURN n.title AS title, score;;

// about: how alike two vectors are
MATCH (n:Note) WHERE n.consoleVector IS NOT NULL
RETURN n.id AS id, vector.similarity.cosine(n.consoleVector, [1.0, 0.0, 0.0]) AS nearness ORDER BY nearness DESC LIMIT 5;;

// about: labels
CALL db.labels() YIELD label RETURN label ORDER BY label;;

// about: types
CALL db.relationshipTypes();;

// about: property keys
CALL db.propertyKeys() YIELD propertyKey RETURN count(*) AS keys;;

// about: the schema
CALL db.schema.visualization();;

// about: the properties of nodes
CALL db.schema.nodeTypeProperties() YIELD nodeType, propertyName, propertyTypes RETURN nodeType, collect(propertyName) AS properties;;

// about: a pattern inside an expression
MATCH (a:User)-[:LIKES]->(n:Note)<-[:POSTED]-(b:User)
RETURN CASE WHEN EXISTS { (a)-[:FOLLOWS]->(b) } THEN 'follows' WHEN (b)-[:FOLLOWS]->(a) THEN 'followed' ELSE 'stranger' END AS tie, count(*) AS likes;;

// about: let and filter
// language: 25
MATCH (u:User) LET followers = COUNT { (u)<-[:FOLLOWS]-() } FILTER followers > 5 RETURN u.handle AS handle, followers ORDER BY followers DESC LIMIT 5;;

// about: a query in parts
// language: 25
MATCH (u:User)-[:POSTED]->(n:Note) RETURN u, count(n) AS notes NEXT RETURN max(notes) AS most, avg(notes) AS mean;;

// about: a query that decides
// language: 25
WHEN 1 = 1 THEN MATCH (n:User) RETURN n.handle AS name LIMIT 3 ELSE MATCH (b:Brand) RETURN b.handle AS name LIMIT 3;;

// about: queries in brackets
// language: 25
{ MATCH (u:User) RETURN u.handle AS name LIMIT 2 } UNION { MATCH (b:Brand) RETURN b.handle AS name LIMIT 2 };;

// about: walks that may come back
// language: 25
MATCH (a:User) WHERE EXISTS { (a)-[:FOLLOWS]->(:User)-[:FOLLOWS]->(:User) }
WITH a ORDER BY COUNT { (a)-[:FOLLOWS]->() } LIMIT 5
MATCH REPEATABLE ELEMENTS p = (a)-[:FOLLOWS]->{1,3}(b:User) RETURN length(p) AS steps, count(*) AS walks ORDER BY steps;;

// about: lists by their functions
// language: 25
MATCH (n:Note)-[:TAGGED]->(t:Topic) WITH n, collect(t.name) AS names RETURN coll.sort(names) AS names, coll.max(names) AS last LIMIT 5;;

// about: a reduction that may stop
// language: 25
MATCH (a:User) WITH a ORDER BY COUNT { (a)-[:FOLLOWS]->() } DESC LIMIT 3
MATCH p = (a) (()-[f:FOLLOWS]->()){1,2} (b:User)
WHERE allReduce(last = datetime('2000-01-01T00:00:00Z'), one IN f | one.at, last IS NOT NULL) RETURN count(p) AS paths;;

// about: an offset
// language: 25
MATCH (u:User) RETURN u.handle AS handle ORDER BY handle OFFSET 5 LIMIT 5;;

// about: an isomorphism of relationships that is asked for
// language: 25
MATCH DIFFERENT RELATIONSHIPS (a:User)-[:FOLLOWS]->(b:User), (b)-[:FOLLOWS]->(c:User) RETURN count(*) AS paths;;

// about: comments, names in backticks, Chinese names
MATCH (人:User) /* everybody */ // once
RETURN 人.handle AS `用户 名`, size(人.displayName) AS `长 %` LIMIT 3;;
