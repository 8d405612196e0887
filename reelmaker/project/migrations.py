"""Schema migrations of the library, oldest first, in plain SQL. A migration is never edited; new ones are appended.

The number of a schema is its position, stored in the database as `user_version`. Statements end in semicolons and
contain none.
"""

from __future__ import annotations

MIGRATIONS = (
    """
    CREATE TABLE uploads (file TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE transcripts (key TEXT PRIMARY KEY, response TEXT NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE failures (
        response TEXT NOT NULL, step TEXT NOT NULL, key TEXT NOT NULL, reason TEXT NOT NULL,
        PRIMARY KEY (response, step)
    ) WITHOUT ROWID;
    CREATE TABLE vectors (key TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE results (key TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE reels (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    """,
    # verdicts about stretches of time
    """
    CREATE TABLE decisions (
        number INTEGER PRIMARY KEY, response TEXT NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL,
        problem TEXT NOT NULL, verdict TEXT NOT NULL, note TEXT NOT NULL, made TEXT NOT NULL,
        withdrawn TEXT NOT NULL
    );
    """,
    # keyed hashes of what was forgotten; the key, and the plan of an unfinished erasure
    """
    CREATE TABLE forgotten (mark TEXT PRIMARY KEY, made TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE erasing (number INTEGER PRIMARY KEY, key BLOB NOT NULL, job TEXT NOT NULL);
    """,
    # what a trim shows (-1: no trim), and the position within an order
    """
    ALTER TABLE decisions ADD COLUMN from_ms INTEGER NOT NULL DEFAULT -1;
    ALTER TABLE decisions ADD COLUMN to_ms INTEGER NOT NULL DEFAULT -1;
    ALTER TABLE decisions ADD COLUMN exact INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE decisions ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
    """,
    # videos of a `[[source]]`: downloaded ones, and links that failed
    """
    CREATE TABLE fetched (
        source TEXT NOT NULL, row TEXT NOT NULL, part TEXT NOT NULL, file TEXT NOT NULL, respondent TEXT NOT NULL,
        answer TEXT NOT NULL, version TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
        tries INTEGER NOT NULL, again REAL NOT NULL, seen TEXT NOT NULL, PRIMARY KEY (source, row, part)
    ) WITHOUT ROWID;
    """,
    # audits: the draws, and the customers drawn, in the order in which to ask about them
    """
    CREATE TABLE draws (
        number INTEGER PRIMARY KEY, base INTEGER NOT NULL, problem TEXT NOT NULL, asked TEXT NOT NULL, made TEXT NOT NULL,
        seed INTEGER NOT NULL, size INTEGER NOT NULL, after INTEGER NOT NULL
    );
    CREATE TABLE drawn (
        draw INTEGER NOT NULL, turn INTEGER NOT NULL, stratum INTEGER NOT NULL, response TEXT NOT NULL,
        PRIMARY KEY (draw, turn, response)
    ) WITHOUT ROWID;
    """,
    # what was really said where words were misheard
    """
    CREATE TABLE corrections (
        number INTEGER PRIMARY KEY, response TEXT NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL,
        heard TEXT NOT NULL, said TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, note TEXT NOT NULL,
        made TEXT NOT NULL, withdrawn TEXT NOT NULL
    );
    """,
    # who approved which build of a reel
    """
    CREATE TABLE approvals (
        number INTEGER PRIMARY KEY, reel TEXT NOT NULL, build INTEGER NOT NULL, built TEXT NOT NULL,
        name TEXT NOT NULL, made TEXT NOT NULL, withdrawn TEXT NOT NULL
    );
    """,
)
