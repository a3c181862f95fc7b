// name: forget_closed_nodes
// mode: write
// Deletes some nodes of a label, in a copy for analysis; how many.
MATCH (node:$($label))
WITH node LIMIT $batch
DETACH DELETE node
RETURN count(*) AS forgotten;

// name: forget_ties
// mode: write
// Deletes some relationships that only those they are about may see; how many.
MATCH (:User)-[tie:BLOCKS|MUTES|ASKED_TO_FOLLOW|INVITED_AS_STAFF|NOT_INTERESTED|INTERESTED_IN|EXCLUDES|DRAFTED]->()
WITH tie LIMIT $batch
DELETE tie
RETURN count(*) AS forgotten;

// name: forget_draft_ties
// mode: write
// Deletes some relationships of notes that are not out; how many.
MATCH (:Note)-[tie:DRAFT_TAGGED|DRAFT_FEATURES]->()
WITH tie LIMIT $batch
DELETE tie
RETURN count(*) AS forgotten;

// name: forget_notes
// mode: write
// Deletes some notes that not everybody may read, with the comments on them; how many.
MATCH (note:Note)
WHERE note.state <> 'published' OR note.audience <> 'everyone' OR EXISTS { (note)<-[:POSTED]-(:User {private: true}) }
WITH note LIMIT $batch
OPTIONAL MATCH (note)<-[:ON|WAS_ON]-(comment:Comment)
WITH note, collect(comment) AS comments
FOREACH (comment IN comments | DETACH DELETE comment)
DETACH DELETE note
RETURN count(*) AS forgotten;

// name: forget_texts
// mode: write
// Deletes some comments and reviews that are not shown; how many.
MATCH (text:Comment|Review)
WHERE text.state <> 'published'
WITH text LIMIT $batch
DETACH DELETE text
RETURN count(*) AS forgotten;

// name: forget_collections
// mode: write
// Deletes some collections that only their owner sees; how many.
MATCH (collection:Collection {private: true})
WITH collection LIMIT $batch
DETACH DELETE collection
RETURN count(*) AS forgotten;

// name: mark_replica
// mode: write
// Says that the graph is a copy without what is private, and of when.
MERGE (mark:Replica {id: 'replica'})
SET mark.takenAt = $taken_at
RETURN mark.takenAt AS taken_at;
