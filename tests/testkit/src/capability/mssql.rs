//! How to find out what an engine has that is compatible with SQL Server.

use super::Capability;

/// What noorm itself cannot do without.
pub(super) const BASIC: &[Capability] = &[
    Capability::Schemas,
    Capability::Identity,
    Capability::Datetime2,
    Capability::Catalog,
    Capability::InformationSchema,
    Capability::Output,
    Capability::TryCatch,
];

pub(super) const PROBES: &[(Capability, &str)] = &[
    (
        Capability::KnownProduct,
        // As the dialect tells it.
        "SELECT CASE WHEN CAST(SERVERPROPERTY('babelfishversion') AS NVARCHAR(100)) <> N'' \
         OR @@VERSION LIKE N'%Babelfish%' OR (@@VERSION LIKE N'Microsoft %' \
         AND CAST(SERVERPROPERTY('EngineEdition') AS NVARCHAR(10)) IN (N'1', N'2', N'3', N'4', N'5', N'8', N'9', N'12')) \
         THEN 1 ELSE 0 END",
    ),
    (
        Capability::Schemas,
        "CREATE SCHEMA noorm\nGO\nCREATE TABLE noorm.probe (id int)\nGO\nINSERT INTO noorm.probe VALUES (1)\nGO\n\
         SELECT id FROM noorm.probe",
    ),
    (
        Capability::SchemaTransfer,
        "CREATE SCHEMA noorm\nGO\nCREATE TABLE dbo.probe_transfer (id int)\nGO\n\
         ALTER SCHEMA noorm TRANSFER dbo.probe_transfer\nGO\nSELECT count(*) + 1 FROM noorm.probe_transfer",
    ),
    (
        Capability::Identity,
        "CREATE TABLE dbo.probe_identity (id int IDENTITY(1, 1) PRIMARY KEY, n int)\nGO\n\
         INSERT INTO dbo.probe_identity (n) VALUES (7)\nGO\nSELECT id FROM dbo.probe_identity",
    ),
    (
        Capability::Datetime2,
        "CREATE TABLE dbo.probe_instant (moment datetime2(3) NOT NULL DEFAULT SYSUTCDATETIME(), n int)\nGO\n\
         INSERT INTO dbo.probe_instant (n) VALUES (7)\nGO\n\
         SELECT count(*) FROM dbo.probe_instant WHERE moment <= DATEADD(millisecond, 60000, SYSUTCDATETIME())",
    ),
    (
        Capability::Catalog,
        "CREATE TABLE dbo.probe_catalog (id int)\nGO\nSELECT count(*) FROM sys.tables AS t \
         JOIN sys.columns AS c ON c.object_id = t.object_id JOIN sys.schemas AS s ON s.schema_id = t.schema_id \
         WHERE s.name = N'dbo' AND t.name = N'probe_catalog' AND c.name = N'id'",
    ),
    (
        Capability::InformationSchema,
        "CREATE TABLE dbo.probe_standard (id int)\nGO\nSELECT count(*) FROM INFORMATION_SCHEMA.COLUMNS \
         WHERE TABLE_SCHEMA = N'dbo' AND TABLE_NAME = N'probe_standard'",
    ),
    (
        Capability::TransactionalDdl,
        "BEGIN TRANSACTION\nGO\nCREATE TABLE dbo.probe_ddl (id int)\nGO\nROLLBACK TRANSACTION\nGO\n\
         DECLARE @gone int = CASE WHEN OBJECT_ID(N'dbo.probe_ddl') IS NULL THEN 1 ELSE 0 END; \
         IF @gone = 0 DROP TABLE dbo.probe_ddl; SELECT @gone",
    ),
    (Capability::TryCatch, "BEGIN TRY SELECT 1 / 0 END TRY BEGIN CATCH SELECT 1 END CATCH"),
    (
        Capability::XactAbort,
        "SET XACT_ABORT ON; BEGIN TRANSACTION; BEGIN TRY SELECT 1 / 0; END TRY \
         BEGIN CATCH DECLARE @state int = XACT_STATE(); ROLLBACK TRANSACTION; \
         SELECT CASE WHEN @state = -1 THEN 1 ELSE 0 END; END CATCH",
    ),
    (
        Capability::Output,
        "CREATE TABLE dbo.probe_output (id int)\nGO\nINSERT INTO dbo.probe_output OUTPUT INSERTED.id VALUES (1)",
    ),
    (Capability::Print, "PRINT N'probe'; SELECT 1"),
    (Capability::Stop, "WAITFOR DELAY '00:00:00.001'; SELECT 1"),
    (
        Capability::SessionLock,
        "DECLARE @got int; EXEC @got = sp_getapplock @Resource = N'noorm probe', @LockMode = N'Exclusive', \
         @LockOwner = N'Session', @LockTimeout = 0; EXEC sp_releaseapplock @Resource = N'noorm probe', \
         @LockOwner = N'Session'; SELECT CASE WHEN @got >= 0 THEN 1 ELSE 0 END",
    ),
    (Capability::LockTimeout, "SET LOCK_TIMEOUT 1000; SELECT CASE WHEN @@LOCK_TIMEOUT = 1000 THEN 1 ELSE 0 END"),
    (Capability::Procedures, "CREATE PROCEDURE dbo.probe_procedure AS SELECT 1\nGO\nEXEC dbo.probe_procedure"),
    (
        Capability::Triggers,
        "CREATE TABLE dbo.probe_trigger (id int)\nGO\n\
         CREATE TRIGGER dbo.probe_it ON dbo.probe_trigger AFTER INSERT AS UPDATE dbo.probe_trigger SET id = 1\nGO\n\
         INSERT INTO dbo.probe_trigger VALUES (2)\nGO\nSELECT id FROM dbo.probe_trigger",
    ),
    (
        Capability::TableLock,
        "CREATE TABLE dbo.probe_lock (id int)\nGO\nBEGIN TRANSACTION; \
         SELECT count(*) + 1 FROM dbo.probe_lock WITH (TABLOCKX, HOLDLOCK); COMMIT",
    ),
];
