// Questions that must be refused, one block each: `// why:` says what it tries, `// refused:` the reason that it gets
// (of the guard, or `fault` where the server itself finds it wrong), `// language:` the version where it is not 5.
// ⟨U+2028⟩ stands for the character of that number.

// why: reads a file
// refused: leading
LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line;;

// why: reads a file behind a clause
// refused: clause
WITH 1 AS one LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line;;

// why: reads the network
// refused: clause
UNWIND [1] AS i LOAD CSV FROM 'http://169.254.169.254/latest/meta-data/' AS line RETURN line;;

// why: reads a file in a subquery
// refused: clause
CALL () { LOAD CSV WITH HEADERS FROM 'file:///etc/passwd' AS line RETURN line } RETURN line;;

// why: reads a file in an expression, where the plan shows no operator of it
// refused: clause
MATCH (u:User) RETURN CASE WHEN u.handle = 'x' THEN COLLECT { LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l } ELSE [] END AS x;;

// why: the same in a list comprehension
// refused: clause
RETURN [x IN [1] | COLLECT { LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l }] AS x;;

// why: the same with words apart by a comment
// refused: clause
WITH 1 AS one LOAD /* a */ // b
CSV FROM 'file:///etc/hostname' AS line RETURN line;;

// why: the same in other letters
// refused: clause
WITH 1 AS one lOaD cSv FROM 'file:///etc/hostname' AS line RETURN line;;

// why: a keyword spelt with an escape
// refused: escape
WITH 1 AS one L\u004fAD CSV FROM 'file:///etc/hostname' AS line RETURN line;;

// why: a quotation mark spelt with an escape, which ends the text for the server alone
// refused: escape
WITH 'a\u0027 AS one LOAD CSV FROM \u0027file:///etc/hostname' AS line RETURN line;;

// why: the other escape
// refused: escape
RETURN '\U0000004c' AS x;;

// why: a keyword glued to a number
// refused: number
WITH 1LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line;;

// why: words apart by an ideographic space
// refused: character
WITH 1 AS one LOAD⟨U+3000⟩CSV FROM 'file:///etc/hostname' AS line RETURN line;;

// why: words apart by a no-break space
// refused: character
WITH 1 AS one LOAD⟨U+00A0⟩CSV FROM 'file:///etc/hostname' AS line RETURN line;;

// why: a comment that ends at a line separator for one reader only
// refused: character
WITH 1 AS one // x⟨U+2028⟩LOAD CSV FROM 'file:///etc/hostname' AS line
RETURN one;;

// why: a mark that turns the text around
// refused: character
RETURN 'abc⟨U+202E⟩' AS x;;

// why: a character of no width inside a word
// refused: character
MATCH (u:Us⟨U+200B⟩er) RETURN u;;

// why: reads a file by name of the query's function
// refused: function
RETURN file() AS f;;

// why: the same, the line
// refused: function
RETURN linenumber() AS n;;

// why: shows the plan through the text
// refused: leading
EXPLAIN MATCH (u:User) RETURN u;;

// why: profiles through the text
// refused: leading
PROFILE MATCH (u:User) RETURN u;;

// why: profiles a write behind a comment
// refused: leading
/* hello */ // there
PROFILE CREATE (n:User) RETURN n;;

// why: chooses planner and runtime
// refused: leading
CYPHER runtime=parallel MATCH (u:User) RETURN u;;

// why: chooses the language, then explains
// refused: leading
CYPHER 25 EXPLAIN MATCH (u:User) RETURN u;;

// why: asks another database
// refused: leading
USE system MATCH (n) RETURN n;;

// why: the same behind a comment
// refused: leading
// nothing
USE `system` SHOW USERS;;

// why: the same in a subquery
// refused: clause
MATCH (u:User) CALL (u) { USE system MATCH (n) RETURN n } RETURN n;;

// why: the same in a union
// refused: clause
MATCH (u:User) RETURN u AS n UNION USE system MATCH (n) RETURN n;;

// why: another database by a function
// refused: leading
USE graph.byName('system') MATCH (n) RETURN n;;

// why: another graph by an element
// refused: clause
MATCH (u:User) CALL (u) { USE graph.byElementId(elementId(u)) RETURN 1 AS x } RETURN x;;

// why: shows users
// refused: leading
SHOW USERS;;

// why: shows settings
// refused: leading
SHOW SETTINGS YIELD name, value RETURN name, value;;

// why: shows what others ask
// refused: leading
SHOW TRANSACTIONS YIELD currentQuery, parameters RETURN *;;

// why: shows databases
// refused: leading
SHOW DATABASES;;

// why: shows procedures
// refused: leading
SHOW PROCEDURES EXECUTABLE YIELD *;;

// why: shows functions
// refused: leading
SHOW FUNCTIONS;;

// why: shows the current user
// refused: leading
SHOW CURRENT USER;;

// why: shows indexes
// refused: leading
SHOW INDEXES YIELD * RETURN *;;

// why: shows settings behind a clause
// refused: fault
WITH 1 AS one SHOW SETTINGS YIELD name RETURN name;;

// why: ends what others do
// refused: leading
TERMINATE TRANSACTIONS 'neo4j-transaction-1';;

// why: ends what others do, found first
// refused: leading
SHOW TRANSACTIONS YIELD transactionId AS id TERMINATE TRANSACTIONS id YIELD message RETURN message;;

// why: creates a node
// refused: leading
CREATE (n:User {id: 'user_evil'}) RETURN n;;

// why: merges
// refused: leading
MERGE (n:User {id: 'user_evil'}) RETURN n;;

// why: deletes everything
// refused: writes
MATCH (n:User) DETACH DELETE n;;

// why: sets a property
// refused: writes
MATCH (n:User) SET n.state = 'deleted' RETURN n.id;;

// why: sets properties from a map
// refused: writes
MATCH (n:User) SET n += {state: 'deleted'};;

// why: removes a property
// refused: writes
MATCH (n:User) REMOVE n.handle;;

// why: adds a label
// refused: writes
MATCH (n:User) SET n:Admin RETURN count(*);;

// why: writes in a loop
// refused: writes
MATCH (n:User) FOREACH (x IN [1] | SET n.x = x);;

// why: writes in a subquery
// refused: writes
MATCH (n:User) CALL (n) { CREATE (m:Note {id: n.id}) RETURN m } RETURN m;;

// why: writes in transactions of its own
// refused: operator writes
MATCH (n:User) CALL (n) { SET n.x = 1 } IN TRANSACTIONS OF 10 ROWS;;

// why: reads in transactions of its own, which no limit of this one binds
// refused: operator fault
MATCH (u:User) CALL (u) { MATCH (u)-[:POSTED]->(n:Note) RETURN n LIMIT 2 } IN 4 CONCURRENT TRANSACTIONS RETURN n.id;;

// why: inserts
// refused: leading
// language: 25
INSERT (n:User {id: 'user_evil'});;

// why: makes a constraint
// refused: leading
CREATE CONSTRAINT evil FOR (n:User) REQUIRE n.id IS UNIQUE;;

// why: drops an index
// refused: leading
DROP INDEX user_text;;

// why: makes a user
// refused: leading
CREATE USER evil SET PASSWORD 'evilevil1';;

// why: changes the password of the service
// refused: leading
ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'evilevil1';;

// why: makes a database
// refused: leading
CREATE DATABASE evil;;

// why: stops the database
// refused: leading
STOP DATABASE neo4j;;

// why: enables a server
// refused: leading
ENABLE SERVER 'x';;

// why: grants
// refused: leading
GRANT ALL ON DATABASE * TO PUBLIC;;

// why: two statements
// refused: several
MATCH (u:User) RETURN u.id; MATCH (u:User) DETACH DELETE u;;

// why: two statements, the second in a comment's shadow
// refused: several
RETURN 1 AS one; // only one
CREATE (n);;

// why: configuration
// refused: procedure
CALL dbms.listConfig() YIELD name, value RETURN name, value;;

// why: configuration without brackets
// refused: procedure
CALL dbms.listConfig;;

// why: the same with words apart
// refused: procedure
CALL dbms /* x */ . listConfig () YIELD name RETURN name;;

// why: the same in backticks
// refused: procedure
CALL `dbms`.`listConfig`('') YIELD name RETURN name;;

// why: the same in an expression
// refused: procedure
MATCH (u:User) RETURN CASE WHEN true THEN COLLECT { CALL dbms.listConfig() YIELD name RETURN name } END AS x;;

// why: the same, optional
// refused: procedure
OPTIONAL CALL dbms.listConfig() YIELD name RETURN name;;

// why: who is connected, and from where
// refused: procedure
CALL dbms.listConnections();;

// why: ends a connection
// refused: procedure
CALL dbms.killConnection('bolt-1');;

// why: ends connections
// refused: procedure
CALL dbms.killConnections(['bolt-1', 'bolt-2']);;

// why: asks the Java machine
// refused: procedure
CALL dbms.queryJmx('*:*');;

// why: who the service is there
// refused: procedure
CALL dbms.showCurrentUser();;

// why: empties caches
// refused: procedure
CALL db.clearQueryCaches();;

// why: has everything planned anew
// refused: procedure
CALL db.prepareForReplanning();;

// why: reads what others asked
// refused: procedure
CALL db.stats.retrieve('QUERIES');;

// why: begins to record what others ask
// refused: procedure
CALL db.stats.collect('QUERIES');;

// why: makes labels
// refused: procedure
CALL db.createLabel('Evil');;

// why: sets a vector
// refused: procedure
MATCH (n:Note) CALL db.create.setNodeVectorProperty(n, 'taste', [1.0]) RETURN n;;

// why: makes an index
// refused: procedure
CALL db.index.vector.createNodeIndex('evil', 'User', 'x', 3, 'cosine');;

// why: waits for ever
// refused: procedure
CALL db.awaitIndexes(1000000);;

// why: pretends to be another operation
// refused: procedure
CALL tx.setMetaData({operation: 'sign_in'});;

// why: a procedure that is not there
// refused: procedure
CALL apoc.load.json('http://127.0.0.1:8000/metrics');;

// why: runs Cypher in a text
// refused: procedure
CALL apoc.cypher.runWrite('CREATE (n)', {});;

// why: a function that is not there
// refused: function
RETURN apoc.cypher.runFirstColumnSingle('CREATE (n) RETURN n', {}) AS x;;

// why: a function in backticks
// refused: function
RETURN `file`() AS f;;

// why: accounts
// refused: closed
MATCH (a:Account) RETURN a;;

// why: accounts in backticks
// refused: closed
MATCH (a:`Account`) RETURN a.passwordHash;;

// why: accounts by an escape
// refused: escape
MATCH (a:`Acc\u006funt`) RETURN a.email;;

// why: accounts by a label that is computed
// refused: dynamic
MATCH (a:$('Acc' + 'ount')) RETURN a.email;;

// why: the same, any
// refused: dynamic
MATCH (a:$any(['Acc' + 'ount'])) RETURN a.email;;

// why: accounts by a relationship type that is computed
// refused: dynamic
MATCH (u:User)-[:$('HAS_' + 'ACCOUNT')]->(a) RETURN a.email;;

// why: accounts by their relationship
// refused: closed
MATCH (u:User)-[:HAS_ACCOUNT]->(a) RETURN u.handle, a.roles;;

// why: accounts among several types
// refused: closed
MATCH (u:User)-[:POSTED|HAS_ACCOUNT]->(a) RETURN a;;

// why: accounts by any relationship
// refused: closed
MATCH (u:User)-->(a) RETURN a;;

// why: accounts by any relationship, backwards
// refused: closed
MATCH (a)<--(u:User) RETURN properties(a) AS p;;

// why: accounts by all but one type
// refused: closed
MATCH (u:User)-[:!POSTED]->(a) RETURN a;;

// why: accounts by whatever type
// refused: closed
MATCH (u:User)-[r:%]->(a) RETURN type(r), keys(a);;

// why: accounts among all nodes
// refused: closed
MATCH (n) RETURN n;;

// why: accounts among all nodes, by their properties
// refused: closed
MATCH (n) WHERE n.passwordHash IS NOT NULL RETURN n.emailKey;;

// why: accounts by what they are not
// refused: closed
MATCH (n:!User&!Note) RETURN n;;

// why: accounts by number
// refused: closed
MATCH (n) WHERE id(n) = 4711 RETURN n;;

// why: accounts by element id
// refused: closed
MATCH (n) WHERE elementId(n) STARTS WITH '4:' RETURN n;;

// why: accounts by an element id that is passed
// refused: closed
MATCH (n) WHERE elementId(n) IN ['4:x:1', '4:x:2'] RETURN n;;

// why: accounts among the ends of all relationships
// refused: closed
MATCH (a)-[r]->(b) RETURN b;;

// why: accounts by all relationships' kinds
// refused: closed
MATCH ()-[r]->(b) WHERE type(r) = 'HAS_' + 'ACCOUNT' RETURN b.email;;

// why: accounts at the end of a path of any length
// refused: closed
MATCH (u:User)-[*1..2]-(a) RETURN a;;

// why: accounts along a quantified path
// refused: closed
MATCH (u:User) (()-[]->()){1,2} (a) RETURN a;;

// why: accounts along a shortest path
// refused: closed
MATCH (u:User {handle: 'lizi_snow9'}), (v:User {handle: 'yeguo_official'}) MATCH p = shortestPath((u)-[*..4]-(v)) RETURN p;;

// why: accounts along a shortest path of the newer form
// refused: closed
MATCH p = SHORTEST 3 (u:User {handle: 'lizi_snow9'})--+(v:User) RETURN p;;

// why: accounts in a subquery
// refused: closed
MATCH (u:User) CALL (u) { MATCH (u)--(a) RETURN a } RETURN a;;

// why: accounts in a collected subquery
// refused: closed
MATCH (u:User) RETURN COLLECT { MATCH (u)--(a) RETURN properties(a) } AS x;;

// why: accounts in a subquery inside an expression, which no operator shows
// refused: hidden
MATCH (u:User) RETURN [x IN [1] | COLLECT { MATCH (u)--(a) RETURN properties(a) }] AS x;;

// why: the same in a pattern comprehension
// refused: hidden
MATCH (u:User) RETURN [x IN [1] | [(u)--(a) | properties(a)]] AS x;;

// why: the same in a sort
// refused: hidden
MATCH (u:User) RETURN u.handle ORDER BY [x IN [1] | COLLECT { MATCH (n) RETURN n.emailKey }] LIMIT 5;;

// why: the same in an aggregate
// refused: hidden
MATCH (u:User) RETURN max([x IN [1] | COLLECT { MATCH (n) RETURN n.emailKey }]) AS x;;

// why: the same in what an index is asked
// refused: hidden
MATCH (u:User) WHERE u.handle IN [x IN [1] | COLLECT { MATCH (n) RETURN n.emailKey }[0]] RETURN u;;

// why: the same in a condition on a path
// refused: hidden
MATCH (u:User {handle: 'a'}), (v:User {handle: 'b'}) MATCH p = shortestPath((u)-[:FOLLOWS*..5]-(v)) WHERE all(x IN nodes(p) WHERE EXISTS { MATCH (n) WHERE n.emailKey = x.handle }) RETURN p;;

// why: the same in a projection of a map
// refused: hidden
MATCH (u:User) RETURN u {.*, z: [x IN [1] | COLLECT { MATCH (n) RETURN n.emailKey }]} AS x;;

// why: the same in reduce, with a name that imitates a quotation
// refused: backtick
MATCH (u:User) RETURN CASE WHEN u.handle = '`' THEN COLLECT { MATCH (n) RETURN n.emailKey } ELSE '`' END AS x;;

// why: a value of an account in an error, from a pattern inside an expression
// refused: hidden
MATCH (u:User) RETURN CASE WHEN EXISTS { MATCH (n)-[:FOLLOWS]->(m) WHERE date(n.emailKey) = date() } THEN 1 END AS x;;

// why: the same by arithmetic
// refused: hidden
MATCH (u:User) RETURN [x IN [1] | EXISTS { MATCH (n)-[:FOLLOWS]->(m) WHERE n.emailKey * 2 = 1 }] AS x;;

// why: the same by a property of a property
// refused: hidden
MATCH (u:User) RETURN [x IN [1] | EXISTS { MATCH (n)-[:FOLLOWS]->(m) WHERE n.emailKey.year = 1 }] AS x;;

// why: accounts by a pattern of any type inside an expression
// refused: hidden
MATCH (u:User) RETURN CASE WHEN EXISTS { MATCH (u)--(a) WHERE a.emailKey STARTS WITH 'a' } THEN 1 END AS x;;

// why: who blocks whom, inside an expression
// refused: closed
MATCH (a:User)-[:FOLLOWS]->(b:User) RETURN sum(CASE WHEN (a)-[:BLOCKS]->(b) THEN 1 ELSE 0 END) AS x;;

// why: a value of an account in an error
// refused: closed
MATCH (n) WHERE date(n.emailKey) = date() RETURN n.id;;

// why: a name that imitates a type in what the planner says
// refused: name
MATCH (u:User)-[`r:POSTED`]->(x) RETURN x, `r:POSTED`;;

// why: a name that imitates a whole pattern
// refused: name
MATCH (`u)-[r:POSTED]->(x`) RETURN `u)-[r:POSTED]->(x`;;

// why: a label's letters behind a union
// refused: closed
MATCH (n:User|Account) RETURN n;;

// why: sessions
// refused: closed
MATCH (s:Session) RETURN s.id, s.generation;;

// why: sessions by a path of closed types
// refused: closed
MATCH (:User)-[:HAS_ACCOUNT]->()-[:HAS_SESSION]->(s) RETURN s;;

// why: personal tokens
// refused: closed
MATCH (t:PersonalToken) RETURN t.hash;;

// why: what others asked here
// refused: closed
MATCH (e:AuditEvent) RETURN e.detail;;

// why: what is to be mailed
// refused: closed
MATCH (e:OutboxEvent) RETURN e.data;;

// why: what requests gave
// refused: closed
MATCH (e:IdempotencyRecord) RETURN e.outcome;;

// why: what people were told
// refused: closed
MATCH (n:Notification) RETURN n;;

// why: what was withdrawn by an edit
// refused: closed
MATCH (n:Note)-[:HAS_REVISION]->(r) RETURN r.text;;

// why: what was searched for, by one person alone perhaps
// refused: closed
MATCH (q:SearchQuery) RETURN q.text;;

// why: who blocks whom
// refused: closed
MATCH (a:User)-[:BLOCKS]->(b:User) RETURN a.handle, b.handle;;

// why: who mutes whom, among all between two
// refused: closed
MATCH (a:User {handle: 'lizi_snow9'}), (b:User {handle: 'yeguo_official'}) MATCH (a)-[r]->(b) RETURN type(r);;

// why: who hides what
// refused: closed
MATCH (a:User)-[r:NOT_INTERESTED]->(b) RETURN a.handle, b.id;;

// why: whose drafts
// refused: closed
MATCH (a:User)-[:DRAFTED]->(n:Note) RETURN a.handle, n.text;;

// why: relationships that are closed, by a scan
// refused: closed
MATCH ()-[r:MUTES]->() RETURN r.at;;

// why: relationships that are closed, optionally
// refused: closed
MATCH (u:User) OPTIONAL MATCH (u)-[:RECEIVED]->(n) RETURN n;;

// why: the past of nodes by an optional step of any type
// refused: closed
MATCH (u:User) OPTIONAL MATCH (u)-->(n) RETURN n;;

// why: nothing
// refused: empty
// language: 5
;;

// why: a text that does not end
// refused: quote
RETURN 'abc AS x;;

// why: a comment that does not end
// refused: comment
MATCH (u:User) RETURN u.id /* LIMIT 1;;

// why: a name that does not end
// refused: quote
MATCH (u:`User) RETURN u;;
