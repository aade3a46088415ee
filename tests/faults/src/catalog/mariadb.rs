//! The objects and tables of a MariaDB database; noorm's own are among them.

pub(super) const OBJECTS: &[(&str, &str)] = &[
    ("column", COLUMNS),
    ("index", INDEXES),
    ("constraint", CONSTRAINTS),
    ("view", VIEWS),
    ("trigger", TRIGGERS),
    ("routine", ROUTINES),
];

const COLUMNS: &str = "
SELECT table_name, ordinal_position, column_name, column_type, is_nullable, column_default, extra
FROM information_schema.columns WHERE table_schema = database()";

const INDEXES: &str = "
SELECT table_name, index_name, seq_in_index, column_name, non_unique
FROM information_schema.statistics WHERE table_schema = database()";

const CONSTRAINTS: &str = "
SELECT table_name, constraint_name, constraint_type
FROM information_schema.table_constraints WHERE table_schema = database()";

const VIEWS: &str = "
SELECT table_name, replace(view_definition, concat('`', database(), '`.'), '')
FROM information_schema.views WHERE table_schema = database()";

const TRIGGERS: &str = "
SELECT trigger_name, event_manipulation, event_object_table, action_statement
FROM information_schema.triggers WHERE trigger_schema = database()";

const ROUTINES: &str = "
SELECT routine_name, routine_definition FROM information_schema.routines WHERE routine_schema = database()";

pub(super) const TABLES: &str = r"
SELECT table_name FROM information_schema.tables
WHERE table_schema = database() AND table_type = 'BASE TABLE' AND table_name NOT LIKE '\_\_noorm%'";
