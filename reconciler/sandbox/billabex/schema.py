"""Billabex's tables. `organization` is a row number everywhere, `body` JSON, `number` the order of birth."""

TABLES = """
CREATE TABLE IF NOT EXISTS accounts (
    organization INTEGER NOT NULL,
    number INTEGER NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (organization, number)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS accounts_id ON accounts (organization, id);
CREATE INDEX IF NOT EXISTS accounts_source ON accounts (
    organization, json_extract(body, '$.source.connectionId'), json_extract(body, '$.source.sourceId')
);
CREATE TABLE IF NOT EXISTS people (
    organization INTEGER NOT NULL,
    account INTEGER NOT NULL,
    number INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (organization, account, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS old_views (
    organization INTEGER NOT NULL,
    account INTEGER NOT NULL,
    until REAL NOT NULL,
    reads INTEGER NOT NULL,
    body TEXT,
    PRIMARY KEY (organization, account)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refresh_tokens (
    organization INTEGER NOT NULL,
    token TEXT NOT NULL PRIMARY KEY,
    scope TEXT NOT NULL,
    expires REAL NOT NULL,
    dead INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answered_keys (
    organization INTEGER NOT NULL,
    key TEXT NOT NULL,
    until REAL NOT NULL,
    request TEXT NOT NULL,
    status INTEGER NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (organization, key)
) WITHOUT ROWID;
"""
TABLE_NAMES = ("accounts", "people", "old_views", "refresh_tokens", "answered_keys")
