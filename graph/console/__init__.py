"""Read-only Cypher for data scientists: what is let through, how it is run, and what is told of it."""
