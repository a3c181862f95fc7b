"""Per-request DataLoaders, for what a traversal of the graph cannot give."""
