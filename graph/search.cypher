// name: best_candidates
// mode: fragment
// Of what was found, the best by text and the best by vector; how near it is in meaning is told of what the text found too.
WITH collect([that, text, vector, named]) AS found
CALL (found) {
  UNWIND found AS one
  WITH one WHERE one[2] IS NOT NULL
  RETURN one ORDER BY one[2] DESC, one[0].id LIMIT $mostByVector
  UNION
  UNWIND found AS one
  WITH one WHERE one[1] IS NOT NULL OR one[3]
  RETURN one ORDER BY one[3] DESC, coalesce(one[1], 0) DESC, one[0].id LIMIT $mostByText
}
WITH one[0] AS that, one[1] AS text, one[2] AS vector, one[3] AS named
WITH that, text, named, coalesce(vector, vector.similarity.cosine(that[$vectorProperty], $meaning)) AS vector;

// name: search_notes
// mode: fragment
// Published notes that the text or the vector finds, and those tagged with the query itself; each once, with its scores.
CALL () {
  UNWIND $texts AS text
  CALL db.index.fulltext.queryNodes($textIndex, text, {limit: $scan}) YIELD node AS that, score
  RETURN that, score AS text, null AS vector, false AS tagged
  UNION ALL
  UNWIND $vectors AS asked
  CALL db.index.vector.queryNodes($vectorIndex, $nearest, asked) YIELD node AS that, score
  RETURN that, null AS text, score AS vector, false AS tagged
  UNION ALL
  UNWIND $topics AS name
  MATCH (topic:Topic {name: name})
  CALL (topic) {
    MATCH ()<-[edge:TAGGED]-(that:Note) WHERE edge.to = topic.id AND edge.at IS NOT NULL
    RETURN that ORDER BY edge.to DESC, edge.at DESC LIMIT 100
  }
  RETURN that, null AS text, null AS vector, true AS tagged
}
WITH that, max(text) AS text, max(vector) AS vector, max(tagged) AS named
WHERE that.publishedAt <= $asOf AND that.state = 'published' AND $visible
  AND ($categories IS NULL OR that.categoryId IN $categories)
  AND ($brands IS NULL OR EXISTS { (that)-[:FEATURES]->(via:Product) WHERE via.brandId IN $brands })
  AND ($language IS NULL OR that.language = $language)
  AND ($noteKind IS NULL OR that.kind = $noteKind)
  AND ($since IS NULL OR that.publishedAt >= $since)
  AND ($until IS NULL OR that.publishedAt < $until)
  AND ($hasProducts IS NULL OR EXISTS { (that)-[:FEATURES]->() } = $hasProducts)
  AND $wanted
WITH that, text, vector, named
$best
RETURN that.id AS id, text, vector, named, [name IN [that.title] WHERE size(name) <= $longest] AS names, that.authorId AS ownerId,
       COUNT { (that)<-[:LIKES]-() } + COUNT { (that)<-[:COLLECTED]-() } AS popularity,
       that.publishedAt.epochMillis AS at, that.categoryId AS category,
       COLLECT { MATCH (that)-[:FEATURES]->(via:Product) RETURN DISTINCT via.brandId } AS brands,
       null AS price, null AS rating, that.kind AS kind, that.language AS language;

// name: search_products
// mode: fragment
// Products on sale that the text or the vector finds, or a variant whose code begins with the query's.
CALL () {
  UNWIND $texts AS text
  CALL db.index.fulltext.queryNodes($textIndex, text, {limit: $scan}) YIELD node AS that, score
  RETURN that, score AS text, null AS vector, false AS named
  UNION ALL
  UNWIND $vectors AS asked
  CALL db.index.vector.queryNodes($vectorIndex, $nearest, asked) YIELD node AS that, score
  RETURN that, null AS text, score AS vector, false AS named
  UNION ALL
  UNWIND $codes AS code
  CALL (code) {
    MATCH (variant:Variant) WHERE variant.sku STARTS WITH code
    RETURN variant LIMIT 100
  }
  MATCH (variant)<-[:HAS_VARIANT]-(that:Product)
  RETURN that, null AS text, null AS vector, true AS named
}
WITH that, max(text) AS text, max(vector) AS vector, max(named) AS named
WHERE that.createdAt <= $asOf AND that.state = 'listed' AND $visible
  AND ($categories IS NULL OR that.categoryId IN $categories)
  AND ($brands IS NULL OR that.brandId IN $brands)
  AND ($priceLow IS NULL OR that.priceMinor >= $priceLow)
  AND ($priceHigh IS NULL OR that.priceMinor <= $priceHigh)
  AND ($rating IS NULL OR that.reviewCount > 0 AND that.ratingSum >= $rating * that.reviewCount)
  AND ($since IS NULL OR that.createdAt >= $since)
  AND ($until IS NULL OR that.createdAt < $until)
  AND ($inStock IS NULL
       OR EXISTS { (that)-[:HAS_VARIANT]->(variant:Variant) WHERE variant.stock > 0 } = $inStock)
  AND $wanted
WITH that, text, vector, named
$best
RETURN that.id AS id, text, vector, named, [name IN [that.name] WHERE size(name) <= $longest] AS names, that.brandId AS ownerId,
       that.reviewCount + COUNT { (that)<-[:FEATURES]-() } AS popularity,
       that.createdAt.epochMillis AS at, that.categoryId AS category, [that.brandId] AS brands, toIntegerOrNull(that.priceMinor) AS price,
       CASE WHEN that.reviewCount > 0 THEN toFloat(that.ratingSum) / that.reviewCount END AS rating,
       null AS kind, null AS language;

// name: search_people
// mode: fragment
// People whom the text or the vector finds.
CALL () {
  UNWIND $texts AS text
  CALL db.index.fulltext.queryNodes($textIndex, text, {limit: $scan}) YIELD node AS that, score
  RETURN that, score AS text, null AS vector
  UNION ALL
  UNWIND $vectors AS asked
  CALL db.index.vector.queryNodes($vectorIndex, $nearest, asked) YIELD node AS that, score
  RETURN that, null AS text, score AS vector
}
WITH that, max(text) AS text, max(vector) AS vector
WHERE that.createdAt <= $asOf AND $visible
  AND ($userKind IS NULL OR that.kind = $userKind)
  AND ($language IS NULL OR that.language = $language)
  AND $wanted
WITH that, text, vector, false AS named
$best
RETURN that.id AS id, text, vector, named, [that.displayName, that.handle] AS names, that.id AS ownerId,
       COUNT { (that)<-[:FOLLOWS]-() } AS popularity, null AS at, null AS category, [] AS brands, null AS price,
       null AS rating, that.kind AS kind, that.language AS language;

// name: search_brands
// mode: fragment
// Brands that the text or the vector finds.
CALL () {
  UNWIND $texts AS text
  CALL db.index.fulltext.queryNodes($textIndex, text, {limit: $scan}) YIELD node AS that, score
  RETURN that, score AS text, null AS vector
  UNION ALL
  UNWIND $vectors AS asked
  CALL db.index.vector.queryNodes($vectorIndex, $nearest, asked) YIELD node AS that, score
  RETURN that, null AS text, score AS vector
}
WITH that, max(text) AS text, max(vector) AS vector
WHERE that.createdAt <= $asOf AND $visible
  AND ($verified IS NULL OR that.verified = $verified)
  AND ($categories IS NULL
       OR EXISTS { (that)-[:MAKES]->(via:Product) WHERE via.categoryId IN $categories AND via.state = 'listed' })
WITH that, text, vector, false AS named
$best
RETURN that.id AS id, text, vector, named, [that.name, coalesce(that.nameEn, that.name), that.handle] AS names,
       that.id AS ownerId, COUNT { (that)<-[:FOLLOWS]-() } AS popularity, null AS at, null AS category, [] AS brands,
       null AS price, null AS rating, null AS kind, null AS language;

// name: search_topics
// mode: fragment
// Topics that the text or the vector finds.
CALL () {
  UNWIND $texts AS text
  CALL db.index.fulltext.queryNodes($textIndex, text, {limit: $scan}) YIELD node AS that, score
  RETURN that, score AS text, null AS vector
  UNION ALL
  UNWIND $vectors AS asked
  CALL db.index.vector.queryNodes($vectorIndex, $nearest, asked) YIELD node AS that, score
  RETURN that, null AS text, score AS vector
}
WITH that, max(text) AS text, max(vector) AS vector
WHERE that.createdAt <= $asOf AND $visible
WITH that, text, vector, false AS named
$best
RETURN that.id AS id, text, vector, named, [that.name] AS names, that.id AS ownerId,
       COUNT { (that)<-[:TAGGED]-() } + COUNT { (that)<-[:FOLLOWS]-() } AS popularity, null AS at, null AS category,
       [] AS brands, null AS price, null AS rating, null AS kind, null AS language;

// name: nearness
// mode: read
// Of some people or brands, those near the viewer: 1 for whom the viewer follows, 2 for whom those people follow; and
// whether the viewer muted them. The latest 200 people followed are asked, and the latest 100 follows of each, so that
// nobody's followers are walked. Who is neither has no row.
MATCH (viewer:User {id: $viewer})
CALL (viewer) {
  MATCH (viewer)-[:FOLLOWS]->(that)
  WHERE that.id IN $ids
  RETURN that.id AS id, 1 AS distance, false AS muted
  UNION ALL
  MATCH (viewer)-[:MUTES|NOT_INTERESTED]->(that:User)
  WHERE that.id IN $ids
  RETURN that.id AS id, null AS distance, true AS muted
  UNION ALL
  MATCH (viewer)-[edge:FOLLOWS]->(via:User)
  WITH via, edge ORDER BY edge.at DESC LIMIT 200
  CALL (via) {
    MATCH (via)-[edge:FOLLOWS]->(that)
    RETURN that LIMIT 100
  }
  WITH DISTINCT that
  WHERE that.id IN $ids
  RETURN that.id AS id, 2 AS distance, false AS muted
}
RETURN id, min(distance) AS distance, max(muted) AS muted;

// name: facet_names
// mode: read
// What categories and brands are called, in Chinese and English.
CALL () {
  UNWIND $categories AS id
  MATCH (that:Category {id: id})
  RETURN that.id AS id, that.name AS name, that.nameEn AS nameEn
  UNION ALL
  UNWIND $brands AS id
  MATCH (that:Brand {id: id})
  RETURN that.id AS id, that.name AS name, that.nameEn AS nameEn
}
RETURN id, name, coalesce(nameEn, name) AS nameEn;
