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

// name: settle_follow_requests
// mode: write
// Makes followers of some of those who wait for an account that is open now; how many.
MATCH ()<-[edge:ASKED_TO_FOLLOW]-(follower:User)
WHERE edge.to = $user_id AND edge.at IS NOT NULL AND EXISTS { (:User {id: $user_id, private: false}) }
WITH follower, edge ORDER BY edge.to, edge.at LIMIT $batch
WITH follower ORDER BY follower.id
SET follower.lockedAt = $now
REMOVE follower.lockedAt
WITH follower
CALL (follower) {
  MATCH (user:User {id: $user_id})
  MATCH (follower)-[asked:ASKED_TO_FOLLOW]->(user)
  DELETE asked
  WITH user
  WHERE follower.state = 'active' AND NOT EXISTS { (follower)-[:FOLLOWS]->(user) }
    AND NOT EXISTS { (follower)-[:BLOCKS]-(user) }
  CREATE (follower)-[:FOLLOWS {at: $now, to: user.id}]->(user)
}
RETURN count(*) AS settled;

// name: set_interests
// mode: write
// The person cares for exactly these categories. No row: no such active person.
MATCH (user:User {id: $user_id})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user WHERE user.state = 'active'
CALL (user) {
  MATCH (user)-[old:INTERESTED_IN]->(category:Category)
  WHERE NOT category.id IN $category_ids
  DELETE old
}
CALL (user) {
  UNWIND $category_ids AS category_id
  MATCH (category:Category {id: category_id})
  FOREACH (_ IN CASE WHEN EXISTS { (user)-[:INTERESTED_IN]->(category) } THEN [] ELSE [1] END |
    CREATE (user)-[:INTERESTED_IN {at: $now}]->(category))
  RETURN count(*) AS found
}
RETURN user.id AS user_id, found;

// name: follow_user
// mode: write
// Draws the follow, or the question to where the account is private; a second one keeps the first. The lock on the
// follower alone makes sure that there is one: who is followed is not locked, so that thousands may follow at once. No
// row: the person may not act. `visible`: the other is there and no block parts the two; `full`: they follow too many.
MATCH (user:User {id: $user_id})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user WHERE user.state = 'active'
OPTIONAL MATCH (followed:User {id: $followed_id, state: 'active'})
WHERE NOT EXISTS { (user)-[:BLOCKS]-(followed) }
WITH user, followed, coalesce(followed.private, false) AS private,
     followed IS NOT NULL AND EXISTS { (user)-[:FOLLOWS]->(followed) } AS follows,
     COUNT { (user)-[:FOLLOWS]->() } >= $most AS full
OPTIONAL MATCH (user)-[asked:ASKED_TO_FOLLOW]->(followed)
WITH user, followed, asked, full, followed IS NOT NULL AND NOT follows AND NOT full AND NOT private AS draws,
     followed IS NOT NULL AND NOT follows AND NOT full AND private AND asked IS NULL AS asks, follows
FOREACH (one IN CASE WHEN draws AND asked IS NOT NULL THEN [asked] ELSE [] END | DELETE one)
FOREACH (_ IN CASE WHEN draws THEN [1] ELSE [] END | CREATE (user)-[:FOLLOWS {at: $now, to: followed.id}]->(followed))
FOREACH (_ IN CASE WHEN asks THEN [1] ELSE [] END |
  CREATE (user)-[:ASKED_TO_FOLLOW {at: $now, to: followed.id}]->(followed))
RETURN followed IS NOT NULL AS visible, full AND NOT follows AS full, draws, asks;

// name: unfollow_user
// mode: write
// Takes the follow away, or the question to. No row: the person may not act. `undone`: there was one; `visible` as above.
MATCH (user:User {id: $user_id})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user WHERE user.state = 'active'
OPTIONAL MATCH (followed:User {id: $followed_id, state: 'active'})
WHERE NOT EXISTS { (user)-[:BLOCKS]-(followed) }
OPTIONAL MATCH (user)-[edge:FOLLOWS|ASKED_TO_FOLLOW]->(followed)
WITH followed, collect(edge) AS edges
FOREACH (one IN edges | DELETE one)
RETURN followed IS NOT NULL AS visible, size(edges) > 0 AS undone;

// name: accept_follower
// mode: write
// Makes a follower of somebody who asked. No row: the person may not act. `asked`: they did ask, and still may follow.
MATCH (user:User {id: $user_id, state: 'active'})
OPTIONAL MATCH (follower:User {id: $follower_id})
SET follower.lockedAt = $now
REMOVE follower.lockedAt
WITH user, follower
OPTIONAL MATCH (follower)-[asked:ASKED_TO_FOLLOW]->(user)
WITH user, follower, asked,
     asked IS NOT NULL AND follower.state = 'active' AND NOT EXISTS { (user)-[:BLOCKS]-(follower) } AS accepted
FOREACH (one IN CASE WHEN accepted THEN [asked] ELSE [] END | DELETE one)
FOREACH (_ IN CASE WHEN accepted AND NOT EXISTS { (follower)-[:FOLLOWS]->(user) } THEN [1] ELSE [] END |
  CREATE (follower)-[:FOLLOWS {at: $now, to: user.id}]->(user))
RETURN accepted AS asked;

// name: remove_follower
// mode: write
// Takes away the follow of somebody, or their question to. No row: the person may not act.
MATCH (user:User {id: $user_id, state: 'active'})
OPTIONAL MATCH (follower:User {id: $follower_id, state: 'active'})
WHERE NOT EXISTS { (user)-[:BLOCKS]-(follower) }
SET follower.lockedAt = $now
REMOVE follower.lockedAt
WITH user, follower
OPTIONAL MATCH (follower)-[edge:FOLLOWS|ASKED_TO_FOLLOW]->(user)
WITH follower, collect(edge) AS edges
FOREACH (one IN edges | DELETE one)
RETURN follower IS NOT NULL AS visible, size(edges) > 0 AS undone;

// name: block_user
// mode: write
// Draws the block and takes away what each followed of the other. Both are locked, in the order of their ids, because
// either may be following. No row: the person may not act, or the other is not there.
UNWIND CASE WHEN $user_id < $blocked_id THEN [$user_id, $blocked_id] ELSE [$blocked_id, $user_id] END AS id
MATCH (one:User {id: id})
SET one.lockedAt = $now
REMOVE one.lockedAt
WITH collect(one) AS both
WITH [one IN both WHERE one.id = $user_id AND one.state = 'active'] AS acting, [one IN both WHERE one.id = $blocked_id] AS other
WHERE size(acting) = 1
WITH head(acting) AS user, head(other) AS blocked
OPTIONAL MATCH (user)-[edge:FOLLOWS|ASKED_TO_FOLLOW]-(blocked)
WITH user, blocked, collect(edge) AS edges
FOREACH (one IN edges | DELETE one)
FOREACH (_ IN CASE WHEN blocked IS NULL OR EXISTS { (user)-[:BLOCKS]->(blocked) } THEN [] ELSE [1] END |
  CREATE (user)-[:BLOCKS {at: $now}]->(blocked))
RETURN blocked IS NOT NULL AS visible;

// name: unblock_user
// mode: write
// Takes the block away. No row: the person may not act.
MATCH (user:User {id: $user_id, state: 'active'})
OPTIONAL MATCH (blocked:User {id: $blocked_id})
OPTIONAL MATCH (user)-[block:BLOCKS]->(blocked)
WITH user, blocked, collect(block) AS blocks
FOREACH (one IN blocks | DELETE one)
RETURN blocked IS NOT NULL AND blocked.state = 'active' AND NOT EXISTS { (blocked)-[:BLOCKS]->(user) } AS visible,
       size(blocks) > 0 AS undone;

// name: mute_user
// mode: write
// Keeps their notes out of the feed. No row: the person may not act.
MATCH (user:User {id: $user_id})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user WHERE user.state = 'active'
OPTIONAL MATCH (muted:User {id: $muted_id, state: 'active'})
WHERE NOT EXISTS { (user)-[:BLOCKS]-(muted) }
FOREACH (_ IN CASE WHEN muted IS NULL OR EXISTS { (user)-[:MUTES]->(muted) } THEN [] ELSE [1] END |
  CREATE (user)-[:MUTES {at: $now}]->(muted))
RETURN muted IS NOT NULL AS visible;

// name: unmute_user
// mode: write
// Lets their notes into the feed again. No row: the person may not act.
MATCH (user:User {id: $user_id, state: 'active'})
OPTIONAL MATCH (muted:User {id: $muted_id, state: 'active'})
WHERE NOT EXISTS { (user)-[:BLOCKS]-(muted) }
OPTIONAL MATCH (user)-[mute:MUTES]->(muted)
WITH muted, collect(mute) AS mutes
FOREACH (one IN mutes | DELETE one)
RETURN muted IS NOT NULL AS visible, size(mutes) > 0 AS undone;

// name: follow_brand
// mode: write
// Draws the follow; a second one keeps the first. No row: the person may not act. `full`: they follow too many.
MATCH (user:User {id: $user_id})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user WHERE user.state = 'active'
OPTIONAL MATCH (brand:Brand {id: $brand_id})
WITH user, brand, brand IS NOT NULL AND EXISTS { (user)-[:FOLLOWS]->(brand) } AS follows,
     COUNT { (user)-[:FOLLOWS]->() } >= $most AS full
FOREACH (_ IN CASE WHEN brand IS NULL OR follows OR full THEN [] ELSE [1] END |
  CREATE (user)-[:FOLLOWS {at: $now, to: brand.id}]->(brand))
RETURN brand IS NOT NULL AS visible, full AND NOT follows AS full;

// name: unfollow_brand
// mode: write
// Takes the follow away. No row: the person may not act.
MATCH (user:User {id: $user_id, state: 'active'})
OPTIONAL MATCH (brand:Brand {id: $brand_id})
OPTIONAL MATCH (user)-[follow:FOLLOWS]->(brand)
WITH brand, collect(follow) AS follows
FOREACH (one IN follows | DELETE one)
RETURN brand IS NOT NULL AS visible;

// name: follow_topic
// mode: write
// Draws the follow; a second one keeps the first. No row: the person may not act. `full`: they follow too many.
MATCH (user:User {id: $user_id})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user WHERE user.state = 'active'
OPTIONAL MATCH (topic:Topic {id: $topic_id})
WITH user, topic, topic IS NOT NULL AND EXISTS { (user)-[:FOLLOWS]->(topic) } AS follows,
     COUNT { (user)-[:FOLLOWS]->() } >= $most AS full
FOREACH (_ IN CASE WHEN topic IS NULL OR follows OR full THEN [] ELSE [1] END |
  CREATE (user)-[:FOLLOWS {at: $now, to: topic.id}]->(topic))
RETURN topic IS NOT NULL AS visible, full AND NOT follows AS full;

// name: unfollow_topic
// mode: write
// Takes the follow away. No row: the person may not act.
MATCH (user:User {id: $user_id, state: 'active'})
OPTIONAL MATCH (topic:Topic {id: $topic_id})
OPTIONAL MATCH (user)-[follow:FOLLOWS]->(topic)
WITH topic, collect(follow) AS follows
FOREACH (one IN follows | DELETE one)
RETURN topic IS NOT NULL AS visible;
