//! How to find out what an engine has that is compatible with MySQL.

use super::Capability;

/// What noorm itself cannot do without.
pub(super) const BASIC: &[Capability] = &[Capability::Identity, Capability::InformationSchema];

pub(super) const PROBES: &[(Capability, &str)] = &[
    (Capability::KnownProduct, "SELECT version() NOT LIKE '%TiDB%'"),
    (
        Capability::Identity,
        "CREATE TABLE probe_identity (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, n int); \
         INSERT INTO probe_identity (n) VALUES (7); SELECT id FROM probe_identity",
    ),
    (
        Capability::InformationSchema,
        "CREATE TABLE probe_catalog (id int); SELECT count(*) FROM information_schema.columns \
         WHERE table_schema = database() AND table_name = 'probe_catalog'",
    ),
    (Capability::SessionLock, "SELECT get_lock('noorm probe', 0) AND release_lock('noorm probe')"),
    (Capability::Stop, "SELECT sleep(0.001) = 0"),
    (Capability::LockTimeout, "SET innodb_lock_wait_timeout = 1; SELECT @@innodb_lock_wait_timeout"),
    (Capability::TableLock, "CREATE TABLE probe_lock (id int); LOCK TABLES probe_lock READ; UNLOCK TABLES; SELECT 1"),
    (Capability::Procedures, "CREATE PROCEDURE probe_procedure() SELECT 1; CALL probe_procedure()"),
    (
        Capability::Triggers,
        "CREATE TABLE probe_trigger (id int); \
         CREATE TRIGGER probe_it BEFORE INSERT ON probe_trigger FOR EACH ROW SET NEW.id = 1; \
         INSERT INTO probe_trigger VALUES (2); SELECT id FROM probe_trigger",
    ),
];
