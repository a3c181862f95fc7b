// Personal tokens, found by the digest of what was sent.
CREATE CONSTRAINT personaltoken_id IF NOT EXISTS FOR (n:PersonalToken) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT personaltoken_hash IF NOT EXISTS FOR (n:PersonalToken) REQUIRE n.hash IS UNIQUE;
CREATE INDEX personaltoken_expires IF NOT EXISTS FOR (n:PersonalToken) ON (n.expiresAt);
