// name: products_known
// mode: read
// Products in the order of their ids: the key that their edges were computed from, how many edges they have, whether they
// have a taste, and whether a vector.
MATCH (item:Product)
WHERE item.id > $after
WITH item ORDER BY item.id LIMIT $batch
RETURN item.id AS id, item.similarKey AS key, COUNT { (item)-[:SIMILAR]->() } AS edges, item.taste IS NOT NULL AS taste,
  item[$mark] IS NOT NULL AS vector
ORDER BY id;

// name: notes_known
// mode: read
// Notes in the order of their ids: the key that their edges were computed from, how many edges they have, whether they
// have a taste, and whether a vector.
MATCH (item:Note)
WHERE item.id > $after
WITH item ORDER BY item.id LIMIT $batch
RETURN item.id AS id, item.similarKey AS key, COUNT { (item)-[:SIMILAR]->() } AS edges, item.taste IS NOT NULL AS taste,
  item[$mark] IS NOT NULL AS vector
ORDER BY id;

// name: people_known
// mode: read
// People in the order of their ids: the key that their edges were computed from, how many edges they have, whether they
// have a taste, and whether a vector.
MATCH (item:User)
WHERE item.id > $after
WITH item ORDER BY item.id LIMIT $batch
RETURN item.id AS id, item.similarKey AS key, COUNT { (item)-[:SIMILAR]->() } AS edges, false AS taste,
  item[$mark] IS NOT NULL AS vector
ORDER BY id;

// name: edges_of_products
// mode: read
// The edges of some products.
UNWIND $ids AS id
MATCH (item:Product {id: id})
RETURN id, COLLECT {
  MATCH (item)-[edge:SIMILAR]->(that:Product) RETURN [that.id, edge.score, edge.source, edge.rank]
} AS edges;

// name: edges_of_notes
// mode: read
// The edges of some notes.
UNWIND $ids AS id
MATCH (item:Note {id: id})
RETURN id, COLLECT {
  MATCH (item)-[edge:SIMILAR]->(that:Note) RETURN [that.id, edge.score, edge.source, edge.rank]
} AS edges;

// name: edges_of_people
// mode: read
// The edges of some people.
UNWIND $ids AS id
MATCH (item:User {id: id})
RETURN id, COLLECT {
  MATCH (item)-[edge:SIMILAR]->(that:User) RETURN [that.id, edge.score, edge.source, edge.rank]
} AS edges;

// name: products_leading_to
// mode: read
// The products that have an edge by behaviour to any of these.
UNWIND $ids AS id
MATCH (that:Product {id: id})<-[edge:SIMILAR]-(item:Product)
WHERE edge.source = 'behaviour'
RETURN DISTINCT item.id AS id;

// name: notes_leading_to
// mode: read
// The notes that have an edge by behaviour to any of these.
UNWIND $ids AS id
MATCH (that:Note {id: id})<-[edge:SIMILAR]-(item:Note)
WHERE edge.source = 'behaviour'
RETURN DISTINCT item.id AS id;

// name: people_leading_to
// mode: read
// The people that have an edge by behaviour to any of these.
UNWIND $ids AS id
MATCH (that:User {id: id})<-[edge:SIMILAR]-(item:User)
WHERE edge.source = 'behaviour'
RETURN DISTINCT item.id AS id;

// name: write_edges_of_products
// mode: write
// Changes edges of some products: `changed` has score, source and rank by the id of the other end, `gone` the ids of ends to
// which there is no edge any more, `new` edges to draw.
UNWIND $rows AS row
MATCH (item:Product {id: row.id})
CALL (item, row) {
  MATCH (item)-[edge:SIMILAR]->(that:Product)
  WITH edge, row.changed[that.id] AS change, that.id IN row.gone AS gone
  FOREACH (_ IN CASE WHEN gone THEN [1] ELSE [] END | DELETE edge)
  FOREACH (_ IN CASE WHEN change IS NULL THEN [] ELSE [1] END |
    SET edge.score = change[0], edge.source = change[1], edge.rank = change[2])
}
CALL (item, row) {
  UNWIND row.new AS new
  MATCH (that:Product {id: new[0]})
  CREATE (item)-[:SIMILAR {score: new[1], source: new[2], rank: new[3]}]->(that)
}
RETURN count(*) AS written;

// name: write_edges_of_notes
// mode: write
// Changes edges of some notes: `changed` has score, source and rank by the id of the other end, `gone` the ids of ends to
// which there is no edge any more, `new` edges to draw.
UNWIND $rows AS row
MATCH (item:Note {id: row.id})
CALL (item, row) {
  MATCH (item)-[edge:SIMILAR]->(that:Note)
  WITH edge, row.changed[that.id] AS change, that.id IN row.gone AS gone
  FOREACH (_ IN CASE WHEN gone THEN [1] ELSE [] END | DELETE edge)
  FOREACH (_ IN CASE WHEN change IS NULL THEN [] ELSE [1] END |
    SET edge.score = change[0], edge.source = change[1], edge.rank = change[2])
}
CALL (item, row) {
  UNWIND row.new AS new
  MATCH (that:Note {id: new[0]})
  CREATE (item)-[:SIMILAR {score: new[1], source: new[2], rank: new[3]}]->(that)
}
RETURN count(*) AS written;

// name: write_edges_of_people
// mode: write
// Changes edges of some people: `changed` has score, source and rank by the id of the other end, `gone` the ids of ends to
// which there is no edge any more, `new` edges to draw.
UNWIND $rows AS row
MATCH (item:User {id: row.id})
CALL (item, row) {
  MATCH (item)-[edge:SIMILAR]->(that:User)
  WITH edge, row.changed[that.id] AS change, that.id IN row.gone AS gone
  FOREACH (_ IN CASE WHEN gone THEN [1] ELSE [] END | DELETE edge)
  FOREACH (_ IN CASE WHEN change IS NULL THEN [] ELSE [1] END |
    SET edge.score = change[0], edge.source = change[1], edge.rank = change[2])
}
CALL (item, row) {
  UNWIND row.new AS new
  MATCH (that:User {id: new[0]})
  CREATE (item)-[:SIMILAR {score: new[1], source: new[2], rank: new[3]}]->(that)
}
RETURN count(*) AS written;

// name: write_keys_of_products
// mode: write
// Notes what the edges of some products were computed from; null: nothing.
UNWIND $rows AS row
MATCH (item:Product {id: row[0]})
SET item.similarKey = row[1]
RETURN count(*) AS written;

// name: write_keys_of_notes
// mode: write
// Notes what the edges of some notes were computed from; null: nothing.
UNWIND $rows AS row
MATCH (item:Note {id: row[0]})
SET item.similarKey = row[1]
RETURN count(*) AS written;

// name: write_keys_of_people
// mode: write
// Notes what the edges of some people were computed from; null: nothing.
UNWIND $rows AS row
MATCH (item:User {id: row[0]})
SET item.similarKey = row[1]
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
