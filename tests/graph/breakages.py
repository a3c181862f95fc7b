"""One way to break each invariant, as a statement that returns the id by which the check must find it.

Run in a transaction that is rolled back. `$new` is an id's tail that nothing else has.
"""

from __future__ import annotations

STRUCTURAL = {
    "account_of_one_user": "CREATE (a:Account {id: 'account_' + $new}) RETURN a.id AS id",
    "user_has_one_account": """
        MATCH (u:User) WITH u LIMIT 1
        CREATE (u)-[:HAS_ACCOUNT]->(:Account), (u)-[:HAS_ACCOUNT]->(:Account) RETURN u.id AS id""",
    "official_of_one_brand": "MATCH (u:User {kind: 'official'}) WITH u LIMIT 1 SET u.kind = 'member' RETURN u.id AS id",
    "session_of_one_account": "CREATE (s:Session {id: 'session_' + $new}) RETURN s.id AS id",
    "personal_token_of_one_account": "CREATE (t:PersonalToken {id: 'personaltoken_' + $new}) RETURN t.id AS id",
    "saved_query_of_one_account": "CREATE (q:SavedQuery {id: 'savedquery_' + $new}) RETURN q.id AS id",
    "nobody_waits_for_whom_they_follow": """
        MATCH (u:User)-[:FOLLOWS]->(o:User) WITH u, o LIMIT 1 CREATE (u)-[:ASKED_TO_FOLLOW]->(o) RETURN u.id AS id""",
    "staff_is_not_invited": """
        MATCH (u:User)-[:STAFF_OF]->(b:Brand) WITH u, b LIMIT 1
        CREATE (u)-[:INVITED_AS_STAFF]->(b) RETURN u.id AS id""",
    "block_ends_following": """
        MATCH (u:User)-[:FOLLOWS]->(o:User) WITH u, o LIMIT 1 CREATE (o)-[:BLOCKS]->(u) RETURN u.id AS id""",
    "purchased_is_recount": """
        MATCH (u:User)-[edge:PURCHASED]->() WHERE EXISTS { (u)-[:PLACED]->() }
        WITH u, edge LIMIT 1 SET edge.quantity = edge.quantity + 1 RETURN u.id AS id""",
    "behaviour_with_consent": """
        MATCH (u:User)-[:FOLLOWS]->() WHERE u.behaviourConsentAt IS NULL AND NOT EXISTS { (u)-[:VIEWED]->() }
        WITH u LIMIT 1 MATCH (n:Note) WITH u, n LIMIT 1
        CREATE (u)-[:VIEWED {firstAt: datetime(), lastAt: datetime(), count: 1}]->(n) RETURN u.id AS id""",
    "behaviour_times": """
        MATCH (u:User)-[edge:VIEWED]->() WITH u, edge LIMIT 1
        SET edge.firstAt = edge.lastAt + duration({seconds: 1}) RETURN u.id AS id""",
    "behaviour_of_somebody": """
        CREATE (e:BehaviourEvent {id: 'behaviourevent_' + $new, userId: 'user_nobody'}) RETURN e.id AS id""",
    "note_has_one_author": """
        MATCH (n:Note)<-[edge:POSTED]-() WITH n, edge LIMIT 1 DELETE edge RETURN n.id AS id""",
    "note_posted_when_published": """
        MATCH (n:Note {state: 'published'})<-[edge:POSTED]-(u) WITH n, edge, u LIMIT 1
        DELETE edge CREATE (u)-[:DRAFTED]->(n) RETURN n.id AS id""",
    "note_author_key": "MATCH (n:Note) WITH n LIMIT 1 SET n.authorId = 'user_nobody' RETURN n.id AS id",
    "note_has_one_category": """
        MATCH (n:Note)-[:IN_CATEGORY]->(c), (o:Category) WHERE c <> o WITH n, o LIMIT 1
        CREATE (n)-[:IN_CATEGORY]->(o) RETURN n.id AS id""",
    "note_category_key": "MATCH (n:Note) WITH n LIMIT 1 SET n.categoryId = 'category_none' RETURN n.id AS id",
    "note_published_at": """
        MATCH (n:Note {state: 'published'}) WITH n LIMIT 1 REMOVE n.publishedAt RETURN n.id AS id""",
    "note_out_or_draft": """
        MATCH (n:Note {state: 'published'}), (t:Topic) WITH n, t LIMIT 1
        CREATE (n)-[:DRAFT_TAGGED]->(t) RETURN n.id AS id""",
    "revision_of_one_note": "CREATE (r:NoteRevision {id: 'noterevision_' + $new}) RETURN r.id AS id",
    "revision_numbers": """
        MATCH (n:Note) WITH n LIMIT 1
        CREATE (n)-[:HAS_REVISION]->(:NoteRevision {number: 1}), (n)-[:HAS_REVISION]->(:NoteRevision {number: 3})
        RETURN n.id AS id""",
    "comment_on_one_note": "MATCH (c:Comment)-[edge:ON]->() WITH c, edge LIMIT 1 DELETE edge RETURN c.id AS id",
    "comment_on_when_published": """
        MATCH (c:Comment {state: 'published'})-[edge:ON]->(n) WITH c, edge, n LIMIT 1
        DELETE edge CREATE (c)-[:WAS_ON]->(n) RETURN c.id AS id""",
    "comment_note_key": "MATCH (c:Comment) WITH c LIMIT 1 SET c.noteId = 'note_none' RETURN c.id AS id",
    "comment_has_one_author": """
        MATCH (c:Comment)<-[:WROTE]-(u), (o:User) WHERE o <> u WITH c, o LIMIT 1
        CREATE (o)-[:WROTE]->(c) RETURN c.id AS id""",
    "comment_answers_one": """
        MATCH (c:Comment)-[:REPLIES_TO]->(p), (o:Comment) WHERE o <> p AND o <> c WITH c, o LIMIT 1
        CREATE (c)-[:REPLIES_TO]->(o) RETURN c.id AS id""",
    "reply_on_same_note": """
        MATCH (c:Comment)-[:ON]->(n), (o:Comment)-[:ON]->(m)
        WHERE n <> m AND NOT EXISTS { (c)-[:REPLIES_TO]->() } WITH c, o LIMIT 1
        CREATE (c)-[:REPLIES_TO]->(o) RETURN c.id AS id""",
    "collection_has_one_owner": """
        MATCH (c:Collection)<-[edge:OWNS]-() WITH c, edge LIMIT 1 DELETE edge RETURN c.id AS id""",
    "store_has_one_brand": "MATCH (s:Store)<-[edge:OPERATES]-() WITH s, edge LIMIT 1 DELETE edge RETURN s.id AS id",
    "product_has_one_brand": "MATCH (p:Product)<-[edge:MAKES]-() WITH p, edge LIMIT 1 DELETE edge RETURN p.id AS id",
    "product_brand_key": "MATCH (p:Product) WITH p LIMIT 1 SET p.brandId = 'brand_none' RETURN p.id AS id",
    "product_has_one_category": """
        MATCH (p:Product)-[edge:IN_CATEGORY]->() WITH p, edge LIMIT 1 DELETE edge RETURN p.id AS id""",
    "product_category_key": "MATCH (p:Product) WITH p LIMIT 1 SET p.categoryId = 'category_none' RETURN p.id AS id",
    "product_has_variants": """
        MATCH (p:Product) WITH p LIMIT 1 MATCH (p)-[edge:HAS_VARIANT]->() DELETE edge RETURN DISTINCT p.id AS id""",
    "product_price_is_lowest": """
        MATCH (p:Product) WITH p LIMIT 1 SET p.priceMinor = p.priceMinor + 1 RETURN p.id AS id""",
    "product_currency": "MATCH (p:Product) WITH p LIMIT 1 SET p.currency = 'EUR' RETURN p.id AS id",
    "product_review_count": "MATCH (p:Product) WITH p LIMIT 1 SET p.reviewCount = 77 RETURN p.id AS id",
    "product_rating_sum": "MATCH (p:Product) WITH p LIMIT 1 SET p.ratingSum = p.ratingSum + 1 RETURN p.id AS id",
    "variant_of_one_product": """
        MATCH (v:Variant)<-[edge:HAS_VARIANT]-() WITH v, edge LIMIT 1 DELETE edge RETURN v.id AS id""",
    "review_of_one_product": "MATCH (r:Review)-[edge:REVIEWS]->() WITH r, edge LIMIT 1 DELETE edge RETURN r.id AS id",
    "review_product_key": "MATCH (r:Review) WITH r LIMIT 1 SET r.productId = 'product_none' RETURN r.id AS id",
    "review_has_one_author": "MATCH (r:Review)<-[edge:WROTE]-() WITH r, edge LIMIT 1 DELETE edge RETURN r.id AS id",
    "media_has_one_owner": "CREATE (m:Media {id: 'media_' + $new, contentKey: 'none:' + $new}) RETURN m.id AS id",
    "media_owner_key": """
        MATCH (u:User) WITH u LIMIT 1
        CREATE (u)-[:UPLOADED]->(m:Media {id: 'media_' + $new, ownerId: 'user_nobody', sha256: $new})
        SET m.contentKey = m.ownerId + ':' + m.sha256 RETURN m.id AS id""",
    "order_has_one_buyer": "MATCH (o:Order)<-[edge:PLACED]-() WITH o, edge LIMIT 1 DELETE edge RETURN o.id AS id",
    "order_has_lines": """
        MATCH (o:Order) WITH o LIMIT 1 MATCH (o)-[edge:CONTAINS]->() DELETE edge RETURN DISTINCT o.id AS id""",
    "order_total": "MATCH (o:Order) WITH o LIMIT 1 SET o.totalMinor = o.totalMinor + 1 RETURN o.id AS id",
    "order_currency": "MATCH (o:Order) WITH o LIMIT 1 SET o.currency = 'EUR' RETURN o.id AS id",
    "order_paid_at": "MATCH (o:Order {state: 'completed'}) WITH o LIMIT 1 REMOVE o.paidAt RETURN o.id AS id",
    "line_in_one_order": "MATCH (l:OrderLine)<-[edge:CONTAINS]-() WITH l, edge LIMIT 1 DELETE edge RETURN l.id AS id",
    "line_of_one_variant": "MATCH (l:OrderLine)-[edge:OF]->() WITH l, edge LIMIT 1 DELETE edge RETURN l.id AS id",
    "line_credit": """
        MATCH (l:OrderLine)-[:CREDITED_TO]->(n), (o:Note) WHERE o <> n WITH l, o LIMIT 1
        CREATE (l)-[:CREDITED_TO {share: 0.5}]->(o) RETURN l.id AS id""",
    "payment_of_one_order": "CREATE (p:Payment {id: 'payment_' + $new}) RETURN p.id AS id",
    "payment_amount": """
        MATCH (o:Order) WITH o LIMIT 1
        CREATE (p:Payment {id: 'payment_' + $new, amountMinor: o.totalMinor - 1, currency: o.currency})-[:PAYS]->(o)
        RETURN p.id AS id""",
    "order_paid_once": """
        MATCH (o:Order) WITH o LIMIT 1 CREATE (:Payment)-[:PAYS]->(o), (:Payment)-[:PAYS]->(o) RETURN o.id AS id""",
    "notification_has_one_recipient": "CREATE (n:Notification {id: 'notification_' + $new}) RETURN n.id AS id",
    "notification_recipient_key": """
        MATCH (u:User) WITH u LIMIT 1
        CREATE (u)-[:RECEIVED]->(n:Notification {id: 'notification_' + $new, recipientId: 'user_nobody'})
        RETURN n.id AS id""",
    "influence_of_one_user": "CREATE (i:Influence {id: 'influence_' + $new}) RETURN i.id AS id",
    "influence_snapshot_of_one_user": """
        MATCH (u:User) WITH u LIMIT 1
        CREATE (u)-[:HAD_INFLUENCE]->(s:InfluenceSnapshot {id: 'influencesnapshot_' + $new, userId: 'user_nobody'})
        RETURN s.id AS id""",
    "influence_is_its_score": """
        CREATE (i:Influence {id: 'influence_' + $new, score: 50.0, authenticity: 1.0, reachPart: 1.0,
          resonancePart: 1.0, networkPart: 1.0, pullPart: 1.0}) RETURN i.id AS id""",
    "one_community_each": """
        MATCH (u:User) WITH u LIMIT 1 UNWIND ['a', 'b'] AS one
        CREATE (u)-[:MEMBER_OF]->(:Community {id: 'community_' + one + $new}) RETURN DISTINCT u.id AS id""",
    "book_keeping_alone": """
        MATCH (m:Migration) WITH m LIMIT 1 CREATE (m)-[:ABOUT]->(:Note) RETURN 'element ' + elementId(m) AS id""",
}

_USER = "MATCH (u:User) WITH u LIMIT 1 SET {} RETURN u.id AS id"
_NOTE = "MATCH (n:Note) WITH n LIMIT 1 SET {} RETURN n.id AS id"
_FOLLOWS = "MATCH (u:User)-[e:FOLLOWS]->(o:User) WITH u, e, o LIMIT 1 SET {} RETURN u.id + ' FOLLOWS ' + o.id AS id"

DERIVED = {
    "User.handle:present": _USER.format("u.handle = null"),
    "User.handle:type": _USER.format("u.handle = 7"),
    "User.handle:value": _USER.format("u.handle = ''"),
    "User.displayName:value": _USER.format("u.displayName = reduce(s = '', i IN range(1, 61) | s + '长')"),
    "User.bio:type": _USER.format("u.bio = true"),
    "User.language:value": _USER.format("u.language = 'fr'"),
    "User.private:type": _USER.format("u.private = 'no'"),
    "User.traits:type": _USER.format("u.traits = [1, 2]"),
    "User.createdAt:type": _USER.format("u.createdAt = localdatetime('2026-01-01T00:00')"),
    "User.createdAt:value": _USER.format("u.createdAt = datetime('2026-01-01T00:00+08:00')"),
    "User.id:prefix": "CREATE (u:User {id: 'note_' + $new}) RETURN u.id AS id",
    "User:labels": _USER.format("u:Note"),
    "User:properties": _USER.format("u.shoeSize = 43"),
    "Note.publishedAt:type": _NOTE.format("n.publishedAt = 'yesterday'"),
    "Variant.stock:value": "MATCH (v:Variant) WITH v LIMIT 1 SET v.stock = -1 RETURN v.id AS id",
    "Review.rating:value": "MATCH (r:Review) WITH r LIMIT 1 SET r.rating = 6 RETURN r.id AS id",
    "User_FOLLOWS_User.at:present": _FOLLOWS.format("e.at = null"),
    "User_FOLLOWS_User.to:end": _FOLLOWS.format("e.to = u.id"),
    "User_FOLLOWS_User:properties": _FOLLOWS.format("e.mood = 'good'"),
    "User_FOLLOWS_User:self": """
        MATCH (u:User) WITH u LIMIT 1 CREATE (u)-[:FOLLOWS]->(u) RETURN u.id + ' FOLLOWS ' + u.id AS id""",
    "User_STAFF_OF_Brand.role:value": """
        MATCH (u:User)-[e:STAFF_OF]->(b) WITH u, e, b LIMIT 1 SET e.role = 'cook'
        RETURN u.id + ' STAFF_OF ' + b.id AS id""",
    "OrderLine_CREDITED_TO_Note.share:type": """
        MATCH (l:OrderLine)-[e:CREDITED_TO]->(n) WITH l, e, n LIMIT 1 SET e.share = 1
        RETURN l.id + ' CREDITED_TO ' + n.id AS id""",
    "OrderLine_CREDITED_TO_Note.share:value": """
        MATCH (l:OrderLine)-[e:CREDITED_TO]->(n) WITH l, e, n LIMIT 1 SET e.share = 0.0 / 0.0
        RETURN l.id + ' CREDITED_TO ' + n.id AS id""",
    "User:pairs": """
        MATCH (u:User)-[e:LIKES]->(n:Note) WITH u, n LIMIT 1 CREATE (u)-[:LIKES]->(n)
        RETURN u.id + ' LIKES ' + n.id AS id""",
    "User:relationships": """
        MATCH (u:User), (c:Category) WITH u, c LIMIT 1 CREATE (u)-[:LIKES]->(c)
        RETURN u.id + ' LIKES ' + c.id AS id""",
    "User:id": "CREATE (u:User {handle: $new}) RETURN 'element ' + elementId(u) AS id",
    "graph:labels": "CREATE (u:Stranger) RETURN 'element ' + elementId(u) + ':Stranger' AS id",
}
