CREATE INDEX order_lines_by_sku ON order_lines (sku);
