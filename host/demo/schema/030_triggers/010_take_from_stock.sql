DROP TRIGGER IF EXISTS take_from_stock;

-- One statement for noorm, although it holds two and three semicolons.
CREATE TRIGGER take_from_stock AFTER INSERT ON order_lines
BEGIN
    UPDATE products SET stock = stock - NEW.quantity WHERE sku = NEW.sku;
    INSERT INTO stock_moves (sku, change, reason)
    VALUES (NEW.sku, -NEW.quantity, 'order ' || NEW.order_id);
END;
