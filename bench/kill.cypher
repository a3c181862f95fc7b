// name: kill_prepare
// mode: write
// What writers write to: notes and people of the demo, and a variant with units for everybody.
MATCH (variant:Variant)<-[:HAS_VARIANT]-(:Product {state: 'listed'})
WITH variant ORDER BY variant.id LIMIT 1
SET variant.stock = $stock
RETURN variant.id AS variant,
       COLLECT { MATCH (note:Note {state: 'published', audience: 'everyone'}) RETURN note.id ORDER BY note.id LIMIT 200 }
         AS notes,
       COLLECT { MATCH (user:User {state: 'active'}) WHERE NOT user.private AND NOT EXISTS { (user)-[:HAS_ACCOUNT]->() }
                 RETURN user.id ORDER BY user.id LIMIT 1000 } AS users;

// name: kill_found
// mode: read
// What one writer wrote, as the graph has it.
MATCH (user:User {id: $user_id})
RETURN COLLECT { MATCH (user)-[:LIKES]->(note:Note) RETURN note.id } AS likes,
       COLLECT { MATCH (user)-[:FOLLOWS]->(followed:User) RETURN followed.id } AS follows,
       COLLECT { MATCH (user)-[:WROTE]->(comment:Comment) RETURN comment.text } AS comments,
       COUNT { (user)-[:PLACED]->(:Order) } AS orders,
       reduce(sold = 0, quantity IN COLLECT {
         MATCH (user)-[:PLACED]->(:Order)-[:CONTAINS]->(line:OrderLine) RETURN line.quantity
       } | sold + quantity) AS sold;

// name: kill_left
// mode: read
// The units that are left of a variant.
MATCH (variant:Variant {id: $variant})
RETURN variant.stock AS stock;
