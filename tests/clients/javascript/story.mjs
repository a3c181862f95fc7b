// Two people meet: one waits for notifications over a WebSocket and over an event stream, the other signs up, posts and
// follows. Prints what each saw as one line of JSON.
import { GraphQLClient, gql } from "graphql-request";
import { createClient as createStream } from "graphql-sse";
import { createClient as createSocket } from "graphql-ws";
import WebSocket from "ws";

const [address] = process.argv.slice(2);
const socketAddress = address.replace(/^http/, "ws");

const SIGN_UP = gql`
  mutation SignUp($input: SignUpInput!) {
    signUp(input: $input) { errors { code message field } tokens { accessToken } viewer { user { id handle } } }
  }
`;
const POST = gql`
  mutation Post($input: CreateNoteInput!) {
    createNote(input: $input) { errors { code message field } note { id title state topics(first: 5) { nodes { name } } } }
  }
`;
const FOLLOW = gql`
  mutation Follow($input: PersonInput!) {
    followUser(input: $input) { errors { code message field } user { followerCount viewerFollows } }
  }
`;
const CATEGORY = gql`{ category(slug: "food") { id } }`;
const NOTIFIED = `subscription { notificationAdded { kind actor { handle } } }`;

async function signUp(handle, displayName) {
  const visitor = new GraphQLClient(address);
  const input = { email: `${handle}@example.com`, password: "correct horse 电池 staple", handle, displayName };
  const { signUp: payload } = await visitor.request(SIGN_UP, { input });
  if (payload.errors.length) throw new Error(JSON.stringify(payload.errors));
  const authorization = `Bearer ${payload.tokens.accessToken}`;
  return { id: payload.viewer.user.id, authorization, client: new GraphQLClient(address, { headers: { authorization } }) };
}

// The first thing that comes, and a promise that the subscription stands.
function first(client) {
  return new Promise((resolve, reject) => {
    const stop = client.subscribe({ query: NOTIFIED }, {
      next: (message) => { resolve(message); setImmediate(() => stop()); },
      error: reject,
      complete: () => {},
    });
  });
}

const stamp = Date.now().toString(36);
const reader = await signUp(`reader_${stamp}`, "读者");
const author = await signUp(`author_${stamp}`, "作者");

const socket = createSocket({
  url: socketAddress,
  webSocketImpl: WebSocket,
  connectionParams: { authorization: author.authorization },
});
const stream = createStream({ url: address, headers: { authorization: author.authorization } });
const overSocket = first(socket);
const overStream = first(stream);
await new Promise((resolve) => setTimeout(resolve, 1000));

const { category } = await author.client.request(CATEGORY);
const { createNote } = await author.client.request(POST, {
  input: { kind: "TEXT", title: "第一篇", text: "今天的面很好吃 #noodles", categoryId: category.id, topics: ["面条"], publish: true },
});
const { followUser } = await reader.client.request(FOLLOW, { input: { userId: author.id } });
const story = { createNote, followUser, overSocket: await overSocket, overStream: await overStream };
await socket.dispose();
stream.dispose();
console.log(JSON.stringify(story));
process.exit(0);
