// name: works_for_a_brand
// mode: read
// Whether the person works for any brand. No row: they do not.
MATCH (user:User {id: $user_id, state: 'active'})
WHERE EXISTS { (user)-[:STAFF_OF]->(:Brand) }
RETURN user.id AS id;

// name: nodes_seen
// mode: read
// Those of the nodes that everybody may see and whom no block hides from the viewer, with what pictures show of them.
WITH COLLECT { MATCH (:User {id: $viewer_id})-[:BLOCKS]-(blocked:User) RETURN blocked.id } AS hidden
CALL (hidden) {
  UNWIND $User AS id MATCH (that:User {id: id})
  WHERE that.state = 'active' AND NOT that.id IN hidden
  RETURN that
UNION ALL
  UNWIND $Note AS id MATCH (that:Note {id: id})
  WHERE that.state = 'published' AND that.audience = 'everyone' AND NOT that.authorId IN hidden
  RETURN that
UNION ALL
  UNWIND $Product AS id MATCH (that:Product {id: id, state: 'listed'})
  RETURN that
UNION ALL
  UNWIND $Brand AS id MATCH (that:Brand {id: id})
  RETURN that
UNION ALL
  UNWIND $Topic AS id MATCH (that:Topic {id: id})
  WHERE EXISTS { (that)<-[:TAGGED]-() } OR EXISTS { (that)<-[:FOLLOWS]-() }
  RETURN that
UNION ALL
  UNWIND $Category AS id MATCH (that:Category {id: id})
  RETURN that
}
RETURN that.id AS id, head(labels(that)) AS type, coalesce(that.displayName, that.title, that.name) AS name,
  that.nameEn AS name_en, coalesce(that.handle, that.slug) AS handle, that.kind AS kind, that.region AS region,
  coalesce(that.verified, false) AS verified, that.heat AS heat,
  COUNT { (that)<-[:FOLLOWS]-() } AS followers, COUNT { (that)<-[:LIKES]-() } AS likes,
  COUNT { (that)-[:POSTED]->() } + COUNT { (that)<-[:FEATURES]-() } + COUNT { (that)<-[:TAGGED]-() } AS notes,
  head(COLLECT { MATCH (category:Category {id: that.categoryId}) RETURN [category.name, category.nameEn] }) AS category;

// name: ties_among
// mode: read
// The ties between these nodes, each of which may be seen.
CALL () {
  UNWIND $User AS id MATCH (from:User {id: id}) RETURN from
UNION ALL
  UNWIND $Note AS id MATCH (from:Note {id: id}) RETURN from
UNION ALL
  UNWIND $Product AS id MATCH (from:Product {id: id}) RETURN from
UNION ALL
  UNWIND $Brand AS id MATCH (from:Brand {id: id}) RETURN from
}
MATCH (from)-[tie:FOLLOWS|POSTED|LIKES|TAGGED|FEATURES|MENTIONS|IN_CATEGORY|MAKES|OFFICIAL_ACCOUNT_OF|SIMILAR|BOUGHT_WITH]->(to)
WHERE to.id IN $ids AND NOT (type(tie) = 'SIMILAR' AND from:User)
RETURN type(tie) AS kind, from.id AS start, to.id AS end, tie.score AS score, toString(tie.at) AS at
LIMIT $most;

// name: shortest_path
// mode: read
// The ids on one of the shortest ways between two nodes, over the kinds of ties that are wanted, through nodes that
// everybody may see. No row: there is none so short, or one of the two may not be seen.
WITH COLLECT { MATCH (:User {id: $viewer_id})-[:BLOCKS]-(blocked:User) RETURN blocked.id } AS hidden
CALL (hidden) {
  MATCH (source:User {id: $start_id}) RETURN source
UNION
  MATCH (source:Note {id: $start_id}) RETURN source
UNION
  MATCH (source:Product {id: $start_id}) RETURN source
UNION
  MATCH (source:Brand {id: $start_id}) RETURN source
UNION
  MATCH (source:Topic {id: $start_id}) RETURN source
UNION
  MATCH (source:Category {id: $start_id}) RETURN source
}
CALL (source) {
  MATCH (target:User {id: $end_id}) RETURN target
UNION
  MATCH (target:Note {id: $end_id}) RETURN target
UNION
  MATCH (target:Product {id: $end_id}) RETURN target
UNION
  MATCH (target:Brand {id: $end_id}) RETURN target
UNION
  MATCH (target:Topic {id: $end_id}) RETURN target
UNION
  MATCH (target:Category {id: $end_id}) RETURN target
}
MATCH way = shortestPath((source)-[ties:FOLLOWS|POSTED|LIKES|TAGGED|FEATURES|MENTIONS|IN_CATEGORY|MAKES|OFFICIAL_ACCOUNT_OF*..6]-(target))
WHERE all(tie IN ties WHERE type(tie) IN $kinds)
  AND all(node IN nodes(way) WHERE NOT node:Comment AND NOT node.id IN hidden
    AND NOT coalesce(node.authorId, '') IN hidden AND coalesce(node.state, 'active') IN ['active', 'published', 'listed']
    AND coalesce(node.audience, 'everyone') = 'everyone')
RETURN [node IN nodes(way) | node.id] AS ids,
  [tie IN ties | {kind: type(tie), start: startNode(tie).id, end: endNode(tie).id, at: toString(tie.at)}] AS ties;

// name: around_user
// mode: read
// A person's ties of these kinds: whom and what they follow, their followers, notes, likes, mentions, brand. Newest first.
MATCH (this:User {id: $id})
WITH this, COLLECT { MATCH (:User {id: $viewer_id})-[:BLOCKS]-(blocked:User) RETURN blocked.id } AS hidden
CALL (this, hidden) {
  UNWIND [one IN $branches WHERE one = 'FOLLOWS>'] AS branch
  CALL (this, hidden) {
    MATCH (this)-[tie:FOLLOWS]->(that:User|Brand|Topic)
    WHERE coalesce(that.state, 'active') = 'active' AND NOT that.id IN hidden
    WITH tie, that ORDER BY tie.at DESC LIMIT $limit
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'FOLLOWS<'] AS branch
  CALL (this, hidden) {
    MATCH ()<-[tie:FOLLOWS]-(that:User)
    WHERE tie.to = this.id AND tie.at IS NOT NULL AND that.state = 'active' AND NOT that.id IN hidden
    WITH tie, that ORDER BY tie.to DESC, tie.at DESC LIMIT $limit
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'POSTED>'] AS branch
  CALL (this, hidden) {
    MATCH (that:Note)
    WHERE that.authorId = this.id AND that.publishedAt IS NOT NULL
      AND that.state = 'published' AND that.audience = 'everyone'
    WITH this, that ORDER BY that.authorId DESC, that.publishedAt DESC LIMIT $limit
    MATCH (this)-[tie:POSTED]->(that)
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'LIKES>'] AS branch
  CALL (this, hidden) {
    MATCH (this)-[tie:LIKES]->(that:Note)
    WHERE that.state = 'published' AND that.audience = 'everyone' AND NOT that.authorId IN hidden
    WITH tie, that ORDER BY tie.at DESC LIMIT $limit
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'MENTIONS<'] AS branch
  CALL (this, hidden) {
    MATCH (this)<-[tie:MENTIONS]-(that:Note)
    WHERE that.state = 'published' AND that.audience = 'everyone' AND NOT that.authorId IN hidden
    WITH tie, that LIMIT $limit
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'OFFICIAL_ACCOUNT_OF>'] AS branch
  CALL (this, hidden) {
    MATCH (this)-[tie:OFFICIAL_ACCOUNT_OF]->(that:Brand)
    WITH tie, that LIMIT $limit
    RETURN tie, that
  }
  RETURN branch, tie, that
}
RETURN branch, that.id AS id, type(tie) AS kind, startNode(tie).id AS start, endNode(tie).id AS end, tie.score AS score,
  toString(tie.at) AS at;

// name: around_note
// mode: read
// A note's ties of these kinds: its author, who likes it, its topics, category, products, mentions, and notes like it.
MATCH (this:Note {id: $id})
WITH this, COLLECT { MATCH (:User {id: $viewer_id})-[:BLOCKS]-(blocked:User) RETURN blocked.id } AS hidden
CALL (this, hidden) {
  UNWIND [one IN $branches WHERE one = 'POSTED<'] AS branch
  CALL (this, hidden) {
    MATCH (this)<-[tie:POSTED]-(that:User)
    WHERE that.state = 'active' AND NOT that.id IN hidden
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'LIKES<'] AS branch
  CALL (this, hidden) {
    MATCH ()<-[tie:LIKES]-(that:User)
    WHERE tie.to = this.id AND tie.at IS NOT NULL AND that.state = 'active' AND NOT that.id IN hidden
    WITH tie, that ORDER BY tie.to DESC, tie.at DESC LIMIT $limit
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'TAGGED>'] AS branch
  CALL (this, hidden) {
    MATCH (this)-[tie:TAGGED]->(that:Topic)
    WITH tie, that LIMIT $limit
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'IN_CATEGORY>'] AS branch
  CALL (this, hidden) {
    MATCH (this)-[tie:IN_CATEGORY]->(that:Category)
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'FEATURES>'] AS branch
  CALL (this, hidden) {
    MATCH (this)-[tie:FEATURES]->(that:Product)
    WHERE that.state = 'listed'
    WITH tie, that ORDER BY tie.position LIMIT $limit
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'MENTIONS>'] AS branch
  CALL (this, hidden) {
    MATCH (this)-[tie:MENTIONS]->(that:User|Brand)
    WHERE coalesce(that.state, 'active') = 'active' AND NOT that.id IN hidden
    WITH tie, that LIMIT $limit
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'SIMILAR>'] AS branch
  CALL (this, hidden) {
    MATCH (this)-[tie:SIMILAR]->(that:Note)
    WHERE that.state = 'published' AND that.audience = 'everyone' AND NOT that.authorId IN hidden
    WITH tie, that ORDER BY tie.score DESC LIMIT $limit
    RETURN tie, that
  }
  RETURN branch, tie, that
}
RETURN branch, that.id AS id, type(tie) AS kind, startNode(tie).id AS start, endNode(tie).id AS end, tie.score AS score,
  toString(tie.at) AS at;

// name: around_product
// mode: read
// A product's ties of these kinds: notes that show it, its brand and category, products like it or bought together with it.
MATCH (this:Product {id: $id})
WITH this, COLLECT { MATCH (:User {id: $viewer_id})-[:BLOCKS]-(blocked:User) RETURN blocked.id } AS hidden
CALL (this, hidden) {
  UNWIND [one IN $branches WHERE one = 'FEATURES<'] AS branch
  CALL (this, hidden) {
    MATCH ()<-[tie:FEATURES]-(that:Note)
    WHERE tie.to = this.id AND tie.at IS NOT NULL
      AND that.state = 'published' AND that.audience = 'everyone' AND NOT that.authorId IN hidden
    WITH tie, that ORDER BY tie.to DESC, tie.at DESC LIMIT $limit
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'MAKES<'] AS branch
  CALL (this, hidden) {
    MATCH (this)<-[tie:MAKES]-(that:Brand)
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'IN_CATEGORY>'] AS branch
  CALL (this, hidden) {
    MATCH (this)-[tie:IN_CATEGORY]->(that:Category)
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'SIMILAR>'] AS branch
  CALL (this, hidden) {
    MATCH (this)-[tie:SIMILAR]->(that:Product)
    WHERE that.state = 'listed'
    WITH tie, that ORDER BY tie.score DESC LIMIT $limit
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'BOUGHT_WITH>'] AS branch
  CALL (this, hidden) {
    MATCH (this)-[tie:BOUGHT_WITH]->(that:Product)
    WHERE that.state = 'listed'
    WITH tie, that ORDER BY tie.score DESC LIMIT $limit
    RETURN tie, that
  }
  RETURN branch, tie, that
}
RETURN branch, that.id AS id, type(tie) AS kind, startNode(tie).id AS start, endNode(tie).id AS end, tie.score AS score,
  toString(tie.at) AS at;

// name: around_brand
// mode: read
// A brand's ties of these kinds: its followers, products, official account, and notes that mention it.
MATCH (this:Brand {id: $id})
WITH this, COLLECT { MATCH (:User {id: $viewer_id})-[:BLOCKS]-(blocked:User) RETURN blocked.id } AS hidden
CALL (this, hidden) {
  UNWIND [one IN $branches WHERE one = 'FOLLOWS<'] AS branch
  CALL (this, hidden) {
    MATCH ()<-[tie:FOLLOWS]-(that:User)
    WHERE tie.to = this.id AND tie.at IS NOT NULL AND that.state = 'active' AND NOT that.id IN hidden
    WITH tie, that ORDER BY tie.to DESC, tie.at DESC LIMIT $limit
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'MAKES>'] AS branch
  CALL (this, hidden) {
    MATCH (that:Product)
    WHERE that.brandId = this.id AND that.createdAt IS NOT NULL AND that.state = 'listed'
    WITH this, that ORDER BY that.brandId DESC, that.createdAt DESC LIMIT $limit
    MATCH (this)-[tie:MAKES]->(that)
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'OFFICIAL_ACCOUNT_OF<'] AS branch
  CALL (this, hidden) {
    MATCH (this)<-[tie:OFFICIAL_ACCOUNT_OF]-(that:User)
    WHERE that.state = 'active' AND NOT that.id IN hidden
    WITH tie, that LIMIT $limit
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'MENTIONS<'] AS branch
  CALL (this, hidden) {
    MATCH (this)<-[tie:MENTIONS]-(that:Note)
    WHERE that.state = 'published' AND that.audience = 'everyone' AND NOT that.authorId IN hidden
    WITH tie, that LIMIT $limit
    RETURN tie, that
  }
  RETURN branch, tie, that
}
RETURN branch, that.id AS id, type(tie) AS kind, startNode(tie).id AS start, endNode(tie).id AS end, tie.score AS score,
  toString(tie.at) AS at;

// name: around_topic
// mode: read
// A topic's ties of these kinds: notes under it and its followers, newest first.
MATCH (this:Topic {id: $id})
WITH this, COLLECT { MATCH (:User {id: $viewer_id})-[:BLOCKS]-(blocked:User) RETURN blocked.id } AS hidden
CALL (this, hidden) {
  UNWIND [one IN $branches WHERE one = 'TAGGED<'] AS branch
  CALL (this, hidden) {
    MATCH ()<-[tie:TAGGED]-(that:Note)
    WHERE tie.to = this.id AND tie.at IS NOT NULL
      AND that.state = 'published' AND that.audience = 'everyone' AND NOT that.authorId IN hidden
    WITH tie, that ORDER BY tie.to DESC, tie.at DESC LIMIT $limit
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'FOLLOWS<'] AS branch
  CALL (this, hidden) {
    MATCH ()<-[tie:FOLLOWS]-(that:User)
    WHERE tie.to = this.id AND tie.at IS NOT NULL AND that.state = 'active' AND NOT that.id IN hidden
    WITH tie, that ORDER BY tie.to DESC, tie.at DESC LIMIT $limit
    RETURN tie, that
  }
  RETURN branch, tie, that
}
RETURN branch, that.id AS id, type(tie) AS kind, startNode(tie).id AS start, endNode(tie).id AS end, tie.score AS score,
  toString(tie.at) AS at;

// name: around_category
// mode: read
// A category's notes and products, most popular first.
MATCH (this:Category {id: $id})
WITH this, COLLECT { MATCH (:User {id: $viewer_id})-[:BLOCKS]-(blocked:User) RETURN blocked.id } AS hidden
CALL (this, hidden) {
  UNWIND [one IN $branches WHERE one = 'IN_CATEGORY<'] AS branch
  CALL (this, hidden) {
    MATCH (that:Note)
    WHERE that.categoryId = this.id AND that.heat IS NOT NULL
      AND that.state = 'published' AND that.audience = 'everyone' AND NOT that.authorId IN hidden
    WITH this, that ORDER BY that.categoryId DESC, that.heat DESC LIMIT $limit
    MATCH (this)<-[tie:IN_CATEGORY]-(that)
    RETURN tie, that
  }
  RETURN branch, tie, that
UNION ALL
  UNWIND [one IN $branches WHERE one = 'IN_CATEGORY<'] AS branch
  CALL (this, hidden) {
    MATCH (that:Product)
    WHERE that.categoryId = this.id AND that.heat IS NOT NULL AND that.state = 'listed'
    WITH this, that ORDER BY that.categoryId DESC, that.heat DESC LIMIT $limit
    MATCH (this)<-[tie:IN_CATEGORY]-(that)
    RETURN tie, that
  }
  RETURN branch, tie, that
}
RETURN branch, that.id AS id, type(tie) AS kind, startNode(tie).id AS start, endNode(tie).id AS end, tie.score AS score,
  toString(tie.at) AS at;

// name: strongest_path
// mode: read
// Of the shortest ways from a person to a person or brand, so many at most, over who follows whom and who speaks for a
// brand, the one whose ties are strongest together: over a follow word passes with the share of the notes of whom somebody
// follows that they like, beginning at one of two. No row: there is none so short, or one of the two may not be seen.
WITH COLLECT { MATCH (:User {id: $viewer_id})-[:BLOCKS]-(blocked:User) RETURN blocked.id } AS hidden
CALL (hidden) {
  MATCH (source:User {id: $start_id})
  WHERE source.state = 'active' AND NOT source.id IN hidden
  RETURN source
}
CALL (hidden) {
  MATCH (target:User {id: $end_id})
  WHERE target.state = 'active' AND NOT target.id IN hidden
  RETURN target
UNION
  MATCH (target:Brand {id: $end_id})
  RETURN target
}
MATCH way = SHORTEST 100 (source)
  ((before)-[:FOLLOWS|OFFICIAL_ACCOUNT_OF]-(after)
    WHERE after = target OR after:User AND after.state = 'active' AND NOT after.id IN hidden){1,5}
  (target)
WITH collect(way) AS ways
CALL (ways) {
  UNWIND ways AS way
  UNWIND relationships(way) AS tie
  WITH DISTINCT tie, startNode(tie) AS follower, endNode(tie) AS followed
  RETURN collect([elementId(tie), CASE
    WHEN tie:OFFICIAL_ACCOUNT_OF THEN 1.0
    WHEN followed:Brand THEN 0.5
    ELSE (COUNT { (follower)-[:LIKES]->(note:Note) WHERE note.authorId = followed.id AND note.state = 'published' } + 1.0)
      / (COUNT { (followed)-[:POSTED]->() } + 2.0)
  END]) AS strengths
}
UNWIND ways AS way
WITH size(ways) AS considered, way,
  [tie IN relationships(way) | head([one IN strengths WHERE one[0] = elementId(tie) | one[1]])] AS strengths
WITH considered, way, strengths, reduce(all = 1.0, one IN strengths | all * one) AS strength
ORDER BY strength DESC, length(way), [node IN nodes(way) | node.id] LIMIT 1
RETURN [node IN nodes(way) | node.id] AS ids,
  [tie IN relationships(way) | {kind: type(tie), start: startNode(tie).id, end: endNode(tie).id, at: toString(tie.at)}]
    AS ties,
  strengths, strength, considered;
