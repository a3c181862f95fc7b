// name: topics_of_people
// mode: read
// Which topics those who have notes out for everybody wrote about.
MATCH (user:User {state: 'active'})-[:POSTED]->(note:Note)-[:TAGGED]->(topic:Topic)
WHERE note.state = 'published' AND note.audience = 'everyone'
RETURN user.id AS id, collect(DISTINCT topic.name) AS topics;

// name: communities_before
// mode: read
// Who was in which community. Asked before they are written anew.
MATCH (community:Community)<-[:MEMBER_OF]-(user:User)
RETURN community.id AS id, collect(user.id) AS people;

// name: write_communities
// mode: write
// Writes these communities, over what was known of them; tells of how many.
UNWIND $communities AS one
MERGE (community:Community {id: one.id})
SET community = one, community.at = $now
RETURN count(*) AS written;

// name: write_members
// mode: write
// Puts these people into their communities, out of any other; tells of how many.
UNWIND $members AS member
MATCH (user:User {id: member.id})
CALL (user) {
  MATCH (user)-[old:MEMBER_OF]->(:Community)
  DELETE old
}
CALL (user, member) {
  MATCH (community:Community {id: member.to})
  CREATE (user)-[:MEMBER_OF {to: member.to, rank: member.rank, followers: member.followers, at: $now}]->(community)
}
RETURN count(*) AS written;

// name: forget_members
// mode: write
// Takes people out of communities in which they were not found again.
MATCH ()-[edge:MEMBER_OF]->()
WHERE edge.at < $now
WITH edge LIMIT $batch
DELETE edge
RETURN count(*) AS gone;

// name: forget_communities
// mode: write
// Takes away communities that were not found again.
MATCH (community:Community)
WHERE community.at < $now
WITH community LIMIT $batch
DETACH DELETE community
RETURN count(*) AS gone;
