"""The graph: its model, its statements, its one door, and the server that holds it."""

import sys

if "pandas" not in sys.modules:
    # The driver imports pandas where there is one, to accept its values: a second of every start for what is not used.
    sys.modules["pandas"] = None  # type: ignore[assignment]  # what makes an import fail
    import neo4j  # noqa: F401

    del sys.modules["pandas"]
