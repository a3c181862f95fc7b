// name: keep_recommendation
// mode: write
// Keeps a list as it was given, for its later pages and for feedback that cites it.
CREATE (list:Recommendation {
  id: $id, viewerId: $viewer_id, surface: $surface, arm: $arm, createdAt: $now,
  ids: $ids, scores: $scores, features: $features
})
RETURN list.id AS id;

// name: find_recommendation
// mode: read
// A list that was given to the viewer (null: to nobody signed in). No row: there is none, or it was another's.
MATCH (list:Recommendation {id: $id})
WHERE list.surface = $surface AND coalesce(list.viewerId, '') = coalesce($viewer_id, '')
RETURN list.arm AS arm, list.ids AS ids, list.scores AS scores, list.features AS features;

// name: forget_recommendations
// mode: write
// Forgets some of the lists of before a moment; how many.
MATCH (list:Recommendation)
WHERE list.createdAt < $before
WITH list ORDER BY list.createdAt LIMIT $batch
DELETE list
RETURN count(*) AS forgotten;

// name: exclude
// mode: write
// What the viewer did with the thing counts no more for what they are recommended. No row: the person may not act.
// `there`: the thing is.
MATCH (viewer:User {id: $viewer_id, state: 'active'})
SET viewer.lockedAt = $now
REMOVE viewer.lockedAt
WITH viewer
OPTIONAL MATCH (subject:Note|Product|User|Brand|Topic|Category {id: $subject_id})
FOREACH (_ IN CASE WHEN subject IS NULL OR EXISTS { (viewer)-[:EXCLUDES]->(subject) } THEN [] ELSE [1] END |
  CREATE (viewer)-[:EXCLUDES {at: $now}]->(subject))
RETURN subject IS NOT NULL AS there;

// name: include
// mode: write
// It counts again. No row: the person may not act. `there`: the thing is.
MATCH (viewer:User {id: $viewer_id, state: 'active'})
OPTIONAL MATCH (subject:Note|Product|User|Brand|Topic|Category {id: $subject_id})
OPTIONAL MATCH (viewer)-[edge:EXCLUDES]->(subject)
WITH subject, collect(edge) AS edges
FOREACH (one IN edges | DELETE one)
RETURN subject IS NOT NULL AS there;
