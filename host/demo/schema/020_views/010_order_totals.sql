-- A view has no data to lose: dropping it first lets an edited one replace the old.
DROP VIEW IF EXISTS order_totals;

CREATE VIEW order_totals AS
SELECT orders.id                                      AS order_id,
       customers.name                                 AS customer,
       orders.ordered_at,
       count(*)                                       AS lines,
       sum(order_lines.quantity * order_lines.price_cents) AS total_cents
FROM orders
JOIN customers ON customers.id = orders.customer_id
JOIN order_lines ON order_lines.order_id = orders.id
GROUP BY orders.id, customers.name, orders.ordered_at;
