CREATE TRIGGER take AFTER INSERT ON orders
BEGIN
  UPDATE stock SET amount = amount - new.amount WHERE id = new.id;
  INSERT INTO moves VALUES (new.id, CASE WHEN new.amount > 0 THEN 'out' ELSE 'in' END);
END;
SELECT 1;
