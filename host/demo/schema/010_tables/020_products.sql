-- Money is counted in cents: sums of whole numbers are exact.
CREATE TABLE IF NOT EXISTS products (
    sku         TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    category    TEXT NOT NULL,
    price_cents INTEGER NOT NULL CHECK (price_cents >= 0),
    -- The trigger in 030_triggers counts this down; the check refuses to sell what is not there.
    stock       INTEGER NOT NULL DEFAULT 0 CHECK (stock >= 0)
);
