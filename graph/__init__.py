"""The graph: its model, its statements, its one door, and the server that holds it."""
