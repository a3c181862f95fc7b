// name: writes_targets
// mode: read
// Who writes and to what: people, notes and people that anybody may see, variants on sale.
RETURN COLLECT { MATCH (user:User {state: 'active'}) WHERE NOT user.private AND NOT EXISTS { (user)-[:BLOCKS]-() }
                 RETURN user.id ORDER BY user.id LIMIT 400 } AS people,
       COLLECT { MATCH (note:Note {state: 'published', audience: 'everyone'})
                 WHERE NOT EXISTS { (:User {id: note.authorId})-[:BLOCKS]-() }
                 RETURN note.id ORDER BY note.id LIMIT 2000 } AS notes,
       COLLECT { MATCH (variant:Variant)<-[:HAS_VARIANT]-(:Product {state: 'listed'})
                 RETURN variant.id ORDER BY variant.id LIMIT 400 } AS variants;

// name: writes_stock
// mode: write
// Units for everybody.
UNWIND $variants AS id
MATCH (variant:Variant {id: id})
SET variant.stock = 1000000
RETURN count(*) AS filled;

// name: writes_settle
// mode: write
// Ends the orders that wait to be paid, of which nobody may have many.
MATCH (order:Order {state: 'placed'})
SET order.state = 'cancelled'
RETURN count(*) AS settled;

// name: bare_like
// mode: write
// A like and nothing else.
MATCH (user:User {id: $person})
MATCH (note:Note {id: $target})
MERGE (user)-[like:LIKES]->(note)
  ON CREATE SET like.at = datetime(), like.to = note.id
RETURN like.at AS at;

// name: bare_follow
// mode: write
// A follow and nothing else.
MATCH (user:User {id: $person})
MATCH (followed:User {id: $target})
MERGE (user)-[follow:FOLLOWS]->(followed)
  ON CREATE SET follow.at = datetime(), follow.to = followed.id
RETURN follow.at AS at;

// name: bare_comment
// mode: write
// A comment and nothing else.
MATCH (user:User {id: $person})
MATCH (note:Note {id: $target})
CREATE (user)-[:WROTE {at: datetime()}]->(comment:Comment {
  id: $id, text: $text, state: 'published', noteId: note.id, createdAt: datetime()
})-[:ON]->(note)
RETURN comment.id AS id;

// name: bare_order
// mode: write
// An order of one unit, safe against overselling, and nothing else.
MATCH (variant:Variant {id: $target})
SET variant.lockedAt = datetime()
REMOVE variant.lockedAt
WITH variant WHERE variant.stock >= 1
SET variant.stock = variant.stock - 1
WITH variant
MATCH (user:User {id: $person})
CREATE (user)-[:PLACED {at: datetime()}]->(order:Order {
  id: $id, state: 'placed', totalMinor: variant.priceMinor, currency: variant.currency, placedAt: datetime()
})-[:CONTAINS]->(:OrderLine {
  id: $line, quantity: 1, unitPriceMinor: variant.priceMinor, currency: variant.currency
})-[:OF]->(variant)
RETURN order.id AS id;
