// name: reads_influence
// mode: read
// Whether somebody may read what is measured for the brand: they work for it, or are analysts. No row: there is no such
// brand.
MATCH (brand:Brand {id: $brand_id})
RETURN EXISTS { (:User {id: $viewer_id, state: 'active'})-[:STAFF_OF]->(brand) }
  OR EXISTS {
    (:User {id: $viewer_id, state: 'active'})-[:HAS_ACCOUNT]->(account:Account)
    WHERE any(role IN coalesce(account.roles, []) WHERE role IN ['analyst', 'admin'])
  } AS allowed;

// name: brand_creators
// mode: read
// Whose notes show the brand's products: how many of them, what was done with them, and how many orders of its products
// they led to since. Of each product the latest notes, and of each note so many credits as told are read; who works or
// speaks for the brand is left out.
MATCH (brand:Brand {id: $brand_id})-[:MAKES]->(product:Product)
CALL (product) {
  MATCH ()<-[edge:FEATURES]-(note:Note)
  WHERE edge.to = product.id AND edge.at IS NOT NULL
  WITH note, edge ORDER BY edge.to DESC, edge.at DESC LIMIT $of_product
  WHERE note.state = 'published' AND note.audience = 'everyone'
  RETURN note, edge.sponsored AS sponsored
}
WITH brand, note, max(sponsored) AS sponsored
CALL (brand, note) {
  CALL (note) {
    MATCH (note)<-[credit:CREDITED_TO]-(line:OrderLine)
    RETURN credit, line LIMIT $of_note
  }
  MATCH (line)-[:OF]->(:Variant)<-[:HAS_VARIANT]-(of:Product)
  WHERE of.brandId = brand.id
  MATCH (line)<-[:CONTAINS]-(order:Order)
  WHERE order.paidAt > $since AND order.state IN ['paid', 'shipped', 'completed']
  RETURN sum(credit.share) AS orders
}
WITH brand, note.authorId AS author_id, count(note) AS notes, sum(toInteger(sponsored)) AS sponsored, sum(orders) AS orders,
  sum(COUNT { (note)<-[:LIKES]-() } + COUNT { (note)<-[:COLLECTED]-() } + COUNT { (note)<-[:ON]-() }) AS engagement
MATCH (author:User {id: author_id, state: 'active'})
WHERE NOT EXISTS { (author)-[:STAFF_OF|OFFICIAL_ACCOUNT_OF]->(brand) }
RETURN author.id AS id, notes, sponsored, toFloat(orders) AS orders, engagement;

// name: brand_listens_to
// mode: read
// Whom the brand's audience listens to, as `job influence` found; who works or speaks for the brand is left out.
MATCH (brand:Brand {id: $brand_id})-[edge:LISTENS_TO]->(user:User {state: 'active'})
WHERE NOT EXISTS { (user)-[:STAFF_OF|OFFICIAL_ACCOUNT_OF]->(brand) }
RETURN user.id AS id, edge.closeness AS closeness;
