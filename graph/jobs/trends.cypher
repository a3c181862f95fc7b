// name: heat_notes
// mode: write
// Writes the heat of these notes (graph/rules/heat.py has the formula), and tells of how many it changed. Only what
// everybody may read has any. Of each kind of act the latest `most` are read, by index; views have none, so of them
// those that the store gives first.
UNWIND $ids AS id
MATCH (note:Note {id: id})
CALL (note) {
  CALL (note) {
    MATCH ()<-[edge:LIKES]-(user:User)
    WHERE edge.to = note.id AND edge.at IS NOT NULL
    WITH user, edge ORDER BY edge.to DESC, edge.at DESC LIMIT $most
    RETURN user, edge.at AS at, $weights.like AS weight
    UNION ALL
    MATCH ()<-[edge:COLLECTED]-(user:User)
    WHERE edge.to = note.id AND edge.at IS NOT NULL
    WITH user, edge ORDER BY edge.to DESC, edge.at DESC LIMIT $most
    RETURN user, edge.at AS at, $weights.collect AS weight
    UNION ALL
    MATCH (comment:Comment)
    WHERE comment.noteId = note.id AND comment.createdAt IS NOT NULL AND comment.state = 'published'
    WITH comment ORDER BY comment.noteId DESC, comment.createdAt DESC LIMIT $most
    MATCH (comment)<-[:WROTE]-(user:User)
    WITH user, max(comment.createdAt) AS at
    RETURN user, at, $weights.comment AS weight
    UNION ALL
    MATCH (note)<-[edge:VIEWED]-(user:User)
    WITH user, edge LIMIT $most
    WHERE user.behaviourConsentAt IS NOT NULL
    RETURN user, edge.lastAt AS at, $weights.view AS weight
  }
  WITH note, user, sum(weight) AS weight, max(at) AS at
  WHERE note.state = 'published' AND note.audience = 'everyone'
    AND user.state = 'active' AND user.id <> note.authorId
  WITH log(1 + weight) / log(2) AS strength,
       (CASE WHEN at > $now THEN $now ELSE at END.epochMillis - $landmark_ms) / toFloat($half_life_ms) AS units
  WITH collect([strength, units]) AS acts, max(units) AS latest,
       sum(CASE WHEN strength < 1 THEN strength ELSE 1.0 END) AS people
  RETURN latest + log(reduce(sum = 0.0, act IN acts | sum + act[0] * 2.0 ^ (act[1] - latest))) / log(2)
    + log(people / (people + $few)) / log(2) AS heat
}
WITH note, heat WHERE coalesce(note.heat <> heat, note.heat IS NOT NULL OR heat IS NOT NULL)
SET note.heat = heat
RETURN count(note) AS changed;

// name: heat_products
// mode: write
// Writes the heat of these products, and tells of how many it changed; only what is listed has any. Who works for the
// brand does not count, nor notes that it paid for. Purchases and views have no index by time: of them those that the
// store gives first.
UNWIND $ids AS id
MATCH (product:Product {id: id})
CALL (product) {
  CALL (product) {
    MATCH (product)<-[edge:PURCHASED]-(user:User)
    WITH user, edge LIMIT $most
    RETURN user, edge.lastAt AS at, $weights.purchase AS weight
    UNION ALL
    MATCH (review:Review)
    WHERE review.productId = product.id AND review.createdAt IS NOT NULL AND review.state = 'published'
    WITH review ORDER BY review.productId DESC, review.createdAt DESC LIMIT $most
    MATCH (review)<-[:WROTE]-(user:User)
    WITH user, max(review.createdAt) AS at
    RETURN user, at, $weights.review AS weight
    UNION ALL
    MATCH ()<-[edge:FEATURES]-(note:Note)
    WHERE edge.to = product.id AND edge.at IS NOT NULL
    WITH note, edge ORDER BY edge.to DESC, edge.at DESC LIMIT $most
    WHERE note.state = 'published' AND note.audience = 'everyone' AND NOT edge.sponsored
    MATCH (note)<-[:POSTED]-(user:User)
    WITH user, max(edge.at) AS at
    RETURN user, at, $weights.post AS weight
    UNION ALL
    MATCH (product)<-[edge:VIEWED]-(user:User)
    WITH user, edge LIMIT $most
    WHERE user.behaviourConsentAt IS NOT NULL
    RETURN user, edge.lastAt AS at, $weights.view AS weight
  }
  WITH product, user, sum(weight) AS weight, max(at) AS at
  WHERE product.state = 'listed' AND user.state = 'active'
    AND NOT EXISTS { (user)-[:STAFF_OF|OFFICIAL_ACCOUNT_OF]->(:Brand {id: product.brandId}) }
  WITH log(1 + weight) / log(2) AS strength,
       (CASE WHEN at > $now THEN $now ELSE at END.epochMillis - $landmark_ms) / toFloat($half_life_ms) AS units
  WITH collect([strength, units]) AS acts, max(units) AS latest,
       sum(CASE WHEN strength < 1 THEN strength ELSE 1.0 END) AS people
  RETURN latest + log(reduce(sum = 0.0, act IN acts | sum + act[0] * 2.0 ^ (act[1] - latest))) / log(2)
    + log(people / (people + $few)) / log(2) AS heat
}
WITH product, heat WHERE coalesce(product.heat <> heat, product.heat IS NOT NULL OR heat IS NOT NULL)
SET product.heat = heat
RETURN count(product) AS changed;

// name: heat_topics
// mode: write
// Writes the heat of these topics, and tells of how many it changed: the people whose notes for everyone carry it count.
UNWIND $ids AS id
MATCH (topic:Topic {id: id})
CALL (topic) {
  MATCH ()<-[edge:TAGGED]-(note:Note)
  WHERE edge.to = topic.id AND edge.at IS NOT NULL
  WITH note, edge ORDER BY edge.to DESC, edge.at DESC LIMIT $most
  WHERE note.state = 'published' AND note.audience = 'everyone'
  MATCH (note)<-[:POSTED]-(user:User {state: 'active'})
  WITH user, max(edge.at) AS at
  WITH log(1 + $weights.post) / log(2) AS strength,
       (CASE WHEN at > $now THEN $now ELSE at END.epochMillis - $landmark_ms) / toFloat($half_life_ms) AS units
  WITH collect([strength, units]) AS acts, max(units) AS latest,
       sum(CASE WHEN strength < 1 THEN strength ELSE 1.0 END) AS people
  RETURN latest + log(reduce(sum = 0.0, act IN acts | sum + act[0] * 2.0 ^ (act[1] - latest))) / log(2)
    + log(people / (people + $few)) / log(2) AS heat
}
WITH topic, heat WHERE coalesce(topic.heat <> heat, topic.heat IS NOT NULL OR heat IS NOT NULL)
SET topic.heat = heat
RETURN count(topic) AS changed;

// name: stirred_notes
// mode: read
// Notes that somebody liked, kept or commented on within a time; likes of comments are among the likes.
MATCH ()-[edge:LIKES]->()
WHERE edge.at > $since AND edge.at <= $until AND edge.to IS NOT NULL
RETURN edge.to AS id
UNION
MATCH ()-[edge:COLLECTED]->()
WHERE edge.at > $since AND edge.at <= $until AND edge.to IS NOT NULL
RETURN edge.to AS id
UNION
MATCH (comment:Comment)
WHERE comment.createdAt > $since AND comment.createdAt <= $until AND comment.noteId IS NOT NULL
RETURN comment.noteId AS id;

// name: stirred_products
// mode: read
// Products that somebody bought, reviewed or showed in a note within a time.
MATCH ()-[edge:PURCHASED]->(that:Product)
WHERE edge.lastAt > $since AND edge.lastAt <= $until
RETURN that.id AS id
UNION
MATCH (review:Review)
WHERE review.createdAt > $since AND review.createdAt <= $until AND review.productId IS NOT NULL
RETURN review.productId AS id
UNION
MATCH ()-[edge:FEATURES]->()
WHERE edge.at > $since AND edge.at <= $until AND edge.to IS NOT NULL
RETURN edge.to AS id;

// name: stirred_topics
// mode: read
// Topics that a note published within a time carries.
MATCH ()-[edge:TAGGED]->()
WHERE edge.at > $since AND edge.at <= $until AND edge.to IS NOT NULL
RETURN DISTINCT edge.to AS id;

// name: slice_of_acts
// mode: read
// Until when after `since` no kind has many more than `batch` acts; null: until now.
CALL () {
  MATCH ()-[act:LIKES]->()
  WHERE act.at > $since AND act.at <= $now AND act.to IS NOT NULL
  WITH act.at AS at ORDER BY at SKIP $batch LIMIT 1
  RETURN at
  UNION ALL
  MATCH ()-[act:COLLECTED]->()
  WHERE act.at > $since AND act.at <= $now AND act.to IS NOT NULL
  WITH act.at AS at ORDER BY at SKIP $batch LIMIT 1
  RETURN at
  UNION ALL
  MATCH (act:Comment)
  WHERE act.createdAt > $since AND act.createdAt <= $now AND act.noteId IS NOT NULL
  WITH act.createdAt AS at ORDER BY at SKIP $batch LIMIT 1
  RETURN at
  UNION ALL
  MATCH ()-[act:PURCHASED]->()
  WHERE act.lastAt > $since AND act.lastAt <= $now
  WITH act.lastAt AS at ORDER BY at SKIP $batch LIMIT 1
  RETURN at
  UNION ALL
  MATCH (act:Review)
  WHERE act.createdAt > $since AND act.createdAt <= $now AND act.productId IS NOT NULL
  WITH act.createdAt AS at ORDER BY at SKIP $batch LIMIT 1
  RETURN at
  UNION ALL
  MATCH ()-[act:FEATURES]->()
  WHERE act.at > $since AND act.at <= $now AND act.to IS NOT NULL
  WITH act.at AS at ORDER BY at SKIP $batch LIMIT 1
  RETURN at
  UNION ALL
  MATCH ()-[act:TAGGED]->()
  WHERE act.at > $since AND act.at <= $now AND act.to IS NOT NULL
  WITH act.at AS at ORDER BY at SKIP $batch LIMIT 1
  RETURN at
}
RETURN min(at) AS until;

// name: leading_notes
// mode: read
// The hottest notes of all, and the hottest of each category.
MATCH (that:Note) WHERE that.heat IS NOT NULL
WITH that ORDER BY that.heat DESC LIMIT $most
RETURN that.id AS id
UNION
MATCH (category:Category) WHERE category.position IS NOT NULL
CALL (category) {
  MATCH (that:Note) WHERE that.categoryId = category.id AND that.heat IS NOT NULL
  RETURN that.id AS id ORDER BY that.categoryId DESC, that.heat DESC LIMIT $most_of_category
}
RETURN id;

// name: leading_products
// mode: read
// The hottest products of all, and the hottest of each category.
MATCH (that:Product) WHERE that.heat IS NOT NULL
WITH that ORDER BY that.heat DESC LIMIT $most
RETURN that.id AS id
UNION
MATCH (category:Category) WHERE category.position IS NOT NULL
CALL (category) {
  MATCH (that:Product) WHERE that.categoryId = category.id AND that.heat IS NOT NULL
  RETURN that.id AS id ORDER BY that.categoryId DESC, that.heat DESC LIMIT $most_of_category
}
RETURN id;

// name: leading_topics
// mode: read
// The hottest topics.
MATCH (that:Topic) WHERE that.heat IS NOT NULL
RETURN that.id AS id ORDER BY that.heat DESC LIMIT $most;

// name: next_notes
// mode: read
// Ids of the notes behind one id, in their order.
MATCH (that:Note) WHERE that.id > $after
RETURN that.id AS id ORDER BY id LIMIT $batch;

// name: next_products
// mode: read
// Ids of the products behind one id, in their order.
MATCH (that:Product) WHERE that.id > $after
RETURN that.id AS id ORDER BY id LIMIT $batch;

// name: next_topics
// mode: read
// Ids of the topics behind one id, in their order.
MATCH (that:Topic) WHERE that.id > $after
RETURN that.id AS id ORDER BY id LIMIT $batch;
