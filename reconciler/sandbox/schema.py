"""The sandbox's tables: those that both vendors share, and with them each vendor's own."""

from zlib import crc32

from reconciler.sandbox.billabex import schema as billabex
from reconciler.sandbox.upflow import schema as upflow

_SHARED = """
CREATE TABLE IF NOT EXISTS organizations (
    organization INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    vendor TEXT NOT NULL DEFAULT 'upflow',
    api_key TEXT UNIQUE,
    api_secret TEXT,
    counter INTEGER NOT NULL DEFAULT 0,
    settings TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS faults (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    seen INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS requests (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    organization TEXT,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    query TEXT NOT NULL,
    body TEXT NOT NULL,
    status INTEGER NOT NULL,
    effect INTEGER NOT NULL,
    loss TEXT,
    faults TEXT NOT NULL,
    started REAL NOT NULL,
    ended REAL NOT NULL
);
"""
TABLES = (_SHARED, upflow.TABLES, billabex.TABLES)
TABLE_NAMES = ("organizations", "faults", "requests", *upflow.TABLE_NAMES, *billabex.TABLE_NAMES)
LATER_COLUMNS = (("organizations", "vendor", "TEXT NOT NULL DEFAULT 'upflow'"),)
"""What a file that an earlier release wrote may lack: table, column, declaration."""
TABLES_MADE = crc32("".join((*TABLES, *map(str, LATER_COLUMNS))).encode()) >> 1
"""What a file says in which just these tables were made, with all that came later: they need not be made again."""
