"""Pure domain rules: no driver, tested by tables and properties."""
