// name: job_state
// mode: read
// How far a job came, as it noted itself. No row: it never noted anything.
MATCH (state:JobState {id: $id})
RETURN state.data AS data;

// name: note_job_state
// mode: write
// Notes how far a job came.
MERGE (state:JobState {id: $id})
SET state.data = $data, state.changedAt = $now
RETURN state.id AS id;

// name: forget_job_state
// mode: write
// Has a job begin anew. No row: it never noted anything.
MATCH (state:JobState {id: $id})
DELETE state
RETURN true AS forgotten;

// name: hold_job
// mode: write
// Lets one process at a time do the job, until the time given. No row: another does it.
MERGE (state:JobState {id: $id})
  ON CREATE SET state.data = '{}', state.changedAt = $now
SET state.lockedAt = $now
REMOVE state.lockedAt
WITH state WHERE state.heldBy IS NULL OR state.heldBy = $holder OR state.heldUntil < $now
SET state.heldBy = $holder, state.heldUntil = $until
RETURN state.id AS id;

// name: release_job
// mode: write
// Lets others do the job at once. No row: another does it.
MATCH (state:JobState {id: $id})
SET state.lockedAt = $now
REMOVE state.lockedAt
WITH state WHERE state.heldBy = $holder
REMOVE state.heldBy, state.heldUntil
RETURN state.id AS id;
