//! What servers answer to a dialect's probe, as the products' own words. A dialect takes from an answer what it asked for.

/// Answers by the server that gives them.
pub const SERVERS: &[(&str, &[(&str, &str)])] = &[
    (
        "PostgreSQL 17",
        &[("banner", "PostgreSQL 17.2 on x86_64-pc-linux-gnu, compiled by gcc, 64-bit"), ("session", "4711")],
    ),
    ("PostgreSQL 12", &[("banner", "PostgreSQL 12.9, compiled by Visual C++ build 1914, 64-bit"), ("session", "4711")]),
    (
        "CockroachDB 25",
        &[("banner", "CockroachDB CCL v25.2.1 (x86_64-pc-linux-gnu, built 2025/06/01)"), ("session", "4711")],
    ),
    (
        "YugabyteDB 2.20",
        &[("banner", "PostgreSQL 11.2-YB-2.20.1.0-b0 on x86_64-pc-linux-gnu, compiled by clang"), ("session", "4711")],
    ),
    (
        "MySQL 8.4",
        &[
            ("version", "8.4.3"),
            ("comment", "MySQL Community Server - GPL"),
            ("session", "4711"),
            ("database", "app"),
            ("lower-case-table-names", "0"),
            ("set.sql_mode", "STRICT_TRANS_TABLES"),
        ],
    ),
    (
        "MariaDB 11",
        &[
            ("version", "11.4.4-MariaDB-deb12"),
            ("comment", "mariadb.org binary distribution"),
            ("session", "4711"),
            ("database", "app"),
            ("lower-case-table-names", "0"),
            ("set.sql_mode", "STRICT_TRANS_TABLES"),
        ],
    ),
    (
        "SQL Server 2022",
        &[
            ("banner", "Microsoft SQL Server 2022 (RTM-CU14) on Linux"),
            ("version", "16.0.4135.4"),
            ("edition", "3"),
            ("database", "app"),
            ("session", "51"),
        ],
    ),
];
