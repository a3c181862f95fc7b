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
