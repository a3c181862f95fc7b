// name: people_by_followers
// mode: read
// Everybody who may be seen and follows somebody.
MATCH (user:User) WHERE user.state = 'active' AND EXISTS { (user)-[:FOLLOWS]->(:User) }
RETURN {id: user.id, handle: user.handle} AS variables, 1 + COUNT { (user)<-[:FOLLOWS]-() } AS weight
ORDER BY user.id;

// name: notes_by_likes
// mode: read
// Every note that anybody may read.
MATCH (note:Note) WHERE note.state = 'published' AND note.audience = 'everyone'
RETURN {id: note.id} AS variables, 1 + COUNT { (note)<-[:LIKES]-() } AS weight
ORDER BY note.id;

// name: products_by_buyers
// mode: read
// Every product on sale.
MATCH (product:Product) WHERE product.state = 'listed'
RETURN {id: product.id} AS variables, 1 + COUNT { (product)<-[:PURCHASED]-() } AS weight
ORDER BY product.id;

// name: brands_alike
// mode: read
// Every brand.
MATCH (brand:Brand)
RETURN {id: brand.id} AS variables, 1 AS weight
ORDER BY brand.id;

// name: categories_alike
// mode: read
// Every category.
MATCH (category:Category)
RETURN {slug: category.slug, categoryId: category.id} AS variables, 1 AS weight
ORDER BY category.id;
