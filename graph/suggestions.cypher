// name: suggest
// mode: fragment
// What is spelt like the beginning of a word, the most popular first. One character is looked up in the order of
// popularity, so it reads no more than it gives; longer ones by spelling.
CALL () {
  WITH $prefix AS prefix WHERE size(prefix) = 1
  MATCH (that:Suggestion) WHERE that.head = prefix AND that.weight >= 0
  RETURN that ORDER BY that.head DESC, that.weight DESC LIMIT 300
  UNION
  WITH $prefix AS prefix WHERE size(prefix) > 1
  CALL (prefix) {
    MATCH (that:Suggestion) WHERE that.key STARTS WITH prefix
    RETURN that LIMIT 3000
  }
  RETURN that ORDER BY that.weight DESC LIMIT 300
}
WITH that
WHERE $visible
OPTIONAL MATCH (that)-[:NAMES]->(via)
WITH coalesce(via.id, that.id) AS subject, that ORDER BY that.weight DESC, that.spelt = 'name' DESC, that.id
WITH subject, head(collect(that)) AS that
RETURN that.id AS id ORDER BY that.weight DESC, that.id LIMIT $most;

// name: spelt_alike
// mode: read
// Spellings that sound alike or look alike, the most popular first.
CALL () {
  UNWIND $sounds AS sound
  MATCH (that:Suggestion) WHERE that.key = sound AND that.spelt = 'pinyin'
  RETURN that, 1.0 AS score LIMIT 20
  UNION
  UNWIND $texts AS text
  CALL db.index.fulltext.queryNodes('suggestion_text', text, {limit: 50}) YIELD node AS that, score
  RETURN that, score
}
WITH DISTINCT that WHERE that.kind <> 'person'
RETURN that.text AS text, that.key AS key ORDER BY that.weight DESC, that.id LIMIT 60;
