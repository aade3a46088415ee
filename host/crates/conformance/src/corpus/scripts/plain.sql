-- Two tables and what goes into them.
CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(100));

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL
);
INSERT INTO users (id, name) VALUES (1, 'Ada');
INSERT INTO users (id, name) VALUES (2, 'Zoë; the second');
