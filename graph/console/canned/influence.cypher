// name: most_followed
// about: The people whom most follow, with what they posted and how much it was liked.
// parameter: limit integer = 20: how many people
MATCH (user:User)
WITH user, COUNT { (user)<-[:FOLLOWS]-() } AS followers
ORDER BY followers DESC, user.id LIMIT toInteger($limit)
RETURN user.id AS id, user.handle AS handle, user.kind AS kind, followers,
       COUNT { (user)-[:POSTED]->() } AS notes,
       COUNT { (user)-[:POSTED]->(:Note)<-[:LIKES]-() } AS likes;

// name: reach
// about: How many people are within so many steps of following of somebody, step by step.
// parameter: handle text: the person
// parameter: steps integer = 3: how many steps, 1 to 4
MATCH (user:User {handle: $handle})
MATCH path = SHORTEST 1 (user)<-[:FOLLOWS]-{1,4}(other:User)
WHERE length(path) <= $steps AND other <> user
RETURN length(path) AS step, count(*) AS people ORDER BY step;

// name: bridges
// about: People whose followers follow each other least: they join groups that are apart.
// parameter: least integer = 5: followers at least
// parameter: limit integer = 20: how many people
MATCH (user:User)
WITH user, COUNT { (user)<-[:FOLLOWS]-() } AS followers
WHERE followers >= $least
MATCH (a:User)-[:FOLLOWS]->(user)<-[:FOLLOWS]-(b:User)
WHERE a.id < b.id
WITH user, followers, count(*) AS pairs, sum(CASE WHEN (a)-[:FOLLOWS]->(b) THEN 1 WHEN (b)-[:FOLLOWS]->(a) THEN 1 ELSE 0 END) AS tied
RETURN user.handle AS handle, followers, pairs, toFloat(tied) / pairs AS closure
ORDER BY closure, followers DESC, handle LIMIT toInteger($limit);
