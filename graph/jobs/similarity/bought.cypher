// name: bought_with
// mode: read
// For some products, which others the same people bought: how many did, and how many bought each. People who bought very
// much tell little and are left out.
UNWIND $ids AS id
MATCH (item:Product {id: id})
CALL (item) {
  MATCH (item)<-[:PURCHASED]-(user:User)
  WHERE COUNT { (user)-[:PURCHASED]->() } <= $most_bought
  WITH user LIMIT $buyers
  MATCH (user)-[:PURCHASED]->(that:Product)
  WHERE that <> item
  WITH that, count(*) AS both ORDER BY both DESC, that.id LIMIT $near
  RETURN collect([that.id, both, COUNT { (that)<-[:PURCHASED]-() }]) AS near
}
RETURN id, near, COUNT { (item)<-[:PURCHASED]-() } AS bought;

// name: buyers
// mode: read
// How many people bought something.
MATCH (user:User) WHERE EXISTS { (user)-[:PURCHASED]->() }
RETURN count(user) AS buyers;

// name: write_bought_with
// mode: write
// Gives some products those that were bought along with them; how many edges.
UNWIND $rows AS row
MATCH (item:Product {id: row.id})
CALL (item) { MATCH (item)-[old:BOUGHT_WITH]->() DELETE old }
UNWIND row.edges AS edge
MATCH (that:Product {id: edge[0]})
CREATE (item)-[:BOUGHT_WITH {score: edge[1], rank: edge[2], count: edge[3]}]->(that)
RETURN count(*) AS written;

// name: bought_known
// mode: read
// Products that had buyers when the job last looked, in the order of their ids, and the keys of who those were.
MATCH (item:Product)
WHERE item.id > $after AND (item.boughtKey IS NOT NULL OR EXISTS { (item)-[:BOUGHT_WITH]->() })
RETURN item.id AS id, item.boughtKey AS key ORDER BY id LIMIT $batch;

// name: write_bought_keys
// mode: write
// Notes what BOUGHT_WITH of some products was computed from; null: nothing.
UNWIND $rows AS row
MATCH (item:Product {id: row[0]})
SET item.boughtKey = row[1]
RETURN count(*) AS written;
