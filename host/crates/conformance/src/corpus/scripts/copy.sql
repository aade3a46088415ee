COPY users (id, name) FROM stdin;
1	Ada
2	Zoë; the second
\.
SELECT 1;
