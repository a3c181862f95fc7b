"""Functions over arrays as machine code: compiled on the first call, kept on disk for later processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """The function as machine code that runs without the interpreter's lock; its types are those of its arguments."""
    try:
        return cast(Function, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # neither the module's folder nor the user's can be written to
        return cast(Function, numba.njit(nogil=True)(function))
