// name: media_from_source
// mode: read
// The owner's Media made of this upload earlier. No row: they never uploaded these bytes.
MATCH (media:Media {ownerId: $owner_id, sourceSha256: $source_sha256})
RETURN media ORDER BY media.id LIMIT 1;

// name: add_media
// mode: write
// The owner's Media of this content, made unless it is there; a repeat keeps the first alt text. No row: no such
// active person.
MATCH (owner:User {id: $owner_id, state: 'active'})
MERGE (media:Media {contentKey: $content_key})
  ON CREATE SET media.id = $id, media.kind = $kind, media.mimeType = $mime_type, media.sha256 = $sha256,
    media.sourceSha256 = $source_sha256, media.bytes = $bytes, media.width = $width, media.height = $height,
    media.storageKey = $storage_key, media.thumbnailKey = $thumbnail_key, media.thumbnailBytes = $thumbnail_bytes,
    media.altText = $alt_text, media.state = 'ready', media.ownerId = $owner_id, media.createdAt = $now
  ON MATCH SET media.altText = coalesce(media.altText, $alt_text)
MERGE (owner)-[uploaded:UPLOADED]->(media)
  ON CREATE SET uploaded.at = $now
RETURN media;

// name: served_media
// mode: read
// What the web needs to serve this Media. No row: none that is ready.
MATCH (media:Media {id: $id, state: 'ready'})
RETURN media;

// name: set_alt_text
// mode: write
// Replaces the alt text of the owner's Media; null takes it away. No row: they have no such ready Media.
MATCH (media:Media {id: $media_id, ownerId: $user_id, state: 'ready'})
WHERE EXISTS { (:User {id: $user_id, state: 'active'}) }
SET media.altText = $alt_text
RETURN media;

// name: delete_media
// mode: write
// Deletes the owner's Media unless something shows it. No row: they have no such ready Media.
MATCH (media:Media {id: $media_id, ownerId: $user_id})
WHERE EXISTS { (:User {id: $user_id, state: 'active'}) }
SET media.lockedAt = $now
REMOVE media.lockedAt
WITH media WHERE media.state = 'ready'
WITH media, EXISTS { ()-[:SHOWS]->(media) } AS shown
FOREACH (one IN CASE WHEN shown THEN [] ELSE [media] END | DETACH DELETE one)
RETURN shown;

// name: lock_media
// mode: write
// Takes the write lock of each of these Media, in the order given, so that none is deleted meanwhile. One row for
// each that the owner has and that is ready.
UNWIND $media_ids AS media_id
MATCH (media:Media {id: media_id, ownerId: $owner_id})
SET media.lockedAt = $now
WITH media WHERE media.state = 'ready'
REMOVE media.lockedAt
RETURN media.id AS id;

// name: show_in_note
// mode: write
// Makes these the media of the note, in this order. No row: no such note.
MATCH (note:Note {id: $shower_id})
OPTIONAL MATCH (note)-[old:SHOWS]->(:Media)
DELETE old
WITH DISTINCT note
CALL (note) {
  UNWIND range(0, size($media_ids) - 1) AS position
  MATCH (media:Media {id: $media_ids[position]})
  CREATE (note)-[:SHOWS {position: position}]->(media)
}
RETURN note.id AS id;

// name: show_in_review
// mode: write
// Makes these the media of the review, in this order. No row: no such review.
MATCH (review:Review {id: $shower_id})
OPTIONAL MATCH (review)-[old:SHOWS]->(:Media)
DELETE old
WITH DISTINCT review
CALL (review) {
  UNWIND range(0, size($media_ids) - 1) AS position
  MATCH (media:Media {id: $media_ids[position]})
  CREATE (review)-[:SHOWS {position: position}]->(media)
}
RETURN review.id AS id;

// name: referenced_keys
// mode: read
// Those of the keys of stored objects that some Media still names, whatever its state.
UNWIND $keys AS key
WITH key WHERE EXISTS { (:Media {storageKey: key}) } OR EXISTS { (:Media {thumbnailKey: key}) }
RETURN key;
