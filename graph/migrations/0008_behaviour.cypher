// What people look at, as their clients tell: each event once, found by person, by recommendation, and by age.
CREATE CONSTRAINT behaviourevent_id IF NOT EXISTS FOR (n:BehaviourEvent) REQUIRE n.id IS UNIQUE;
CREATE INDEX behaviourevent_user_at IF NOT EXISTS FOR (n:BehaviourEvent) ON (n.userId, n.at);
CREATE INDEX behaviourevent_received IF NOT EXISTS FOR (n:BehaviourEvent) ON (n.receivedAt);
CREATE INDEX behaviourevent_recommendation IF NOT EXISTS FOR (n:BehaviourEvent) ON (n.recommendationId);
