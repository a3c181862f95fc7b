// name: lock_for_order
// mode: write
// Locks the buyer, then the variant of a listed product, and reads what an order of it rests on; nulls: there is no such
// variant. No row: no active person has this id.
MATCH (buyer:User {id: $user_id, state: 'active'})
SET buyer.lockedAt = $now
REMOVE buyer.lockedAt
WITH buyer
OPTIONAL MATCH (product:Product {state: 'listed'})-[:HAS_VARIANT]->(variant:Variant {id: $variant_id})
SET variant.lockedAt = $now
REMOVE variant.lockedAt
RETURN product.id AS product_id, variant.priceMinor AS price_minor, variant.currency AS currency, variant.stock AS stock,
       COUNT { (buyer)-[:PLACED]->(:Order {state: 'placed'}) } AS open_orders,
       reduce(units = 0, quantity IN COLLECT {
         MATCH (buyer)-[:PLACED]->(:Order {state: 'placed'})-[:CONTAINS]->(line:OrderLine)
         WHERE EXISTS { (line)-[:OF]->(:Variant {id: $variant_id}) }
         RETURN line.quantity
       } | units + quantity) AS open_units;

// name: note_showing
// mode: read
// The author of a published note that shows the product. No row: there is no such note.
MATCH (note:Note {id: $note_id})
WHERE EXISTS { (note)-[:FEATURES]->(:Product {id: $product_id}) }
RETURN note.authorId AS author_id;

// name: place_order
// mode: write
// The order with its one line; its units leave the stock. The caller holds the locks of buyer and variant. No row: one of
// them is gone.
MATCH (variant:Variant {id: $variant_id})
SET variant.stock = $stock
CREATE (order:Order {
  id: $order_id, state: $state, totalMinor: $total_minor, currency: $currency, placedAt: $now
})-[:CONTAINS]->(:OrderLine {
  id: $line_id, quantity: $quantity, unitPriceMinor: $unit_price_minor, currency: $currency
})-[:OF]->(variant)
WITH order
MATCH (buyer:User {id: $user_id})
CREATE (buyer)-[:PLACED {at: $now}]->(order)
RETURN order.id AS order_id;

// name: credit_note
// mode: write
// Records which note the line came from. No row: the line or the note is gone.
MATCH (line:OrderLine {id: $line_id})
CALL (line) {
  MATCH (note:Note {id: $note_id})
  CREATE (line)-[:CREDITED_TO {share: 1.0, rule: 'last_touch', touchAt: $now}]->(note)
  RETURN note
}
RETURN note.id AS note_id;

// name: lock_own_order
// mode: write
// Locks an order of this person and reads it. No row: they placed no such order, or may not act.
MATCH (order:Order {id: $order_id})
WHERE EXISTS { (order)<-[:PLACED]-(:User {id: $user_id, state: 'active'}) }
SET order.lockedAt = $now
REMOVE order.lockedAt
RETURN order.state AS state, order.totalMinor AS total_minor, order.currency AS currency;

// name: lock_order
// mode: write
// Locks an order and reads it. No row: there is no such order.
MATCH (order:Order {id: $order_id})
SET order.lockedAt = $now
REMOVE order.lockedAt
RETURN order.state AS state, order.totalMinor AS total_minor, order.currency AS currency;

// name: record_payment
// mode: write
// The order is paid and its buyer has bought what it holds. The caller holds the order's lock; the buyer's is taken here,
// because other orders of theirs count on the same PURCHASED. No row: there is no such order.
MATCH (buyer:User)-[:PLACED]->(order:Order {id: $order_id})
SET order.state = $state, order.paidAt = $now, buyer.lockedAt = $now
REMOVE buyer.lockedAt
CREATE (:Payment {
  id: $payment_id, amountMinor: order.totalMinor, currency: order.currency, gateway: $gateway, reference: $reference,
  paidAt: $now
})-[:PAYS]->(order)
WITH buyer, order
MATCH (order)-[:CONTAINS]->(line:OrderLine)-[:OF]->(:Variant)<-[:HAS_VARIANT]-(product:Product)
WITH buyer, product, sum(line.quantity) AS quantity ORDER BY product.id
MERGE (buyer)-[bought:PURCHASED]->(product)
  ON CREATE SET bought.firstAt = $now, bought.orders = 0, bought.quantity = 0
SET bought.lastAt = $now, bought.orders = bought.orders + 1, bought.quantity = bought.quantity + quantity
RETURN DISTINCT buyer.id AS buyer_id;

// name: cancel_order
// mode: write
// The order is cancelled and its units are in the stock again. The caller holds the order's lock; those of the variants
// are taken here, in the order of their ids. No row: there is no such order.
MATCH (order:Order {id: $order_id})
SET order.state = $state
WITH order
MATCH (order)-[:CONTAINS]->(line:OrderLine)-[:OF]->(variant:Variant)
WITH order, variant, sum(line.quantity) AS quantity ORDER BY variant.id
SET variant.lockedAt = $now
REMOVE variant.lockedAt
SET variant.stock = variant.stock + quantity
RETURN DISTINCT order.id AS order_id;
