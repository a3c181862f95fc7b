// name: emit_event
// mode: write
// Appends an event.
CREATE (event:OutboxEvent {
  id: $id, kind: $kind, data: $data, createdAt: $now, availableAt: $available_at, attempts: 0
})
RETURN event.id AS id;

// name: emit_event_once
// mode: write
// Appends an event, or has the one that waits under the same id handled anew, at the earlier of both times, or at the
// later with `postpone`. One that a worker has right now is taken from it. What waits is locked before it is looked for,
// because a worker may be deleting it.
OPTIONAL MATCH (waiting:OutboxEvent {id: $id})
SET waiting.lockedAt = $now
REMOVE waiting.lockedAt
WITH 1 AS one
MERGE (event:OutboxEvent {id: $id})
  ON CREATE SET event.createdAt = $now, event.availableAt = $available_at
SET event.availableAt = CASE
      WHEN event.claim IS NULL AND (event.availableAt > $available_at) = $postpone THEN event.availableAt
      ELSE $available_at
    END,
    event.kind = $kind, event.data = $data, event.attempts = 0
REMOVE event.claim, event.failedAt, event.lastError
RETURN event.id AS id;

// name: claim_events
// mode: write
// Takes the events that have been due longest, and says how many it saw. They are found again by id and locked in the
// order of their ids before it is checked that they are still due: others may take them at the same moment. They become
// due again at `until`.
MATCH (seen:OutboxEvent)
WHERE seen.availableAt <= $now
WITH seen ORDER BY seen.availableAt LIMIT $batch
WITH collect(seen.id) AS ids
CALL (ids) {
  UNWIND ids AS id
  WITH id ORDER BY id
  MATCH (event:OutboxEvent {id: id})
  SET event.lockedAt = $now
  REMOVE event.lockedAt
  WITH event, event.availableAt AS due WHERE due <= $now
  SET event.availableAt = $until, event.attempts = event.attempts + 1, event.claim = $claim
  WITH event ORDER BY due, event.id
  RETURN collect([event.id, event.kind, event.data, event.createdAt, event.attempts]) AS events
}
RETURN size(ids) AS seen, events;

// name: complete_event
// mode: write
// Deletes an event that this claim still holds. No row: it was taken again, or is gone.
MATCH (event:OutboxEvent {id: $id})
SET event.lockedAt = $now
REMOVE event.lockedAt
WITH event WHERE event.claim = $claim
DELETE event
RETURN true AS completed;

// name: fail_event
// mode: write
// Gives an event back after a failure: due again at `available_at`, or, when that is null, kept for a person to look at.
// No row: it was taken again, or is gone.
MATCH (event:OutboxEvent {id: $id})
SET event.lockedAt = $now
REMOVE event.lockedAt
WITH event WHERE event.claim = $claim
SET event.availableAt = $available_at, event.lastError = $error,
    event.failedAt = CASE WHEN $available_at IS NULL THEN $now ELSE NULL END
REMOVE event.claim
RETURN event.id AS id;

// name: release_events
// mode: write
// Gives events back that this claim holds and nobody began to handle.
UNWIND $ids AS id
WITH id ORDER BY id
MATCH (event:OutboxEvent {id: id})
SET event.lockedAt = $now
REMOVE event.lockedAt
WITH event WHERE event.claim = $claim
SET event.availableAt = $now, event.attempts = event.attempts - 1
REMOVE event.claim
RETURN count(event) AS released;

// name: retry_failed_events
// mode: write
// Makes events that failed for good due again, as new, a batch at a time.
MATCH (event:OutboxEvent)
WHERE event.failedAt IS NOT NULL
WITH event LIMIT $batch
SET event.availableAt = $now, event.attempts = 0
REMOVE event.failedAt
RETURN count(event) AS retried;

// name: outbox_lag
// mode: read
// How many events are due (counted up to `most`), since when the oldest is, and how many failed for good.
MATCH (event:OutboxEvent)
WHERE event.availableAt <= $now
WITH event ORDER BY event.availableAt LIMIT $most
WITH count(event) AS due, min(event.availableAt) AS oldest
RETURN due, oldest, COUNT { MATCH (failed:OutboxEvent) WHERE failed.failedAt IS NOT NULL } AS failed;
