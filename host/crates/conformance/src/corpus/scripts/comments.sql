-- a comment; with a semicolon
/* another; over
   two lines */
SELECT 1; -- behind a statement; too
/* before */ SELECT /* within; */ 2;
-- at the end
