// Media: one for each owner and content (contentKey is both); found again by what was uploaded, and by the stored
// objects that it names.
CREATE CONSTRAINT media_id IF NOT EXISTS FOR (n:Media) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT media_content_key IF NOT EXISTS FOR (n:Media) REQUIRE n.contentKey IS UNIQUE;
CREATE INDEX media_owner_source IF NOT EXISTS FOR (n:Media) ON (n.ownerId, n.sourceSha256);
CREATE INDEX media_storage_key IF NOT EXISTS FOR (n:Media) ON (n.storageKey);
CREATE INDEX media_thumbnail_key IF NOT EXISTS FOR (n:Media) ON (n.thumbnailKey);
