//! Routines, and statements that stand in strings of others: `EXEC sp_MSforeachtable 'DROP TABLE ?'`.

use super::token::{Kind, Token};
use super::{Deed, Dialect, in_strings};
use crate::syntax::joined;

/// What a call of a routine, or a statement in a string, would do; `text` is that of the tokens.
pub(super) fn deeds(tokens: &[Token<'_>], text: &str, dialect: Dialect) -> Vec<Deed> {
    let mut deeds = Vec::new();
    let word = |at: usize| tokens.get(at).map_or_else(String::new, |token| token.text.to_lowercase());
    let first = word(0);
    if first == "select" {
        // `cron.schedule(…)`, `dblink_exec(…)`: the last of the dotted names before a parenthesis.
        for pair in tokens.windows(2).skip(1).filter(|pair| pair[1].is_sign("(")) {
            let name = pair[0].text.to_lowercase();
            if pair[0].kind == Kind::Word && runs_text(&name) {
                deeds.extend(in_strings(&joined(text), dialect, 8));
            }
            // Deeper in the statement it may be a column of an alias: `FROM t AS drop_list(a)`.
            deeds.extend(function(&name));
        }
        return deeds;
    }
    deeds.extend(in_strings(&joined(text), dialect, 8));
    match first.as_str() {
        "set" if word(1) == "global" || word(1).starts_with("persist") => {
            deeds.push(Deed::destroy("configure", word(2)));
        }
        "exec" | "execute" | "call" | "xp_cmdshell" => {
            // `msdb.dbo.sp_delete_backuphistory`: the last of the dotted names.
            let names = tokens.iter().skip(usize::from(first != "xp_cmdshell"));
            let dotted = names.take_while(|token| token.kind != Kind::Text && !token.is_sign("("));
            let name = dotted
                .filter(|token| token.kind != Kind::Sign)
                .map(|token| token.text.to_lowercase())
                .find(|name| name == "xp_cmdshell" || takes_away(name));
            deeds.extend(name.map(|name| match name.as_str() {
                "xp_cmdshell" => Deed::destroy("configure", "the machine of the server, by a command"),
                name => Deed::destroy("delete", format!("what {name} takes away")),
            }));
        }
        _ => {}
    }
    deeds
}

/// Functions that run the statement in a string, now or by a clock, here or on other servers.
fn runs_text(name: &str) -> bool {
    matches!(
        name,
        "schedule"
            | "schedule_in_database"
            | "add_job"
            | "dblink"
            | "dblink_exec"
            | "dblink_send_query"
            | "query_to_xml"
            | "pg_background_launch"
            | "run_command_on_workers"
            | "run_command_on_shards"
            | "run_command_on_all_nodes"
            | "run_command_on_placements"
            | "exec_sql"
            | "execute_sql"
            | "exec"
            | "execute"
            | "openquery"
            | "openrowset"
    )
}

/// Whether a routine is called after taking something away: `purge_users`, `sp_delete_backuphistory`.
fn takes_away(name: &str) -> bool {
    let name = name.trim_start_matches("sp_").trim_start_matches("usp_").trim_start_matches("pg_");
    let first = name.split('_').next().unwrap_or_default();
    matches!(first, "dropdatabase" | "delete" | "reset" | "detach")
        || name
            .split('_')
            .take(3)
            .any(|part| matches!(part, "drop" | "purge" | "wipe" | "truncate" | "erase" | "destroy" | "undo"))
}

/// `SELECT drop_tenant('acme')`, `SELECT pg_terminate_backend(pid)`.
fn function(name: &str) -> Option<Deed> {
    match name {
        "pg_terminate_backend" | "pg_promote" => Some(Deed::destroy("shutdown", "connections of others")),
        "unschedule" => Some(Deed::destroy("configure", "what runs by a clock")),
        "lo_unlink" => Some(Deed::destroy("delete", "large objects")),
        // `TRUNCATE(price, 2)` and `delete(map, key)` are sums and values.
        name if name.contains('_') && takes_away(name) => {
            Some(Deed::destroy("delete", format!("what {name} takes away")))
        }
        _ => None,
    }
}
