"""The pages that frontends ask for, as they would write them."""

PAGES = {
    "person": """
        query Person($id: ID!) { user(id: $id) {
            id handle displayName bio followerCount followingCount noteCount createdAt
            notes(first: 5) { nodes { id title publishedAt } pageInfo { hasNextPage endCursor } }
            followers(first: 5) { edges { at node { id handle } } totalCount }
            following(first: 5) { nodes { id handle } }
        } }""",
    "note": """
        query NotePage($id: ID!) { note(id: $id) {
            id title text publishedAt likeCount commentCount collectCount
            author { id handle displayName } category { name nameEn }
            topics(first: 10) { nodes { name } }
            products(first: 10) { edges { position sponsored node {
                id name price { amountMinor currency } brand { id name } } } }
            comments(first: 10) { nodes { id text createdAt author { id displayName } } }
            likers(first: 5) { nodes { id handle } totalCount }
        } }""",
    "product": """
        query ProductPage($id: ID!) { product(id: $id) {
            id name description price { amountMinor currency } reviewCount averageRating
            brand { id name } category { name }
            variants(first: 10) { nodes { id sku name stock inStock price { amountMinor currency } } }
            reviews(first: 10) { nodes { id rating text verified createdAt author { id displayName } } totalCount }
            notes(first: 5) { nodes { id title author { id displayName } } totalCount }
        } }""",
    "brand": """
        query BrandPage($id: ID!) { brand(id: $id) {
            id handle name nameEn followerCount productCount officialAccount { id handle }
            products(first: 20, orderBy: NAME) { nodes { id name reviewCount averageRating price { amountMinor } } }
            followers(first: 5) { nodes { id } }
            notes(first: 5) { nodes { id title publishedAt } pageInfo { endCursor hasNextPage } }
            stores(first: 3) { nodes { name kind } }
        } }""",
    "category": """
        query CategoryPage($slug: String!) { category(slug: $slug) {
            id name notes(first: 50) { nodes { id title publishedAt author { id handle displayName } } }
        } }""",
    "topic": """
        query TopicPage($name: String!) { topic(name: $name) {
            id name noteCount followerCount notes(first: 20) { nodes { id title author { displayName } } }
        } }""",
    "feed": """
        query HomeFeed { viewer {
            feed(first: 20, include: [BRANDS, TOPICS]) {
                nodes { id title text publishedAt author { id handle displayName }
                products(first: 3) { nodes { id name price { amountMinor currency } } } }
                pageInfo { hasNextPage endCursor } }
        } }""",
    "social": """
        query Social($id: ID!) { user(id: $id) {
            id handle following(first: 10) { nodes { id handle displayName
                notes(first: 5) { nodes { id title publishedAt
                    products(first: 3) { nodes { id name brand { id name } } } } } } }
        } }""",
    "handle": "query ByHandle($handle: String!) { userByHandle(handle: $handle) { id handle displayName createdAt } }",
    "popular": """
        query Popular { popularNotes(first: 20) {
            nodes { id title likeCount author { id } } pageInfo { endCursor }
        } }""",
    "popular_products": "query PopularProducts { popularProducts(first: 10) { nodes { id name } } }",
    "trending": "query Trending { trendingTopics(first: 10) { nodes { id name noteCount } } }",
    "popular_of_category": """
        query PopularOfCategory($slug: String!) { category(slug: $slug) {
            popularNotes(first: 20) { nodes { id title } } popularProducts(first: 10) { nodes { id name } }
        } }""",
    "products": "query Products { products(first: 20) { nodes { id name createdAt } pageInfo { endCursor } } }",
    "latest": "query Latest { notes(first: 20) { nodes { id title author { id } } pageInfo { endCursor } } }",
    "categories": "query Categories { categories(first: 20) { nodes { id slug name nameEn } } }",
    "topics": "query Topics { topics(first: 50) { nodes { id name noteCount } } }",
    "brands": "query Brands { brands(first: 20) { nodes { id handle name verified } } }",
}
