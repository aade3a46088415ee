-- a comment
SELECT 'it''s; Zoë' AS name;
