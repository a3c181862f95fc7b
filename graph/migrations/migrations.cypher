// name: applied_migrations
// mode: read
// The migrations recorded in the graph, in their order.
MATCH (migration:Migration)
WHERE migration.version IS NOT NULL
RETURN migration.version AS version, migration.name AS name, migration.checksum AS checksum
ORDER BY version;

// name: record_migration
// mode: write
// Recorded once, whoever comes first.
MERGE (migration:Migration {version: $version})
  ON CREATE SET migration.name = $name, migration.checksum = $checksum, migration.appliedAt = $now
RETURN migration.checksum AS checksum;
