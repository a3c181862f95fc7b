// name: graph_counts
// mode: read
// What the server's own statistics say: nodes by label, relationships by type.
CALL db.stats.retrieve('GRAPH COUNTS') YIELD data
RETURN data.nodes AS nodes, data.relationships AS relationships;

// name: example_of
// mode: read
// A node of the label as it is, one that anybody may see. No row: there is none.
MATCH (node:$($label))
WHERE NOT coalesce(node.state, '') IN ['draft', 'hidden', 'removed', 'suspended', 'deleted']
  AND NOT coalesce(node.private, false) AND coalesce(node.audience, 'everyone') = 'everyone'
RETURN properties(node) AS properties LIMIT 1;

// name: example_of_type
// mode: read
// A relationship of the type as it is, between nodes that anybody may see. No row: there is none.
MATCH (one)-[edge:$($type)]->(other)
WHERE all(node IN [one, other] WHERE
  NOT coalesce(node.state, '') IN ['draft', 'hidden', 'removed', 'suspended', 'deleted']
  AND NOT coalesce(node.private, false) AND coalesce(node.audience, 'everyone') = 'everyone')
RETURN edge {.*, start: one.id, end: other.id} AS properties LIMIT 1;
