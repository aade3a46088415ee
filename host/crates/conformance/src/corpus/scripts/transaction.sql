BEGIN;
UPDATE users SET name = 'Grace' WHERE id = 1;
COMMIT;
