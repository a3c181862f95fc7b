"""The GraphQL face: types that map the graph, their connections, limits and execution."""
