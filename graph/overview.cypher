// name: any_user
// mode: read
// Whether the graph holds anybody: the label's count is stored, so nothing is walked.
MATCH (user:User)
RETURN count(user) > 0 AS found;
