INSERT INTO reviews (sku, customer_id, stars, body) VALUES
    ('00417', 1, 5, 'Pours without a drop; the lid stays on.'),
    ('00611', 2, 4, 'The children won''t put it down.');
