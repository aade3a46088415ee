DROP VIEW best_sellers;
DROP INDEX order_lines_by_sku;
