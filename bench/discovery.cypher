// name: discovery_viewers
// mode: read
// Some people who like or bought something, spread evenly over the order of their ids.
MATCH (user:User {state: 'active'})
WHERE user.kind <> 'official' AND EXISTS { (user)-[:LIKES|PURCHASED]->() }
WITH user ORDER BY user.id
WITH collect(user.id) AS ids
UNWIND range(0, $count - 1) AS at
WITH ids[toInteger(at * size(ids) / $count)] AS id
RETURN DISTINCT id;
