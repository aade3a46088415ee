INSERT INTO notes VALUES ('it''s; fine');
INSERT INTO notes VALUES ('two
lines; and a "quote"');
SELECT "a;b" FROM notes;
INSERT INTO notes VALUES ('-- no comment', '/* none */');
