// Lists of recommendations as they were given, found by id and by age; and notes and products that are new.
CREATE CONSTRAINT recommendation_id IF NOT EXISTS FOR (n:Recommendation) REQUIRE n.id IS UNIQUE;
CREATE INDEX recommendation_created IF NOT EXISTS FOR (n:Recommendation) ON (n.createdAt);
