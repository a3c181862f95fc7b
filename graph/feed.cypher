// name: home_feed
// mode: fragment
// The newest notes of the people that `this` follows. Only the authors of the latest notes can contribute to a page,
// so each author costs one index seek, and a celebrity's followers or older notes are never walked.
MATCH (this)-[:FOLLOWS]->(via:User)
WHERE $unmuted
CALL (via) {
  MATCH (that:Note)
  WHERE that.authorId = via.id AND that.publishedAt IS NOT NULL AND $visible AND $page
  RETURN that.publishedAt AS latest, that.id AS latestId
  ORDER BY that.authorId DESC, that.publishedAt DESC, that.id DESC LIMIT 1
}
WITH via, latest, latestId ORDER BY latest DESC, latestId DESC LIMIT $limit
CALL (via) {
  MATCH (that:Note)
  WHERE that.authorId = via.id AND that.publishedAt IS NOT NULL AND $visible AND $page
  RETURN that
  ORDER BY that.authorId DESC, that.publishedAt DESC, that.id DESC LIMIT $limit
};

// name: home_feed_backward
// mode: fragment
// The same towards the newer end.
MATCH (this)-[:FOLLOWS]->(via:User)
WHERE $unmuted
CALL (via) {
  MATCH (that:Note)
  WHERE that.authorId = via.id AND that.publishedAt IS NOT NULL AND $visible AND $page
  RETURN that.publishedAt AS earliest, that.id AS earliestId
  ORDER BY that.authorId, that.publishedAt, that.id LIMIT 1
}
WITH via, earliest, earliestId ORDER BY earliest, earliestId LIMIT $limit
CALL (via) {
  MATCH (that:Note)
  WHERE that.authorId = via.id AND that.publishedAt IS NOT NULL AND $visible AND $page
  RETURN that
  ORDER BY that.authorId, that.publishedAt, that.id LIMIT $limit
};

// name: brand_notes
// mode: fragment
// The newest notes that feature a product of `this` brand; a note with several of them comes once.
MATCH (this)-[:MAKES]->(via:Product)
CALL (via) {
  MATCH ()<-[edge:FEATURES]-(that:Note)
  WHERE edge.to = via.id AND edge.at IS NOT NULL AND $visible AND $page
  RETURN that
  ORDER BY edge.to DESC, edge.at DESC, that.id DESC LIMIT $limit
}
WITH DISTINCT that;

// name: brand_notes_backward
// mode: fragment
// The same towards the newer end.
MATCH (this)-[:MAKES]->(via:Product)
CALL (via) {
  MATCH ()<-[edge:FEATURES]-(that:Note)
  WHERE edge.to = via.id AND edge.at IS NOT NULL AND $visible AND $page
  RETURN that
  ORDER BY edge.to, edge.at, that.id LIMIT $limit
}
WITH DISTINCT that;
