// name: lock_for_review
// mode: write
// Locks the writer, then the listed product; null: there is none. No row: no active person has this id.
MATCH (user:User {id: $user_id, state: 'active'})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user
OPTIONAL MATCH (product:Product {id: $product_id, state: 'listed'})
SET product.lockedAt = $now
REMOVE product.lockedAt
RETURN product.id AS product_id;

// name: standing_of_reviewer
// mode: read
// What stands between a person and a product: whether they work for its brand, whether they reviewed it already. Both are
// asked from the person's end, because a product may have very many reviews. No row: one of the two is gone.
MATCH (user:User {id: $user_id})
OPTIONAL MATCH (product:Product {id: $product_id})
WITH user, product WHERE product IS NOT NULL
RETURN EXISTS {
  (user)-[:STAFF_OF|OFFICIAL_ACCOUNT_OF]->(:Brand)-[:MAKES]->(product)
} AS staff, EXISTS {
  (user)-[:WROTE]->(old:Review) WHERE old.productId = product.id AND old.state <> 'removed'
} AS reviewed;

// name: write_review
// mode: write
// The review, verified exactly when its writer has a paid order of the product. The caller holds the locks of both. No
// row: one of the two is gone.
MATCH (product:Product {id: $product_id})
SET product.reviewCount = product.reviewCount + 1, product.ratingSum = product.ratingSum + $rating
WITH product, EXISTS {
  (:User {id: $user_id})-[:PLACED]->(order:Order)-[:CONTAINS]->(:OrderLine)-[:OF]->(:Variant)<-[:HAS_VARIANT]-(product)
  WHERE order.state IN $bought
} AS verified
CREATE (review:Review {
  id: $review_id, rating: $rating, text: $body, verified: verified, state: 'published', productId: product.id,
  createdAt: $now
})-[:REVIEWS]->(product)
WITH review
MATCH (user:User {id: $user_id})
CREATE (user)-[:WROTE {at: $now}]->(review)
RETURN review.id AS review_id;

// name: lock_own_review
// mode: write
// Locks the product of a review that this person wrote, then the review. No row: they wrote no such review, or may not
// act.
MATCH (review:Review {id: $review_id})-[:REVIEWS]->(product:Product)
WHERE EXISTS { (review)<-[:WROTE]-(:User {id: $user_id, state: 'active'}) }
SET product.lockedAt = $now
REMOVE product.lockedAt
SET review.lockedAt = $now
REMOVE review.lockedAt
RETURN review.state AS state, product.id AS product_id, product.state AS product_state;

// name: edit_review
// mode: write
// Changes what is given (null: as it was) of a published review; the product's sum follows. The caller holds the locks.
// No row: there is no such review.
MATCH (review:Review {id: $review_id})-[:REVIEWS]->(product:Product)
SET product.ratingSum = product.ratingSum + coalesce($rating, review.rating) - review.rating
SET review.rating = coalesce($rating, review.rating), review.text = coalesce($body, review.text)
RETURN review.id AS review_id;

// name: remove_review
// mode: write
// Removes the review; while it was published, the product's counts held it. The caller holds the locks. No row: there is
// no such review.
MATCH (review:Review {id: $review_id})-[:REVIEWS]->(product:Product)
FOREACH (_ IN CASE review.state WHEN 'published' THEN [1] ELSE [] END |
  SET product.reviewCount = product.reviewCount - 1, product.ratingSum = product.ratingSum - review.rating)
SET review.state = 'removed'
RETURN product.id AS product_id;
