// name: lock_author
// mode: write
// Locks a person, and tells what of them decides about their notes. No row: they may not act.
MATCH (user:User {id: $user_id})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user WHERE user.state = 'active'
RETURN user.language AS language, user.private AS private;

// name: lock_note
// mode: write
// Locks a person's note, and tells how it stands. No row: there is none, or it is somebody else's.
MATCH (note:Note {id: $note_id})
WHERE note.authorId = $user_id
SET note.lockedAt = $now
REMOVE note.lockedAt
WITH note
RETURN note.kind AS kind, note.state AS state, note.publishedAt IS NOT NULL AS was_out,
  note.title AS title, note.text AS text, note.language AS language, note.audience AS audience,
  note.categoryId AS category_id,
  COLLECT { MATCH (note)-[:TAGGED|DRAFT_TAGGED]->(topic:Topic) RETURN topic.name ORDER BY topic.name } AS topics,
  COLLECT {
    MATCH (note)-[edge:FEATURES|DRAFT_FEATURES]->(product:Product) RETURN product.id ORDER BY edge.position
  } AS product_ids,
  EXISTS { (note)-[edge:FEATURES|DRAFT_FEATURES]->() WHERE edge.sponsored } AS sponsored,
  COLLECT { MATCH (note)-[edge:SHOWS]->(media:Media) RETURN media.id ORDER BY edge.position } AS media_ids,
  COUNT { (note)-[:HAS_REVISION]->() } AS revisions;

// name: create_note
// mode: write
// A draft without topics, products and media. No row: no such category.
MATCH (user:User {id: $user_id})
CREATE (user)-[:DRAFTED {at: $now}]->(note:Note {
  id: $note_id, kind: $kind, title: $title, text: $body, language: $language, state: 'draft', audience: $audience,
  authorId: user.id, categoryId: $category_id, createdAt: $now
})
WITH note
MATCH (category:Category {id: $category_id})
CREATE (note)-[:IN_CATEGORY]->(category)
RETURN note.id AS note_id;

// name: change_note
// mode: write
// The note's own values; `edited_at` null keeps the time of its last edit. No row: no such category.
MATCH (note:Note {id: $note_id})
SET note.title = $title, note.text = $body, note.language = $language, note.audience = $audience,
    note.categoryId = $category_id, note.editedAt = coalesce($edited_at, note.editedAt)
WITH note
MATCH (category:Category {id: $category_id})
CALL (note, category) {
  MATCH (note)-[old:IN_CATEGORY]->(before:Category)
  WHERE before <> category
  DELETE old
  CREATE (note)-[:IN_CATEGORY]->(category)
}
RETURN note.id AS note_id;

// name: keep_revision
// mode: write
// What the note said until now, kept as its revision of that number. No row: no such note.
MATCH (note:Note {id: $note_id})
CREATE (note)-[:HAS_REVISION]->(revision:NoteRevision {
  id: $revision_id, number: $number, title: $title, text: $body, topics: $topics, productIds: $product_ids,
  mediaIds: $media_ids, replacedAt: $now
})
RETURN revision.id AS revision_id;

// name: set_topics
// mode: write
// Makes these the note's topics, new ones as of a draft; `topics` are names in order, each with the id that it gets if
// nobody used it before. No row: no such note.
MATCH (note:Note {id: $note_id})
CALL (note) {
  MATCH (note)-[old:TAGGED|DRAFT_TAGGED]->(topic:Topic)
  WHERE NONE(row IN $topics WHERE row.name = topic.name)
  DELETE old
}
CALL (note) {
  UNWIND $topics AS row
  MERGE (topic:Topic {name: row.name})
    ON CREATE SET topic.id = row.id, topic.createdAt = $now
  WITH note, topic WHERE NOT EXISTS { (note)-[:TAGGED|DRAFT_TAGGED]->(topic) }
  CREATE (note)-[:DRAFT_TAGGED]->(topic)
}
RETURN note.id AS note_id;

// name: set_products
// mode: write
// Makes these the products that the note shows, in this order, new ones as of a draft; how many there were. A product that
// is listed no more stays where it is shown already. No row: no such note.
MATCH (note:Note {id: $note_id})
CALL (note) {
  MATCH (note)-[old:FEATURES|DRAFT_FEATURES]->(product:Product)
  WHERE NOT product.id IN $product_ids
  DELETE old
}
CALL (note) {
  UNWIND range(0, size($product_ids) - 1) AS position
  MATCH (product:Product {id: $product_ids[position]})
  OPTIONAL MATCH (note)-[kept:FEATURES|DRAFT_FEATURES]->(product)
  WITH note, product, position, kept WHERE product.state = 'listed' OR kept IS NOT NULL
  SET kept.position = position, kept.sponsored = $sponsored
  FOREACH (_ IN CASE WHEN kept IS NULL THEN [1] ELSE [] END |
    CREATE (note)-[:DRAFT_FEATURES {position: position, sponsored: $sponsored}]->(product))
  RETURN count(*) AS shown
}
RETURN shown;

// name: shown_kinds
// mode: read
// What kinds of media that are still there the note shows. No row: no such note.
MATCH (note:Note {id: $note_id})
RETURN COLLECT { MATCH (note)-[:SHOWS]->(media:Media {state: 'ready'}) RETURN DISTINCT media.kind } AS kinds;

// name: set_mentions
// mode: write
// Makes those of the handles that are of active people whom no block parts from the author, and of brands, what the note
// mentions. No row: no such note.
MATCH (note:Note {id: $note_id})<-[:POSTED|DRAFTED]-(author:User)
CALL (note) {
  MATCH (note)-[old:MENTIONS]->(named)
  WHERE NOT named.handle IN $handles
  DELETE old
}
CALL (note, author) {
  UNWIND $handles AS handle
  MATCH (named:User {handle: handle, state: 'active'})
  WHERE named <> author AND NOT EXISTS { (named)-[:BLOCKS]-(author) } AND NOT EXISTS { (note)-[:MENTIONS]->(named) }
  CREATE (note)-[:MENTIONS]->(named)
}
CALL (note) {
  UNWIND $handles AS handle
  MATCH (named:Brand {handle: handle})
  WHERE NOT EXISTS { (note)-[:MENTIONS]->(named) }
  CREATE (note)-[:MENTIONS]->(named)
}
RETURN note.id AS note_id;

// name: publish_note
// mode: write
// The note is published; the first time counts. No row: no such note.
MATCH (note:Note {id: $note_id})
SET note.state = 'published', note.audience = $audience, note.publishedAt = coalesce(note.publishedAt, $now)
RETURN note.id AS note_id;

// name: bring_out
// mode: write
// Gives a published note the relationships of one that is out, so that degrees count it; what has them keeps them. No row:
// no such note.
MATCH (note:Note {id: $note_id})
CALL (note) {
  MATCH (note)-[old:DRAFT_TAGGED]->(topic:Topic)
  CREATE (note)-[:TAGGED {at: note.publishedAt, to: topic.id}]->(topic)
  DELETE old
}
CALL (note) {
  MATCH (note)-[old:DRAFT_FEATURES]->(product:Product)
  CREATE (note)-[:FEATURES {position: old.position, sponsored: old.sponsored, at: note.publishedAt, to: product.id}]->(product)
  DELETE old
}
CALL (note) {
  MATCH (note)<-[old:DRAFTED]-(author:User)
  CREATE (note)<-[:POSTED {at: note.publishedAt}]-(author)
  DELETE old
}
RETURN note.id AS note_id;

// name: take_back
// mode: write
// Gives a note the relationships of one that is not out, so that no degree counts it; what has them keeps them. No row: no
// such note.
MATCH (note:Note {id: $note_id})
CALL (note) {
  MATCH (note)-[old:TAGGED]->(topic:Topic)
  CREATE (note)-[:DRAFT_TAGGED]->(topic)
  DELETE old
}
CALL (note) {
  MATCH (note)-[old:FEATURES]->(product:Product)
  CREATE (note)-[:DRAFT_FEATURES {position: old.position, sponsored: old.sponsored}]->(product)
  DELETE old
}
CALL (note) {
  MATCH (note)<-[old:POSTED]-(author:User)
  CREATE (note)<-[:DRAFTED {at: note.createdAt}]-(author)
  DELETE old
}
RETURN note.id AS note_id;

// name: remove_note
// mode: write
// The note is gone for everybody. No row: no such note.
MATCH (note:Note {id: $note_id})
SET note.state = 'removed'
RETURN note.id AS note_id;

// name: like_note
// mode: write
// A second like keeps the first. The lock on the person makes sure that there is one; the note is not locked, so that
// thousands may like it at once. No row: the person may not act. `open` is false for a note that is not published.
MATCH (user:User {id: $user_id})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user WHERE user.state = 'active'
OPTIONAL MATCH (note:Note {id: $note_id, state: 'published'})
WITH user, note, note IS NOT NULL AND NOT EXISTS { (user)-[:LIKES]->(note) } AS fresh
FOREACH (_ IN CASE WHEN fresh THEN [1] ELSE [] END | CREATE (user)-[:LIKES {at: $now, to: note.id}]->(note))
RETURN note IS NOT NULL AS open, fresh;

// name: unlike_note
// mode: write
// Takes the like away, whatever became of the note. No row: the person may not act. `undone`: there was one.
MATCH (user:User {id: $user_id})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user WHERE user.state = 'active'
OPTIONAL MATCH (note:Note {id: $note_id})
OPTIONAL MATCH (user)-[like:LIKES]->(note)
WITH like, like IS NOT NULL AS undone
DELETE like
RETURN undone;
