-- The index goes with its table.
DROP TABLE reviews;
