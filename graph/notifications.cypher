// name: told_of_follow
// mode: read
// Who is told that this person follows them. No row: the act was undone, or tells nobody.
MATCH (recipient:User {id: $subject_id})
WHERE EXISTS { (recipient)<-[:FOLLOWS]-(:User {id: $actor_id}) }
RETURN recipient.id AS recipient_id, 'followed' AS kind, NULL AS about_id;

// name: told_of_note_like
// mode: read
// The author of a note that this person likes. No row: as for a follow.
MATCH (note:Note {id: $subject_id, state: 'published'})<-[:POSTED]-(recipient:User)
WHERE EXISTS { (note)<-[:LIKES]-(:User {id: $actor_id}) }
RETURN recipient.id AS recipient_id, 'note_liked' AS kind, note.id AS about_id;

// name: told_of_note_collected
// mode: read
// The author of a note that this person keeps. No row: as for a follow.
MATCH (note:Note {id: $subject_id, state: 'published'})<-[:POSTED]-(recipient:User)
WHERE EXISTS { (note)<-[:COLLECTED]-(:User {id: $actor_id}) }
RETURN recipient.id AS recipient_id, 'note_collected' AS kind, note.id AS about_id;

// name: told_of_comment_like
// mode: read
// The writer of a comment that this person likes. No row: as for a follow.
MATCH (comment:Comment {id: $subject_id, state: 'published'})<-[:WROTE]-(recipient:User)
WHERE EXISTS { (comment)<-[:LIKES]-(:User {id: $actor_id}) }
  AND EXISTS {
    (comment)-[:ON]->(note:Note {state: 'published'})
    WHERE (note.audience = 'everyone' OR note.authorId = recipient.id
      OR EXISTS { (recipient)-[:FOLLOWS]->(:User {id: note.authorId}) })
      AND NOT EXISTS { (recipient)-[:BLOCKS]-(:User {id: note.authorId}) }
  }
RETURN recipient.id AS recipient_id, 'comment_liked' AS kind, comment.id AS about_id;

// name: told_of_comment
// mode: read
// Who is told of a comment, each once: whom it answers, whom it mentions, whose note it is under; of these only who may
// read the note. No row: as for a follow.
MATCH (comment:Comment {id: $subject_id, state: 'published'})-[:ON]->(note:Note {state: 'published'})
WHERE EXISTS { (comment)<-[:WROTE]-(:User {id: $actor_id}) }
CALL (comment, note) {
  MATCH (comment)-[:REPLIES_TO]->(:Comment)<-[:WROTE]-(recipient:User)
  RETURN recipient, 'comment_replied' AS kind, 1 AS rank
  UNION
  MATCH (comment)-[:MENTIONS]->(recipient:User)
  RETURN recipient, 'mentioned' AS kind, 2 AS rank
  UNION
  MATCH (note)<-[:POSTED]-(recipient:User)
  RETURN recipient, 'note_commented' AS kind, 3 AS rank
}
WITH comment, note, recipient, kind ORDER BY rank
WHERE (note.audience = 'everyone' OR note.authorId = recipient.id
    OR EXISTS { (recipient)-[:FOLLOWS]->(:User {id: note.authorId}) })
  AND NOT EXISTS { (recipient)-[:BLOCKS]-(:User {id: note.authorId}) }
RETURN recipient.id AS recipient_id, head(collect(kind)) AS kind, comment.id AS about_id;

// name: told_of_note
// mode: read
// Whom a published note mentions, if they may read it. No row: as for a follow.
MATCH (note:Note {id: $subject_id, state: 'published'})-[:MENTIONS]->(recipient:User)
WHERE note.authorId = $actor_id
  AND (note.audience = 'everyone' OR EXISTS { (recipient)-[:FOLLOWS]->(:User {id: $actor_id}) })
RETURN recipient.id AS recipient_id, 'mentioned' AS kind, note.id AS about_id;

// name: told_of_purchase
// mode: read
// The authors of the notes that led to an order, once for each note. No row: as for a follow.
MATCH (order:Order {id: $subject_id})
WHERE order.state IN ['paid', 'shipped', 'completed'] AND EXISTS { (order)<-[:PLACED]-(:User {id: $actor_id}) }
MATCH (order)-[:CONTAINS]->(:OrderLine)-[:CREDITED_TO]->(note:Note)<-[:POSTED]-(recipient:User)
RETURN DISTINCT recipient.id AS recipient_id, 'note_purchased' AS kind, note.id AS about_id;

// name: told_of_review
// mode: read
// Who works for the brand whose product was reviewed, and its official account. No row: as for a follow.
MATCH (review:Review {id: $subject_id, state: 'published'})-[:REVIEWS]->(product:Product)
WHERE EXISTS { (review)<-[:WROTE]-(:User {id: $actor_id}) }
MATCH (product)<-[:MAKES]-(:Brand)<-[:STAFF_OF|OFFICIAL_ACCOUNT_OF]-(recipient:User)
RETURN DISTINCT recipient.id AS recipient_id, 'review_received' AS kind, review.id AS about_id
LIMIT 100;

// name: notify
// mode: write
// Notifications for those who may act and want to hear of this person, never of themselves; a purchase does not say whose
// it was. One that is there already stays as it is. Tells how many are there now.
MATCH (actor:User {id: $actor_id, state: 'active'})
UNWIND $rows AS row
MATCH (recipient:User {id: row.recipient_id, state: 'active'})
WHERE recipient.id <> actor.id
  AND NOT EXISTS { (recipient)-[:BLOCKS]-(actor) } AND NOT EXISTS { (recipient)-[:MUTES]->(actor) }
MERGE (notification:Notification {id: row.id})
  ON CREATE SET notification.kind = row.kind, notification.recipientId = recipient.id,
                notification.createdAt = $now, notification.unreadSince = $now
// Only a new one is tied, and by CREATE: MERGE would lock its ends, and those whom many concern would be waited for.
WITH actor, recipient, row, notification, EXISTS { ()-[:RECEIVED]->(notification) } AS there
FOREACH (_ IN CASE WHEN there THEN [] ELSE [1] END | CREATE (recipient)-[:RECEIVED]->(notification))
FOREACH (_ IN CASE WHEN there OR row.kind = 'note_purchased' THEN [] ELSE [1] END |
  CREATE (notification)-[:FROM]->(actor))
WITH notification, row.about_id AS about_id, there
CALL (notification, about_id, there) {
  WITH notification, about_id WHERE NOT there
  MATCH (note:Note {id: about_id})
  CREATE (notification)-[:ABOUT]->(note)
}
CALL (notification, about_id, there) {
  WITH notification, about_id WHERE NOT there
  MATCH (comment:Comment {id: about_id})
  CREATE (notification)-[:ABOUT]->(comment)
}
CALL (notification, about_id, there) {
  WITH notification, about_id WHERE NOT there
  MATCH (review:Review {id: about_id})
  CREATE (notification)-[:ABOUT]->(review)
}
RETURN count(notification) AS told;

// name: mark_notifications_read
// mode: write
// Marks those of the notifications that are this person's and unread.
UNWIND $ids AS id
WITH DISTINCT id ORDER BY id
MATCH (notification:Notification {id: id, recipientId: $user_id})
WHERE notification.unreadSince IS NOT NULL
SET notification.readAt = $now
REMOVE notification.unreadSince
RETURN count(notification) AS marked;

// name: mark_notifications_read_until
// mode: write
// Marks some of this person's unread notifications that came at that moment or before, oldest first; how many.
MATCH (notification:Notification)
WHERE notification.recipientId = $user_id AND notification.unreadSince <= $until
WITH notification ORDER BY notification.recipientId, notification.unreadSince LIMIT $batch
SET notification.readAt = $now
REMOVE notification.unreadSince
RETURN count(notification) AS marked;

// name: notifications_since
// mode: read
// Notifications of everybody made at `since` or later, oldest first, a page at a time: those after `after` of that moment.
MATCH (notification:Notification)
WHERE notification.createdAt >= $since
  AND (notification.createdAt > $since OR notification.id > $after)
RETURN notification.id AS id, notification.recipientId AS recipient_id, notification.createdAt AS created_at
ORDER BY created_at, id LIMIT $limit;

// name: forget_notifications
// mode: write
// Forgets some of the notifications that came before a moment, read or not; how many.
MATCH (notification:Notification)
WHERE notification.createdAt < $before
WITH notification ORDER BY notification.createdAt LIMIT $batch
DETACH DELETE notification
RETURN count(*) AS forgotten;
