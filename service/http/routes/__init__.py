"""The routes of the HTTP interface, one module a subject. They reach data through the backend only."""
