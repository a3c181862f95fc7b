// name: product_candidates
// mode: read
// The products that follow from what the viewer took up, best first: `similar` by SIMILAR edges, `followed` by what
// people they follow bought, `taste` by how well what was reached so fits the direction of all they took up.
MATCH (viewer:User {id: $viewer_id})
CALL (viewer) {
  MATCH (viewer)-[did:PURCHASED|CARTED|CLICKED|VIEWED]->(of:Product)
  WHERE ($behaviour OR type(did) = 'PURCHASED') AND NOT of.id IN $excluded
  WITH of, max(CASE type(did) WHEN 'PURCHASED' THEN $bought ELSE $looked END) AS weight,
    max(did.lastAt) AS at
  WITH of, weight ORDER BY at DESC, of.id LIMIT $history
  RETURN collect([of, weight]) AS acts
}
CALL (viewer, acts) {
  CALL (viewer, acts) {
    UNWIND acts AS act
    WITH act[0] AS of, act[1] AS weight, $edges / size(acts) AS most
    MATCH (of)-[edge:SIMILAR]->(that) WHERE edge.rank < most
    RETURN that, weight * edge.score AS similar, 0.0 AS followed, 0 AS seen
  UNION ALL
    MATCH (viewer)-[follows:FOLLOWS]->(friend:User)
    WHERE NOT friend.id IN $excluded
    WITH friend ORDER BY follows.at DESC LIMIT $friends
    WITH collect(friend) AS friends
    UNWIND friends AS friend
    CALL (friend) {
      MATCH (friend)-[bought:PURCHASED]->(that:Product)
      RETURN that ORDER BY bought.lastAt DESC, that.id LIMIT $each
    }
    RETURN that, 0.0 AS similar, 1.0 / sqrt(size(friends)) AS followed, 0 AS seen
  UNION ALL
    MATCH (viewer)-[:PURCHASED|CARTED|CLICKED|VIEWED|NOT_INTERESTED]->(that:Product)
    RETURN that, 0.0 AS similar, 0.0 AS followed, 1 AS seen
  }
  WITH that, sum(similar) AS similar, sum(followed) AS followed, sum(seen) AS seen
  WHERE seen = 0
  WITH that, similar, CASE WHEN followed = 0 THEN 0.0
    ELSE $followed * followed / (1.0 + COUNT { (that)<-[:PURCHASED]-() }) ^ $famous END AS followed
  WITH that, similar, followed ORDER BY similar + followed DESC LIMIT $reach
  RETURN collect([that, similar, followed]) AS reached
}
CALL (acts) {
  UNWIND acts AS act
  WITH act[0].taste AS taste, act[1] * act[0].tasteWeight AS weight WHERE taste IS NOT NULL
  WITH collect([taste, weight]) AS tastes
  // While tastes of another length are being written, those of the first one's length count.
  WITH [taste IN tastes WHERE size(taste[0]) = size(tastes[0][0])] AS tastes
  // Collected, so that rows do not carry all tastes on.
  WITH head(collect(CASE WHEN size(tastes) = 0 THEN NULL ELSE
    [at IN range(0, size(tastes[0][0]) - 2) | reduce(sum = 0.0, taste IN tastes | sum + taste[1] * taste[0][at])] + [0.0] END)) AS leaning
  RETURN leaning, sqrt(reduce(sum = 0.0, one IN leaning | sum + one * one)) AS length
}
UNWIND reached AS one
WITH leaning, length, one[0] AS that, one[1] AS similar, one[2] AS followed
WHERE that.state = 'listed' AND ($category_id IS NULL OR that.categoryId = $category_id)
RETURN that.id AS id, similar, followed,
  CASE WHEN leaning IS NULL OR coalesce(size(that.taste), 0) <> size(leaning) THEN 0.0
    ELSE (2 * vector.similarity.cosine(that.taste, leaning) - 1) * length
  END AS taste
ORDER BY similar + followed + taste DESC, id LIMIT $limit;

// name: note_candidates
// mode: read
// The same for notes.
MATCH (viewer:User {id: $viewer_id})
CALL (viewer) {
  MATCH (viewer)-[did:LIKES|COLLECTED|CLICKED|VIEWED]->(of:Note)
  WHERE ($behaviour OR type(did) IN ['LIKES', 'COLLECTED']) AND NOT of.id IN $excluded
  WITH of, max(CASE WHEN type(did) IN ['LIKES', 'COLLECTED'] THEN 1.0 ELSE $looked END) AS weight,
    max(coalesce(did.at, did.lastAt)) AS at
  WITH of, weight ORDER BY at DESC, of.id LIMIT $history
  RETURN collect([of, weight]) AS acts
}
CALL (viewer, acts) {
  CALL (viewer, acts) {
    UNWIND acts AS act
    WITH act[0] AS of, act[1] AS weight, $edges / size(acts) AS most
    MATCH (of)-[edge:SIMILAR]->(that) WHERE edge.rank < most
    RETURN that, weight * edge.score AS similar, 0.0 AS followed, 0 AS seen
  UNION ALL
    MATCH (viewer)-[follows:FOLLOWS]->(friend:User)
    WHERE NOT friend.id IN $excluded
    WITH friend ORDER BY follows.at DESC LIMIT $friends
    WITH collect(friend) AS friends
    UNWIND friends AS friend
    CALL (friend) {
      MATCH (friend)-[likes:LIKES]->(that:Note)
      RETURN that ORDER BY likes.at DESC, that.id LIMIT $each
    }
    RETURN that, 0.0 AS similar, 1.0 / sqrt(size(friends)) AS followed, 0 AS seen
  UNION ALL
    MATCH (viewer)-[:LIKES|COLLECTED|CLICKED|VIEWED|NOT_INTERESTED]->(that:Note)
    RETURN that, 0.0 AS similar, 0.0 AS followed, 1 AS seen
  }
  WITH that, sum(similar) AS similar, sum(followed) AS followed, sum(seen) AS seen
  WHERE seen = 0
  WITH that, similar, CASE WHEN followed = 0 THEN 0.0
    ELSE $followed * followed / (1.0 + COUNT { (that)<-[:LIKES]-() }) ^ $famous END AS followed
  WITH that, similar, followed ORDER BY similar + followed DESC LIMIT $reach
  RETURN collect([that, similar, followed]) AS reached
}
CALL (acts) {
  UNWIND acts AS act
  WITH act[0].taste AS taste, act[1] * act[0].tasteWeight AS weight WHERE taste IS NOT NULL
  WITH collect([taste, weight]) AS tastes
  // While tastes of another length are being written, those of the first one's length count.
  WITH [taste IN tastes WHERE size(taste[0]) = size(tastes[0][0])] AS tastes
  // Collected, so that rows do not carry all tastes on.
  WITH head(collect(CASE WHEN size(tastes) = 0 THEN NULL ELSE
    [at IN range(0, size(tastes[0][0]) - 2) | reduce(sum = 0.0, taste IN tastes | sum + taste[1] * taste[0][at])] + [0.0] END)) AS leaning
  RETURN leaning, sqrt(reduce(sum = 0.0, one IN leaning | sum + one * one)) AS length
}
UNWIND reached AS one
WITH leaning, length, one[0] AS that, one[1] AS similar, one[2] AS followed
WHERE that.state = 'published' AND ($category_id IS NULL OR that.categoryId = $category_id)
RETURN that.id AS id, similar, followed,
  CASE WHEN leaning IS NULL OR coalesce(size(that.taste), 0) <> size(leaning) THEN 0.0
    ELSE (2 * vector.similarity.cosine(that.taste, leaning) - 1) * length
  END AS taste
ORDER BY similar + followed + taste DESC, id LIMIT $limit;
