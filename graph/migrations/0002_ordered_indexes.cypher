// Every list that can grow without bound is read from an index in its own order, so that a page of a celebrity's
// followers costs what a page of anybody's does.
CREATE INDEX note_author_published IF NOT EXISTS FOR (n:Note) ON (n.authorId, n.publishedAt);
CREATE INDEX note_category_published IF NOT EXISTS FOR (n:Note) ON (n.categoryId, n.publishedAt);
CREATE INDEX note_published IF NOT EXISTS FOR (n:Note) ON (n.publishedAt);
CREATE INDEX comment_note_created IF NOT EXISTS FOR (n:Comment) ON (n.noteId, n.createdAt);
CREATE INDEX review_product_created IF NOT EXISTS FOR (n:Review) ON (n.productId, n.createdAt);
CREATE INDEX product_brand_created IF NOT EXISTS FOR (n:Product) ON (n.brandId, n.createdAt);
CREATE INDEX product_category_created IF NOT EXISTS FOR (n:Product) ON (n.categoryId, n.createdAt);
CREATE INDEX category_position IF NOT EXISTS FOR (n:Category) ON (n.position);
CREATE INDEX brand_name IF NOT EXISTS FOR (n:Brand) ON (n.name);
CREATE INDEX follows_to_at IF NOT EXISTS FOR ()-[e:FOLLOWS]-() ON (e.to, e.at);
CREATE INDEX likes_to_at IF NOT EXISTS FOR ()-[e:LIKES]-() ON (e.to, e.at);
CREATE INDEX tagged_to_at IF NOT EXISTS FOR ()-[e:TAGGED]-() ON (e.to, e.at);
CREATE INDEX features_to_at IF NOT EXISTS FOR ()-[e:FEATURES]-() ON (e.to, e.at);
