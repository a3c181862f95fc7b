// The service: GraphQL and the console, in the name of whoever signed in. Tokens live as long as the browser's tab.

const KEY = "zhongcao.session";
const TOKENS = "tokens { accessToken refreshToken } errors { message }";
let tokens = JSON.parse(sessionStorage.getItem(KEY) ?? "null");

/** What the service refused: its message is for people, its code for programs. */
export class Failed extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

function keep(given) {
  tokens = given;
  if (given) sessionStorage.setItem(KEY, JSON.stringify(given));
  else sessionStorage.removeItem(KEY);
}

async function send(path, body, signed = true) {
  const headers = { "content-type": "application/json", accept: "application/json" };
  if (signed && tokens) headers.authorization = `Bearer ${tokens.accessToken}`;
  const given = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
  let response;
  try {
    response = await fetch(path, given);
  } catch (error) {
    throw new Failed(error.message, "OFFLINE");
  }
  const answer = await response.json().catch(() => null);
  if (!answer) throw new Failed(`HTTP ${response.status}`, "HTTP");
  return answer;
}

function codeOf(answer) {
  return answer.errors?.[0]?.extensions?.code;
}

/** The answer, asked once more with new tokens where the old ones have ended. */
async function fresh(path, body) {
  const answer = await send(path, body);
  if (codeOf(answer) !== "SIGN_IN_REQUIRED" || !tokens || !(await refresh())) return answer;
  return send(path, body);
}

function good(answer) {
  if (answer.errors?.length) {
    if (codeOf(answer) === "SIGN_IN_REQUIRED") keep(null);
    throw new Failed(answer.errors[0].message, codeOf(answer));
  }
  return answer;
}

async function refresh() {
  const query = `mutation Refresh($input: RefreshSessionInput!) { done: refreshSession(input: $input) { ${TOKENS} } }`;
  const answer = await send("/graphql", { query, variables: { input: { refreshToken: tokens.refreshToken } } }, false);
  keep(answer.data?.done?.tokens ?? null);
  return tokens !== null;
}

/** The data that answers a GraphQL query. */
export async function ask(query, variables = {}) {
  return good(await fresh("/graphql", { query, variables })).data;
}

/** The answer of the console: POST with a body, GET without. */
export async function cypher(path, body) {
  return good(await fresh(path, body));
}

export async function signIn(email, password) {
  const query = `mutation SignIn($input: SignInInput!) { done: signIn(input: $input) { ${TOKENS} } }`;
  const answer = good(await send("/graphql", { query, variables: { input: { email, password } } }, false));
  const { tokens: given, errors } = answer.data.done;
  if (!given) throw new Failed(errors[0]?.message ?? "", "REFUSED");
  keep(given);
}

export async function signOut() {
  const query = "mutation SignOut { done: signOut(input: {}) { errors { message } } }";
  await send("/graphql", { query }).catch(() => null);
  keep(null);
}

/** Who is signed in, or null. */
export async function viewer() {
  if (!tokens) return null;
  return (await ask("query Viewer { viewer { roles user { id displayName handle } } }")).viewer;
}

const PICTURE = `nodes { id type name nameEn handle kind region verified heat followerCount likeCount noteCount category categoryEn }
  ties { kind start end score at } more`;

export async function around(id, kinds, direction, first) {
  const query = `query Around($id: ID!, $kinds: [TieKind!], $direction: TieDirection!, $first: Int!) {
    found: neighbourhood(id: $id, kinds: $kinds, direction: $direction, first: $first) { ${PICTURE} } }`;
  return (await ask(query, { id, kinds, direction, first })).found;
}

export async function among(ids) {
  const query = `query Among($ids: [ID!]!) { found: graphPicture(ids: $ids) { ${PICTURE} } }`;
  return (await ask(query, { ids })).found;
}

export async function way(from, to) {
  const query = `query Way($from: ID!, $to: ID!) { found: graphPath(from: $from, to: $to) { ${PICTURE} } }`;
  return (await ask(query, { from, to })).found;
}

const SEARCHES = {
  User: "searchPeople(query: $text, first: $n) { nodes { id name: displayName handle } }",
  Brand: "searchBrands(query: $text, first: $n) { nodes { id name handle } }",
  Product: "searchProducts(query: $text, first: $n) { nodes { id name } }",
  Topic: "searchTopics(query: $text, first: $n) { nodes { id name } }",
  Note: "searchNotes(query: $text, first: $n) { nodes { id name: title } }",
};

/** Things that answer a text: [{type, id, name, handle}]. */
export async function search(text, type) {
  const types = type === "all" ? Object.keys(SEARCHES) : [type];
  const query = `query Search($text: String!, $n: Int!) { ${types.map((one) => `${one}: ${SEARCHES[one]}`).join("\n")} }`;
  const found = await ask(query, { text, n: type === "all" ? 4 : 15 });
  return types.flatMap((one) => found[one].nodes.map((node) => ({ type: one, ...node })));
}
