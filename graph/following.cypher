// name: suggested_people
// mode: read
// People whom somebody may want to follow, each with what brings them: source, strength, and of how many acts or people.
// Whom they follow, asked, mute, hid or are parted from by a block is not among them. Through friends (whom they follow)
// the count is of friends, each weighing less the more they follow (Adamic and Adar); nobody's followers are walked but
// their own latest. For nobody (no such viewer) what hangs on the viewer brings nothing. What the viewer left out of
// recommendations brings nothing either.
OPTIONAL MATCH (viewer:User {id: $viewer_id, state: 'active'})
WITH viewer,
  COLLECT { MATCH (viewer)-[:FOLLOWS|ASKED_TO_FOLLOW|BLOCKS|MUTES|NOT_INTERESTED]->(of:User) RETURN of }
    + COLLECT { MATCH (viewer)<-[:BLOCKS]-(of:User) RETURN of } AS known,
  COLLECT { MATCH (viewer)-[:EXCLUDES]->(of) RETURN of.id } AS excluded,
  COLLECT { MATCH (viewer)-[:INTERESTED_IN]->(of:Category) RETURN of.id } + $interests AS interests
CALL (viewer, excluded, interests) {
  CALL (viewer, excluded, interests) {
    MATCH (viewer)-[edge:FOLLOWS]->(friend:User {state: 'active'})
    WHERE NOT friend.id IN excluded
    WITH friend ORDER BY edge.at DESC LIMIT $friends
    CALL (friend) {
      MATCH (friend)-[:FOLLOWS]->(that:User)
      RETURN that LIMIT $of_friend
    }
    WITH that, sum(1.0 / log(2 + COUNT { (friend)-[:FOLLOWS]->() })) AS strength, collect(friend.id) AS friends
    RETURN that, 'followed_by' AS source, strength, size(friends) AS number, friends[..$named] AS named
    ORDER BY strength DESC, that.id LIMIT $each
  UNION ALL
    MATCH ()<-[edge:FOLLOWS]-(that:User)
    WHERE edge.to = viewer.id AND edge.at IS NOT NULL
    WITH that, edge ORDER BY edge.to DESC, edge.at DESC LIMIT $each
    RETURN that, 'follows_you' AS source, 1.0 AS strength, 1 AS number, [] AS named
  UNION ALL
    MATCH (viewer)-[similar:SIMILAR]->(that:User)
    WHERE similar.source = 'behaviour' OR NOT viewer.id IN excluded
    RETURN that, 'similar' AS source, similar.score AS strength, 1 AS number, [] AS named
    ORDER BY strength DESC LIMIT $each
  UNION ALL
    MATCH (viewer)-[edge:LIKES|COLLECTED]->(note:Note)
    WHERE NOT note.id IN excluded
    WITH note LIMIT $acts
    WITH note.authorId AS id, count(*) AS number ORDER BY number DESC, id LIMIT $each
    MATCH (that:User {id: id})
    RETURN that, 'liked' AS source, toFloat(number) AS strength, number, [] AS named
  UNION ALL
    UNWIND interests AS interest
    CALL (interest, excluded) {
      MATCH (note:Note)
      WHERE note.categoryId = interest AND note.heat IS NOT NULL AND NOT interest IN excluded
      RETURN note ORDER BY note.categoryId DESC, note.heat DESC LIMIT $few
    }
    WITH note.authorId AS id, count(DISTINCT note) AS number
    MATCH (that:User {id: id})
    RETURN that, 'interest' AS source, toFloat(number) AS strength, number, [] AS named
  UNION ALL
    MATCH (note:Note)
    WHERE note.heat IS NOT NULL
    WITH note ORDER BY note.heat DESC LIMIT $few
    WITH note.authorId AS id, count(*) AS number
    MATCH (that:User {id: id})
    RETURN that, 'trending' AS source, toFloat(number) AS strength, number, [] AS named
  }
  RETURN that, collect([source, strength, number, named]) AS sources
}
WITH viewer, known, that, sources
WHERE that.state = 'active' AND that.id <> coalesce(viewer.id, '') AND NOT that IN known
RETURN that.id AS id, sources, 1.0 AS quality;

// name: suggested_topics
// mode: read
// Topics that somebody may want to follow, as above: those they follow or hid are not among them.
OPTIONAL MATCH (viewer:User {id: $viewer_id, state: 'active'})
WITH viewer,
  COLLECT { MATCH (viewer)-[:FOLLOWS|NOT_INTERESTED]->(of:Topic) RETURN of } AS known,
  COLLECT { MATCH (viewer)-[:EXCLUDES]->(of) RETURN of.id } AS excluded,
  COLLECT { MATCH (viewer)-[:INTERESTED_IN]->(of:Category) RETURN of.id } + $interests AS interests
CALL (viewer, excluded, interests) {
  CALL (viewer, excluded, interests) {
    MATCH (viewer)-[edge:FOLLOWS]->(friend:User {state: 'active'})
    WHERE NOT friend.id IN excluded
    WITH friend ORDER BY edge.at DESC LIMIT $friends
    CALL (friend) {
      MATCH (friend)-[:FOLLOWS]->(that:Topic)
      RETURN that LIMIT $of_friend
    }
    WITH that, sum(1.0 / log(2 + COUNT { (friend)-[:FOLLOWS]->() })) AS strength, collect(friend.id) AS friends
    RETURN that, 'followed_by' AS source, strength, size(friends) AS number, friends[..$named] AS named
    ORDER BY strength DESC, that.id LIMIT $each
  UNION ALL
    MATCH (viewer)-[edge:LIKES|COLLECTED]->(note:Note)
    WHERE NOT note.id IN excluded
    WITH DISTINCT note LIMIT $acts
    MATCH (note)-[:TAGGED]->(that:Topic)
    WITH that, count(*) AS number
    RETURN that, 'liked' AS source, toFloat(number) AS strength, number, [] AS named
    ORDER BY number DESC, that.id LIMIT $each
  UNION ALL
    MATCH (viewer)-[:POSTED]->(note:Note)
    WITH note LIMIT $acts
    MATCH (note)-[:TAGGED]->(that:Topic)
    WITH that, count(*) AS number
    RETURN that, 'posted' AS source, toFloat(number) AS strength, number, [] AS named
    ORDER BY number DESC, that.id LIMIT $each
  UNION ALL
    UNWIND interests AS interest
    CALL (interest, excluded) {
      MATCH (note:Note)
      WHERE note.categoryId = interest AND note.heat IS NOT NULL AND NOT interest IN excluded
      RETURN note ORDER BY note.categoryId DESC, note.heat DESC LIMIT $few
    }
    MATCH (note)-[:TAGGED]->(that:Topic)
    WITH that, count(DISTINCT note) AS number
    RETURN that, 'interest' AS source, toFloat(number) AS strength, number, [] AS named
  UNION ALL
    MATCH (that:Topic)
    WHERE that.heat IS NOT NULL
    WITH that ORDER BY that.heat DESC LIMIT $few
    RETURN that, 'trending' AS source, 1.0 AS strength, 1 AS number, [] AS named
  }
  RETURN that, collect([source, strength, number, named]) AS sources
}
WITH known, that, sources
WHERE NOT that IN known
RETURN that.id AS id, sources, 1.0 AS quality;

// name: suggested_brands
// mode: read
// Brands that somebody may want to follow, as above: those they follow or work for are not among them.
OPTIONAL MATCH (viewer:User {id: $viewer_id, state: 'active'})
WITH viewer,
  COLLECT { MATCH (viewer)-[:FOLLOWS|STAFF_OF|OFFICIAL_ACCOUNT_OF]->(of:Brand) RETURN of } AS known,
  COLLECT { MATCH (viewer)-[:EXCLUDES]->(of) RETURN of.id } AS excluded,
  COLLECT { MATCH (viewer)-[:INTERESTED_IN]->(of:Category) RETURN of.id } + $interests AS interests
CALL (viewer, excluded, interests) {
  CALL (viewer, excluded, interests) {
    MATCH (viewer)-[edge:FOLLOWS]->(friend:User {state: 'active'})
    WHERE NOT friend.id IN excluded
    WITH friend ORDER BY edge.at DESC LIMIT $friends
    CALL (friend) {
      MATCH (friend)-[:FOLLOWS]->(that:Brand)
      RETURN that LIMIT $of_friend
    }
    WITH that, sum(1.0 / log(2 + COUNT { (friend)-[:FOLLOWS]->() })) AS strength, collect(friend.id) AS friends
    RETURN that, 'followed_by' AS source, strength, size(friends) AS number, friends[..$named] AS named
    ORDER BY strength DESC, that.id LIMIT $each
  UNION ALL
    MATCH (viewer)-[:PURCHASED]->(product:Product)
    WHERE NOT product.id IN excluded
    WITH product LIMIT $acts
    WITH product.brandId AS id, count(*) AS number ORDER BY number DESC, id LIMIT $each
    MATCH (that:Brand {id: id})
    RETURN that, 'bought' AS source, toFloat(number) AS strength, number, [] AS named
  UNION ALL
    MATCH (viewer)-[edge:LIKES|COLLECTED]->(note:Note)
    WHERE NOT note.id IN excluded
    WITH DISTINCT note LIMIT $acts
    MATCH (note)-[:FEATURES]->(product:Product {state: 'listed'})
    WITH product.brandId AS id, count(DISTINCT note) AS number ORDER BY number DESC, id LIMIT $each
    MATCH (that:Brand {id: id})
    RETURN that, 'liked' AS source, toFloat(number) AS strength, number, [] AS named
  UNION ALL
    MATCH (viewer)-[edge:VIEWED|CLICKED|CARTED]->(product:Product)
    WHERE viewer.behaviourConsentAt IS NOT NULL AND NOT product.id IN excluded
    WITH DISTINCT product LIMIT $acts
    WITH product.brandId AS id, count(*) AS number ORDER BY number DESC, id LIMIT $each
    MATCH (that:Brand {id: id})
    RETURN that, 'viewed' AS source, toFloat(number) AS strength, number, [] AS named
  UNION ALL
    UNWIND interests AS interest
    CALL (interest, excluded) {
      MATCH (product:Product)
      WHERE product.categoryId = interest AND product.heat IS NOT NULL AND NOT interest IN excluded
      RETURN product ORDER BY product.categoryId DESC, product.heat DESC LIMIT $few
    }
    WITH product.brandId AS id, count(DISTINCT product) AS number
    MATCH (that:Brand {id: id})
    RETURN that, 'interest' AS source, toFloat(number) AS strength, number, [] AS named
  UNION ALL
    MATCH (product:Product)
    WHERE product.heat IS NOT NULL
    WITH product ORDER BY product.heat DESC LIMIT $few
    WITH product.brandId AS id, count(*) AS number
    MATCH (that:Brand {id: id})
    RETURN that, 'trending' AS source, toFloat(number) AS strength, number, [] AS named
  }
  RETURN that, collect([source, strength, number, named]) AS sources
}
WITH known, that, sources
WHERE NOT that IN known
RETURN that.id AS id, sources, CASE WHEN that.verified THEN 1.0 ELSE $unvetted END AS quality;
