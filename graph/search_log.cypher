// name: consenting
// mode: read
// Of some people, those who let the service keep what they look at.
UNWIND $ids AS id
MATCH (user:User {id: id, state: 'active'})
WHERE user.behaviourConsentAt IS NOT NULL
RETURN user.id AS id;

// name: remember_queries
// mode: write
// Adds to what is known of queries, each locked before it is read. People are told apart within a day; how many there were at most is kept.
UNWIND $queries AS one
MERGE (asked:SearchQuery {id: one.id})
  ON CREATE SET asked.text = one.text, asked.count = 0, asked.people = [], asked.mostPeople = 0, asked.firstAt = one.at
SET asked.lockedAt = one.at
REMOVE asked.lockedAt
SET asked.count = asked.count + one.count
WITH asked, one, asked.lastAt IS NOT NULL AND date(asked.lastAt) = date(one.at) AS today
WITH asked, one, CASE WHEN today THEN asked.people ELSE [] END AS before
WITH asked, one, before + [person IN one.people WHERE NOT person IN before] AS people
SET asked.people = people[..$most],
    asked.mostPeople = CASE WHEN size(people) > asked.mostPeople
      THEN CASE WHEN size(people) > $most THEN $most ELSE size(people) END ELSE asked.mostPeople END,
    asked.lastAt = CASE WHEN asked.lastAt > one.at THEN asked.lastAt ELSE one.at END
RETURN count(*) AS remembered;

// name: forget_queries
// mode: write
// Forgets queries that were not asked since a time; how many.
MATCH (asked:SearchQuery) WHERE asked.lastAt < $before
WITH asked LIMIT $batch
DELETE asked
RETURN count(*) AS forgotten;
