// name: account_of_one_user
// mode: read
// An account belongs to exactly one person.
MATCH (account:Account) WHERE account.id > $after AND account.id <= $last
  AND COUNT { (account)<-[:HAS_ACCOUNT]-(:User) } <> 1
RETURN count(*) AS count, collect(account.id)[..$examples] AS examples;

// name: user_has_one_account
// mode: read
// A person has at most one account.
MATCH (user:User) WHERE user.id > $after AND user.id <= $last
  AND COUNT { (user)-[:HAS_ACCOUNT]->(:Account) } > 1
RETURN count(*) AS count, collect(user.id)[..$examples] AS examples;

// name: official_of_one_brand
// mode: read
// An official account speaks for exactly one brand, and no other account for any.
MATCH (user:User) WHERE user.id > $after AND user.id <= $last
  AND COUNT { (user)-[:OFFICIAL_ACCOUNT_OF]->(:Brand) } <> CASE user.kind WHEN 'official' THEN 1 ELSE 0 END
RETURN count(*) AS count, collect(user.id)[..$examples] AS examples;

// name: session_of_one_account
// mode: read
// A session belongs to exactly one account.
MATCH (session:Session) WHERE session.id > $after AND session.id <= $last
  AND COUNT { (session)<-[:HAS_SESSION]-(:Account) } <> 1
RETURN count(*) AS count, collect(session.id)[..$examples] AS examples;

// name: personal_token_of_one_account
// mode: read
// A personal token belongs to exactly one account.
MATCH (token:PersonalToken) WHERE token.id > $after AND token.id <= $last
  AND COUNT { (token)<-[:HAS_PERSONAL_TOKEN]-(:Account) } <> 1
RETURN count(*) AS count, collect(token.id)[..$examples] AS examples;

// name: saved_query_of_one_account
// mode: read
// A saved query belongs to exactly one account.
MATCH (saved:SavedQuery) WHERE saved.id > $after AND saved.id <= $last
  AND COUNT { (saved)<-[:HAS_SAVED_QUERY]-(:Account) } <> 1
RETURN count(*) AS count, collect(saved.id)[..$examples] AS examples;

// name: nobody_waits_for_whom_they_follow
// mode: read
// Nobody asks to follow whom they follow.
MATCH (user:User) WHERE user.id > $after AND user.id <= $last
MATCH (user)-[:ASKED_TO_FOLLOW]->(other:User)
WHERE EXISTS { (user)-[:FOLLOWS]->(other) }
RETURN count(*) AS count, collect(user.id + ' ' + other.id)[..$examples] AS examples;

// name: staff_is_not_invited
// mode: read
// Nobody is invited to work for a brand that they work for.
MATCH (user:User) WHERE user.id > $after AND user.id <= $last
MATCH (user)-[:INVITED_AS_STAFF]->(brand:Brand)
WHERE EXISTS { (user)-[:STAFF_OF]->(brand) }
RETURN count(*) AS count, collect(user.id + ' ' + brand.id)[..$examples] AS examples;

// name: block_ends_following
// mode: read
// Nobody follows whom they block, or who blocks them.
MATCH (user:User) WHERE user.id > $after AND user.id <= $last
MATCH (user)-[:BLOCKS]-(other:User)
WHERE EXISTS { (user)-[:FOLLOWS]->(other) }
RETURN count(*) AS count, collect(user.id + ' ' + other.id)[..$examples] AS examples;

// name: purchased_is_recount
// mode: read
// PURCHASED of whoever placed orders equals the recount of those that are paid and not refunded.
MATCH (user:User) WHERE user.id > $after AND user.id <= $last
  AND EXISTS { (user)-[:PLACED]->() }
CALL (user) {
  OPTIONAL MATCH (user)-[:PLACED]->(bill:Order)-[:CONTAINS]->(line:OrderLine)-[:OF]->(:Variant)
    <-[:HAS_VARIANT]-(product:Product)
  WHERE bill.state IN ['paid', 'shipped', 'completed']
  WITH user, product, count(DISTINCT bill) AS orders, sum(line.quantity) AS quantity,
       min(bill.paidAt) AS firstAt, max(bill.paidAt) AS lastAt
  OPTIONAL MATCH (user)-[edge:PURCHASED]->(product)
  WITH product, orders, quantity, firstAt, lastAt, edge
  WHERE product IS NOT NULL AND (edge IS NULL OR edge.orders <> orders OR edge.quantity <> quantity
    OR edge.firstAt <> firstAt OR edge.lastAt <> lastAt)
  RETURN product.id AS productId
  UNION
  MATCH (user)-[:PURCHASED]->(product:Product)
  WHERE NOT EXISTS {
    (user)-[:PLACED]->(bill:Order)-[:CONTAINS]->(:OrderLine)-[:OF]->(:Variant)<-[:HAS_VARIANT]-(product)
    WHERE bill.state IN ['paid', 'shipped', 'completed']
  }
  RETURN product.id AS productId
}
RETURN count(*) AS count, collect(user.id + ' ' + productId)[..$examples] AS examples;

// name: behaviour_with_consent
// mode: read
// Nothing counts what people look at who do not let it be kept, once what was kept before is forgotten.
MATCH (user:User) WHERE user.id > $after AND user.id <= $last
  AND user.behaviourConsentAt IS NULL
  AND (EXISTS { (user)-[:SHOWN|VIEWED|CLICKED|CARTED]->() }
    OR EXISTS {
      MATCH (event:BehaviourEvent) WHERE event.userId = user.id AND event.at IS NOT NULL AND event.kind <> 'hide'
    })
  AND NOT EXISTS {
    MATCH (waiting:OutboxEvent)
    WHERE waiting.availableAt IS NOT NULL AND waiting.kind = 'behaviour_withdrawn' AND waiting.data CONTAINS user.id
  }
RETURN count(*) AS count, collect(user.id)[..$examples] AS examples;

// name: behaviour_times
// mode: read
// What counts behaviour began before it last happened.
MATCH (user:User) WHERE user.id > $after AND user.id <= $last
MATCH (user)-[edge:SHOWN|VIEWED|CLICKED|CARTED]->(subject)
WHERE edge.firstAt > edge.lastAt
RETURN count(*) AS count, collect(user.id + ' ' + subject.id)[..$examples] AS examples;

// name: behaviour_of_somebody
// mode: read
// A behaviour event is of a person who is there.
MATCH (event:BehaviourEvent) WHERE event.id > $after AND event.id <= $last
  AND NOT EXISTS { (:User {id: event.userId}) }
RETURN count(*) AS count, collect(event.id)[..$examples] AS examples;

// name: note_has_one_author
// mode: read
// A note has exactly one author.
MATCH (note:Note) WHERE note.id > $after AND note.id <= $last
  AND COUNT { (note)<-[:POSTED|DRAFTED]-(:User) } <> 1
RETURN count(*) AS count, collect(note.id)[..$examples] AS examples;

// name: note_posted_when_published
// mode: read
// A note is POSTED while it is published, and DRAFTED otherwise.
MATCH (note:Note) WHERE note.id > $after AND note.id <= $last
  AND CASE note.state WHEN 'published' THEN EXISTS { (note)<-[:DRAFTED]-() } ELSE EXISTS { (note)<-[:POSTED]-() } END
RETURN count(*) AS count, collect(note.id)[..$examples] AS examples;

// name: note_author_key
// mode: read
// Note.authorId is the id of its author.
MATCH (note:Note) WHERE note.id > $after AND note.id <= $last
  AND EXISTS { (note)<-[:POSTED|DRAFTED]-(author:User) WHERE author.id <> note.authorId }
RETURN count(*) AS count, collect(note.id)[..$examples] AS examples;

// name: note_has_one_category
// mode: read
// A note has exactly one category.
MATCH (note:Note) WHERE note.id > $after AND note.id <= $last
  AND COUNT { (note)-[:IN_CATEGORY]->(:Category) } <> 1
RETURN count(*) AS count, collect(note.id)[..$examples] AS examples;

// name: note_category_key
// mode: read
// Note.categoryId is the id of its category.
MATCH (note:Note) WHERE note.id > $after AND note.id <= $last
  AND EXISTS { (note)-[:IN_CATEGORY]->(category:Category) WHERE category.id <> note.categoryId }
RETURN count(*) AS count, collect(note.id)[..$examples] AS examples;

// name: note_published_at
// mode: read
// A published note has the time of its publication.
MATCH (note:Note) WHERE note.id > $after AND note.id <= $last
  AND note.state = 'published' AND note.publishedAt IS NULL
RETURN count(*) AS count, collect(note.id)[..$examples] AS examples;

// name: note_out_or_draft
// mode: read
// A published note has no DRAFT_TAGGED or DRAFT_FEATURES, a draft no TAGGED or FEATURES.
MATCH (note:Note) WHERE note.id > $after AND note.id <= $last
  AND CASE note.state
    WHEN 'published' THEN EXISTS { (note)-[:DRAFT_TAGGED|DRAFT_FEATURES]->() }
    WHEN 'draft' THEN EXISTS { (note)-[:TAGGED|FEATURES]->() }
    ELSE false
  END
RETURN count(*) AS count, collect(note.id)[..$examples] AS examples;

// name: revision_of_one_note
// mode: read
// A revision belongs to exactly one note.
MATCH (noterevision:NoteRevision) WHERE noterevision.id > $after AND noterevision.id <= $last
  AND COUNT { (noterevision)<-[:HAS_REVISION]-(:Note) } <> 1
RETURN count(*) AS count, collect(noterevision.id)[..$examples] AS examples;

// name: revision_numbers
// mode: read
// The revisions of a note are numbered 1, 2, 3, ….
MATCH (note:Note) WHERE note.id > $after AND note.id <= $last
WITH note, COLLECT { MATCH (note)-[:HAS_REVISION]->(old:NoteRevision) RETURN old.number ORDER BY old.number } AS numbers
WHERE size(numbers) > 0 AND numbers <> range(1, size(numbers))
RETURN count(*) AS count, collect(note.id)[..$examples] AS examples;

// name: comment_on_one_note
// mode: read
// A comment stands on exactly one note, or did.
MATCH (comment:Comment) WHERE comment.id > $after AND comment.id <= $last
  AND COUNT { (comment)-[:ON|WAS_ON]->(:Note) } <> 1
RETURN count(*) AS count, collect(comment.id)[..$examples] AS examples;

// name: comment_on_when_published
// mode: read
// A comment is ON its note while it is published.
MATCH (comment:Comment) WHERE comment.id > $after AND comment.id <= $last
  AND comment.state = 'published' AND EXISTS { (comment)-[:WAS_ON]->() }
RETURN count(*) AS count, collect(comment.id)[..$examples] AS examples;

// name: comment_note_key
// mode: read
// Comment.noteId is the id of its note.
MATCH (comment:Comment) WHERE comment.id > $after AND comment.id <= $last
  AND EXISTS { (comment)-[:ON|WAS_ON]->(note:Note) WHERE note.id <> comment.noteId }
RETURN count(*) AS count, collect(comment.id)[..$examples] AS examples;

// name: comment_has_one_author
// mode: read
// A comment has exactly one author.
MATCH (comment:Comment) WHERE comment.id > $after AND comment.id <= $last
  AND COUNT { (comment)<-[:WROTE]-(:User) } <> 1
RETURN count(*) AS count, collect(comment.id)[..$examples] AS examples;

// name: comment_answers_one
// mode: read
// A comment answers at most one other.
MATCH (comment:Comment) WHERE comment.id > $after AND comment.id <= $last
  AND COUNT { (comment)-[:REPLIES_TO]->(:Comment) } > 1
RETURN count(*) AS count, collect(comment.id)[..$examples] AS examples;

// name: reply_on_same_note
// mode: read
// A reply stands on the note of the comment it answers.
MATCH (comment:Comment) WHERE comment.id > $after AND comment.id <= $last
MATCH (comment)-[:REPLIES_TO]->(parent:Comment)
WHERE NOT EXISTS { MATCH (comment)-[:ON|WAS_ON]->(note:Note) WHERE EXISTS { (parent)-[:ON|WAS_ON]->(note) } }
RETURN count(*) AS count, collect(comment.id + ' ' + parent.id)[..$examples] AS examples;

// name: collection_has_one_owner
// mode: read
// A collection has exactly one owner.
MATCH (collection:Collection) WHERE collection.id > $after AND collection.id <= $last
  AND COUNT { (collection)<-[:OWNS]-(:User) } <> 1
RETURN count(*) AS count, collect(collection.id)[..$examples] AS examples;

// name: store_has_one_brand
// mode: read
// A store belongs to exactly one brand.
MATCH (store:Store) WHERE store.id > $after AND store.id <= $last
  AND COUNT { (store)<-[:OPERATES]-(:Brand) } <> 1
RETURN count(*) AS count, collect(store.id)[..$examples] AS examples;

// name: product_has_one_brand
// mode: read
// A product is made by exactly one brand.
MATCH (product:Product) WHERE product.id > $after AND product.id <= $last
  AND COUNT { (product)<-[:MAKES]-(:Brand) } <> 1
RETURN count(*) AS count, collect(product.id)[..$examples] AS examples;

// name: product_brand_key
// mode: read
// Product.brandId is the id of its brand.
MATCH (product:Product) WHERE product.id > $after AND product.id <= $last
  AND EXISTS { (product)<-[:MAKES]-(brand:Brand) WHERE brand.id <> product.brandId }
RETURN count(*) AS count, collect(product.id)[..$examples] AS examples;

// name: product_has_one_category
// mode: read
// A product has exactly one category.
MATCH (product:Product) WHERE product.id > $after AND product.id <= $last
  AND COUNT { (product)-[:IN_CATEGORY]->(:Category) } <> 1
RETURN count(*) AS count, collect(product.id)[..$examples] AS examples;

// name: product_category_key
// mode: read
// Product.categoryId is the id of its category.
MATCH (product:Product) WHERE product.id > $after AND product.id <= $last
  AND EXISTS { (product)-[:IN_CATEGORY]->(category:Category) WHERE category.id <> product.categoryId }
RETURN count(*) AS count, collect(product.id)[..$examples] AS examples;

// name: product_has_variants
// mode: read
// A product comes in at least one variant.
MATCH (product:Product) WHERE product.id > $after AND product.id <= $last
  AND NOT EXISTS { (product)-[:HAS_VARIANT]->(:Variant) }
RETURN count(*) AS count, collect(product.id)[..$examples] AS examples;

// name: product_price_is_lowest
// mode: read
// Product.priceMinor is the lowest price of its variants.
MATCH (product:Product) WHERE product.id > $after AND product.id <= $last
MATCH (product)-[:HAS_VARIANT]->(variant:Variant)
WITH product, min(variant.priceMinor) AS lowest
WHERE product.priceMinor <> lowest
RETURN count(*) AS count, collect(product.id)[..$examples] AS examples;

// name: product_currency
// mode: read
// The variants of a product have its currency.
MATCH (product:Product) WHERE product.id > $after AND product.id <= $last
  AND EXISTS { (product)-[:HAS_VARIANT]->(variant:Variant) WHERE variant.currency <> product.currency }
RETURN count(*) AS count, collect(product.id)[..$examples] AS examples;

// name: product_review_count
// mode: read
// Product.reviewCount is the number of its published reviews.
MATCH (product:Product) WHERE product.id > $after AND product.id <= $last
  AND product.reviewCount <> COUNT { (product)<-[:REVIEWS]-(:Review {state: 'published'}) }
RETURN count(*) AS count, collect(product.id)[..$examples] AS examples;

// name: product_rating_sum
// mode: read
// Product.ratingSum is the sum of the ratings of its published reviews.
MATCH (product:Product) WHERE product.id > $after AND product.id <= $last
CALL (product) {
  OPTIONAL MATCH (product)<-[:REVIEWS]-(review:Review {state: 'published'})
  RETURN coalesce(sum(review.rating), 0) AS ratings
}
WITH product, ratings WHERE product.ratingSum <> ratings
RETURN count(*) AS count, collect(product.id)[..$examples] AS examples;

// name: variant_of_one_product
// mode: read
// A variant belongs to exactly one product.
MATCH (variant:Variant) WHERE variant.id > $after AND variant.id <= $last
  AND COUNT { (variant)<-[:HAS_VARIANT]-(:Product) } <> 1
RETURN count(*) AS count, collect(variant.id)[..$examples] AS examples;

// name: review_of_one_product
// mode: read
// A review is about exactly one product.
MATCH (review:Review) WHERE review.id > $after AND review.id <= $last
  AND COUNT { (review)-[:REVIEWS]->(:Product) } <> 1
RETURN count(*) AS count, collect(review.id)[..$examples] AS examples;

// name: review_product_key
// mode: read
// Review.productId is the id of its product.
MATCH (review:Review) WHERE review.id > $after AND review.id <= $last
  AND EXISTS { (review)-[:REVIEWS]->(product:Product) WHERE product.id <> review.productId }
RETURN count(*) AS count, collect(review.id)[..$examples] AS examples;

// name: review_has_one_author
// mode: read
// A review has exactly one author.
MATCH (review:Review) WHERE review.id > $after AND review.id <= $last
  AND COUNT { (review)<-[:WROTE]-(:User) } <> 1
RETURN count(*) AS count, collect(review.id)[..$examples] AS examples;

// name: media_has_one_owner
// mode: read
// A picture or video was uploaded by exactly one person.
MATCH (media:Media) WHERE media.id > $after AND media.id <= $last
  AND COUNT { (media)<-[:UPLOADED]-(:User) } <> 1
RETURN count(*) AS count, collect(media.id)[..$examples] AS examples;

// name: media_owner_key
// mode: read
// Media.ownerId is the id of who uploaded it, and contentKey begins with it.
MATCH (media:Media) WHERE media.id > $after AND media.id <= $last
MATCH (media)<-[:UPLOADED]-(owner:User)
WHERE media.ownerId <> owner.id OR media.contentKey <> media.ownerId + ':' + media.sha256
RETURN count(*) AS count, collect(media.id)[..$examples] AS examples;

// name: order_has_one_buyer
// mode: read
// An order has exactly one buyer.
MATCH (bill:Order) WHERE bill.id > $after AND bill.id <= $last
  AND COUNT { (bill)<-[:PLACED]-(:User) } <> 1
RETURN count(*) AS count, collect(bill.id)[..$examples] AS examples;

// name: order_has_lines
// mode: read
// An order has at least one line.
MATCH (bill:Order) WHERE bill.id > $after AND bill.id <= $last
  AND NOT EXISTS { (bill)-[:CONTAINS]->(:OrderLine) }
RETURN count(*) AS count, collect(bill.id)[..$examples] AS examples;

// name: order_total
// mode: read
// Order.totalMinor is the sum of its lines.
MATCH (bill:Order) WHERE bill.id > $after AND bill.id <= $last
MATCH (bill)-[:CONTAINS]->(line:OrderLine)
WITH bill, sum(line.quantity * line.unitPriceMinor) AS total
WHERE bill.totalMinor <> total
RETURN count(*) AS count, collect(bill.id)[..$examples] AS examples;

// name: order_currency
// mode: read
// The lines of an order have its currency.
MATCH (bill:Order) WHERE bill.id > $after AND bill.id <= $last
  AND EXISTS { (bill)-[:CONTAINS]->(line:OrderLine) WHERE line.currency <> bill.currency }
RETURN count(*) AS count, collect(bill.id)[..$examples] AS examples;

// name: order_paid_at
// mode: read
// An order that was paid says when, and one that was not says nothing.
MATCH (bill:Order) WHERE bill.id > $after AND bill.id <= $last
  AND CASE
    WHEN bill.state IN ['paid', 'shipped', 'completed', 'refunded'] THEN bill.paidAt IS NULL
    ELSE bill.paidAt IS NOT NULL
  END
RETURN count(*) AS count, collect(bill.id)[..$examples] AS examples;

// name: line_in_one_order
// mode: read
// A line belongs to exactly one order.
MATCH (line:OrderLine) WHERE line.id > $after AND line.id <= $last
  AND COUNT { (line)<-[:CONTAINS]-(:Order) } <> 1
RETURN count(*) AS count, collect(line.id)[..$examples] AS examples;

// name: line_of_one_variant
// mode: read
// A line is of exactly one variant.
MATCH (line:OrderLine) WHERE line.id > $after AND line.id <= $last
  AND COUNT { (line)-[:OF]->(:Variant) } <> 1
RETURN count(*) AS count, collect(line.id)[..$examples] AS examples;

// name: line_credit
// mode: read
// The shares of a line's credit sum to at most 1.
MATCH (line:OrderLine) WHERE line.id > $after AND line.id <= $last
MATCH (line)-[credit:CREDITED_TO]->()
WITH line, sum(credit.share) AS shares
WHERE shares > 1 + 1e-9
RETURN count(*) AS count, collect(line.id)[..$examples] AS examples;

// name: payment_of_one_order
// mode: read
// A payment pays exactly one order.
MATCH (payment:Payment) WHERE payment.id > $after AND payment.id <= $last
  AND COUNT { (payment)-[:PAYS]->(:Order) } <> 1
RETURN count(*) AS count, collect(payment.id)[..$examples] AS examples;

// name: payment_amount
// mode: read
// A payment is of the amount and currency of its order.
MATCH (payment:Payment) WHERE payment.id > $after AND payment.id <= $last
MATCH (payment)-[:PAYS]->(bill:Order)
WHERE payment.amountMinor <> bill.totalMinor OR payment.currency <> bill.currency
RETURN count(*) AS count, collect(payment.id)[..$examples] AS examples;

// name: order_paid_once
// mode: read
// An order is paid at most once.
MATCH (bill:Order) WHERE bill.id > $after AND bill.id <= $last
  AND COUNT { (bill)<-[:PAYS]-(:Payment) } > 1
RETURN count(*) AS count, collect(bill.id)[..$examples] AS examples;

// name: notification_has_one_recipient
// mode: read
// A notification is received by exactly one person.
MATCH (notification:Notification) WHERE notification.id > $after AND notification.id <= $last
  AND COUNT { (notification)<-[:RECEIVED]-(:User) } <> 1
RETURN count(*) AS count, collect(notification.id)[..$examples] AS examples;

// name: notification_recipient_key
// mode: read
// Notification.recipientId is the id of who received it.
MATCH (notification:Notification) WHERE notification.id > $after AND notification.id <= $last
  AND EXISTS { (notification)<-[:RECEIVED]-(user:User) WHERE user.id <> notification.recipientId }
RETURN count(*) AS count, collect(notification.id)[..$examples] AS examples;

// name: influence_of_one_user
// mode: read
// What is measured of somebody belongs to exactly one person, the one whose id it has.
MATCH (influence:Influence) WHERE influence.id > $after AND influence.id <= $last
  AND (COUNT { (influence)<-[:HAS_INFLUENCE]-(:User) } <> 1
    OR EXISTS { (influence)<-[:HAS_INFLUENCE]-(user:User) WHERE user.id <> influence.userId })
RETURN count(*) AS count, collect(influence.id)[..$examples] AS examples;

// name: influence_snapshot_of_one_user
// mode: read
// A week of somebody's history belongs to exactly one person, the one whose id it has.
MATCH (snapshot:InfluenceSnapshot) WHERE snapshot.id > $after AND snapshot.id <= $last
  AND (COUNT { (snapshot)<-[:HAD_INFLUENCE]-(:User) } <> 1
    OR EXISTS { (snapshot)<-[:HAD_INFLUENCE]-(user:User) WHERE user.id <> snapshot.userId })
RETURN count(*) AS count, collect(snapshot.id)[..$examples] AS examples;

// name: influence_is_its_score
// mode: read
// The score of an influence is what its parts make.
MATCH (influence:Influence) WHERE influence.id > $after AND influence.id <= $last
  AND abs(influence.score - 100 * influence.authenticity * (0.35 * influence.reachPart + 0.25 * influence.resonancePart
    + 0.20 * influence.networkPart + 0.20 * influence.pullPart)) > 1e-6
RETURN count(*) AS count, collect(influence.id)[..$examples] AS examples;

// name: one_community_each
// mode: read
// A person is in one community at most.
MATCH (user:User) WHERE user.id > $after AND user.id <= $last
  AND COUNT { (user)-[:MEMBER_OF]->(:Community) } > 1
RETURN count(*) AS count, collect(user.id)[..$examples] AS examples;

// name: book_keeping_alone
// mode: read
// Migrations, imports and vector spaces are joined to nothing.
MATCH (kept:Migration|Import|EmbeddingSpace)--(other)
WITH kept LIMIT 10000
RETURN count(*) AS count, collect('element ' + elementId(kept))[..$examples] AS examples;
