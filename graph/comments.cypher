// name: comment_on_note
// mode: write
// A comment, or a reply to one under the same note. No row: the person may not act. `open` is false for a note that is not
// published, `fits` for a comment to answer that is not under it; nothing is written then.
MATCH (user:User {id: $user_id, state: 'active'})
OPTIONAL MATCH (note:Note {id: $note_id, state: 'published'})
OPTIONAL MATCH (answered:Comment {id: $reply_to_id, state: 'published'})
WITH user, note, answered, note IS NOT NULL AS open,
  $reply_to_id IS NULL OR coalesce(answered.noteId = note.id, false) AS fits
CALL (user, note, answered, open, fits) {
  WITH user, note, answered WHERE open AND fits
  CREATE (user)-[:WROTE {at: $now}]->(comment:Comment {
    id: $comment_id, text: $body, state: 'published', noteId: note.id, createdAt: $now
  })-[:ON]->(note)
  FOREACH (one IN CASE WHEN answered IS NULL THEN [] ELSE [answered] END | CREATE (comment)-[:REPLIES_TO]->(one))
}
RETURN open, fits;

// name: mention_in_comment
// mode: write
// Draws whom the comment mentions: those of the handles that are of active people whom no block parts from its writer. No
// row: no such comment.
MATCH (comment:Comment {id: $comment_id})<-[:WROTE]-(writer:User)
CALL (writer, comment) {
  UNWIND $handles AS handle
  MATCH (named:User {handle: handle, state: 'active'})
  WHERE named <> writer AND NOT EXISTS { (named)-[:BLOCKS]-(writer) }
  CREATE (comment)-[:MENTIONS]->(named)
}
RETURN comment.id AS comment_id;

// name: remove_comment
// mode: write
// The comment is shown no more: its writer or the author of its note may ask for that. No row: the person may not act.
// `theirs` is false for anybody else, and for no such comment.
MATCH (user:User {id: $user_id, state: 'active'})
OPTIONAL MATCH (comment:Comment {id: $comment_id})
WHERE EXISTS { (comment)<-[:WROTE]-(user) } OR EXISTS { MATCH (note:Note {id: comment.noteId}) WHERE note.authorId = $user_id }
SET comment.lockedAt = $now
REMOVE comment.lockedAt
SET comment.state = 'removed'
WITH comment, comment IS NOT NULL AS theirs
CALL (comment) {
  MATCH (comment)-[on:ON]->(note:Note)
  CREATE (comment)-[:WAS_ON]->(note)
  DELETE on
}
CALL (comment) {
  MATCH (comment)-[mention:MENTIONS]->(:User)
  DELETE mention
}
RETURN theirs;

// name: like_comment
// mode: write
// A second like keeps the first; the lock on the person makes sure that there is one. No row: the person may not act.
// `open` is false for a comment that is not shown.
MATCH (user:User {id: $user_id})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user WHERE user.state = 'active'
OPTIONAL MATCH (comment:Comment {id: $comment_id, state: 'published'})
WITH user, comment, comment IS NOT NULL AND NOT EXISTS { (user)-[:LIKES]->(comment) } AS fresh
FOREACH (_ IN CASE WHEN fresh THEN [1] ELSE [] END | CREATE (user)-[:LIKES {at: $now, to: comment.id}]->(comment))
RETURN comment IS NOT NULL AS open, fresh;

// name: unlike_comment
// mode: write
// Takes the like away, whatever became of the comment. No row: the person may not act. `undone`: there was one.
MATCH (user:User {id: $user_id})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user WHERE user.state = 'active'
OPTIONAL MATCH (comment:Comment {id: $comment_id})
OPTIONAL MATCH (user)-[like:LIKES]->(comment)
WITH like, like IS NOT NULL AS undone
DELETE like
RETURN undone;
