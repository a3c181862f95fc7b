// name: lock_for_personal_token
// mode: write
// How many personal tokens of the account are good, the account locked. No row: no such person who may act, or one without
// the role.
MATCH (:User {id: $user_id, state: 'active'})-[:HAS_ACCOUNT]->(account:Account)
SET account.lockedAt = $now
REMOVE account.lockedAt
WITH account
WHERE $role IN account.roles
RETURN account.id AS account_id, COUNT {
  (account)-[:HAS_PERSONAL_TOKEN]->(token:PersonalToken) WHERE token.revokedAt IS NULL AND token.expiresAt > $now
} AS good;

// name: create_personal_token
// mode: write
// A personal token of a locked account.
MATCH (account:Account {id: $account_id})
CREATE (account)-[:HAS_PERSONAL_TOKEN]->(token:PersonalToken {
  id: $token_id, name: $name, hash: $hash, createdAt: $now, expiresAt: $expires_at
})
RETURN token.id AS token_id;

// name: personal_token_holder
// mode: read
// Whom a token names, by its digest. No row: no good token has it, or its holder may not act.
MATCH (token:PersonalToken {hash: $hash})
WHERE token.revokedAt IS NULL AND token.expiresAt > $now
MATCH (user:User {state: 'active'})-[:HAS_ACCOUNT]->(account:Account)-[:HAS_PERSONAL_TOKEN]->(token)
RETURN user.id AS user_id, token.id AS token_id, account.roles AS roles;

// name: revoke_personal_token
// mode: write
// Ends a token of the person; one that has ended stays as it is. No row: they have no such token.
MATCH (:User {id: $user_id})-[:HAS_ACCOUNT]->(:Account)-[:HAS_PERSONAL_TOKEN]->(token:PersonalToken {id: $token_id})
SET token.revokedAt = coalesce(token.revokedAt, $now)
RETURN token.id AS token_id;

// name: forget_personal_tokens
// mode: write
// Forgets some of the tokens that expired before a moment; how many.
MATCH (token:PersonalToken)
WHERE token.expiresAt < $before
WITH token ORDER BY token.expiresAt LIMIT $batch
DETACH DELETE token
RETURN count(*) AS forgotten;
