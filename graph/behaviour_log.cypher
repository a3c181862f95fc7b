// name: page_of_people
// mode: read
// The last of the next people by id, and how many they are.
MATCH (user:User)
WHERE user.id > $after
WITH user.id AS id ORDER BY id LIMIT $batch
RETURN max(id) AS last, count(id) AS people;

// name: behaviour_of_people
// mode: read
// What clients told of those people of a range who let it be kept.
MATCH (user:User)
WHERE user.id > $after AND user.id <= $last AND user.behaviourConsentAt IS NOT NULL
MATCH (event:BehaviourEvent)
WHERE event.userId = user.id AND event.at >= $since AND event.at < $until
RETURN user.id AS user_id, event.kind AS kind, event.subjectId AS subject_id, event.at.epochMillis AS at,
       event.receivedAt.epochMillis AS received_at, event.id AS event_id, event.dwellMs AS dwell_ms,
       event.recommendationId AS recommendation_id, event.position AS position, event.surface AS surface;

// name: acts_of_people
// mode: read
// What the graph itself says that the people of a range did: likes, keeps, follows, paid orders by line (or, of those
// who placed none here, what they are known to have bought), and reviews. `part` tells two acts of one moment apart.
MATCH (user:User)
WHERE user.id > $after AND user.id <= $last
CALL (user) {
  MATCH (user)-[edge:LIKES|COLLECTED|FOLLOWS]->(subject)
  RETURN CASE type(edge) WHEN 'LIKES' THEN 'like' WHEN 'COLLECTED' THEN 'collect' ELSE 'follow' END AS kind,
         subject.id AS subject_id, edge.at AS at, '' AS part
  UNION ALL
  MATCH (user)-[:PLACED]->(bill:Order)-[:CONTAINS]->(line:OrderLine)-[:OF]->(:Variant)<-[:HAS_VARIANT]-(subject:Product)
  WHERE bill.state IN ['paid', 'shipped', 'completed'] AND bill.paidAt IS NOT NULL
  RETURN 'purchase' AS kind, subject.id AS subject_id, bill.paidAt AS at, line.id AS part
  UNION ALL
  MATCH (user)-[edge:PURCHASED]->(subject:Product)
  WHERE NOT EXISTS { (user)-[:PLACED]->() }
  RETURN 'purchase' AS kind, subject.id AS subject_id, edge.firstAt AS at, '' AS part
  UNION ALL
  MATCH (user)-[:WROTE]->(review:Review)-[:REVIEWS]->(subject:Product)
  WHERE review.state <> 'removed'
  RETURN 'review' AS kind, subject.id AS subject_id, review.createdAt AS at, review.id AS part
}
WITH user, kind, subject_id, at, part
WHERE at >= $since AND at < $until
RETURN user.id AS user_id, kind, subject_id, at.epochMillis AS at, at.epochMillis AS received_at, part;
