// name: home_feed
// mode: fragment
// The newest notes of the followed world of `this`, who asks: of the people they follow, and, as `include` says, of the
// official accounts of brands and under topics that they follow. What they muted or hid is left out; the rest is the
// visibility rule of notes, with blocks and follows looked up once. Only the authors of the latest notes can contribute
// to a page, and only what is as new as the last of these, so each author costs one index seek, and a celebrity's
// followers or older notes are never walked. A note has one place, whichever way leads to it.
WITH
  COLLECT { MATCH (this)-[:MUTES|NOT_INTERESTED|BLOCKS]->(of:User) RETURN of.id }
    + COLLECT { MATCH (this)<-[:BLOCKS]-(of:User) RETURN of.id } AS unwelcome,
  COLLECT { MATCH (this)-[:NOT_INTERESTED]->(of:Note) RETURN of.id } AS hidden,
  COLLECT { MATCH (this)-[:NOT_INTERESTED]->(of:Topic|Product) RETURN of.id } AS hiddenSubjects
CALL (this, unwelcome, hidden, hiddenSubjects) {
  CALL (this) {
    MATCH (this)-[:FOLLOWS]->(via:User)
    RETURN via, ['everyone', 'followers'] AS audiences
    UNION
    MATCH (this)-[:FOLLOWS]->(:Brand)<-[:OFFICIAL_ACCOUNT_OF]-(via:User)
    WHERE 'BRANDS' IN $include AND via <> this AND NOT EXISTS { (this)-[:FOLLOWS]->(via) }
    RETURN via, ['everyone'] AS audiences
  }
  WITH hidden, hiddenSubjects, via, audiences WHERE NOT via.id IN unwelcome
  CALL (hidden, hiddenSubjects, via, audiences) {
    MATCH (that:Note)
    WHERE that.authorId = via.id AND that.publishedAt IS NOT NULL AND that.audience IN audiences
      AND that.state = 'published' AND $page AND NOT that.id IN hidden
      AND (size(hiddenSubjects) = 0 OR NOT EXISTS { (that)-[:TAGGED|FEATURES]->(of) WHERE of.id IN hiddenSubjects })
    RETURN that.publishedAt AS latest, that.id AS latestId
    ORDER BY that.authorId DESC, that.publishedAt DESC, that.id DESC LIMIT 1
  }
  WITH hidden, hiddenSubjects, via, audiences, latest ORDER BY latest DESC, latestId DESC LIMIT $limit
  WITH hidden, hiddenSubjects, collect([via, audiences]) AS authors, min(latest) AS reach
  WITH hidden, hiddenSubjects, authors,
    CASE WHEN size(authors) < $limit THEN datetime('0001-01-01T00:00Z') ELSE reach END AS reach
  UNWIND authors AS one
  WITH hidden, hiddenSubjects, one[0] AS via, one[1] AS audiences, reach
  CALL (hidden, hiddenSubjects, via, audiences, reach) {
    MATCH (that:Note)
    WHERE that.authorId = via.id AND that.publishedAt >= reach AND that.audience IN audiences
      AND that.state = 'published' AND $page AND NOT that.id IN hidden
      AND (size(hiddenSubjects) = 0 OR NOT EXISTS { (that)-[:TAGGED|FEATURES]->(of) WHERE of.id IN hiddenSubjects })
    RETURN that
    ORDER BY that.authorId DESC, that.publishedAt DESC, that.id DESC LIMIT $limit
  }
  RETURN that
  UNION
  MATCH (this)-[:FOLLOWS]->(via:Topic)
  WHERE 'TOPICS' IN $include AND NOT via.id IN hiddenSubjects
  CALL (this, unwelcome, hidden, hiddenSubjects, via) {
    MATCH ()<-[edge:TAGGED]-(that:Note)
    WHERE edge.to = via.id AND $reach(edge.at)
      AND NOT that.authorId IN unwelcome AND that.authorId <> this.id
      AND (that.audience = 'everyone' OR EXISTS { (this)-[:FOLLOWS]->(:User {id: that.authorId}) })
      AND that.state = 'published' AND $page AND NOT that.id IN hidden
      AND (size(hiddenSubjects) = 0 OR NOT EXISTS { (that)-[:TAGGED|FEATURES]->(of) WHERE of.id IN hiddenSubjects })
    RETURN that
    ORDER BY edge.to DESC, edge.at DESC, that.id DESC LIMIT $limit
  }
  RETURN that
}
WITH that;

// name: home_feed_backward
// mode: fragment
// The same towards the newer end.
WITH
  COLLECT { MATCH (this)-[:MUTES|NOT_INTERESTED|BLOCKS]->(of:User) RETURN of.id }
    + COLLECT { MATCH (this)<-[:BLOCKS]-(of:User) RETURN of.id } AS unwelcome,
  COLLECT { MATCH (this)-[:NOT_INTERESTED]->(of:Note) RETURN of.id } AS hidden,
  COLLECT { MATCH (this)-[:NOT_INTERESTED]->(of:Topic|Product) RETURN of.id } AS hiddenSubjects
CALL (this, unwelcome, hidden, hiddenSubjects) {
  CALL (this) {
    MATCH (this)-[:FOLLOWS]->(via:User)
    RETURN via, ['everyone', 'followers'] AS audiences
    UNION
    MATCH (this)-[:FOLLOWS]->(:Brand)<-[:OFFICIAL_ACCOUNT_OF]-(via:User)
    WHERE 'BRANDS' IN $include AND via <> this AND NOT EXISTS { (this)-[:FOLLOWS]->(via) }
    RETURN via, ['everyone'] AS audiences
  }
  WITH hidden, hiddenSubjects, via, audiences WHERE NOT via.id IN unwelcome
  CALL (hidden, hiddenSubjects, via, audiences) {
    MATCH (that:Note)
    WHERE that.authorId = via.id AND that.publishedAt IS NOT NULL AND that.audience IN audiences
      AND that.state = 'published' AND $page AND NOT that.id IN hidden
      AND (size(hiddenSubjects) = 0 OR NOT EXISTS { (that)-[:TAGGED|FEATURES]->(of) WHERE of.id IN hiddenSubjects })
    RETURN that.publishedAt AS earliest, that.id AS earliestId
    ORDER BY that.authorId, that.publishedAt, that.id LIMIT 1
  }
  WITH hidden, hiddenSubjects, via, audiences, earliest ORDER BY earliest, earliestId LIMIT $limit
  WITH hidden, hiddenSubjects, collect([via, audiences]) AS authors, max(earliest) AS reach
  WITH hidden, hiddenSubjects, authors,
    CASE WHEN size(authors) < $limit THEN datetime('9999-01-01T00:00Z') ELSE reach END AS reach
  UNWIND authors AS one
  WITH hidden, hiddenSubjects, one[0] AS via, one[1] AS audiences, reach
  CALL (hidden, hiddenSubjects, via, audiences, reach) {
    MATCH (that:Note)
    WHERE that.authorId = via.id AND that.publishedAt <= reach AND that.audience IN audiences
      AND that.state = 'published' AND $page AND NOT that.id IN hidden
      AND (size(hiddenSubjects) = 0 OR NOT EXISTS { (that)-[:TAGGED|FEATURES]->(of) WHERE of.id IN hiddenSubjects })
    RETURN that
    ORDER BY that.authorId, that.publishedAt, that.id LIMIT $limit
  }
  RETURN that
  UNION
  MATCH (this)-[:FOLLOWS]->(via:Topic)
  WHERE 'TOPICS' IN $include AND NOT via.id IN hiddenSubjects
  CALL (this, unwelcome, hidden, hiddenSubjects, via) {
    MATCH ()<-[edge:TAGGED]-(that:Note)
    WHERE edge.to = via.id AND $reach(edge.at)
      AND NOT that.authorId IN unwelcome AND that.authorId <> this.id
      AND (that.audience = 'everyone' OR EXISTS { (this)-[:FOLLOWS]->(:User {id: that.authorId}) })
      AND that.state = 'published' AND $page AND NOT that.id IN hidden
      AND (size(hiddenSubjects) = 0 OR NOT EXISTS { (that)-[:TAGGED|FEATURES]->(of) WHERE of.id IN hiddenSubjects })
    RETURN that
    ORDER BY edge.to, edge.at, that.id LIMIT $limit
  }
  RETURN that
}
WITH that;

// name: brand_notes
// mode: fragment
// The newest notes that feature a product of `this` brand; a note with several of them comes once.
MATCH (this)-[:MAKES]->(via:Product)
CALL (via) {
  MATCH ()<-[edge:FEATURES]-(that:Note)
  WHERE edge.to = via.id AND $reach(edge.at) AND $visible AND $page
  RETURN that
  ORDER BY edge.to DESC, edge.at DESC, that.id DESC LIMIT $limit
}
WITH DISTINCT that;

// name: brand_notes_backward
// mode: fragment
// The same towards the newer end.
MATCH (this)-[:MAKES]->(via:Product)
CALL (via) {
  MATCH ()<-[edge:FEATURES]-(that:Note)
  WHERE edge.to = via.id AND $reach(edge.at) AND $visible AND $page
  RETURN that
  ORDER BY edge.to, edge.at, that.id LIMIT $limit
}
WITH DISTINCT that;

// name: feed_candidates
// mode: read
// The latest notes of the followed world, for ranking: the same as in `home_feed`, as far as the author's or topic's
// latest go. No row: nobody active, or nothing there.
MATCH (viewer:User {id: $viewer_id, state: 'active'})
WITH viewer,
  COLLECT { MATCH (viewer)-[:MUTES|NOT_INTERESTED|BLOCKS]->(of:User) RETURN of.id }
    + COLLECT { MATCH (viewer)<-[:BLOCKS]-(of:User) RETURN of.id } AS unwelcome,
  COLLECT { MATCH (viewer)-[:NOT_INTERESTED]->(of:Note) RETURN of.id } AS hidden,
  COLLECT { MATCH (viewer)-[:NOT_INTERESTED]->(of:Topic|Product) RETURN of.id } AS hiddenSubjects
CALL (viewer, unwelcome, hiddenSubjects) {
  CALL (viewer) {
    MATCH (viewer)-[:FOLLOWS]->(author:User)
    RETURN author, ['everyone', 'followers'] AS audiences
    UNION
    MATCH (viewer)-[:FOLLOWS]->(:Brand)<-[:OFFICIAL_ACCOUNT_OF]-(author:User)
    WHERE 'BRANDS' IN $include AND NOT EXISTS { (viewer)-[:FOLLOWS]->(author) }
    RETURN author, ['everyone'] AS audiences
  }
  WITH author, audiences WHERE NOT author.id IN unwelcome
  CALL (author) {
    MATCH (note:Note)
    WHERE note.authorId = author.id AND note.publishedAt IS NOT NULL
    RETURN note.publishedAt AS latest
    ORDER BY note.authorId DESC, note.publishedAt DESC LIMIT 1
  }
  WITH author, audiences, latest ORDER BY latest DESC, author.id LIMIT $authors
  CALL (author, audiences) {
    MATCH (note:Note)
    WHERE note.authorId = author.id AND note.publishedAt IS NOT NULL
    WITH note ORDER BY note.authorId DESC, note.publishedAt DESC LIMIT $of_author
    WHERE note.audience IN audiences
    RETURN note
  }
  RETURN note
  UNION
  MATCH (viewer)-[edge:FOLLOWS]->(topic:Topic)
  WHERE 'TOPICS' IN $include AND NOT topic.id IN hiddenSubjects
  WITH viewer, topic ORDER BY edge.at DESC LIMIT $topics
  CALL (topic) {
    MATCH ()<-[tagged:TAGGED]-(note:Note)
    WHERE tagged.to = topic.id AND tagged.at IS NOT NULL
    RETURN note ORDER BY tagged.to DESC, tagged.at DESC LIMIT $of_topic
  }
  WITH viewer, note
  WHERE note.audience = 'everyone' OR EXISTS { (viewer)-[:FOLLOWS]->(:User {id: note.authorId}) }
  RETURN note
}
WITH viewer, note, unwelcome, hidden, hiddenSubjects
WHERE note.state = 'published' AND note.authorId <> viewer.id
  AND NOT note.id IN hidden AND NOT note.authorId IN unwelcome
  AND (size(hiddenSubjects) = 0 OR NOT EXISTS { (note)-[:TAGGED|FEATURES]->(of) WHERE of.id IN hiddenSubjects })
RETURN note.id AS id, note.authorId AS author_id, note.publishedAt AS published_at, note.heat AS heat
ORDER BY published_at DESC, id DESC LIMIT $most;

// name: feed_history
// mode: read
// What somebody did that the ranking of their feed rests on: `affinities` to authors, by what they did with their notes
// (likes 1, keeps and comments 2, each half as much for each half-life); `taken`, the notes they like or keep; and of
// who lets it be kept, `shown`, what they saw in lists, how often and when last, and `opened`. Of each kind the `most`
// that the store gives first are read, which in practice are those drawn last. No row: no such person.
MATCH (viewer:User {id: $viewer_id})
RETURN
  COLLECT {
    CALL (viewer) {
      MATCH (viewer)-[edge:LIKES|COLLECTED]->(note:Note)
      WITH edge, note LIMIT $most
      RETURN note.authorId AS author, edge.at AS at, CASE type(edge) WHEN 'LIKES' THEN 1.0 ELSE 2.0 END AS weight
      UNION ALL
      MATCH (viewer)-[:WROTE]->(comment:Comment)-[:ON]->(note:Note)
      WITH comment, note LIMIT $most
      RETURN note.authorId AS author, comment.createdAt AS at, 2.0 AS weight
    }
    WITH author, weight, CASE WHEN at.epochMillis < $now_ms THEN $now_ms - at.epochMillis ELSE 0 END AS age
    WITH author, sum(weight * 2.0 ^ (-age / $half_life_ms)) AS affinity
    RETURN [author, affinity]
  } AS affinities,
  COLLECT { MATCH (viewer)-[:LIKES|COLLECTED]->(note:Note) WITH note LIMIT $most RETURN note.id } AS taken,
  COLLECT {
    MATCH (viewer)-[edge:SHOWN]->(note:Note) WHERE viewer.behaviourConsentAt IS NOT NULL
    WITH edge, note LIMIT $most
    RETURN [note.id, edge.count, edge.lastAt]
  } AS shown,
  COLLECT {
    MATCH (viewer)-[:VIEWED]->(note:Note) WHERE viewer.behaviourConsentAt IS NOT NULL
    WITH note LIMIT $most
    RETURN note.id
  } AS opened;
