// name: topics_to_suggest
// mode: read
// Topics after an id, with what names them and their popularity.
MATCH (that:Topic) WHERE that.id > $after
WITH that ORDER BY that.id LIMIT $batch
RETURN that.id AS id, [that.name] AS names, COUNT { (that)<-[:TAGGED]-() } + COUNT { (that)<-[:FOLLOWS]-() } AS degree;

// name: brands_to_suggest
// mode: read
// Brands after an id, likewise.
MATCH (that:Brand) WHERE that.id > $after
WITH that ORDER BY that.id LIMIT $batch
RETURN that.id AS id, [that.name, that.nameEn, that.handle] AS names, COUNT { (that)<-[:FOLLOWS]-() } AS degree;

// name: products_to_suggest
// mode: read
// Products on sale after an id, likewise.
MATCH (that:Product) WHERE that.id > $after
WITH that ORDER BY that.id LIMIT $batch
RETURN that.id AS id, [that.name] AS names, coalesce(that.reviewCount, 0) + COUNT { (that)<-[:FEATURES]-() } AS degree;

// name: categories_to_suggest
// mode: read
// Categories after an id, likewise.
MATCH (that:Category) WHERE that.id > $after
WITH that ORDER BY that.id LIMIT $batch
RETURN that.id AS id, [that.name, that.nameEn] AS names, COUNT { (that)<-[:IN_CATEGORY]-() } AS degree;

// name: people_to_suggest
// mode: read
// People after an id, likewise.
MATCH (that:User) WHERE that.id > $after
WITH that ORDER BY that.id LIMIT $batch
RETURN that.id AS id, [that.displayName, that.handle] AS names, COUNT { (that)<-[:FOLLOWS]-() } AS degree;

// name: queries_to_suggest
// mode: read
// Queries that enough different people asked on one day, after an id.
MATCH (that:SearchQuery) WHERE that.mostPeople >= $people AND that.id > $after
WITH that ORDER BY that.id LIMIT $batch
RETURN that.id AS id, [that.text] AS names, that.count AS degree;

// name: keep_suggestions
// mode: fragment
// Makes or renews suggestions, each with the $label that it names; how many.
UNWIND $suggestions AS one
MATCH (subject:$label {id: one.subject})
MERGE (that:Suggestion {id: one.id})
SET that.kind = $kind, that.text = one.text, that.key = one.key, that.head = one.head, that.spelt = one.spelt,
    that.weight = one.weight, that.at = $now
MERGE (that)-[:NAMES]->(subject)
RETURN count(*) AS kept;

// name: keep_queries
// mode: write
// Makes or renews suggestions of what people searched for; how many.
UNWIND $suggestions AS one
MERGE (that:Suggestion {id: one.id})
SET that.kind = $kind, that.text = one.text, that.key = one.key, that.head = one.head, that.spelt = one.spelt,
    that.weight = one.weight, that.at = $now
RETURN count(*) AS kept;

// name: forget_suggestions
// mode: write
// Forgets suggestions that were not found again since a time; how many.
MATCH (that:Suggestion) WHERE that.at < $before
WITH that LIMIT $batch
DETACH DELETE that
RETURN count(*) AS forgotten;
