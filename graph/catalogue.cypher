// name: create_product
// mode: write
// The product with its variants, in the stores of the brand that are named; `sold` counts those. No row: there is no such
// brand or category.
MATCH (category:Category {id: $category_id})
CREATE (product:Product {
  id: $product_id, name: $name, description: $description, state: $state, priceMinor: $price_minor,
  currency: $currency, brandId: $brand_id, categoryId: category.id, reviewCount: 0, ratingSum: 0, createdAt: $now
})-[:IN_CATEGORY]->(category)
WITH product
MATCH (brand:Brand {id: $brand_id})
CREATE (brand)-[:MAKES]->(product)
WITH brand, product
CALL (product) {
  UNWIND $variants AS one
  CREATE (product)-[:HAS_VARIANT]->(:Variant {
    id: one.id, sku: one.sku, name: one.name, priceMinor: one.price_minor, currency: product.currency,
    stock: one.stock, position: one.position
  })
}
CALL (brand, product) {
  UNWIND $store_ids AS store_id
  MATCH (brand)-[:OPERATES]->(store:Store {id: store_id})
  CREATE (store)-[:SELLS]->(product)
  RETURN count(*) AS sold
}
RETURN product.id AS product_id, sold;

// name: lock_product
// mode: write
// Locks a product that this person may see; `staff` says whether they work for its brand. No row: there is none.
MATCH (product:Product {id: $product_id})
SET product.lockedAt = $now
REMOVE product.lockedAt
WITH product, EXISTS { (:User {id: $user_id, state: 'active'})-[:STAFF_OF]->(:Brand)-[:MAKES]->(product) } AS staff
WHERE staff OR product.state = 'listed'
RETURN staff;

// name: product_of_variant
// mode: read
// The product that comes in the variant. No row: there is no such variant.
MATCH (:Variant {id: $variant_id})<-[:HAS_VARIANT]-(product:Product)
RETURN product.id AS product_id;

// name: update_product
// mode: write
// Changes what is given (null: as it was); `clear` names what becomes empty. No row: there is no such product.
MATCH (product:Product {id: $product_id})
SET product.name = coalesce($name, product.name),
    product.description =
      CASE WHEN 'description' IN $clear THEN NULL ELSE coalesce($description, product.description) END,
    product.state = coalesce($state, product.state)
RETURN product.id AS product_id;

// name: move_product
// mode: write
// Puts the product into another category. No row: one of the two is not there.
MATCH (product:Product {id: $product_id})
OPTIONAL MATCH (product)-[old:IN_CATEGORY]->(:Category)
DELETE old
WITH DISTINCT product
MATCH (category:Category {id: $category_id})
CREATE (product)-[:IN_CATEGORY]->(category)
SET product.categoryId = category.id
RETURN product.id AS product_id;

// name: add_variant
// mode: write
// One more variant, behind the others. The caller holds the product's lock. No row: there is no such product.
MATCH (product:Product {id: $product_id})
WITH product, COLLECT { MATCH (product)-[:HAS_VARIANT]->(other:Variant) RETURN other.position } AS positions
CREATE (product)-[:HAS_VARIANT]->(variant:Variant {
  id: $variant_id, sku: $sku, name: $name, priceMinor: $price_minor, currency: product.currency, stock: $stock,
  position: reduce(last = -1, one IN positions | CASE WHEN one > last THEN one ELSE last END) + 1
})
RETURN variant.id AS variant_id, size(positions) + 1 AS variants;

// name: update_variant
// mode: write
// Changes what is given (null: as it was). No row: there is no such variant.
MATCH (variant:Variant {id: $variant_id})
SET variant.name = coalesce($name, variant.name), variant.priceMinor = coalesce($price_minor, variant.priceMinor)
RETURN variant.id AS variant_id;

// name: lower_price
// mode: write
// The product's price is the lowest of its variants'. The caller holds the product's lock. No row: it has no variant.
MATCH (product:Product {id: $product_id})-[:HAS_VARIANT]->(variant:Variant)
WITH product, min(variant.priceMinor) AS lowest
SET product.priceMinor = lowest
RETURN lowest;

// name: lock_variant
// mode: write
// Locks the variant and reads its stock. No row: there is no such variant.
MATCH (variant:Variant {id: $variant_id})
SET variant.lockedAt = $now
REMOVE variant.lockedAt
RETURN variant.stock AS stock;

// name: set_stock
// mode: write
// The units that can be sold. The caller holds the variant's lock. No row: there is no such variant.
MATCH (variant:Variant {id: $variant_id})
SET variant.stock = $stock
RETURN variant.id AS variant_id;
