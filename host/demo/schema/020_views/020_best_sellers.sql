-- Databases that were built before this view existed get it from the changeset 2026-01-26_best-sellers.
DROP VIEW IF EXISTS best_sellers;

CREATE VIEW best_sellers AS
SELECT products.sku,
       products.name,
       sum(order_lines.quantity) AS sold
FROM products
JOIN order_lines ON order_lines.sku = products.sku
GROUP BY products.sku, products.name
ORDER BY sold DESC, products.sku;
