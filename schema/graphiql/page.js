"use strict";
const firstQuery = `# 种草 Zhongcao: press Ctrl-Enter to run.
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
    defaultEditorToolsVisibility: true,
    shouldPersistHeaders: false,
  }),
);
