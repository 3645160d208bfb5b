//! Program text that destroys data through a driver, an object mapper or the library of a cloud, in any of the usual
//! languages: what is typed into a console (`rails runner`, `manage.py shell`, `tinker`, `mix run -e`, `node -e`).

use super::Deed;
use super::sql::{self, Dialect};
use crate::syntax::{dotted, joined};

/// Calls that take away what they name, whatever stands around them.
const DROPS: &[&str] = &[
    ".dropdatabase(",
    ".drop_database(",
    ".dropschema(",
    ".drop_all(",
    ".dropalltables(",
    "::drop(",
    "::dropifexists(",
    ".dropcollection(",
    ".drop_collection(",
    ".indices.delete(",
    ".delete_collection(",
    ".deletecollection(",
    ".drop_table(",
    ".droptable(",
    ".drop_keyspace(",
    "runcommand({drop:",
    "{dropdatabase:1",
    // The library of a cloud.
    ".delete_table(",
    "deletetablecommand(",
    ".delete_db_instance(",
    ".delete_db_cluster(",
    "deletedbinstancecommand(",
    ".delete_bucket(",
    "deletebucketcommand(",
    ".delete_replication_group(",
    ".delete_cache_cluster(",
    ".delete_stream(",
    ".delete_db_snapshot(",
    ".delete_recovery_point(",
    ".delete_file_system(",
    ".delete_user_pool(",
    ".purge_queue(",
    ".schedule_key_deletion(",
    ".terminate_instances(",
];

/// Calls that empty what they are called on.
const EMPTIES: &[&str] = &[
    ".truncate_tables(",
    ".flushall",
    "->flushall",
    ".flushdb",
    "->flushdb",
    ".flush_all(",
    "deletemany({})",
    "delete_many({})",
    ".deletemany()",
    ".remove({})",
    ".objects.all().delete(",
    ".objects.delete(",
    ".object_versions.delete(",
    "::truncate(",
    "->truncate(",
    "query()->delete(",
    "destroy({where:{}",
    "destroy({truncate",
    ".truncate({",
    "(&:destroy",
    "(&:delete",
    "updatemany({},",
    "updatemany({where:{}",
    "objects.all().update(",
];

/// Calls that remove or change the rows that were chosen before, or all where none were.
const CHOSEN: &[(&str, bool)] = &[
    ("delete_all", true),
    ("destroy_all", true),
    ("deletemany(", true),
    ("delete_many(", true),
    ("deleteone(", true),
    ("delete_one(", true),
    (".destroy!", true),
    (".destroy({", true),
    (")->delete(", true),
    (").delete()", true),
    ("delete_by_query(", true),
    ("update_all", false),
    ("updatemany(", false),
    ("update_many(", false),
    (")->update(", false),
    (").update(", false),
];

/// What says that rows were chosen.
const CHOICES: &[&str] = &[
    "where", "filter", "find(", "find_by", "limit(", "exclude(", "many({", "one({", "get(", "first", "last",
    "from(",
];

/// What chooses every row all the same.
const NO_CHOICE: &[&str] = &[
    ".or(",
    "where(\"id\",\">\",0)",
    "where('id','>',0)",
    "where(true)",
    "where(\"1=1\")",
    "where('1=1')",
    "many({},",
    "id>0",
];

/// What the text would destroy; the strictest first, and no more than a few.
pub(super) fn deeds(code: &str) -> Vec<Deed> {
    let plain = plain(code);
    let has = |calls: &[&str]| calls.iter().any(|call| plain.contains(call));
    let what = || "what the code names".to_owned();
    let mut deeds = Vec::new();
    let collection = plain.contains(".drop()") && (plain.contains("mongo") || plain.contains("collection("));
    if collection || has(DROPS) {
        deeds.push(Deed::destroy("drop", what()));
    }
    if has(EMPTIES) {
        deeds.push(Deed::destroy("delete-all", what()));
    } else if let Some((_, deletes)) = CHOSEN.iter().find(|(call, _)| plain.contains(call)) {
        let all = !has(CHOICES) || has(NO_CHOICE);
        deeds.push(Deed::destroy(
            match (all, deletes) {
                (true, true) => "delete-all",
                (true, false) => "update-all",
                (false, true) => "delete",
                (false, false) => "update",
            },
            what(),
        ));
    }
    deeds.extend(sql::in_strings(code, Dialect::Other, 64));
    deeds.truncate(4);
    deeds
}

/// The text in small letters and without blanks, with what is put together from pieces put together:
/// `db['drop'+'Database']()` is `db.dropdatabase()`.
pub(super) fn plain(code: &str) -> String {
    let text: String = code.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    dotted(&joined(&text)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_code_would_destroy() {
        for (code, expected) in [
            ("User.delete_all", "delete-all"),
            ("User.where(plan: nil).or(User.all).delete_all", "delete-all"),
            ("User.where('created_at < ?', 1.year.ago).destroy_all", "delete"),
            ("User.find_each(&:destroy)", "delete-all"),
            ("User.where(id: 7).update_all(a: 1)", "update"),
            ("User.objects.all().delete()", "delete-all"),
            ("User.objects.filter(is_active=False).delete()", "delete"),
            ("Repo.delete_all(Acme.User)", "delete-all"),
            ("Repo.delete_all(from u in User, where: u.id == 7)", "delete"),
            ("DB::table('users')->delete();", "delete-all"),
            ("User::where('id', '>', 0)->delete()", "delete-all"),
            ("db['drop'+'Database']()", "drop"),
            ("c.db().collection('users').drop()", "drop"),
            ("boto3.client('dynamodb').delete_table(TableName='orders')", "drop"),
            ("boto3.resource('s3').Bucket('x').objects.all().delete()", "delete-all"),
            ("connection.execute('TRUNCATE users')", "truncate"),
            ("prisma.user.deleteMany({where:{id:7}})", "delete"),
            ("User.count", ""),
            ("df.drop(columns=['a'])", ""),
            ("print(User.objects.count())", ""),
            ("s.delete('a')", ""),
        ] {
            assert_eq!(deeds(code).first().map_or("", |deed| deed.operation), expected, "{code}");
        }
    }
}
