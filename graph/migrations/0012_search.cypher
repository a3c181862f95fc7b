// Full text by single characters, stop words included: one Chinese character, or "the", is found by these. Neo4j takes an
// index over the same properties in the same order for the same index, so these name them in another.
CREATE FULLTEXT INDEX note_text_characters IF NOT EXISTS FOR (n:Note) ON EACH [n.text, n.title]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words', `fulltext.eventually_consistent`: true}};
CREATE FULLTEXT INDEX product_text_characters IF NOT EXISTS FOR (n:Product) ON EACH [n.description, n.name]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words', `fulltext.eventually_consistent`: true}};
CREATE FULLTEXT INDEX brand_text_characters IF NOT EXISTS FOR (n:Brand) ON EACH [n.description, n.handle, n.nameEn, n.name]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words', `fulltext.eventually_consistent`: true}};
CREATE FULLTEXT INDEX user_text_characters IF NOT EXISTS FOR (n:User) ON EACH [n.bio, n.handle, n.displayName]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words', `fulltext.eventually_consistent`: true}};
// Only texts are indexed, so the time adds nothing but the difference.
CREATE FULLTEXT INDEX topic_text_characters IF NOT EXISTS FOR (n:Topic) ON EACH [n.name, n.createdAt]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words', `fulltext.eventually_consistent`: true}};
// What is suggested while somebody types, by spelling, and the most popular of one first character; near spellings.
CREATE CONSTRAINT suggestion_id IF NOT EXISTS FOR (n:Suggestion) REQUIRE n.id IS UNIQUE;
CREATE INDEX suggestion_key IF NOT EXISTS FOR (n:Suggestion) ON (n.key);
CREATE INDEX suggestion_head_weight IF NOT EXISTS FOR (n:Suggestion) ON (n.head, n.weight);
CREATE INDEX suggestion_at IF NOT EXISTS FOR (n:Suggestion) ON (n.at);
CREATE FULLTEXT INDEX suggestion_text IF NOT EXISTS FOR (n:Suggestion) ON EACH [n.key]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk', `fulltext.eventually_consistent`: true}};
// What was searched for.
CREATE CONSTRAINT searchquery_id IF NOT EXISTS FOR (n:SearchQuery) REQUIRE n.id IS UNIQUE;
CREATE INDEX searchquery_last IF NOT EXISTS FOR (n:SearchQuery) ON (n.lastAt);
CREATE INDEX searchquery_people IF NOT EXISTS FOR (n:SearchQuery) ON (n.mostPeople);
