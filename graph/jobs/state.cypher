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
