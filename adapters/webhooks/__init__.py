"""
Webhooks: events of the mall sent to addresses of others, and those of others taken in. See adapters/README.md.
"""
