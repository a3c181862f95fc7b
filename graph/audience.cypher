// name: reads_audiences
// mode: read
// Whether somebody may read of anybody's audience: they work for a brand, or are analysts. No row: they may not.
MATCH (viewer:User {id: $viewer_id, state: 'active'})
WHERE EXISTS { (viewer)-[:STAFF_OF]->(:Brand) }
  OR EXISTS {
    (viewer)-[:HAS_ACCOUNT]->(account:Account)
    WHERE any(role IN coalesce(account.roles, []) WHERE role IN ['analyst', 'admin'])
  }
RETURN viewer.id AS id;

// name: audience_sizes
// mode: read
// How many follow each of these people whom the viewer may see, how many were drawn to stand for those, and from how
// many when.
UNWIND $ids AS id
MATCH (creator:User {id: id, state: 'active'})
WHERE NOT EXISTS { (:User {id: $viewer_id})-[:BLOCKS]-(creator) }
CALL (creator) {
  OPTIONAL MATCH (creator)<-[edge:STANDS_FOR]-()
  RETURN count(edge) AS drawn, max(edge.of) AS drawn_from, toString(max(edge.at)) AS drawn_at
}
RETURN creator.id AS id, creator.handle AS handle, creator.displayName AS name,
  COUNT { (creator)<-[:FOLLOWS]-() } AS followers, drawn, drawn_from, drawn_at;

// name: audience_followers
// mode: read
// The active followers of somebody, or those drawn who still follow: where they live, when they joined, what they do with
// notes of late, whether they do next to nothing, and for which categories and brands they care.
MATCH (creator:User {id: $id})
CALL (creator) {
  UNWIND CASE WHEN $sampled THEN [] ELSE [creator] END AS whom
  MATCH (whom)<-[:FOLLOWS]-(follower:User)
  RETURN follower
UNION ALL
  UNWIND CASE WHEN $sampled THEN [creator] ELSE [] END AS whom
  MATCH (whom)<-[:STANDS_FOR]-(follower:User)
  WHERE EXISTS { (follower)-[:FOLLOWS]->(whom) }
  RETURN follower
}
WITH creator, follower
WHERE follower.state = 'active'
CALL (creator, follower) {
  CALL (follower) {
    MATCH (follower)-[act:LIKES|COLLECTED]->(note:Note)
    WHERE note.state = 'published' AND note.authorId <> follower.id
    RETURN act, note LIMIT $acts
  }
  WITH creator, note.categoryId AS category_id, count(DISTINCT note) AS notes,
    collect(DISTINCT CASE WHEN act.at > $since THEN note.authorId END) AS authors
  WITH collect(CASE WHEN notes >= $caring THEN category_id END) AS interests,
    reduce(all = [], some IN collect(authors) | all + some) AS authors
  RETURN interests, authors, any(author IN authors WHERE author <> head(authors)) AS several
}
RETURN follower.region AS region, follower.createdAt.epochMillis / $burst_ms AS joined,
  NOT (several OR EXISTS { (follower)-[:POSTED]->() } OR EXISTS { (follower)-[:WROTE]->() }
    OR EXISTS { (follower)-[:PLACED]->() }) AS hollow,
  CASE
    WHEN creator.id IN authors OR EXISTS {
      (follower)-[wrote:WROTE]->(:Comment)-[:ON]->(:Note {authorId: $id}) WHERE wrote.at > $since
    } THEN 'engaged'
    WHEN size(authors) > 0 OR EXISTS { (follower)-[act:POSTED|WROTE]->() WHERE act.at > $since } THEN 'active'
    ELSE 'quiet'
  END AS activity,
  interests,
  COLLECT { MATCH (follower)-[:FOLLOWS]->(brand:Brand) RETURN brand.id LIMIT $acts } AS brands;

// name: audience_doubts
// mode: read
// What `job influence` found of somebody's followers. No row: it did not measure them.
MATCH (:User {id: $id})-[:HAS_INFLUENCE]->(influence:Influence {scope: 'all'})
RETURN influence.followers AS followers, influence.hollowFollowers AS hollow, influence.burstFollowers AS burst,
  toString(influence.at) AS at;

// name: audience_names
// mode: read
// The names of these categories and brands; of a brand, how many follow it.
CALL () {
  UNWIND $categories AS id
  MATCH (one:Category {id: id})
  RETURN one, null AS followers
UNION ALL
  UNWIND $brands AS id
  MATCH (one:Brand {id: id})
  RETURN one, COUNT { (one)<-[:FOLLOWS]-() } AS followers
}
RETURN one.id AS id, one.name AS name, one.nameEn AS name_en, followers;

// name: people_there_are
// mode: read
// How many people there are.
MATCH (user:User)
RETURN count(user) AS people;

// name: audience_lookalikes
// mode: read
// Whom else at least so many of somebody's active followers follow, or of those drawn who still do: people who post for
// everybody, those first whom they follow most for how many follow them.
MATCH (creator:User {id: $id})
CALL (creator) {
  UNWIND CASE WHEN $sampled THEN [] ELSE [creator] END AS whom
  MATCH (whom)<-[:FOLLOWS]-(follower:User)
  RETURN follower
UNION ALL
  UNWIND CASE WHEN $sampled THEN [creator] ELSE [] END AS whom
  MATCH (whom)<-[:STANDS_FOR]-(follower:User)
  WHERE EXISTS { (follower)-[:FOLLOWS]->(whom) }
  RETURN follower
}
WITH creator, follower
WHERE follower.state = 'active'
WITH creator, collect(follower) AS readers
UNWIND readers AS follower
MATCH (follower)-[:FOLLOWS]->(other:User)
WHERE other <> creator
WITH other, count(follower) AS shared, size(readers) AS read
WHERE shared >= $least AND other.state = 'active' AND other.kind <> 'official' AND NOT other.private
  AND EXISTS { (other)-[:POSTED]->() }
WITH other, shared, read, COUNT { (other)<-[:FOLLOWS]-() } AS followers
ORDER BY shared / sqrt(followers) DESC, other.id LIMIT $most
RETURN other.id AS id, shared, read, followers;
