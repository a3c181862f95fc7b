// name: embedding_spaces
// mode: read
// Every space that has vectors in the graph, in the order in which they were begun.
MATCH (space:EmbeddingSpace)
WHERE space.id IS NOT NULL
RETURN space.key AS key, space.model AS model, space.runtime AS runtime, space.dimensions AS dimensions,
  space.source AS source, space.state AS state, space.retiredAt AS retired_at, space.sweepAt AS sweep_at
ORDER BY space.createdAt, key;

// name: begin_space
// mode: write
// Makes the space the one that is being built, unless it is active; another one that is being built is left. One that was
// left and still has its vectors goes on with them.
OPTIONAL MATCH (other:EmbeddingSpace {slot: 'building'})
WHERE other.key <> $key
SET other.state = 'retired', other.retiredAt = $now
REMOVE other.slot, other.heldBy, other.heldUntil
WITH count(other) AS others
MERGE (space:EmbeddingSpace {id: 'embeddingspace_' + $key})
  ON CREATE SET space.createdAt = $now, space.key = $key, space.model = $model, space.runtime = $runtime,
    space.dimensions = $dimensions, space.state = 'retired'
SET space.lockedAt = $now
REMOVE space.lockedAt
WITH space, space.state = 'active' AS active
SET space.source = $source, space.state = CASE WHEN active THEN 'active' ELSE 'building' END,
    space.slot = CASE WHEN active THEN 'active' ELSE 'building' END
REMOVE space.retiredAt
RETURN active;

// name: activate_space
// mode: write
// Searches use this space from now on, and the one before no more. No row: it is not being built any more.
MATCH (space:EmbeddingSpace {id: 'embeddingspace_' + $key})
SET space.lockedAt = $now
REMOVE space.lockedAt
WITH space WHERE space.state = 'building'
OPTIONAL MATCH (before:EmbeddingSpace {slot: 'active'})
SET before.state = 'retired', before.retiredAt = $now
REMOVE before.slot, before.heldBy, before.heldUntil
WITH DISTINCT space
SET space.state = 'active', space.slot = 'active', space.activatedAt = $now
RETURN space.key AS key;

// name: hold_space
// mode: write
// Lets one process at a time work on the space, until the time given. No row: another holds it, or it is not there.
MATCH (space:EmbeddingSpace {id: 'embeddingspace_' + $key})
SET space.lockedAt = $now
REMOVE space.lockedAt
WITH space WHERE space.heldBy IS NULL OR space.heldBy = $holder OR space.heldUntil < $now
SET space.heldBy = $holder, space.heldUntil = $until
RETURN space.key AS key;

// name: release_space
// mode: write
// Lets others work on the space at once. No row: it is held by another.
MATCH (space:EmbeddingSpace {id: 'embeddingspace_' + $key})
SET space.lockedAt = $now
REMOVE space.lockedAt
WITH space WHERE space.heldBy = $holder
REMOVE space.heldBy, space.heldUntil
RETURN space.key AS key;

// name: ask_sweep
// mode: write
// Has all texts looked at again. No row: no space is active.
MATCH (space:EmbeddingSpace {slot: 'active'})
SET space.sweepAt = $now
RETURN space.key AS key;

// name: finish_sweep
// mode: write
// All texts were looked at, unless that was asked again meanwhile. No row: it was.
MATCH (space:EmbeddingSpace {id: 'embeddingspace_' + $key})
SET space.lockedAt = $now
REMOVE space.lockedAt
WITH space WHERE space.sweepAt.epochMillis <= $asked.epochMillis
REMOVE space.sweepAt
RETURN space.key AS key;

// name: delete_space
// mode: write
// Forgets a space that has no vectors left. No row: it is in use.
MATCH (space:EmbeddingSpace {id: 'embeddingspace_' + $key})
SET space.lockedAt = $now
REMOVE space.lockedAt
WITH space, space.key AS key WHERE space.state = 'retired'
DELETE space
RETURN key;

// name: text_count
// mode: read
// How many things may have a text; the counts are stored.
RETURN COUNT { (:Note) } + COUNT { (:Product) } + COUNT { (:Brand) } + COUNT { (:Topic) } + COUNT { (:User) } AS texts;

// name: note_texts
// mode: read
// Notes in the order of their ids: whether anybody else may find them, what they say, and the digest of what was encoded.
MATCH (note:Note)
WHERE note.id >= $first AND note.id <= $last
WITH note ORDER BY note.id LIMIT $batch
RETURN note.id AS id, note.state = 'published' AS findable, note[$mark] AS mark,
  [note.title, COLLECT {
    MATCH (note)-[:TAGGED]->(topic:Topic) RETURN topic.name ORDER BY topic.name
  }, note.text] AS parts;

// name: product_texts
// mode: read
// Products, likewise.
MATCH (product:Product)
WHERE product.id >= $first AND product.id <= $last
WITH product ORDER BY product.id LIMIT $batch
RETURN product.id AS id, product.state = 'listed' AS findable, product[$mark] AS mark,
  [product.name, COLLECT {
    MATCH (product)<-[:MAKES]-(brand:Brand) UNWIND [brand.name, brand.nameEn] AS name RETURN name
  }, COLLECT {
    MATCH (product)-[:IN_CATEGORY]->(category:Category) UNWIND [category.name, category.nameEn] AS name RETURN name
  }, product.description] AS parts;

// name: brand_texts
// mode: read
// Brands, likewise.
MATCH (brand:Brand)
WHERE brand.id >= $first AND brand.id <= $last
WITH brand ORDER BY brand.id LIMIT $batch
RETURN brand.id AS id, true AS findable, brand[$mark] AS mark, [brand.name, brand.nameEn, brand.description] AS parts;

// name: topic_texts
// mode: read
// Topics, likewise; what only drafts name is nobody else's business.
MATCH (topic:Topic)
WHERE topic.id >= $first AND topic.id <= $last
WITH topic ORDER BY topic.id LIMIT $batch
RETURN topic.id AS id, EXISTS { (topic)<-[:TAGGED|FOLLOWS]-() } AS findable, topic[$mark] AS mark, [topic.name] AS parts;

// name: user_texts
// mode: read
// People, likewise: those with open accounts.
MATCH (user:User)
WHERE user.id >= $first AND user.id <= $last
WITH user ORDER BY user.id LIMIT $batch
RETURN user.id AS id, user.state = 'active' AND NOT user.private AS findable, user[$mark] AS mark,
  [user.displayName, user.traits, user.bio] AS parts;

// name: topics_of_note
// mode: read
// The topics of a note that is out which have no vector yet.
MATCH (note:Note {id: $note_id})-[:TAGGED]->(topic:Topic)
WHERE topic[$mark] IS NULL
RETURN topic.id AS id;

// name: keep_vectors
// mode: write
// Keeps the vectors of texts, of those that may still be found and of which nobody kept another since the text was read.
// Each row: id, vector, digest, and the digest that was there (or an empty text). No row: the space takes no vectors.
MATCH (space:EmbeddingSpace {id: 'embeddingspace_' + $key})
SET space.lockedAt = $now
REMOVE space.lockedAt
WITH space WHERE space.state IN ['active', 'building']
CALL (space) {
  UNWIND $rows AS row
  OPTIONAL MATCH (note:Note {id: row.id})
  OPTIONAL MATCH (product:Product {id: row.id})
  OPTIONAL MATCH (brand:Brand {id: row.id})
  OPTIONAL MATCH (topic:Topic {id: row.id})
  OPTIONAL MATCH (user:User {id: row.id})
  WITH row, coalesce(note, product, brand, topic, user) AS node
  WHERE node IS NOT NULL
  WITH row, node ORDER BY row.id
  SET node.lockedAt = $now
  REMOVE node.lockedAt
  WITH row, node
  WHERE coalesce(node[$mark], '') = row.was
    AND (node:Brand OR node:Note AND node.state = 'published' OR node:Product AND node.state = 'listed'
      OR node:Topic AND EXISTS { (node)<-[:TAGGED|FOLLOWS]-() } OR node:User AND node.state = 'active' AND NOT node.private)
  CALL db.create.setNodeVectorProperty(node, $property, row.vector)
  SET node[$mark] = row.digest
  RETURN count(*) AS kept
}
RETURN kept;

// name: forget_vectors
// mode: write
// Takes the vectors of that space from things which nobody else may find any more; from all, with `all`. How many.
UNWIND $ids AS id
OPTIONAL MATCH (note:Note {id: id})
OPTIONAL MATCH (product:Product {id: id})
OPTIONAL MATCH (brand:Brand {id: id})
OPTIONAL MATCH (topic:Topic {id: id})
OPTIONAL MATCH (user:User {id: id})
WITH id, coalesce(note, product, brand, topic, user) AS node
WHERE node IS NOT NULL
WITH id, node ORDER BY id
SET node.lockedAt = $now
REMOVE node.lockedAt
WITH node
WHERE node[$mark] IS NOT NULL AND ($all OR node:Note AND node.state <> 'published'
  OR node:Product AND node.state <> 'listed' OR node:User AND (node.state <> 'active' OR node.private)
  OR node:Topic AND NOT EXISTS { (node)<-[:TAGGED|FOLLOWS]-() })
REMOVE node[$mark], node[$property]
RETURN count(*) AS forgotten;

// name: vector_of_person
// mode: read
// The vector of what a person says of themselves. No row: they have none.
MATCH (user:User {id: $user_id})
WHERE user[$property] IS NOT NULL
RETURN user[$property] AS vector;

// name: nearest
// mode: read
// The things of a label whose vectors are nearest, best first. No row: none has a vector, or the space is not active.
MATCH (space:EmbeddingSpace {slot: 'active'})
WHERE space.key = $key
CALL db.index.vector.queryNodes($index, $count, $vector) YIELD node, score
RETURN node.id AS id, score
ORDER BY score DESC, id;

// name: nearest_to
// mode: read
// For each of some things of one label the others whose vectors are nearest, of those that others may find. No row: it has
// no vector, or the space is not active.
MATCH (space:EmbeddingSpace {slot: 'active'})
WHERE space.key = $key
UNWIND $ids AS id
OPTIONAL MATCH (note:Note {id: id})
OPTIONAL MATCH (product:Product {id: id})
OPTIONAL MATCH (user:User {id: id})
WITH id, coalesce(note, product, user) AS thing
WHERE thing[$property] IS NOT NULL
CALL (thing) {
  CALL db.index.vector.queryNodes($index, $count, thing[$property]) YIELD node, score
  WHERE node <> thing AND (node:Note AND node.state = 'published' OR node:Product AND node.state = 'listed'
    OR node:User AND node.state = 'active' AND NOT node.private)
  WITH node, score ORDER BY score DESC, node.id
  RETURN collect([node.id, score]) AS near
}
RETURN id, near;
