// name: plant_vectors
// mode: write
// Small vectors of fifty notes, for a vector index of the questions.
MATCH (note:Note)
WITH note ORDER BY note.id LIMIT 50
SET note.consoleVector = [1.0, size(note.title) / 100.0, size(note.text) / 1000.0]
RETURN count(*) AS notes;

// name: pull_vectors
// mode: write
// Takes them away again.
MATCH (note:Note) WHERE note.consoleVector IS NOT NULL
REMOVE note.consoleVector
RETURN count(*) AS notes;

// name: plant_secrets
// mode: write
// What nobody may read: an account, its session, an event and a notification of one person.
MATCH (user:User)
WITH user ORDER BY user.id LIMIT 1
CREATE (user)-[:HAS_ACCOUNT]->(account:Account {
  id: 'account_' + $secret, email: $secret + '-mail', emailKey: $secret + '-key', passwordHash: $secret + '-hash',
  passwordVersion: 1, roles: [$secret + '-role'], failedSignIns: 0, createdAt: $now
})
CREATE (account)-[:HAS_SESSION]->(:Session {
  id: 'session_' + $secret, generation: 0, createdAt: $now, expiresAt: $now
})
CREATE (user)-[:RECEIVED]->(:Notification {
  id: 'notification_' + $secret, kind: 'followed', recipientId: user.id, createdAt: $now
})
CREATE (:AuditEvent {
  id: 'auditevent_' + $secret, kind: 'test', actorId: 'operator', subjectId: 'graph', detail: $secret + '-detail', at: $now
})
RETURN account.id AS id;

// name: pull_secrets
// mode: write
// Takes it away again; how many nodes.
UNWIND ['account_', 'session_', 'notification_', 'auditevent_'] AS prefix
MATCH (node:Account|Session|Notification|AuditEvent {id: prefix + $secret})
DETACH DELETE node
RETURN count(*) AS nodes;
