CREATE FUNCTION f() RETURNS integer LANGUAGE plpgsql AS $body$
BEGIN
  -- a semicolon; and 'a quote
  RETURN 1;
END;
$body$;
SELECT $$a;b$$, $1;
