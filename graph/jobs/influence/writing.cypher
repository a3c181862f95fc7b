// name: write_influences
// mode: write
// Writes what was measured of these people, over what was measured of them before; tells of how many.
UNWIND $rows AS row
MATCH (user:User {id: row.userId})
MERGE (influence:Influence {id: row.id})
SET influence = row, influence.at = $now
MERGE (user)-[:HAS_INFLUENCE]->(influence)
RETURN count(*) AS written;

// name: write_influence_snapshots
// mode: write
// Writes what these people's history has of a week, over what it had; tells of how many.
UNWIND $rows AS row
MATCH (user:User {id: row.userId})
MERGE (snapshot:InfluenceSnapshot {id: row.id})
SET snapshot = row, snapshot.at = $now
MERGE (user)-[:HAD_INFLUENCE]->(snapshot)
RETURN count(*) AS written;

// name: write_brand_influencers
// mode: write
// Draws whom the audience of a brand listens to, in place of those before; tells of how many. No row: there is no such
// brand.
MATCH (brand:Brand {id: $brand_id})
CALL (brand) {
  MATCH (brand)-[old:LISTENS_TO]->(:User)
  DELETE old
}
CALL (brand) {
  UNWIND $people AS one
  MATCH (user:User {id: one.id})
  CREATE (brand)-[:LISTENS_TO {closeness: one.closeness, rank: one.rank, at: $now}]->(user)
  RETURN count(*) AS drawn
}
RETURN drawn;

// name: forget_influences
// mode: write
// Takes away what an earlier run measured of people whom this one does not rank.
MATCH (influence:Influence)
WHERE influence.at < $now
WITH influence LIMIT $batch
DETACH DELETE influence
RETURN count(*) AS gone;

// name: forget_influence_snapshots
// mode: write
// Takes away what is older than history goes back.
MATCH (snapshot:InfluenceSnapshot)
WHERE snapshot.at < $before
WITH snapshot LIMIT $batch
DETACH DELETE snapshot
RETURN count(*) AS gone;

// name: forget_brand_influencers
// mode: write
// Takes away whom the audience of a brand listened to that has none now.
MATCH ()-[edge:LISTENS_TO]->()
WHERE edge.at < $now
WITH edge LIMIT $batch
DELETE edge
RETURN count(*) AS gone;

// name: earlier_influence
// mode: read
// What people's history has between two times, oldest first.
MATCH (snapshot:InfluenceSnapshot)
WHERE snapshot.at >= $since AND snapshot.at <= $until
RETURN snapshot.userId AS user_id, snapshot.score AS score, snapshot.followers AS followers
ORDER BY snapshot.at;
