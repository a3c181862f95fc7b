// Influence by id, in the orders of its lists, and what a run did not measure again; history by id and time.
CREATE CONSTRAINT influence_id IF NOT EXISTS FOR (n:Influence) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT influencesnapshot_id IF NOT EXISTS FOR (n:InfluenceSnapshot) REQUIRE n.id IS UNIQUE;
CREATE INDEX influence_scope_score IF NOT EXISTS FOR (n:Influence) ON (n.scope, n.score);
CREATE INDEX influence_scope_audience IF NOT EXISTS FOR (n:Influence) ON (n.scope, n.audience);
CREATE INDEX influence_scope_resonance IF NOT EXISTS FOR (n:Influence) ON (n.scope, n.resonance);
CREATE INDEX influence_scope_network IF NOT EXISTS FOR (n:Influence) ON (n.scope, n.network);
CREATE INDEX influence_scope_orders IF NOT EXISTS FOR (n:Influence) ON (n.scope, n.orders);
CREATE INDEX influence_scope_growth IF NOT EXISTS FOR (n:Influence) ON (n.scope, n.growth);
CREATE INDEX influence_at IF NOT EXISTS FOR (n:Influence) ON (n.at);
CREATE INDEX influencesnapshot_at IF NOT EXISTS FOR (n:InfluenceSnapshot) ON (n.at);
CREATE INDEX listens_to_at IF NOT EXISTS FOR ()-[e:LISTENS_TO]-() ON (e.at);
