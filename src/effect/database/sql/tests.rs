use super::*;
use proptest::prelude::*;

fn deeds(sql: &str, dialect: Dialect) -> Vec<(&'static str, String)> {
    read(sql, dialect).deeds.into_iter().map(|deed| (deed.operation, deed.object)).collect()
}

#[test]
fn statement_by_statement() {
    for (sql, expected) in [
        ("DROP TABLE a, b; SELECT 1", vec![("drop", "a, b")]),
        ("drop table if exists \"Users\" cascade", vec![("drop", "Users")]),
        ("DROP INDEX i", vec![("schema", "i")]),
        ("TRUNCATE TABLE ONLY a RESTART IDENTITY", vec![("truncate", "a")]),
        ("DELETE FROM a WHERE (1 = 1)", vec![("delete-all", "a")]),
        ("DELETE FROM a WHERE id = 1", vec![("delete", "a")]),
        ("EXECUTE 'DROP TABLE a'", vec![("drop", "a")]),
        ("PREPARE p FROM 'TRUNCATE a'", vec![("truncate", "a")]),
        ("SET @s = 'DROP TABLE a'; PREPARE p FROM @s", vec![("drop", "a")]),
        ("CALL purge_users()", vec![("delete", "what purge_users takes away")]),
        ("CALL refresh_totals()", vec![]),
        ("SELECT drop_tenant('a')", vec![("delete", "what drop_tenant takes away")]),
        ("SELECT delete_flag, reset FROM a", vec![]),
        ("SELECT date_trunc('day', now())", vec![]),
        ("SELECT pg_terminate_backend(pid) FROM a", vec![("shutdown", "connections of others")]),
        ("DO $$ BEGIN EXECUTE 'TR'||'UNCATE a'; END $$", vec![("truncate", "what a block of code selects")]),
        ("set search_path to 'a'", vec![]),
        ("VACUUM FULL a", vec![("rebuild", "a")]),
        ("VACUUM ANALYZE a", vec![]),
        ("MERGE INTO a USING b ON a.i = b.i WHEN MATCHED THEN DELETE", vec![("delete", "a")]),
        ("UPDATE a SET b = 1", vec![("update-all", "a")]),
        ("ALTER TABLE a DROP COLUMN b, ADD c int", vec![("drop-column", "a.b")]),
        ("ALTER TABLE a DROP CONSTRAINT b", vec![("schema", "a")]),
        ("ALTER TABLE a ALTER COLUMN b DROP NOT NULL", vec![("schema", "a")]),
        ("EXPLAIN ANALYZE DELETE FROM a", vec![("delete-all", "a")]),
        ("EXPLAIN DELETE FROM a", vec![]),
        ("BEGIN; DROP TABLE a; ROLLBACK; DROP TABLE b", vec![("drop", "b")]),
        ("BEGIN; SAVEPOINT s; DROP TABLE a; ROLLBACK TO s; COMMIT", vec![("drop", "a")]),
        ("SELECT $$drop table a; drop table b$$", vec![]),
        ("-- drop table a;\n/* drop table b; */ select ';drop table c;'", vec![]),
        ("drop table :name", vec![("drop", "name")]),
        ("drop table \u{fffc}", vec![("drop", "…")]),
        ("CREATE TEMP TABLE a (b int); DROP TABLE a", vec![]),
        ("create role r; grant select on a to r; alter role r login", vec![]),
        ("grant all on a to r", vec![("rights", "r")]),
        ("GRANT ALL ON ALL TABLES IN SCHEMA public TO public", vec![("grant", "everything")]),
        ("GRANT ALL ON ALL TABLES IN SCHEMA public TO r", vec![("rights", "r")]),
        ("GRANT SELECT ON a TO public", vec![]),
        ("DELETE FROM a WHERE id > 0", vec![("delete-all", "a")]),
        ("DELETE FROM a WHERE id > 10", vec![("delete", "a")]),
        ("DELETE FROM a WHERE id IN (1, 2) AND b > 3", vec![("delete", "a")]),
        ("UPDATE a SET b = 1 WHERE c LIKE 'x%'", vec![("update", "a")]),
        ("UPDATE a SET b = 1 WHERE a.id IS NOT NULL OR c = 2", vec![("update-all", "a")]),
        ("DELETE FROM a WHERE '1' = '1'", vec![("delete-all", "a")]),
        ("DROP ROLE r", vec![("drop-role", "r")]),
        ("ALTER SYSTEM SET fsync = off", vec![("configure", "fsync")]),
        ("DELETE FROM a WHERE b BETWEEN 1 AND 9 OR id = 1", vec![("delete", "a")]),
        ("DELETE FROM a WHERE b BETWEEN 1 AND 9 AND c = 1", vec![("delete", "a")]),
        ("DELETE FROM a WHERE (((id = 1)))", vec![("delete", "a")]),
        ("DELETE FROM a WHERE NOT id = 1", vec![("delete", "a")]),
        ("DELETE FROM a WHERE id IN (SELECT id FROM b WHERE c = 1)", vec![("delete", "a")]),
        ("DELETE FROM a WHERE CASE WHEN b AND c THEN 1 ELSE 0 END = 1 OR true", vec![("delete-all", "a")]),
        ("DELETE FROM a USING b WHERE a.id = b.id", vec![("delete", "a")]),
        ("DELETE FROM a WHERE", vec![("delete", "a")]),
        ("UPDATE ONLY public.\"Users\" SET b = (SELECT 1 WHERE c = 2)", vec![("update-all", "public.Users")]),
        (
            "WITH gone AS (DELETE FROM a RETURNING *), b AS (SELECT 1) SELECT * FROM gone",
            vec![("delete-all", "a")],
        ),
        ("WITH b AS (SELECT 1) DELETE FROM a WHERE id IN (1)", vec![("delete", "a")]),
        ("EXPLAIN (ANALYZE, BUFFERS) UPDATE a SET b = 1", vec![("update-all", "a")]),
        ("ALTER TABLE IF EXISTS a ADD FOREIGN KEY (b) REFERENCES c ON DELETE CASCADE", vec![("schema", "a")]),
        ("ALTER TABLE a DROP IF EXISTS b", vec![("drop-column", "a.b")]),
        ("DROP SCHEMA public CASCADE", vec![("drop", "public")]),
        ("DROP SCHEMA audit CASCADE", vec![("drop", "audit")]),
        ("CREATE UNIQUE INDEX CONCURRENTLY i ON a (b)", vec![("schema", "a")]),
        ("CREATE OR REPLACE VIEW v AS SELECT 1", vec![("schema", "v")]),
        ("drop owned by r", vec![("drop", "what is owned by r")]),
        ("\\d a\nselect 1 \\g\ndrop table b \\gx", vec![("drop", "b")]),
    ] {
        let expected: Vec<_> = expected.into_iter().map(|(op, object)| (op, object.to_owned())).collect();
        assert_eq!(deeds(sql, Dialect::Postgres), expected, "{sql}");
    }
    assert_eq!(deeds("# drop table a\ndelete from `b`", Dialect::MySql), [("delete-all", "b".to_owned())]);
    assert_eq!(deeds("delete from b limit 5", Dialect::MySql), [("delete", "b".to_owned())]);
    let restore = "RESTORE DATABASE crm FROM DISK='D:\\old.bak' WITH REPLACE";
    assert_eq!(deeds(restore, Dialect::MsSql), [("reset", "crm".to_owned())]);
    let each = "EXEC sp_MSforeachtable 'DROP TABLE a'";
    assert_eq!(deeds(each, Dialect::MsSql), [("drop", "a".to_owned())]);
    assert_eq!(deeds("EXEC sp_helptext 'dbo.purge'", Dialect::MsSql), []);
    assert_eq!(deeds("/*!50001 DROP TABLE a */", Dialect::MySql), [("drop", "a".to_owned())]);
    assert_eq!(deeds("select 1\nGO\ndrop table a\nGO", Dialect::MsSql), [("drop", "a".to_owned())]);
    assert_eq!(
        deeds("DELETE a FROM a JOIN b ON a.id = b.id", Dialect::MySql),
        [("delete-all", "a".to_owned())]
    );
    assert_eq!(deeds("ALTER TABLE `a` DISCARD TABLESPACE", Dialect::MySql), [("truncate", "a".to_owned())]);
    assert_eq!(deeds("DELETE TOP (10) FROM [a b]", Dialect::MsSql), [("delete", "a b".to_owned())]);
    assert_eq!(deeds("DROP TABLE [dbo].[a b]", Dialect::MsSql), [("drop", "dbo.a b".to_owned())]);
    assert_eq!(deeds("TRUNCATE ALL TABLES FROM d", Dialect::ClickHouse), [("drop", "d".to_owned())]);
    assert_eq!(
        deeds("ALTER TABLE a ON CLUSTER c DELETE WHERE b > 1", Dialect::ClickHouse),
        [("delete", "a".to_owned())]
    );
    assert_eq!(deeds("alter table a delete where 1", Dialect::ClickHouse).len(), 1);
}

#[test]
fn a_long_script_is_read_in_time() {
    let sql = "INSERT INTO t VALUES ('a;b', $$c$$); -- x\n".repeat(20_000) + "DROP TABLE last";
    let start = std::time::Instant::now();
    // More statements than are read; that it ends soon is what counts.
    read(&sql, Dialect::Postgres);
    read(&"'".repeat(1_000_001), Dialect::Postgres);
    read(&"$".repeat(1_000_000), Dialect::Postgres);
    read(&"(".repeat(100_000), Dialect::Postgres);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "(drop|table|delete|from|where|[ ;'\"`$#\\\\/*!\n.-]|--|é|\u{fffc}|a|1|begin|do|go|\\\\c ){0,40}") {
        for dialect in [Dialect::Postgres, Dialect::MySql, Dialect::Sqlite, Dialect::ClickHouse, Dialect::MsSql, Dialect::Other] {
            read(&text, dialect);
        }
    }
}
