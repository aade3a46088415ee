CREATE TABLE IF NOT EXISTS stock_moves (
    id       INTEGER PRIMARY KEY,
    sku      TEXT NOT NULL REFERENCES products (sku),
    change   INTEGER NOT NULL,
    reason   TEXT NOT NULL,
    moved_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
