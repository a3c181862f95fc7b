"use strict";
const shared = new URLSearchParams(location.search).get("query");
const firstQuery = `# 种草 Zhongcao: 按 Ctrl-Enter 运行 / press Ctrl-Enter to run.
query LatestNotes {
  notes(first: 5) {
    nodes {
      id
      title
      excerpt(length: 80)
      publishedAt
      author { handle displayName followerCount }
      category { name nameEn }
      products(first: 3) { nodes { name price { amountMinor currency } brand { name } } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`;
ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: "/graphql" }),
    defaultQuery: firstQuery,
    query: shared ?? undefined,
    defaultEditorToolsVisibility: true,
    shouldPersistHeaders: false,
  }),
);
