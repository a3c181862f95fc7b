// name: influence_acts
// mode: read
// Everybody active who had joined: whom they follow, and what they did since: whose notes they took up in which category,
// what they posted, whose notes their orders came from, and notes of which brands' products they took up.
MATCH (user:User {state: 'active'})
WHERE user.createdAt <= $now
CALL (user) {
  MATCH (user)-[follow:FOLLOWS]->(author:User {state: 'active'})
  WHERE follow.at <= $now
  RETURN collect(author.id) AS follows
}
CALL (user) {
  CALL (user) {
    MATCH (user)-[act:LIKES]->(note:Note)
    WHERE act.at > $since AND act.at <= $now
    RETURN note, $weights.like AS weight
    UNION ALL
    MATCH (user)-[act:COLLECTED]->(note:Note)
    WHERE act.at > $since AND act.at <= $now
    RETURN note, $weights.collect AS weight
    UNION ALL
    MATCH (user)-[:WROTE]->(comment:Comment)-[:ON]->(note:Note)
    WHERE comment.createdAt > $since AND comment.createdAt <= $now
    RETURN DISTINCT note, $weights.comment AS weight
  }
  WITH user, note, weight
  WHERE note.state = 'published' AND note.authorId <> user.id
  WITH note.authorId AS author_id, note.categoryId AS category_id, sum(weight) AS weight
  RETURN collect([author_id, category_id, weight]) AS engaged
}
CALL (user) {
  MATCH (user)-[post:POSTED]->(note:Note)
  WHERE post.at > $since AND post.at <= $now
  WITH note.categoryId AS category_id, count(*) AS notes
  RETURN collect([category_id, notes]) AS posted
}
CALL (user) {
  MATCH (user)-[:PLACED]->(order:Order)-[:CONTAINS]->(:OrderLine)-[credit:CREDITED_TO]->(note:Note)
  WHERE order.paidAt > $since AND order.paidAt <= $now AND order.state IN ['paid', 'shipped', 'completed']
    AND note.authorId <> user.id
  WITH order, note.authorId AS author_id, note.categoryId AS category_id, max(credit.share) AS share
  WITH author_id, category_id, sum(share) AS orders
  RETURN collect([author_id, category_id, orders]) AS led
}
CALL (user) {
  MATCH (user)-[act:LIKES|COLLECTED]->(note:Note)-[:FEATURES]->(product:Product)
  WHERE act.at > $since AND act.at <= $now AND note.state = 'published' AND note.authorId <> user.id
  RETURN collect(DISTINCT product.brandId) AS brands
}
RETURN user.id AS id, user.createdAt.epochMillis AS joined_ms, follows, engaged, posted, led, brands,
  COUNT { (user)-[:POSTED]->() } AS notes, COUNT { (user)-[:WROTE]->() } + COUNT { (user)-[:PLACED]->() } AS other_acts,
  COUNT { (user)-[:PURCHASED]->() } AS bought, user.private OR user.kind = 'official' AS closed;
