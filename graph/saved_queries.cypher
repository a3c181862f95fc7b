// name: lock_for_saved_query
// mode: write
// How many saved queries the account has, and how many of others' it holds, the account locked. No row: no such person who may
// act, or one without the role.
MATCH (:User {id: $user_id, state: 'active'})-[:HAS_ACCOUNT]->(account:Account)
SET account.lockedAt = $now
REMOVE account.lockedAt
WITH account
WHERE $role IN account.roles
RETURN account.id AS account_id, COUNT { (account)-[:HAS_SAVED_QUERY]->() } AS saved,
       COUNT { (account)-[:OPENED_QUERY]->() } AS opened;

// name: create_saved_query
// mode: write
// A saved query of a locked account.
MATCH (account:Account {id: $account_id})
CREATE (account)-[:HAS_SAVED_QUERY]->(saved:SavedQuery {
  id: $query_id, name: $name, description: $description, text: $query, language: $language, parameters: $parameters,
  createdAt: $now, updatedAt: $now
})
RETURN saved.id AS query_id;

// name: own_saved_query
// mode: read
// A saved query of the person. No row: they have no such query.
MATCH (:User {id: $user_id})-[:HAS_ACCOUNT]->(:Account)-[:HAS_SAVED_QUERY]->(saved:SavedQuery {id: $query_id})
RETURN saved.id AS id, saved.name AS name, saved.description AS description, saved.text AS text,
       saved.language AS language, saved.parameters AS parameters, saved.link AS link;

// name: update_saved_query
// mode: write
// Changes what is given (null: as it was). No row: the person has no such query.
MATCH (:User {id: $user_id})-[:HAS_ACCOUNT]->(:Account)-[:HAS_SAVED_QUERY]->(saved:SavedQuery {id: $query_id})
SET saved.name = coalesce($name, saved.name), saved.description = coalesce($description, saved.description),
    saved.text = coalesce($query, saved.text), saved.language = coalesce($language, saved.language),
    saved.parameters = coalesce($parameters, saved.parameters), saved.updatedAt = $now
RETURN saved.id AS query_id;

// name: delete_saved_query
// mode: write
// The query is gone, for those too who opened it. No row: the person has no such query.
MATCH (:User {id: $user_id})-[:HAS_ACCOUNT]->(:Account)-[:HAS_SAVED_QUERY]->(saved:SavedQuery {id: $query_id})
DETACH DELETE saved
RETURN $query_id AS query_id;

// name: share_saved_query
// mode: write
// Gives the query a link; one that has a link keeps it. No row: the person has no such query.
MATCH (:User {id: $user_id})-[:HAS_ACCOUNT]->(:Account)-[:HAS_SAVED_QUERY]->(saved:SavedQuery {id: $query_id})
SET saved.lockedAt = $now
REMOVE saved.lockedAt
SET saved.link = coalesce(saved.link, $link)
RETURN saved.link AS link;

// name: unshare_saved_query
// mode: write
// Ends the query's link, and what it gave to those who opened it. No row: the person has no such query.
MATCH (:User {id: $user_id})-[:HAS_ACCOUNT]->(:Account)-[:HAS_SAVED_QUERY]->(saved:SavedQuery {id: $query_id})
REMOVE saved.link
WITH saved
CALL (saved) {
  MATCH (saved)<-[opened:OPENED_QUERY]-()
  DELETE opened
}
RETURN saved.id AS query_id;

// name: open_saved_query
// mode: write
// The query with the link is kept by a locked account; its owner's is theirs anyway, and a second time keeps the first. No row:
// the link leads nowhere.
MATCH (saved:SavedQuery {link: $link})
SET saved.lockedAt = $now
REMOVE saved.lockedAt
WITH saved WHERE saved.link = $link
CALL (saved) {
  MATCH (account:Account {id: $account_id})
  WHERE NOT EXISTS { (account)-[:HAS_SAVED_QUERY]->(saved) }
  MERGE (account)-[opened:OPENED_QUERY]->(saved)
    ON CREATE SET opened.at = $now
}
RETURN saved.id AS query_id;

// name: leave_shared_query
// mode: write
// The person keeps somebody's query no more. No row: they do not keep it.
MATCH (:User {id: $user_id})-[:HAS_ACCOUNT]->(:Account)-[opened:OPENED_QUERY]->(saved:SavedQuery {id: $query_id})
DELETE opened
RETURN saved.id AS query_id;

// name: saved_query_of_id
// mode: read
// A saved query that the person has, or opened while it is shared. No row: there is none.
MATCH (saved:SavedQuery {id: $key})
WHERE EXISTS { (:User {id: $user_id})-[:HAS_ACCOUNT]->(:Account)-[:HAS_SAVED_QUERY]->(saved) }
   OR saved.link IS NOT NULL AND EXISTS { (:User {id: $user_id})-[:HAS_ACCOUNT]->(:Account)-[:OPENED_QUERY]->(saved) }
RETURN saved.id AS id, saved.name AS name, saved.description AS description, saved.text AS text,
       saved.language AS language, saved.parameters AS parameters, saved.link AS link;

// name: saved_query_of_link
// mode: read
// The saved query that the link leads to. No row: it leads nowhere.
MATCH (saved:SavedQuery {link: $key})
RETURN saved.id AS id, saved.name AS name, saved.description AS description, saved.text AS text,
       saved.language AS language, saved.parameters AS parameters, saved.link AS link;

// name: any_saved_query
// mode: read
// The saved query, whoever has it. No row: there is none.
MATCH (saved:SavedQuery {id: $key})
RETURN saved.id AS id, saved.name AS name, saved.description AS description, saved.text AS text,
       saved.language AS language, saved.parameters AS parameters, saved.link AS link;

// name: saved_queries_of
// mode: read
// What the person saved, latest changed first, and then what they opened, latest first.
MATCH (:User {id: $user_id})-[:HAS_ACCOUNT]->(account:Account)
CALL (account) {
  MATCH (account)-[:HAS_SAVED_QUERY]->(saved:SavedQuery)
  RETURN saved, true AS mine, saved.updatedAt AS at
  UNION ALL
  MATCH (account)-[opened:OPENED_QUERY]->(saved:SavedQuery)
  WHERE saved.link IS NOT NULL
  RETURN saved, false AS mine, opened.at AS at
}
RETURN saved.id AS id, saved.name AS name, saved.description AS description, saved.text AS text,
       saved.language AS language, saved.parameters AS parameters, saved.link AS link, mine
ORDER BY mine DESC, at DESC, id;
