"""An app that starts a server, prints its pid, and waits to be killed."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from graph.embedded import EmbeddedServer
from tests.embedded.conftest import small

# From a thread that ends at once: the server's life must not depend on it.
server = EmbeddedServer(small(Path(sys.argv[1])))
thread = threading.Thread(target=server.start)
thread.start()
thread.join()
print(server.pid, flush=True)
threading.Event().wait()
