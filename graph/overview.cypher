// name: any_user
// mode: read
// Whether the graph holds anybody: the label's count is stored, so nothing is walked.
MATCH (user:User)
RETURN count(user) > 0 AS found;

// name: unfinished_import
// mode: read
// Whether an import of that name was begun and not finished. There are as few of these nodes as there were imports.
MATCH (import:Import)
WHERE import.name = $name AND import.finishedAt IS NULL
RETURN count(import) > 0 AS found;
