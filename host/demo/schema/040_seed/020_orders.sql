-- A few orders to look at. Their lines take from the stock: see 030_triggers.
INSERT INTO customers (id, name, email, since) VALUES
    (1, 'Ada Lovelace', 'ada@example.com', '2025-11-02'),
    (2, 'Seán Ó Briain', 'sean@example.com', '2025-12-14')
ON CONFLICT DO NOTHING;

INSERT INTO orders (id, customer_id, ordered_at) VALUES
    (1, 1, '2025-12-20 10:15:00'),
    (2, 2, '2026-01-03 16:40:00')
ON CONFLICT DO NOTHING;

INSERT INTO order_lines (order_id, position, sku, quantity, price_cents) VALUES
    (1, 1, '00417', 1, 3450),
    (1, 2, '00418', 4, 790),
    (2, 1, '00611', 2, 1995)
ON CONFLICT DO NOTHING;
