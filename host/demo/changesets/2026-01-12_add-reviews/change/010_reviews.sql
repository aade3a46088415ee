-- Next: write this table into schema/ too, with IF NOT EXISTS, so that new databases have it from the start.
CREATE TABLE reviews (
    sku         TEXT NOT NULL REFERENCES products (sku),
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    stars       INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
    body        TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (sku, customer_id)
);

CREATE INDEX reviews_by_customer ON reviews (customer_id);
