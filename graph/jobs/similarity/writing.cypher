// name: write_similar_products
// mode: write
// Gives some products their edges, in place of those they had; how many edges.
UNWIND $rows AS row
MATCH (item:Product {id: row.id})
CALL (item) { MATCH (item)-[old:SIMILAR]->() DELETE old }
UNWIND row.edges AS edge
MATCH (that:Product {id: edge[0]})
CREATE (item)-[:SIMILAR {score: edge[1], rank: edge[2], source: row.source}]->(that)
RETURN count(*) AS written;

// name: write_similar_notes
// mode: write
// The same for notes.
UNWIND $rows AS row
MATCH (item:Note {id: row.id})
CALL (item) { MATCH (item)-[old:SIMILAR]->() DELETE old }
UNWIND row.edges AS edge
MATCH (that:Note {id: edge[0]})
CREATE (item)-[:SIMILAR {score: edge[1], rank: edge[2], source: row.source}]->(that)
RETURN count(*) AS written;

// name: write_similar_people
// mode: write
// The same for people.
UNWIND $rows AS row
MATCH (item:User {id: row.id})
CALL (item) { MATCH (item)-[old:SIMILAR]->() DELETE old }
UNWIND row.edges AS edge
MATCH (that:User {id: edge[0]})
CREATE (item)-[:SIMILAR {score: edge[1], rank: edge[2], source: row.source}]->(that)
RETURN count(*) AS written;

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

// name: write_tastes_of_products
// mode: write
// Gives some products their vectors; how many.
UNWIND $rows AS row
MATCH (item:Product {id: row.id})
SET item.taste = row.taste, item.tasteWeight = row.weight
RETURN count(*) AS written;

// name: write_tastes_of_notes
// mode: write
// The same for notes.
UNWIND $rows AS row
MATCH (item:Note {id: row.id})
SET item.taste = row.taste, item.tasteWeight = row.weight
RETURN count(*) AS written;

// name: similar_products_left
// mode: read
// Some of the products that have edges or a vector, in the order of their ids.
MATCH (item:Product)
WHERE item.id > $after AND (item.taste IS NOT NULL OR EXISTS { (item)-[:SIMILAR|BOUGHT_WITH]->() })
RETURN item.id AS id ORDER BY item.id LIMIT $batch;

// name: similar_notes_left
// mode: read
// The same for notes.
MATCH (item:Note)
WHERE item.id > $after AND (item.taste IS NOT NULL OR EXISTS { (item)-[:SIMILAR]->(:Note) })
RETURN item.id AS id ORDER BY item.id LIMIT $batch;

// name: similar_people_left
// mode: read
// The same for people.
MATCH (item:User)
WHERE item.id > $after AND EXISTS { (item)-[:SIMILAR]->(:User) }
RETURN item.id AS id ORDER BY item.id LIMIT $batch;
