// name: draw_followers
// mode: write
// Draws the followers who stand for all of somebody's, in place of those before; tells of how many. No row: there is no
// such person.
MATCH (creator:User {id: $id})
CALL (creator) {
  MATCH (creator)<-[old:STANDS_FOR]-()
  DELETE old
}
CALL (creator) {
  UNWIND $ids AS id
  MATCH (follower:User {id: id})
  CREATE (follower)-[:STANDS_FOR {of: $of, at: $now}]->(creator)
  RETURN count(*) AS drawn
}
RETURN drawn;

// name: forget_draws
// mode: write
// Takes away followers drawn for somebody who has few now.
MATCH ()-[edge:STANDS_FOR]->()
WHERE edge.at < $now
WITH edge LIMIT $batch
DELETE edge
RETURN count(*) AS gone;
