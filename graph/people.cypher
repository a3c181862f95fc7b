// name: update_profile
// mode: write
// Changes what is given (null: as it was); `clear` names what becomes empty. No row: no such active person.
MATCH (user:User {id: $user_id, state: 'active'})
SET user.displayName = coalesce($display_name, user.displayName),
    user.handle = coalesce($handle, user.handle),
    user.bio = CASE WHEN 'bio' IN $clear THEN NULL ELSE coalesce($bio, user.bio) END,
    user.region = CASE WHEN 'region' IN $clear THEN NULL ELSE coalesce($region, user.region) END,
    user.language = coalesce($language, user.language),
    user.private = coalesce($private, user.private),
    user.traits = coalesce($traits, user.traits)
RETURN user.id AS user_id;

// name: close_notes
// mode: write
// Leaves a person's published notes to followers; how many were open to everyone.
MATCH (note:Note)
WHERE note.authorId = $user_id AND note.publishedAt IS NOT NULL AND note.audience = 'everyone'
SET note.audience = 'followers'
RETURN count(*) AS closed;

// name: set_interests
// mode: write
// The person cares for exactly these categories. No row: no such active person.
MATCH (user:User {id: $user_id, state: 'active'})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user
CALL (user) {
  MATCH (user)-[old:INTERESTED_IN]->(category:Category)
  WHERE NOT category.id IN $category_ids
  DELETE old
}
CALL (user) {
  UNWIND $category_ids AS category_id
  MATCH (category:Category {id: category_id})
  MERGE (user)-[interest:INTERESTED_IN]->(category)
    ON CREATE SET interest.at = $now
  RETURN count(*) AS found
}
RETURN user.id AS user_id, found;

// name: follow_user
// mode: write
// Draws the follow, or the question to follow where the account is private; a second one keeps the first time. No row:
// one of the two is not there, is not active, or blocks the other.
MATCH (user:User {id: $user_id, state: 'active'})
MATCH (followed:User {id: $followed_id, state: 'active'})
WHERE NOT EXISTS { (user)-[:BLOCKS]-(followed) }
WITH user, followed, EXISTS { (user)-[:FOLLOWS]->(followed) } AS follows
FOREACH (_ IN CASE WHEN follows OR NOT followed.private THEN [1] ELSE [] END |
  MERGE (user)-[follow:FOLLOWS]->(followed) ON CREATE SET follow.at = $now, follow.to = followed.id)
FOREACH (_ IN CASE WHEN NOT follows AND followed.private THEN [1] ELSE [] END |
  MERGE (user)-[asked:ASKED_TO_FOLLOW]->(followed) ON CREATE SET asked.at = $now, asked.to = followed.id)
RETURN follows AS followed_before, follows OR NOT followed.private AS follows;

// name: unfollow_user
// mode: write
// Takes the follow away, or the question. No row: no such person.
MATCH (followed:User {id: $followed_id})
OPTIONAL MATCH (:User {id: $user_id})-[edge:FOLLOWS|ASKED_TO_FOLLOW]->(followed)
DELETE edge
RETURN DISTINCT followed.id AS followed_id;

// name: accept_follower
// mode: write
// Makes a follower of somebody who asked. No row: they did not ask, or are gone.
MATCH (follower:User {id: $follower_id, state: 'active'})-[asked:ASKED_TO_FOLLOW]->(user:User {id: $user_id})
DELETE asked
MERGE (follower)-[follow:FOLLOWS]->(user) ON CREATE SET follow.at = $now, follow.to = user.id
RETURN follower.id AS follower_id;

// name: remove_follower
// mode: write
// Takes away the follow of somebody, or their question to. No row: no such person.
MATCH (follower:User {id: $follower_id})
OPTIONAL MATCH (follower)-[edge:FOLLOWS|ASKED_TO_FOLLOW]->(:User {id: $user_id})
DELETE edge
RETURN DISTINCT follower.id AS follower_id;

// name: block_user
// mode: write
// Draws the block and takes away what each followed of the other. No row: one of the two is not there.
MATCH (user:User {id: $user_id, state: 'active'})
CALL (user) {
  MATCH (blocked:User {id: $blocked_id})
  RETURN blocked
}
MERGE (user)-[block:BLOCKS]->(blocked)
  ON CREATE SET block.at = $now
WITH user, blocked
OPTIONAL MATCH (user)-[edge:FOLLOWS|ASKED_TO_FOLLOW]-(blocked)
DELETE edge
RETURN DISTINCT blocked.id AS blocked_id;

// name: unblock_user
// mode: write
// Takes the block away. No row: no such person.
MATCH (blocked:User {id: $blocked_id})
OPTIONAL MATCH (:User {id: $user_id})-[block:BLOCKS]->(blocked)
DELETE block
RETURN blocked.id AS blocked_id;

// name: mute_user
// mode: write
// Keeps their notes out of the feed. No row: one of the two is not there, or hidden by a block.
MATCH (user:User {id: $user_id, state: 'active'})
MATCH (muted:User {id: $muted_id, state: 'active'})
WHERE NOT EXISTS { (user)-[:BLOCKS]-(muted) }
MERGE (user)-[mute:MUTES]->(muted)
  ON CREATE SET mute.at = $now
RETURN muted.id AS muted_id;

// name: unmute_user
// mode: write
// Lets their notes into the feed again. No row: no such person.
MATCH (muted:User {id: $muted_id})
OPTIONAL MATCH (:User {id: $user_id})-[mute:MUTES]->(muted)
DELETE mute
RETURN muted.id AS muted_id;

// name: follow_brand
// mode: write
// Draws the follow; a second one keeps the first time. No row: no such brand, or the person may not act.
MATCH (user:User {id: $user_id, state: 'active'})
CALL (user) {
  MATCH (brand:Brand {id: $brand_id})
  RETURN brand
}
MERGE (user)-[follow:FOLLOWS]->(brand)
  ON CREATE SET follow.at = $now, follow.to = brand.id
RETURN brand.id AS brand_id;

// name: unfollow_brand
// mode: write
// Takes the follow away. No row: no such brand.
MATCH (brand:Brand {id: $brand_id})
OPTIONAL MATCH (:User {id: $user_id})-[follow:FOLLOWS]->(brand)
DELETE follow
RETURN brand.id AS brand_id;

// name: follow_topic
// mode: write
// Draws the follow; a second one keeps the first time. No row: no such topic, or the person may not act.
MATCH (user:User {id: $user_id, state: 'active'})
CALL (user) {
  MATCH (topic:Topic {id: $topic_id})
  RETURN topic
}
MERGE (user)-[follow:FOLLOWS]->(topic)
  ON CREATE SET follow.at = $now, follow.to = topic.id
RETURN topic.id AS topic_id;

// name: unfollow_topic
// mode: write
// Takes the follow away. No row: no such topic.
MATCH (topic:Topic {id: $topic_id})
OPTIONAL MATCH (:User {id: $user_id})-[follow:FOLLOWS]->(topic)
DELETE follow
RETURN topic.id AS topic_id;
