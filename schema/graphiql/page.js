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

// A subscription is read as an event stream, with the headers that the page's user gave.
async function* listen(params, headers) {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { ...headers, "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify(params),
  });
  if (!response.headers.get("content-type").startsWith("text/event-stream")) {
    yield await response.json();
    return;
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const events = (text + part.value).split("\n\n");
      text = events.pop();
      for (const event of events) {
        const data = event.match(/^event: next\ndata: (.*)$/s);
        if (data) yield JSON.parse(data[1]);
      }
    }
  } finally {
    await reader.cancel();
  }
}

const ask = GraphiQL.createFetcher({ url: "/graphql" });
function fetcher(params, options) {
  const operations = (options?.documentAST?.definitions ?? []).filter((one) => one.kind === "OperationDefinition");
  const chosen = operations.find((one) => one.name?.value === params.operationName) ?? operations[0];
  return chosen?.operation === "subscription" ? listen(params, options.headers) : ask(params, options);
}

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultQuery: firstQuery,
    query: shared ?? undefined,
    defaultEditorToolsVisibility: true,
    shouldPersistHeaders: false,
  }),
);
