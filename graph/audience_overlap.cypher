// name: overlap_counted
// mode: read
// How many active people follow exactly which of these, by their numbers.
UNWIND range(0, size($ids) - 1) AS number
MATCH (:User {id: $ids[number]})<-[:FOLLOWS]-(follower:User)
WHERE follower.state = 'active'
WITH follower, number ORDER BY number
WITH follower, collect(number) AS pattern
RETURN pattern, count(follower) AS people;

// name: overlap_sampled
// mode: read
// Of the followers of each of these, or of those drawn who still follow, how many follow exactly which of these.
MATCH (creator:User) WHERE creator.id IN $ids
WITH collect(creator) AS creators
UNWIND creators AS creator
CALL (creator) {
  UNWIND CASE WHEN creator.id IN $sampled THEN [] ELSE [creator] END AS whom
  MATCH (whom)<-[:FOLLOWS]-(follower:User)
  RETURN follower
UNION ALL
  UNWIND CASE WHEN creator.id IN $sampled THEN [creator] ELSE [] END AS whom
  MATCH (whom)<-[:STANDS_FOR]-(follower:User)
  WHERE EXISTS { (follower)-[:FOLLOWS]->(whom) }
  RETURN follower
}
WITH creators, creator, follower
WHERE follower.state = 'active'
CALL (creators, follower) {
  MATCH (follower)-[:FOLLOWS]->(other)
  WHERE other IN creators
  WITH other.id AS other_id ORDER BY other_id
  RETURN collect(other_id) AS pattern
}
RETURN creator.id AS id, pattern, count(follower) AS people;
