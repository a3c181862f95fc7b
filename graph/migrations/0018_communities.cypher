// Communities by id and by how many people they have; their members by rank, and what a run did not find again.
CREATE CONSTRAINT community_id IF NOT EXISTS FOR (n:Community) REQUIRE n.id IS UNIQUE;
CREATE INDEX community_people IF NOT EXISTS FOR (n:Community) ON (n.people);
CREATE INDEX community_at IF NOT EXISTS FOR (n:Community) ON (n.at);
CREATE INDEX member_of_to_rank IF NOT EXISTS FOR ()-[e:MEMBER_OF]-() ON (e.to, e.rank);
CREATE INDEX member_of_at IF NOT EXISTS FOR ()-[e:MEMBER_OF]-() ON (e.at);
