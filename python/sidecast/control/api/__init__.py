"""The documented HTTP API, one file a domain. Every route declares who may use it."""
