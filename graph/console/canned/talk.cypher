// name: topics_by_week
// about: How many notes of each week carry a topic, for the topics with most.
// parameter: topics integer = 10: how many topics
MATCH (topic:Topic)
WITH topic, COUNT { (topic)<-[:TAGGED]-() } AS all_notes
ORDER BY all_notes DESC, topic.name LIMIT toInteger($topics)
MATCH (topic)<-[:TAGGED]-(note:Note)
WHERE note.publishedAt IS NOT NULL
RETURN topic.name AS topic, date.truncate('week', note.publishedAt) AS week, count(*) AS notes
ORDER BY week, notes DESC, topic;

// name: search_notes
// about: Notes that hold the words, best first, with their authors and likes.
// parameter: words text: what to look for, in the syntax of Lucene
// parameter: limit integer = 20: how many notes
CALL db.index.fulltext.queryNodes('note_text', $words) YIELD node AS note, score
WHERE note.state = 'published'
WITH note, score ORDER BY score DESC LIMIT toInteger($limit)
MATCH (author:User)-[:POSTED]->(note)
RETURN note.id AS id, note.title AS title, author.handle AS author, COUNT { (note)<-[:LIKES]-() } AS likes, score
ORDER BY score DESC, id;
