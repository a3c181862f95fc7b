// name: begin_import
// mode: write
// Where the import of this data stands: its node holds, by kind, how many rows are in the graph. A finished one begins anew.
MERGE (import:Import {id: $id})
  ON CREATE SET import.name = $name, import.startedAt = $now
SET import.lockedAt = $now
WITH import, import.finishedAt IS NOT NULL AS again
FOREACH (_ IN CASE WHEN again THEN [1] ELSE [] END | SET import = {id: $id, name: $name, startedAt: $now, lockedAt: $now})
RETURN properties(import) AS progress;

// name: advance_import
// mode: write
// Counts a batch, in the transaction that writes it, and says how many rows were counted before. No row: no such import.
MATCH (import:Import {id: $id})
SET import.lockedAt = $now
WITH import, coalesce(import[$kind], 0) AS before
SET import += CASE before WHEN $from THEN $progress ELSE {} END
RETURN before;

// name: finish_import
// mode: write
// Says that every row is in the graph. No row: no such import.
MATCH (import:Import {id: $id})
SET import.finishedAt = $now
RETURN import.id AS id;

// name: is_empty
// mode: read
// Whether the graph holds nothing but its own book-keeping; the three counts are stored, not counted.
RETURN COUNT { () } = COUNT { (:Migration) } + COUNT { (:Import) } + COUNT { (:EmbeddingSpace) } AS empty;
