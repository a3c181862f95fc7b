// name: ranking_viewers
// mode: read
// Who works for a brand, and for which, one of each.
MATCH (brand:Brand)
WHERE brand.name IS NOT NULL
MATCH (brand)<-[:STAFF_OF]-(user:User {state: 'active'})
RETURN brand.id AS brand_id, min(user.id) AS user_id;
