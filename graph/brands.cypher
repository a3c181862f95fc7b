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

// name: set_staff_role
// mode: write
// What somebody who works for the brand is to it. No row: they do not work for it.
MATCH (user:User {id: $user_id})
OPTIONAL MATCH (brand:Brand {id: $brand_id})
MATCH (user)-[staff:STAFF_OF]->(brand)
SET staff.role = $role
RETURN user.id AS user_id;

// name: invite_to_brand
// mode: write
// Invites the person to work for the brand, or changes as what. The caller holds the brand's lock. `people`: how many work
// for it or are invited to. No row: no active person that the one who invites them may see.
MATCH (actor:User {id: $actor_id})
CALL (actor) {
  MATCH (user:User {id: $user_id, state: 'active'})
  WHERE NOT EXISTS { (user)-[:BLOCKS]-(actor) }
  RETURN user
}
CALL (user) {
  MATCH (brand:Brand {id: $brand_id})
  MERGE (user)-[invited:INVITED_AS_STAFF]->(brand)
    ON CREATE SET invited.at = $now
  SET invited.role = $role
  RETURN brand
}
RETURN COUNT { (brand)<-[:STAFF_OF]-() } + COUNT { (brand)<-[:INVITED_AS_STAFF]-() } AS people;

// name: answer_brand_invitation
// mode: write
// Takes the invitation away; who accepts works for the brand, as what they were invited for. The caller holds the brand's
// lock. `role` null: they were not invited. No row: the person may not act.
MATCH (user:User {id: $user_id, state: 'active'})
OPTIONAL MATCH (brand:Brand {id: $brand_id})
OPTIONAL MATCH (user)-[invited:INVITED_AS_STAFF]->(brand)
WITH user, brand, collect(invited) AS invitations, invited.role AS role
FOREACH (one IN invitations | DELETE one)
FOREACH (_ IN CASE WHEN $accepted THEN invitations ELSE [] END | CREATE (user)-[:STAFF_OF {role: role}]->(brand))
RETURN role;

// name: remove_brand_staff
// mode: write
// The person works for the brand no more, or is not invited to any more; `worked` says which. No row: neither was so.
MATCH (user:User {id: $user_id})
OPTIONAL MATCH (brand:Brand {id: $brand_id})
MATCH (user)-[tie:STAFF_OF|INVITED_AS_STAFF]->(brand)
WITH tie, tie.role AS role, type(tie) = 'STAFF_OF' AS worked
DELETE tie
RETURN role, worked;

// name: open_store
// mode: write
// A store that the brand runs. No row: there is no such brand.
MATCH (brand:Brand {id: $brand_id})
CREATE (brand)-[:OPERATES]->(store:Store {id: $store_id, name: $name, kind: $kind, createdAt: $now})
RETURN store.id AS store_id;
