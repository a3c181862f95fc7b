"""Reading: the selection of an operation, compiled into one Cypher statement.

`mapping` says where a field lives in the graph, `selection` collects what an operation asks for, `compiler` writes
the statement, `shape` turns its rows into the answer.
"""
