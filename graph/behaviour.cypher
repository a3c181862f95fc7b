// name: begin_recording
// mode: write
// Locks the person, so that their batches follow one another, and says what the batch must know: whether they let their
// behaviour be kept, how much they have hidden, and which of the events are there already. No row: they may not act.
MATCH (user:User {id: $user_id})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user WHERE user.state = 'active'
RETURN user.behaviourConsentAt IS NOT NULL AS consents, COUNT { (user)-[:NOT_INTERESTED]->() } AS hidden,
       COLLECT { UNWIND $ids AS id MATCH (event:BehaviourEvent {id: id}) RETURN event.id } AS known;

// name: record_behaviour
// mode: write
// Keeps new events of a person who is locked, and adds them to what counts them. The subjects are not locked, so that
// thousands may look at one note at once. How many events were kept.
MATCH (user:User {id: $user_id})
CALL (user) {
  UNWIND $counted AS one
  MATCH (subject:Note|Product {id: one.subject_id})
  OPTIONAL MATCH (user)-[edge:SHOWN|VIEWED|CLICKED|CARTED]->(subject) WHERE type(edge) = one.type
  FOREACH (old IN CASE WHEN edge IS NULL THEN [] ELSE [edge] END |
    SET old.firstAt = CASE WHEN one.first < old.firstAt THEN one.first ELSE old.firstAt END,
        old.lastAt = CASE WHEN one.last > old.lastAt THEN one.last ELSE old.lastAt END,
        old.count = old.count + one.count,
        old.dwellMs = CASE WHEN one.dwell_ms IS NULL THEN old.dwellMs ELSE coalesce(old.dwellMs, 0) + one.dwell_ms END)
  FOREACH (_ IN CASE WHEN edge IS NULL THEN [1] ELSE [] END |
    CREATE (user)-[:$(one.type) {firstAt: one.first, lastAt: one.last, count: one.count, dwellMs: one.dwell_ms}]->(subject))
  RETURN count(*) AS counted
}
CALL (user) {
  UNWIND $hidden AS one
  MATCH (subject:Note|Product|Topic|User {id: one.subject_id})
  OPTIONAL MATCH (user)-[edge:NOT_INTERESTED]->(subject)
  FOREACH (old IN CASE WHEN edge.at > one.at THEN [edge] ELSE [] END | SET old.at = one.at)
  FOREACH (_ IN CASE WHEN edge IS NULL THEN [1] ELSE [] END | CREATE (user)-[:NOT_INTERESTED {at: one.at}]->(subject))
  RETURN count(*) AS hid
}
UNWIND $events AS one
CREATE (:BehaviourEvent {
  id: one.id, userId: user.id, kind: one.kind, subjectId: one.subject_id, at: one.at, receivedAt: $now,
  dwellMs: one.dwell_ms, recommendationId: one.recommendation_id, position: one.position, surface: one.surface
})
RETURN count(*) AS kept;

// name: set_consent
// mode: write
// Lets the person's behaviour be kept from now on, or no more; what was said first stands. No row: they may not act.
// `left`: something is still there from before they last took it back, so that nothing new may be kept yet.
MATCH (user:User {id: $user_id})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user WHERE user.state = 'active'
WITH user, user.behaviourConsentAt AS since
WITH user, since, $given AND since IS NULL AND (
  EXISTS { (user)-[:SHOWN|VIEWED|CLICKED|CARTED]->() }
  OR EXISTS { MATCH (event:BehaviourEvent) WHERE event.userId = user.id AND event.at IS NOT NULL AND event.kind <> 'hide' }
) AS left
SET user.behaviourConsentAt = CASE WHEN $given AND NOT left THEN coalesce(since, $now) END
RETURN left, since IS NOT NULL AS consented;

// name: forget_counts
// mode: write
// Takes away some of what counts the behaviour of a person who does not let it be kept; how many.
MATCH (user:User {id: $user_id})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user WHERE user.behaviourConsentAt IS NULL
MATCH (user)-[edge:SHOWN|VIEWED|CLICKED|CARTED]->()
WITH edge LIMIT $batch
DELETE edge
RETURN count(*) AS forgotten;

// name: forget_events_of
// mode: write
// Forgets some of the events of a person who does not let their behaviour be kept; how many.
MATCH (user:User {id: $user_id})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user WHERE user.behaviourConsentAt IS NULL
MATCH (event:BehaviourEvent) WHERE event.userId = user.id AND event.at IS NOT NULL
WITH event LIMIT $batch
DELETE event
RETURN count(*) AS forgotten;

// name: forget_old_events
// mode: write
// Forgets some of the events that the service was told of before a moment; what they were counted on stays. How many.
MATCH (event:BehaviourEvent)
WHERE event.receivedAt < $before
WITH event ORDER BY event.receivedAt LIMIT $batch
DELETE event
RETURN count(*) AS forgotten;

// name: hide
// mode: write
// The person wants to see no more of it; a second time keeps the first. No row: they may not act. `full`: they have
// hidden too much.
MATCH (user:User {id: $user_id})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user WHERE user.state = 'active'
MATCH (subject:Note|Product|Topic|User {id: $subject_id})
WITH user, subject, EXISTS { (user)-[:NOT_INTERESTED]->(subject) } AS hides,
     COUNT { (user)-[:NOT_INTERESTED]->() } >= $most AS full
FOREACH (_ IN CASE WHEN hides OR full THEN [] ELSE [1] END |
  CREATE (user)-[:NOT_INTERESTED {at: $now}]->(subject)
  CREATE (:BehaviourEvent {
    id: $event_id, userId: user.id, kind: 'hide', subjectId: subject.id, at: $now, receivedAt: $now
  }))
RETURN full AND NOT hides AS full;

// name: unhide
// mode: write
// Lets the person see it again. No row: they may not act. `undone`: they had hidden it.
MATCH (user:User {id: $user_id})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user WHERE user.state = 'active'
OPTIONAL MATCH (user)-[edge:NOT_INTERESTED]->(:Note|Product|Topic|User {id: $subject_id})
WITH collect(edge) AS edges
FOREACH (one IN edges | DELETE one)
RETURN size(edges) > 0 AS undone;
