INSERT INTO "tábla" VALUES ('😀; é', N'漢字');
SELECT 'a\'; SELECT 'b';
SELECT [a;b], `c;d`;
