// name: claim_request
// mode: write
// Enters the request unless it is there; whoever sends it again waits here until the first has ended. `outcome` is what
// came of it, null for a new one.
MERGE (record:IdempotencyRecord {id: $id})
  ON CREATE SET record.fingerprint = $fingerprint, record.createdAt = $now
RETURN record.fingerprint AS fingerprint, record.outcome AS outcome;

// name: record_outcome
// mode: write
// Keeps what came of the request, as JSON.
MATCH (record:IdempotencyRecord {id: $id})
SET record.outcome = $outcome
RETURN record.id AS id;

// name: withdraw_request
// mode: write
// Forgets a request that nothing came of; how many.
MATCH (record:IdempotencyRecord {id: $id})
WHERE record.outcome IS NULL
DELETE record
RETURN count(*) AS withdrawn;

// name: forget_requests
// mode: write
// Forgets some of the requests that came before a moment; how many.
MATCH (record:IdempotencyRecord)
WHERE record.createdAt < $before
WITH record ORDER BY record.createdAt LIMIT $batch
DELETE record
RETURN count(*) AS forgotten;
