// name: product_paths
// mode: read
// The paths that lead from the viewer to each product, the strongest few of each source. `named` says whether the person
// on the path may be named: what somebody bought is theirs to tell. No row: nothing of what the viewer did leads there.
MATCH (viewer:User {id: $viewer_id})
UNWIND $ids AS id
MATCH (that:Product {id: id})
CALL (viewer, that) {
  MATCH (viewer)-[did:PURCHASED|CARTED|CLICKED|VIEWED]->(of:Product)-[similar:SIMILAR]->(that)
  WHERE NOT of.id IN $excluded AND of.state = 'listed' AND similar.score > 0
    AND ($behaviour OR type(did) = 'PURCHASED')
  WITH did, of, similar ORDER BY similar.score DESC, of.id LIMIT $most
  RETURN 'similar' AS source, similar.score AS strength, [viewer, of, that] AS nodes, [did, similar] AS edges, true AS named
UNION ALL
  MATCH (viewer)-[did:LIKES|COLLECTED]->(note:Note)-[features:FEATURES]->(that)
  WHERE NOT note.id IN $excluded AND note.state = 'published'
    AND NOT EXISTS { (viewer)-[:BLOCKS]-(:User {id: note.authorId}) }
  WITH did, note, features ORDER BY did.at DESC LIMIT $most
  RETURN 'noted' AS source, 1.0 AS strength, [viewer, note, that] AS nodes, [did, features] AS edges, true AS named
UNION ALL
  MATCH (viewer)-[follows:FOLLOWS]->(author:User)-[posted:POSTED]->(note:Note)-[features:FEATURES]->(that)
  WHERE NOT author.id IN $excluded AND author.state = 'active' AND note.state = 'published'
  WITH follows, author, posted, note, features ORDER BY posted.at DESC LIMIT $most
  RETURN 'followed' AS source, 1.0 AS strength, [viewer, author, note, that] AS nodes,
    [follows, posted, features] AS edges, true AS named
UNION ALL
  MATCH (viewer)-[follows:FOLLOWS]->(friend:User)-[bought:PURCHASED]->(that)
  WHERE NOT friend.id IN $excluded AND friend.state = 'active'
  WITH follows, friend, bought LIMIT 1
  RETURN 'followed' AS source, 1.0 AS strength, [viewer, friend, that] AS nodes, [follows, bought] AS edges, false AS named
UNION ALL
  MATCH (viewer)-[similar:SIMILAR]->(other:User)-[bought:PURCHASED]->(that)
  WHERE similar.source = 'behaviour' OR NOT viewer.id IN $excluded
  WITH similar, other, bought ORDER BY similar.score DESC LIMIT 1
  RETURN 'neighbours' AS source, similar.score AS strength, [viewer, other, that] AS nodes,
    [similar, bought] AS edges, false AS named
UNION ALL
  MATCH (viewer)-[follows:FOLLOWS]->(brand:Brand)-[makes:MAKES]->(that)
  WHERE NOT brand.id IN $excluded
  RETURN 'brand' AS source, 1.0 AS strength, [viewer, brand, that] AS nodes, [follows, makes] AS edges, true AS named
UNION ALL
  MATCH (viewer)-[follows:FOLLOWS]->(topic:Topic)<-[tagged:TAGGED]-(note:Note)-[features:FEATURES]->(that)
  WHERE NOT topic.id IN $excluded AND note.state = 'published' AND note.audience = 'everyone'
    AND NOT EXISTS { (viewer)-[:BLOCKS]-(:User {id: note.authorId}) }
  WITH follows, topic, tagged, note, features ORDER BY tagged.at DESC LIMIT $most
  RETURN 'topic' AS source, 1.0 AS strength, [viewer, topic, note, that] AS nodes,
    [follows, tagged, features] AS edges, true AS named
UNION ALL
  MATCH (viewer)-[interest:INTERESTED_IN]->(category:Category)<-[belongs:IN_CATEGORY]-(that)
  WHERE NOT category.id IN $excluded
  RETURN 'interest' AS source, 1.0 AS strength, [viewer, category, that] AS nodes, [interest, belongs] AS edges, true AS named
}
RETURN id, source, strength, named,
  [node IN nodes | {id: node.id, label: head(labels(node)), name: coalesce(node.displayName, node.title, node.name)}] AS nodes,
  [edge IN edges | {type: type(edge), start: startNode(edge).id, end: endNode(edge).id, weight: coalesce(edge.score, 1.0),
    at: toString(coalesce(edge.at, edge.lastAt))}] AS edges;

// name: note_paths
// mode: read
// The same for notes.
MATCH (viewer:User {id: $viewer_id})
UNWIND $ids AS id
MATCH (that:Note {id: id})
CALL (viewer, that) {
  MATCH (viewer)-[did:COLLECTED|LIKES|VIEWED]->(of:Note)-[similar:SIMILAR]->(that)
  WHERE NOT of.id IN $excluded AND of.state = 'published' AND similar.score > 0
    AND NOT EXISTS { (viewer)-[:BLOCKS]-(:User {id: of.authorId}) }
    AND ($behaviour OR type(did) <> 'VIEWED')
  WITH did, of, similar ORDER BY similar.score DESC, of.id LIMIT $most
  RETURN 'similar' AS source, similar.score AS strength, [viewer, of, that] AS nodes, [did, similar] AS edges, true AS named
UNION ALL
  MATCH (viewer)-[follows:FOLLOWS]->(author:User)-[posted:POSTED]->(that)
  WHERE NOT author.id IN $excluded
  RETURN 'followed' AS source, 1.0 AS strength, [viewer, author, that] AS nodes, [follows, posted] AS edges, true AS named
UNION ALL
  MATCH (viewer)-[did:PURCHASED|CARTED|VIEWED]->(product:Product)<-[features:FEATURES]-(that)
  WHERE NOT product.id IN $excluded AND product.state = 'listed' AND ($behaviour OR type(did) = 'PURCHASED')
  WITH did, product, features ORDER BY did.lastAt DESC LIMIT $most
  RETURN 'noted' AS source, 1.0 AS strength, [viewer, product, that] AS nodes, [did, features] AS edges, true AS named
UNION ALL
  MATCH (viewer)-[follows:FOLLOWS]->(friend:User)-[likes:LIKES]->(that)
  WHERE NOT friend.id IN $excluded AND friend.state = 'active'
  WITH follows, friend, likes ORDER BY likes.at DESC LIMIT $most
  RETURN 'followed' AS source, 1.0 AS strength, [viewer, friend, that] AS nodes, [follows, likes] AS edges, true AS named
UNION ALL
  MATCH (viewer)-[similar:SIMILAR]->(other:User)-[likes:LIKES]->(that)
  WHERE similar.source = 'behaviour' OR NOT viewer.id IN $excluded
  WITH similar, other, likes ORDER BY similar.score DESC LIMIT 1
  RETURN 'neighbours' AS source, similar.score AS strength, [viewer, other, that] AS nodes,
    [similar, likes] AS edges, false AS named
UNION ALL
  MATCH (viewer)-[follows:FOLLOWS]->(brand:Brand)-[makes:MAKES]->(product:Product)<-[features:FEATURES]-(that)
  WHERE NOT brand.id IN $excluded AND product.state = 'listed'
  WITH follows, brand, makes, product, features ORDER BY features.position LIMIT 1
  RETURN 'brand' AS source, 1.0 AS strength, [viewer, brand, product, that] AS nodes,
    [follows, makes, features] AS edges, true AS named
UNION ALL
  MATCH (viewer)-[follows:FOLLOWS]->(topic:Topic)<-[tagged:TAGGED]-(that)
  WHERE NOT topic.id IN $excluded
  WITH follows, topic, tagged ORDER BY topic.id LIMIT $most
  RETURN 'topic' AS source, 1.0 AS strength, [viewer, topic, that] AS nodes, [follows, tagged] AS edges, true AS named
UNION ALL
  MATCH (viewer)-[interest:INTERESTED_IN]->(category:Category)<-[belongs:IN_CATEGORY]-(that)
  WHERE NOT category.id IN $excluded
  RETURN 'interest' AS source, 1.0 AS strength, [viewer, category, that] AS nodes, [interest, belongs] AS edges, true AS named
}
RETURN id, source, strength, named,
  [node IN nodes | {id: node.id, label: head(labels(node)), name: coalesce(node.displayName, node.title, node.name)}] AS nodes,
  [edge IN edges | {type: type(edge), start: startNode(edge).id, end: endNode(edge).id, weight: coalesce(edge.score, 1.0),
    at: toString(coalesce(edge.at, edge.lastAt))}] AS edges;
