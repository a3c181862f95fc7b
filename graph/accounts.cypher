// name: sign_up
// mode: write
// A person with an account and its first session.
CREATE (user:User {
  id: $user_id, handle: $handle, displayName: $display_name, language: $language,
  kind: 'member', state: 'active', private: false, createdAt: $now
})
CREATE (account:Account {
  id: $account_id, email: $email, emailKey: $email_key, passwordHash: $password_hash, passwordVersion: 1,
  roles: $roles, failedSignIns: 0, createdAt: $now
})
CREATE (user)-[:HAS_ACCOUNT]->(account)
RETURN account.id AS account_id;

// name: give_account
// mode: write
// An account for a person who has none. No row: no active person has that handle.
MATCH (user:User {handle: $handle, state: 'active'})
SET user.lockedAt = $now
REMOVE user.lockedAt
WITH user, EXISTS { (user)-[:HAS_ACCOUNT]->() } AS has_account
FOREACH (_ IN CASE WHEN has_account THEN [] ELSE [1] END |
  CREATE (user)-[:HAS_ACCOUNT]->(:Account {
    id: $account_id, email: $email, emailKey: $email_key, passwordHash: $password_hash, passwordVersion: 1,
    roles: $roles, failedSignIns: 0, createdAt: $now
  }))
RETURN user.id AS user_id, has_account;

// name: account_by_email
// mode: read
// What signing in needs to know. No row: nobody has that address.
MATCH (user:User)-[:HAS_ACCOUNT]->(account:Account {emailKey: $email_key})
RETURN account.id AS account_id, account.passwordHash AS password_hash, account.passwordVersion AS password_version,
       user.id AS user_id, user.state AS state;

// name: account_of_user
// mode: read
// The same for somebody who is signed in. No row: no such account.
MATCH (user:User {id: $user_id})-[:HAS_ACCOUNT]->(account:Account)
RETURN account.id AS account_id, account.passwordHash AS password_hash, account.passwordVersion AS password_version,
       user.id AS user_id, user.state AS state;

// name: count_sign_in
// mode: write
// Counts a try before its password is looked at, so that tries at the same moment are counted one by one; the right one
// takes it back. No row: nobody may try now, or there is no such account.
MATCH (account:Account {id: $account_id})
SET account.lockedAt = $now
REMOVE account.lockedAt
WITH account
WHERE account.lockedUntil IS NULL OR account.lockedUntil <= $now
SET account.failedSignIns = account.failedSignIns + 1
RETURN account.failedSignIns AS tries;

// name: lock_account
// mode: write
// Lets nobody sign in before a moment. No row: no such account.
MATCH (account:Account {id: $account_id})
SET account.lockedUntil = $until
RETURN account.id AS account_id;

// name: begin_session
// mode: write
// A session of the account. No row: the password was changed meanwhile, or the person may not act.
MATCH (user:User)-[:HAS_ACCOUNT]->(account:Account {id: $account_id})
SET account.lockedAt = $now
REMOVE account.lockedAt
WITH user, account
WHERE account.passwordVersion = $password_version AND user.state = 'active'
SET account.failedSignIns = 0
REMOVE account.lockedUntil
CREATE (account)-[:HAS_SESSION]->(session:Session {
  id: $session_id, generation: 0, createdAt: $now, expiresAt: $expires_at
})
RETURN user.id AS user_id, session.id AS session_id,
       account.roles + CASE WHEN EXISTS { (user)-[:STAFF_OF]->() } THEN ['brand_staff'] ELSE [] END AS roles;

// name: lock_session
// mode: write
// The session, locked for this transaction. No row: no such session of anybody who may act.
MATCH (user:User {state: 'active'})-[:HAS_ACCOUNT]->(account:Account)-[:HAS_SESSION]->(session:Session {id: $session_id})
SET session.lockedAt = $now
REMOVE session.lockedAt
WITH user, account, session
RETURN user.id AS user_id, session.id AS session_id, session.generation AS generation,
       session.refreshedAt AS refreshed_at, session.expiresAt AS expires_at, session.revokedAt AS revoked_at,
       account.roles + CASE WHEN EXISTS { (user)-[:STAFF_OF]->() } THEN ['brand_staff'] ELSE [] END AS roles;

// name: refresh_session
// mode: write
// The next generation of a locked session.
MATCH (session:Session {id: $session_id})
SET session.generation = session.generation + 1, session.refreshedAt = $now, session.expiresAt = $expires_at
RETURN session.generation AS generation;

// name: revoke_session
// mode: write
// Ends a session; one that has ended stays as it is. No row: no such session.
MATCH (session:Session {id: $session_id})
SET session.revokedFor = CASE WHEN session.revokedAt IS NULL THEN $why ELSE session.revokedFor END,
    session.revokedAt = coalesce(session.revokedAt, $now)
RETURN session.id AS session_id;

// name: revoke_sessions
// mode: write
// Ends the account's sessions but the one to keep (null: none); how many.
MATCH (:Account {id: $account_id})-[:HAS_SESSION]->(session:Session)
WHERE session.revokedAt IS NULL AND ($keep IS NULL OR session.id <> $keep)
SET session.revokedAt = $now, session.revokedFor = $why
RETURN count(*) AS revoked;

// name: revoke_sessions_of_user
// mode: write
// Ends all of a person's sessions; how many.
MATCH (:User {id: $user_id})-[:HAS_ACCOUNT]->(:Account)-[:HAS_SESSION]->(session:Session)
WHERE session.revokedAt IS NULL
SET session.revokedAt = $now, session.revokedFor = $why
RETURN count(*) AS revoked;

// name: set_password
// mode: write
// Another password in the place of that version. No row: no such account, or the password was changed meanwhile.
MATCH (account:Account {id: $account_id})
SET account.lockedAt = $now
REMOVE account.lockedAt
WITH account
WHERE account.passwordVersion = $password_version
SET account.passwordHash = $password_hash, account.passwordVersion = account.passwordVersion + 1, account.failedSignIns = 0
REMOVE account.lockedUntil
RETURN account.id AS account_id;

// name: ask_for_reset
// mode: write
// Notes that a link was asked for. No row: nobody active has that address, or a link was asked for a moment ago.
MATCH (:User {state: 'active'})-[:HAS_ACCOUNT]->(account:Account {emailKey: $email_key})
SET account.lockedAt = $now
REMOVE account.lockedAt
WITH account
WHERE account.resetAskedAt IS NULL OR account.resetAskedAt < $not_since
SET account.resetAskedAt = $now
RETURN account.id AS account_id;

// name: mail_recipient
// mode: read
// Whom a mail about the account goes to. No row: no such account of anybody active.
MATCH (user:User {state: 'active'})-[:HAS_ACCOUNT]->(account:Account {id: $account_id})
RETURN account.email AS email, account.passwordVersion AS password_version, user.language AS language;

// name: lock_admin
// mode: write
// Locks the account of an administrator who may act, whatever their token says. No row: they are none any more.
MATCH (:User {id: $user_id, state: 'active'})-[:HAS_ACCOUNT]->(account:Account)
SET account.lockedAt = $now
REMOVE account.lockedAt
WITH account
WHERE 'admin' IN account.roles
RETURN account.id AS account_id;

// name: set_roles
// mode: write
// Gives the account of a person these roles beyond that of a member. No row: no such person, or one without account.
MATCH (user:User {id: $user_id})-[:HAS_ACCOUNT]->(account:Account)
SET account.roles = $roles
RETURN user.id AS user_id;

// name: forget_sessions
// mode: write
// Forgets some of the sessions that ended before a moment; how many.
MATCH (session:Session)
WHERE session.expiresAt < $before
WITH session ORDER BY session.expiresAt LIMIT $batch
DETACH DELETE session
RETURN count(*) AS forgotten;
