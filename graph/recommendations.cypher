// name: product_candidates
// mode: read
// The products that are most like what the viewer took up, best first.
MATCH (viewer:User {id: $viewer_id})
CALL (viewer) {
  MATCH (viewer)-[did:PURCHASED|CARTED|CLICKED|VIEWED]->(of:Product)
  WHERE NOT of.id IN $excluded AND ($behaviour OR type(did) = 'PURCHASED')
  WITH of, max(did.lastAt) AS at,
    max(CASE type(did) WHEN 'PURCHASED' THEN 1.0 WHEN 'CARTED' THEN 0.6 ELSE 0.2 END) AS weight
  RETURN of, weight ORDER BY at DESC, of.id LIMIT $history
}
MATCH (of)-[similar:SIMILAR]->(that:Product)
WITH viewer, that, sum(weight * similar.score) AS strength
WHERE that.state = 'listed' AND ($category_id IS NULL OR that.categoryId = $category_id)
  AND NOT EXISTS {
    (viewer)-[did:PURCHASED|CARTED|CLICKED|VIEWED|NOT_INTERESTED]->(that)
    WHERE $behaviour OR type(did) IN ['PURCHASED', 'NOT_INTERESTED']
  }
RETURN that.id AS id, strength AS similar, 0.0 AS taste, 0.0 AS followed
ORDER BY strength DESC, id LIMIT $limit;

// name: note_candidates
// mode: read
// The notes that are most like what the viewer took up, best first.
MATCH (viewer:User {id: $viewer_id})
CALL (viewer) {
  MATCH (viewer)-[did:COLLECTED|LIKES|VIEWED]->(of:Note)
  WHERE NOT of.id IN $excluded AND ($behaviour OR type(did) <> 'VIEWED')
  WITH of, max(coalesce(did.at, did.lastAt)) AS at,
    max(CASE type(did) WHEN 'COLLECTED' THEN 1.0 WHEN 'LIKES' THEN 0.8 ELSE 0.2 END) AS weight
  RETURN of, weight ORDER BY at DESC, of.id LIMIT $history
}
MATCH (of)-[similar:SIMILAR]->(that:Note)
WITH viewer, that, sum(weight * similar.score) AS strength
WHERE that.state = 'published' AND ($category_id IS NULL OR that.categoryId = $category_id)
  AND NOT EXISTS {
    (viewer)-[did:COLLECTED|LIKES|VIEWED|NOT_INTERESTED]->(that) WHERE $behaviour OR type(did) <> 'VIEWED'
  }
RETURN that.id AS id, strength AS similar, 0.0 AS taste, 0.0 AS followed
ORDER BY strength DESC, id LIMIT $limit;
