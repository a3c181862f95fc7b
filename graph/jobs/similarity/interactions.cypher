// name: acts_on_products
// mode: read
// Who took up which product, and how much that says. What somebody looked at counts with their consent alone.
MATCH (user:User {state: 'active'})
CALL (user) {
  MATCH (user)-[:PURCHASED]->(thing:Product) RETURN thing, $purchased AS weight
UNION ALL
  MATCH (user)-[:CARTED|CLICKED|VIEWED]->(thing:Product)
  WHERE user.behaviourConsentAt IS NOT NULL
  RETURN thing, $looked AS weight
UNION ALL
  MATCH (user)-[:LIKES|COLLECTED]->(:Note)-[:FEATURES]->(thing:Product) RETURN thing, $noted AS weight
}
RETURN user.id AS person, thing.id AS thing, weight;

// name: acts_on_notes
// mode: read
// Who took up which note, and how much that says.
MATCH (user:User {state: 'active'})
CALL (user) {
  MATCH (user)-[:LIKES|COLLECTED]->(thing:Note) RETURN thing, 1.0 AS weight
UNION ALL
  MATCH (user)-[:CLICKED|VIEWED]->(thing:Note)
  WHERE user.behaviourConsentAt IS NOT NULL
  RETURN thing, $looked AS weight
}
WITH user, thing, weight WHERE thing.state = 'published'
RETURN user.id AS person, thing.id AS thing, weight;

// name: acts_of_people
// mode: read
// What people took up, of all kinds, as taste that they share: notes liked or kept, products bought, whom and what they follow.
MATCH (user:User {state: 'active'})
MATCH (user)-[:LIKES|COLLECTED|PURCHASED|FOLLOWS]->(thing:Note|Product|User|Brand|Topic)
RETURN user.id AS person, thing.id AS thing, 1.0 AS weight;

// name: purchases
// mode: read
// Who bought what.
MATCH (user:User)-[:PURCHASED]->(thing:Product)
RETURN user.id AS person, thing.id AS thing, 1.0 AS weight;
