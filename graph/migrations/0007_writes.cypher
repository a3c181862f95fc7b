// What the write side adds: earlier versions of notes, payments.
CREATE CONSTRAINT noterevision_id IF NOT EXISTS FOR (n:NoteRevision) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT payment_id IF NOT EXISTS FOR (n:Payment) REQUIRE n.id IS UNIQUE;
CREATE INDEX asked_to_at IF NOT EXISTS FOR ()-[e:ASKED_TO_FOLLOW]-() ON (e.to, e.at);
