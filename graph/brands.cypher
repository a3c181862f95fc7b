// name: create_brand
// mode: write
// The brand with its first owner. No row: no active person has this id.
MATCH (user:User {id: $user_id, state: 'active'})
CREATE (user)-[:STAFF_OF {role: 'owner'}]->(brand:Brand {
  id: $brand_id, handle: $handle, name: $name, nameEn: $name_en, description: $description, verified: false,
  createdAt: $now
})
RETURN brand.id AS brand_id;

// name: lock_brand
// mode: write
// Locks the brand. No row: there is no such brand.
MATCH (brand:Brand {id: $brand_id})
SET brand.lockedAt = $now
REMOVE brand.lockedAt
RETURN brand.id AS brand_id;

// name: staff_of_brand
// mode: read
// Everybody who works for the brand and as what; `active` says who of them may act. No row: nobody does.
MATCH (user:User)-[staff:STAFF_OF]->(:Brand {id: $brand_id})
RETURN user.id AS user_id, staff.role AS role, user.state = 'active' AS active;

// name: update_brand
// mode: write
// Changes what is given (null: as it was); `clear` names what becomes empty. No row: there is no such brand.
MATCH (brand:Brand {id: $brand_id})
SET brand.handle = coalesce($handle, brand.handle),
    brand.name = coalesce($name, brand.name),
    brand.nameEn = CASE WHEN 'name_en' IN $clear THEN NULL ELSE coalesce($name_en, brand.nameEn) END,
    brand.description = CASE WHEN 'description' IN $clear THEN NULL ELSE coalesce($description, brand.description) END
RETURN brand.id AS brand_id;

// name: set_brand_verified
// mode: write
// Says whether the brand passed vetting; null: there is no such brand. No row: the person holds none of the roles, whatever
// their token says, or may not act.
MATCH (:User {id: $actor_id, state: 'active'})-[:HAS_ACCOUNT]->(account:Account)
WHERE any(role IN account.roles WHERE role IN $roles)
WITH account LIMIT 1
OPTIONAL MATCH (brand:Brand {id: $brand_id})
SET brand.verified = $verified
RETURN brand.id AS brand_id;

// name: add_brand_staff
// mode: write
// The person works for the brand in this role, whatever theirs was. No row: no active person that the one who adds them
// may see.
MATCH (actor:User {id: $actor_id})
CALL (actor) {
  MATCH (user:User {id: $user_id, state: 'active'})
  WHERE NOT EXISTS { (user)-[:BLOCKS]-(actor) }
  RETURN user
}
CALL (user) {
  MATCH (brand:Brand {id: $brand_id})
  MERGE (user)-[staff:STAFF_OF]->(brand)
  SET staff.role = $role
}
RETURN user.id AS user_id;

// name: remove_brand_staff
// mode: write
// The person works for the brand no more. No row: they did not.
MATCH (:User {id: $user_id})-[staff:STAFF_OF]->(brand:Brand {id: $brand_id})
DELETE staff
RETURN brand.id AS brand_id;

// name: open_store
// mode: write
// A store that the brand runs. No row: there is no such brand.
MATCH (brand:Brand {id: $brand_id})
CREATE (brand)-[:OPERATES]->(store:Store {id: $store_id, name: $name, kind: $kind, createdAt: $now})
RETURN store.id AS store_id;
