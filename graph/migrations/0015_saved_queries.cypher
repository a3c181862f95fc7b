// Saved queries, found by id or by the link that shares them.
CREATE CONSTRAINT savedquery_id IF NOT EXISTS FOR (n:SavedQuery) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT savedquery_link IF NOT EXISTS FOR (n:SavedQuery) REQUIRE n.link IS UNIQUE;
