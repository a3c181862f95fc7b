// name: funnel
// about: How many people saw, opened, carted and bought each product, and what share went on.
// parameter: category text = "": slug of a category; empty: all
// parameter: limit integer = 50: how many products
MATCH (product:Product)-[:IN_CATEGORY]->(category:Category)
WHERE $category = '' OR category.slug = $category
WITH product, category, COUNT { (product)<-[:SHOWN]-() } AS shown, COUNT { (product)<-[:VIEWED]-() } AS viewed,
     COUNT { (product)<-[:CARTED]-() } AS carted, COUNT { (product)<-[:PURCHASED]-() } AS bought
RETURN product.id AS id, product.name AS name, category.slug AS category, shown, viewed, carted, bought,
       CASE WHEN viewed > 0 THEN toFloat(bought) / viewed END AS bought_of_viewed
ORDER BY bought DESC, viewed DESC, id LIMIT toInteger($limit);

// name: selling_notes
// about: The notes that led to most sales in a currency, by the share that was credited to them.
// parameter: currency text = "CNY": ISO 4217 code
// parameter: since time = "2020-01-01T00:00:00Z": credited from then on
// parameter: limit integer = 20: how many notes
MATCH (note:Note)<-[credit:CREDITED_TO]-(line:OrderLine {currency: $currency})
WHERE credit.touchAt >= datetime($since)
WITH note, sum(credit.share * line.quantity * line.unitPriceMinor) AS minor, count(line) AS lines
ORDER BY minor DESC, note.id LIMIT toInteger($limit)
MATCH (author:User)-[:POSTED]->(note)
RETURN note.id AS id, note.title AS title, author.handle AS author, lines, minor ORDER BY minor DESC, id;

// name: bought_together
// about: Pairs of products that the same people bought, with how much likelier that is than by chance (lift).
// parameter: least integer = 2: people who bought both, at least
// parameter: limit integer = 50: how many pairs
MATCH (buyer:User)-[:PURCHASED]->(:Product)
WITH count(DISTINCT buyer) AS buyers
MATCH (a:Product)<-[:PURCHASED]-(user:User)-[:PURCHASED]->(b:Product)
WHERE a.id < b.id
WITH buyers, a, b, count(user) AS both
WHERE both >= $least
RETURN a.name AS a, b.name AS b, both,
       toFloat(both) * buyers / (COUNT { (a)<-[:PURCHASED]-() } * COUNT { (b)<-[:PURCHASED]-() }) AS lift
ORDER BY both DESC, lift DESC, a, b LIMIT toInteger($limit);
