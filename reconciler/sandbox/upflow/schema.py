"""Upflow's tables. `organization` is a row number everywhere, `body` JSON, `number` the order of birth."""

TABLES = """
CREATE TABLE IF NOT EXISTS customers (
    organization INTEGER NOT NULL,
    number INTEGER NOT NULL,
    id TEXT NOT NULL,
    external_id TEXT,
    parent_id TEXT,
    documents INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL,
    PRIMARY KEY (organization, number)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS customers_id ON customers (organization, id);
CREATE UNIQUE INDEX IF NOT EXISTS customers_external_id ON customers (organization, external_id);
CREATE INDEX IF NOT EXISTS customers_parent ON customers (organization, parent_id) WHERE parent_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS contacts (
    organization INTEGER NOT NULL,
    customer INTEGER NOT NULL,
    number INTEGER NOT NULL,
    email TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (organization, customer, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS contacts_email ON contacts (organization, email);
CREATE TABLE IF NOT EXISTS custom_fields (
    organization INTEGER NOT NULL,
    number INTEGER NOT NULL,
    id TEXT NOT NULL,
    external_id TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (organization, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS options (
    organization INTEGER NOT NULL,
    custom_field TEXT NOT NULL,
    label TEXT NOT NULL,
    number INTEGER NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (organization, custom_field, label)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS catalogue (
    organization INTEGER NOT NULL,
    sort TEXT NOT NULL,
    number INTEGER NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (organization, sort, number)
) WITHOUT ROWID;
"""
TABLE_NAMES = ("customers", "contacts", "custom_fields", "options", "catalogue")
