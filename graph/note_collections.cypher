// name: lock_owner
// mode: write
// Locks a person, and tells the ids and names of their collections. No row: they may not act.
MATCH (user:User {id: $user_id})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user WHERE user.state = 'active'
RETURN COLLECT { MATCH (user)-[:OWNS]->(collection:Collection) RETURN [collection.id, collection.name] } AS owned;

// name: create_collection
// mode: write
// A new, empty collection. No row: no such person.
MATCH (user:User {id: $user_id})
CREATE (user)-[:OWNS {at: $now}]->(collection:Collection {
  id: $collection_id, name: $name, private: $private, createdAt: $now
})
RETURN collection.id AS collection_id;

// name: update_collection
// mode: write
// Changes what is given (null: as it was). No row: no such collection.
MATCH (collection:Collection {id: $collection_id})
SET collection.name = coalesce($name, collection.name), collection.private = coalesce($private, collection.private)
RETURN collection.id AS collection_id;

// name: delete_collection
// mode: write
// The collection is gone; its notes stay kept. No row: no such collection.
MATCH (collection:Collection {id: $collection_id})
DETACH DELETE collection
RETURN $collection_id AS collection_id;

// name: collect_note
// mode: write
// Keeps the note; a second time keeps the first. No row: no such person, who is locked. `open` is false for a note that is
// not published.
MATCH (user:User {id: $user_id})
OPTIONAL MATCH (note:Note {id: $note_id, state: 'published'})
WITH user, note, note IS NOT NULL AND NOT EXISTS { (user)-[:COLLECTED]->(note) } AS fresh
FOREACH (_ IN CASE WHEN fresh THEN [1] ELSE [] END | CREATE (user)-[:COLLECTED {at: $now, to: note.id}]->(note))
RETURN note IS NOT NULL AS open, fresh;

// name: put_into_collection
// mode: write
// The collection holds the note, which is there; a second time keeps the first. No row: no such collection, whose owner is
// locked. `full`: it held `most` notes already, and not this one; nothing is written then.
MATCH (collection:Collection {id: $collection_id})
OPTIONAL MATCH (note:Note {id: $note_id})
WITH collection, note, EXISTS { (collection)-[:CONTAINS]->(note) } AS held,
  COUNT { (collection)-[:CONTAINS]->() } >= $most AS filled
FOREACH (_ IN CASE WHEN held OR filled THEN [] ELSE [1] END | CREATE (collection)-[:CONTAINS {at: $now}]->(note))
RETURN filled AND NOT held AS full;

// name: uncollect_note
// mode: write
// Keeps the note no more, in none of the person's collections either. No row: they may not act. `undone`: it was kept.
// Their collections are gathered first, lest the search begins at all that hold a famous note.
MATCH (user:User {id: $user_id})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user WHERE user.state = 'active'
OPTIONAL MATCH (note:Note {id: $note_id})
OPTIONAL MATCH (user)-[kept:COLLECTED]->(note)
WITH user, note, kept, kept IS NOT NULL AS undone
DELETE kept
WITH user, note, undone
CALL (user, note) {
  MATCH (user)-[:OWNS]->(collection:Collection)
  WITH note, collect(collection) AS owned
  UNWIND owned AS collection
  MATCH (collection)-[held:CONTAINS]->(note)
  DELETE held
}
RETURN undone;

// name: take_out_of_collection
// mode: write
// The collection holds the note no more; it stays kept. No row: the collection is not there, or does not hold it. The owner
// is locked.
MATCH (collection:Collection {id: $collection_id})
OPTIONAL MATCH (note:Note {id: $note_id})
OPTIONAL MATCH (collection)-[held:CONTAINS]->(note)
WITH collection, held WHERE held IS NOT NULL
DELETE held
RETURN collection.id AS collection_id;

// name: forget_removed_note
// mode: write
// Takes a deleted note from some of those who kept it, and from their collections; how many relationships went.
MATCH (note:Note {id: $note_id, state: 'removed'})
CALL (note) {
  MATCH (note)<-[kept:COLLECTED|CONTAINS]-()
  WITH kept LIMIT $batch
  DELETE kept
  RETURN count(*) AS taken
}
RETURN taken;
