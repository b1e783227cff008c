"""An index folder in, answers out: retrieval, the HTTP API, the command line and the web page."""
