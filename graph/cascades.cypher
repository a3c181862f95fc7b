// name: spread_of_note
// mode: read
// Who posted a note that is out for everybody, and who liked or commented on it, in the order in which they first did,
// without whom a block parts from the viewer. No row: there is no such note.
MATCH (note:Note {id: $id})<-[:POSTED]-(author:User)
WHERE note.state = 'published' AND note.audience = 'everyone'
CALL (note, author) {
  RETURN author AS user, note.publishedAt AS at
UNION ALL
  MATCH ()<-[like:LIKES]-(user:User)
  WHERE like.to = note.id AND like.at IS NOT NULL
  WITH user, like ORDER BY like.to, like.at LIMIT $most
  RETURN user, like.at AS at
UNION ALL
  MATCH (comment:Comment)
  WHERE comment.noteId = note.id AND comment.createdAt IS NOT NULL AND comment.state = 'published'
  WITH comment ORDER BY comment.noteId, comment.createdAt LIMIT $most
  MATCH (comment)<-[:WROTE]-(user:User)
  RETURN user, comment.createdAt AS at
}
WITH note, author, user, min(at) AS at
WHERE user.state = 'active' AND NOT EXISTS { (:User {id: $viewer_id})-[:BLOCKS]-(user) }
WITH note, author, user, CASE WHEN user = author THEN note.publishedAt ELSE at END AS at
ORDER BY user <> author, at, user.id LIMIT $most
RETURN user.id AS id, user.displayName AS name, user.handle AS handle, at, toString(at) AS said, note.id AS note_id,
  false AS sponsored,
  COUNT { (note)<-[:LIKES]-() } <= $most AND COUNT { (note)<-[:ON]-() } <= $most AS complete;

// name: spread_of_product
// mode: read
// Who showed a product in notes that are out for everybody, in the order in which they first did, without whom a block
// parts from the viewer; the note, and whether it was paid for. No row: nobody did.
MATCH (product:Product {id: $id})
CALL (product) {
  MATCH ()<-[edge:FEATURES]-(note:Note)
  WHERE edge.to = product.id AND edge.at IS NOT NULL
  WITH note, edge ORDER BY edge.to, edge.at LIMIT $most
  WHERE note.state = 'published' AND note.audience = 'everyone'
  RETURN note, edge
}
MATCH (note)<-[:POSTED]-(user:User)
WHERE user.state = 'active' AND NOT EXISTS { (:User {id: $viewer_id})-[:BLOCKS]-(user) }
WITH product, user, note, edge ORDER BY edge.at, note.id
WITH product, user, head(collect({at: edge.at, note_id: note.id, sponsored: edge.sponsored})) AS first
ORDER BY first.at, user.id LIMIT $most
RETURN user.id AS id, user.displayName AS name, user.handle AS handle, first.at AS at, toString(first.at) AS said,
  first.note_id AS note_id, coalesce(first.sponsored, false) AS sponsored,
  COUNT { (product)<-[:FEATURES]-() } <= $most AS complete;

// name: followed_before
// mode: read
// Whom of these people each of them followed by the time that is told of them, of those whose time is earlier.
UNWIND $ids AS id
MATCH (user:User {id: id})-[follow:FOLLOWS]->(earlier:User)
WHERE follow.at <= $times[id] AND $times[earlier.id] <= $times[id] AND earlier <> user
RETURN id, collect(earlier.id) AS followed;
