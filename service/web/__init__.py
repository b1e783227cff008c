"""The search page: rendered on the server, whole without scripts, nothing loaded from elsewhere."""
