// name: influence_network
// mode: read
// Everybody active: whom they follow, and how many notes of whom they like or keep; with what plans ask of them.
MATCH (user:User {state: 'active'})
CALL (user) {
  MATCH (user)-[:FOLLOWS]->(author:User {state: 'active'})
  RETURN collect(author.id) AS follows
}
CALL (user) {
  MATCH (user)-[:LIKES|COLLECTED]->(note:Note)
  WITH DISTINCT note
  WITH note.authorId AS author_id, count(*) AS notes
  RETURN collect([author_id, notes]) AS engaged
}
CALL (user) {
  MATCH (user)-[:LIKES|COLLECTED]->(note:Note)
  WITH DISTINCT note
  WITH note.categoryId AS category_id, count(*) AS notes WHERE notes >= $caring
  RETURN collect(category_id) AS taken_up
}
RETURN user.id AS id, user.region AS region, follows, engaged,
  taken_up + COLLECT { MATCH (user)-[:INTERESTED_IN]->(category:Category) RETURN category.id } AS interests,
  COUNT { (user)-[:POSTED]->() } AS notes, COUNT { (user)<-[:FOLLOWS]-() } AS followers,
  user.private OR user.kind = 'official' OR EXISTS { (user)-[:STAFF_OF]->(:Brand {id: $brand_id}) } AS closed;
