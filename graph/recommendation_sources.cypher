// name: product_sources
// mode: read
// Every product that some traversal brings, and how strongly each does. For nobody (no such viewer) what hangs on the
// viewer brings nothing.
OPTIONAL MATCH (viewer:User {id: $viewer_id})
WITH viewer, $interests + COLLECT { MATCH (viewer)-[:INTERESTED_IN]->(of:Category) RETURN of.id } AS interests
CALL (viewer, interests) {
  CALL (viewer, interests) {
    MATCH (viewer)-[edge:LIKES|COLLECTED]->(note:Note)
    WHERE NOT note.id IN $excluded
    WITH note, max(edge.at) AS at ORDER BY at DESC LIMIT $history
    MATCH (note)-[:FEATURES]->(that:Product)
    WITH that, toFloat(count(*)) AS strength ORDER BY strength DESC LIMIT $each
    RETURN that, 'noted' AS source, strength
  UNION ALL
    MATCH (viewer)-[edge:FOLLOWS]->(brand:Brand)
    WHERE NOT brand.id IN $excluded
    WITH brand ORDER BY edge.at DESC LIMIT $makers
    CALL (brand) {
      MATCH (that:Product)
      WHERE that.brandId = brand.id AND that.createdAt IS NOT NULL
      RETURN that ORDER BY that.brandId DESC, that.createdAt DESC LIMIT $few
    }
    RETURN that, 'brand' AS source, 1.0 AS strength
  UNION ALL
    MATCH (viewer)-[edge:FOLLOWS]->(topic:Topic)
    WHERE NOT topic.id IN $excluded
    WITH topic ORDER BY edge.at DESC LIMIT $makers
    CALL (topic) {
      MATCH ()<-[tagged:TAGGED]-(note:Note)
      WHERE tagged.to = topic.id AND tagged.at IS NOT NULL
      RETURN note ORDER BY tagged.to DESC, tagged.at DESC LIMIT $few
    }
    MATCH (note)-[:FEATURES]->(that:Product)
    WITH that, toFloat(count(*)) AS strength ORDER BY strength DESC LIMIT $each
    RETURN that, 'topic' AS source, strength
  UNION ALL
    UNWIND interests AS interest
    CALL (interest) {
      MATCH (that:Product)
      WHERE that.categoryId = interest AND that.heat IS NOT NULL AND NOT interest IN $excluded
      RETURN that ORDER BY that.categoryId DESC, that.heat DESC LIMIT $few
    }
    RETURN that, 'interest' AS source, 1.0 AS strength
  UNION ALL
    MATCH (viewer)-[similar:SIMILAR]->(other:User)
    WHERE similar.source = 'behaviour' OR NOT viewer.id IN $excluded
    WITH other, similar.score AS score ORDER BY score DESC LIMIT $makers
    MATCH (other)-[bought:PURCHASED]->(that:Product)
    WITH that, sum(score) AS strength ORDER BY strength DESC LIMIT $each
    RETURN that, 'neighbours' AS source, strength
  UNION ALL
    UNWIND $categories AS category
    CALL (category) {
      MATCH (that:Product)
      WHERE that.categoryId = category AND that.heat IS NOT NULL
      RETURN that ORDER BY that.categoryId DESC, that.heat DESC LIMIT $few
    }
    // Heat is a logarithm to the base of 2: strengths are shares of the hottest one's, or of one person who acts now.
    WITH collect(that) AS hot, max(that.heat) AS top
    UNWIND hot AS that
    RETURN that, 'trending' AS source, 2.0 ^ (that.heat - CASE WHEN top > $warm THEN top ELSE $warm END) AS strength
  UNION ALL
    UNWIND $categories AS category
    CALL (category) {
      MATCH (that:Product)
      WHERE that.categoryId = category AND that.createdAt > $since
      RETURN that ORDER BY that.categoryId DESC, that.createdAt DESC LIMIT $few
    }
    RETURN that, 'fresh' AS source, 1.0 AS strength
  }
  RETURN that, source, strength
}
RETURN that.id AS id, source, sum(strength) AS strength;

// name: product_facts
// mode: read
// What the scores of these products depend on. No row: the viewer may not be shown the product, or took it up, or it is
// sold out.
OPTIONAL MATCH (viewer:User {id: $viewer_id})
WITH viewer, COLLECT {
  MATCH (viewer)-[did:PURCHASED|CARTED|VIEWED|CLICKED|NOT_INTERESTED]->(of:Product)
  WHERE $behaviour OR type(did) IN ['PURCHASED', 'NOT_INTERESTED'] RETURN of
} AS seen
UNWIND $ids AS id
MATCH (that:Product {id: id})
WHERE that.state = 'listed' AND (size($categories) <> 1 OR that.categoryId = $categories[0])
  AND NOT that IN seen
  AND EXISTS { (that)-[:HAS_VARIANT]->(variant:Variant) WHERE variant.stock > 0 }
RETURN id, that.brandId AS maker_id, that.categoryId AS category_id,
  coalesce(head(COLLECT { MATCH (viewer)-[shown:SHOWN]->(that) WHERE $behaviour RETURN shown.count }), 0) AS shown,
  that.reviewCount AS reviews, that.ratingSum AS stars,
  coalesce(head(COLLECT { MATCH (brand:Brand {id: that.brandId}) RETURN brand.verified }), false) AS vetted;

// name: note_sources
// mode: read
// The same for notes.
OPTIONAL MATCH (viewer:User {id: $viewer_id})
WITH viewer, $interests + COLLECT { MATCH (viewer)-[:INTERESTED_IN]->(of:Category) RETURN of.id } AS interests
CALL (viewer, interests) {
  CALL (viewer, interests) {
    MATCH (viewer)-[edge:FOLLOWS]->(author:User)
    WHERE NOT author.id IN $excluded
    WITH author ORDER BY edge.at DESC LIMIT $authors
    CALL (author) {
      MATCH (that:Note)
      WHERE that.authorId = author.id AND that.publishedAt IS NOT NULL
      RETURN that ORDER BY that.authorId DESC, that.publishedAt DESC LIMIT 1
    }
    WITH that ORDER BY that.publishedAt DESC LIMIT $each
    RETURN that, 'followed' AS source, $posted AS strength
  UNION ALL
    MATCH (viewer)-[edge:PURCHASED|CARTED|VIEWED]->(product:Product)
    WHERE NOT product.id IN $excluded AND ($behaviour OR type(edge) = 'PURCHASED')
    WITH product, max(edge.lastAt) AS at ORDER BY at DESC LIMIT $makers
    CALL (product) {
      MATCH ()<-[features:FEATURES]-(that:Note)
      WHERE features.to = product.id AND features.at IS NOT NULL
      RETURN that ORDER BY features.to DESC, features.at DESC LIMIT $few
    }
    WITH that, toFloat(count(*)) AS strength ORDER BY strength DESC LIMIT $each
    RETURN that, 'noted' AS source, strength
  UNION ALL
    MATCH (viewer)-[edge:FOLLOWS]->(brand:Brand)
    WHERE NOT brand.id IN $excluded
    WITH brand ORDER BY edge.at DESC LIMIT $makers
    CALL (brand) {
      MATCH (product:Product)
      WHERE product.brandId = brand.id AND product.createdAt IS NOT NULL
      RETURN product ORDER BY product.brandId DESC, product.createdAt DESC LIMIT $few
    }
    CALL (product) {
      MATCH ()<-[features:FEATURES]-(that:Note)
      WHERE features.to = product.id AND features.at IS NOT NULL
      RETURN that ORDER BY features.to DESC, features.at DESC LIMIT 2
    }
    WITH that, toFloat(count(*)) AS strength ORDER BY strength DESC LIMIT $each
    RETURN that, 'brand' AS source, strength
  UNION ALL
    MATCH (viewer)-[edge:FOLLOWS]->(topic:Topic)
    WHERE NOT topic.id IN $excluded
    WITH topic ORDER BY edge.at DESC LIMIT $makers
    CALL (topic) {
      MATCH ()<-[tagged:TAGGED]-(that:Note)
      WHERE tagged.to = topic.id AND tagged.at IS NOT NULL
      RETURN that ORDER BY tagged.to DESC, tagged.at DESC LIMIT $few
    }
    WITH that, toFloat(count(*)) AS strength ORDER BY strength DESC LIMIT $each
    RETURN that, 'topic' AS source, strength
  UNION ALL
    UNWIND interests AS interest
    CALL (interest) {
      MATCH (that:Note)
      WHERE that.categoryId = interest AND that.heat IS NOT NULL AND NOT interest IN $excluded
      RETURN that ORDER BY that.categoryId DESC, that.heat DESC LIMIT $few
    }
    RETURN that, 'interest' AS source, 1.0 AS strength
  UNION ALL
    MATCH (viewer)-[similar:SIMILAR]->(other:User)
    WHERE similar.source = 'behaviour' OR NOT viewer.id IN $excluded
    WITH other, similar.score AS score ORDER BY score DESC LIMIT $makers
    MATCH (other)-[:LIKES]->(that:Note)
    WITH that, sum(score) AS strength ORDER BY strength DESC LIMIT $each
    RETURN that, 'neighbours' AS source, strength
  UNION ALL
    UNWIND $categories AS category
    CALL (category) {
      MATCH (that:Note)
      WHERE that.categoryId = category AND that.heat IS NOT NULL
      RETURN that ORDER BY that.categoryId DESC, that.heat DESC LIMIT $few
    }
    // Heat is a logarithm to the base of 2: strengths are shares of the hottest one's, or of one person who acts now.
    WITH collect(that) AS hot, max(that.heat) AS top
    UNWIND hot AS that
    RETURN that, 'trending' AS source, 2.0 ^ (that.heat - CASE WHEN top > $warm THEN top ELSE $warm END) AS strength
  UNION ALL
    UNWIND $categories AS category
    CALL (category) {
      MATCH (that:Note)
      WHERE that.categoryId = category AND that.publishedAt > $since
      RETURN that ORDER BY that.categoryId DESC, that.publishedAt DESC LIMIT $few
    }
    RETURN that, 'fresh' AS source, 1.0 AS strength
  }
  RETURN that, source, strength
}
RETURN that.id AS id, source, sum(strength) AS strength;

// name: note_facts
// mode: read
// What the scores of these notes depend on. No row: the viewer may not be shown the note, or took it up, or hides what
// it is about.
OPTIONAL MATCH (viewer:User {id: $viewer_id})
WITH viewer, COLLECT {
    MATCH (viewer)-[did:LIKES|COLLECTED|VIEWED|CLICKED|NOT_INTERESTED]->(of:Note)
    WHERE $behaviour OR NOT type(did) IN ['VIEWED', 'CLICKED'] RETURN of
  } AS seen,
  COLLECT { MATCH (viewer)-[:BLOCKS|MUTES|NOT_INTERESTED]->(of:User) RETURN of.id }
    + COLLECT { MATCH (viewer)<-[:BLOCKS]-(of:User) RETURN of.id } AS unwelcome,
  COLLECT { MATCH (viewer)-[:NOT_INTERESTED]->(of:Topic|Product) RETURN of } AS hidden
UNWIND $ids AS id
MATCH (that:Note {id: id})
WHERE that.state = 'published' AND (size($categories) <> 1 OR that.categoryId = $categories[0])
  AND that.authorId <> coalesce($viewer_id, '')
  AND (that.audience = 'everyone' OR EXISTS { (viewer)-[:FOLLOWS]->(:User {id: that.authorId}) })
  AND NOT that IN seen AND NOT that.authorId IN unwelcome
  AND (size(hidden) = 0 OR NOT EXISTS { (that)-[:TAGGED|FEATURES]->(of) WHERE of IN hidden })
  AND EXISTS { (:User {id: that.authorId, state: 'active'}) }
RETURN id, that.authorId AS maker_id, that.categoryId AS category_id, that.publishedAt AS published_at,
  coalesce(head(COLLECT { MATCH (viewer)-[shown:SHOWN]->(that) WHERE $behaviour RETURN shown.count }), 0) AS shown,
  EXISTS { (that)-[features:FEATURES]->() WHERE features.sponsored } AS sponsored;

// name: recommendation_context
// mode: read
// What of the viewer decides how they are recommended: whether behaviour may be used, and what they left out of it. No
// row: no such active person.
MATCH (viewer:User {id: $viewer_id, state: 'active'})
RETURN viewer.behaviourConsentAt IS NOT NULL AS behaviour,
  COLLECT { MATCH (viewer)-[:EXCLUDES]->(of) RETURN of.id } AS excluded;

// name: category_ids
// mode: read
// The ids of all categories, or of the one of that slug. No row: no such category.
MATCH (category:Category)
WHERE category.position IS NOT NULL AND ($slug IS NULL OR category.slug = $slug)
RETURN category.id AS id ORDER BY category.position;
