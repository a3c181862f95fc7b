// Vectors belong to a space, and each space has properties and indexes of its own, made when it is begun. At most one
// space is active and one being built: both hold the slot of that name. The first two vector indexes were never filled.
CREATE CONSTRAINT embeddingspace_id IF NOT EXISTS FOR (n:EmbeddingSpace) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT embeddingspace_slot IF NOT EXISTS FOR (n:EmbeddingSpace) REQUIRE n.slot IS UNIQUE;
DROP INDEX note_embedding IF EXISTS;
DROP INDEX product_embedding IF EXISTS;
