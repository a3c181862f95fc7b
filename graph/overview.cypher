// name: any_user
// mode: read
// Whether the graph holds anybody: the label's count is stored, so nothing is walked.
MATCH (user:User)
RETURN count(user) > 0 AS found;

// name: awaits
// mode: read
// Whether there is nobody, or an import of that name was begun and not finished: as few nodes as there were imports.
RETURN NOT EXISTS { (:User) } OR EXISTS { (import:Import {name: $name}) WHERE import.finishedAt IS NULL } AS found;

// name: graph_size
// mode: read
// How much the graph holds beside its own book-keeping; all counts are stored, nothing is walked.
RETURN COUNT { () } - COUNT { (:Migration) } - COUNT { (:Import) } - COUNT { (:EmbeddingSpace) } AS nodes, COUNT { ()-->() } AS relationships;
