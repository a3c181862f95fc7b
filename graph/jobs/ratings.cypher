// name: ratings_differing
// mode: read
// Products whose stored review count or rating sum differs from the recount of their published reviews.
MATCH (product:Product)
WHERE product.id > $after
WITH product ORDER BY product.id LIMIT $batch
CALL (product) {
  OPTIONAL MATCH (review:Review)-[:REVIEWS]->(product) WHERE review.state = 'published'
  RETURN count(review) AS reviewCount, coalesce(sum(review.rating), 0) AS ratingSum
}
RETURN product.id AS id,
       product.reviewCount <> reviewCount OR product.ratingSum <> ratingSum
         OR product.reviewCount IS NULL OR product.ratingSum IS NULL AS differs
ORDER BY id;

// name: recount_ratings
// mode: write
// Writes the recount of the published reviews of one product. No row: no such product.
MATCH (product:Product {id: $id})
SET product.ratingsAt = $now
WITH product
CALL (product) {
  OPTIONAL MATCH (review:Review)-[:REVIEWS]->(product) WHERE review.state = 'published'
  RETURN count(review) AS reviewCount, coalesce(sum(review.rating), 0) AS ratingSum
}
SET product.reviewCount = reviewCount, product.ratingSum = ratingSum
REMOVE product.ratingsAt
RETURN reviewCount, ratingSum;
