//! Whether tables of an SQLite file hold rows, read from the pages of the file: <https://sqlite.org/fileformat2.html>.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// Most entries of the schema that are looked at.
const MAX_ENTRIES: usize = 500;
/// Most rows of a table that are read.
const MAX_ROWS: usize = 5_000;

/// Whether none of these tables holds a row, or, with no names, no table at all; `None` where the file does not say.
pub(super) fn is_empty(path: &Path, tables: &[String]) -> Option<bool> {
    if std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?.len() == 0 {
        return Some(true);
    }
    let database = open(path)?;
    let mut entries = Vec::new();
    database.schema(1, 0, &mut entries)?;
    let hit = |name: &str| tables.is_empty() || tables.iter().any(|table| table.eq_ignore_ascii_case(name));
    for (_, root) in entries.iter().filter(|(name, _)| !name.starts_with("sqlite_") && hit(name)) {
        if !database.is_bare(*root)? {
            return Some(false);
        }
    }
    Some(true)
}

/// The first of these tables that the file has, and the texts and whole numbers in its rows, the last columns of long
/// rows left out; `None` where it has none or does not say.
pub(super) fn rows<'t>(path: &Path, tables: &[&'t str]) -> Option<(&'t str, Vec<Vec<String>>)> {
    let database = open(path)?;
    let mut entries = Vec::new();
    database.schema(1, 0, &mut entries)?;
    tables.iter().find_map(|table| {
        let (_, root) = entries.iter().find(|(name, _)| name.eq_ignore_ascii_case(table))?;
        let mut found = Vec::new();
        database.collect(*root, 0, &mut found)?;
        Some((*table, found))
    })
}

fn open(path: &Path) -> Option<Database> {
    let file = File::open(path).ok().filter(|file| file.metadata().is_ok_and(|meta| meta.is_file()))?;
    // What was written last may stand in the log beside it.
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    if std::fs::metadata(&log).is_ok_and(|meta| meta.len() > 0) {
        return None;
    }
    let mut head = [0; 100];
    file.read_exact_at(&mut head, 0).ok()?;
    if !head.starts_with(b"SQLite format 3\0") {
        return None;
    }
    let size = match u16::from_be_bytes([head[16], head[17]]) {
        1 => 65536,
        size => usize::from(size),
    };
    Some(Database { file, size })
}

struct Database {
    file: File,
    size: usize,
}

impl Database {
    fn page(&self, number: u32) -> Option<Vec<u8>> {
        let mut page = vec![0; self.size];
        let at = u64::from(number.checked_sub(1)?) * self.size as u64;
        self.file.read_exact_at(&mut page, at).ok()?;
        Some(page)
    }

    /// Whether the tree of a table is one leaf without cells.
    fn is_bare(&self, root: u32) -> Option<bool> {
        let page = self.page(root)?;
        let at = if root == 1 { 100 } else { 0 };
        Some(*page.get(at)? == 0x0d && number(&page, at + 3, 2)? == 0)
    }

    /// The rows below a page of a table.
    fn collect(&self, page: u32, depth: usize, found: &mut Vec<Vec<String>>) -> Option<()> {
        let bytes = self.page(page)?;
        let leaf = *bytes.first()? == 0x0d;
        if !leaf && *bytes.first()? != 0x05 || depth > 4 {
            return None;
        }
        let cells = number(&bytes, 3, 2)?;
        for cell in 0..cells {
            if found.len() >= MAX_ROWS {
                return None;
            }
            let at = number(&bytes, if leaf { 8 } else { 12 } + cell * 2, 2)?;
            match leaf {
                true => found.push(record(&bytes, at)?),
                false => self.collect(u32::try_from(number(&bytes, at, 4)?).ok()?, depth + 1, found)?,
            }
        }
        if !leaf {
            self.collect(u32::try_from(number(&bytes, 8, 4)?).ok()?, depth + 1, found)?;
        }
        Some(())
    }

    /// Names and root pages of the tables below a page of the schema.
    fn schema(&self, page: u32, depth: usize, found: &mut Vec<(String, u32)>) -> Option<()> {
        let bytes = self.page(page)?;
        let head = if page == 1 { 100 } else { 0 };
        let leaf = *bytes.get(head)? == 0x0d;
        if !leaf && *bytes.get(head)? != 0x05 || depth > 4 {
            return None;
        }
        let cells = number(&bytes, head + 3, 2)?;
        let list = head + if leaf { 8 } else { 12 };
        for cell in 0..cells {
            if found.len() >= MAX_ENTRIES {
                return None;
            }
            let at = number(&bytes, list + cell * 2, 2)?;
            match leaf {
                true => found.extend(entry(&bytes, at)?),
                false => self.schema(u32::try_from(number(&bytes, at, 4)?).ok()?, depth + 1, found)?,
            }
        }
        if !leaf {
            self.schema(u32::try_from(number(&bytes, head + 8, 4)?).ok()?, depth + 1, found)?;
        }
        Some(())
    }
}

/// The first columns of a row, each with its type, as far as they stand on its own page.
fn columns(bytes: &[u8], at: usize, most: usize) -> Option<Vec<(usize, &[u8])>> {
    let (_, at) = varint(bytes, at)?;
    let (_, start) = varint(bytes, at)?;
    let (length, mut at) = varint(bytes, start)?;
    let end = start.checked_add(length)?;
    let mut body = end;
    let mut columns = Vec::new();
    while at < end && columns.len() < most {
        let (kind, next) = varint(bytes, at)?;
        let size = match kind {
            0 | 8 | 9 => 0,
            1..=4 => kind,
            5 => 6,
            6 | 7 => 8,
            _ => kind.checked_sub(12)? / 2,
        };
        let Some(value) = bytes.get(body..body.checked_add(size)?) else { break };
        columns.push((kind, value));
        (at, body) = (next, body + size);
    }
    Some(columns)
}

/// The texts and whole numbers of a row.
fn record(bytes: &[u8], at: usize) -> Option<Vec<String>> {
    let value = |(kind, value): (usize, &[u8])| match kind {
        1..=6 => Some(number(value, 0, value.len())?.to_string()),
        kind if kind > 12 && kind % 2 == 1 => Some(String::from_utf8_lossy(value).into_owned()),
        _ => None,
    };
    Some(columns(bytes, at, 16)?.into_iter().filter_map(value).collect())
}

/// Name and root page of a table in a row of the schema: type, name, table, root page, statement.
fn entry(bytes: &[u8], at: usize) -> Option<Option<(String, u32)>> {
    let columns = columns(bytes, at, 4)?;
    let [(_, sort), (_, name), _, root] = columns.as_slice() else { return None };
    if *sort != b"table" {
        return Some(None);
    }
    let root = match *root {
        (9, _) => 1,
        (1..=4, bytes) => u32::try_from(number(bytes, 0, bytes.len())?).ok()?,
        // A virtual table has no page of its own.
        _ => return Some(None),
    };
    Some(Some((String::from_utf8_lossy(name).into_owned(), root)))
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
}

/// A number of seven bits a byte, and where it ends.
fn varint(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut value = 0_usize;
    for _ in 0..8 {
        let byte = *bytes.get(at)?;
        at += 1;
        value = value << 7 | usize::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((value, at));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: usize = 512;

    /// A leaf of a table with these records, written from its end.
    fn leaf(head: usize, records: &[Vec<u8>]) -> Vec<u8> {
        let mut page = vec![0; SIZE];
        let mut end = SIZE;
        page[head] = 0x0d;
        page[head + 4] = u8::try_from(records.len()).unwrap();
        for (at, record) in records.iter().enumerate() {
            // Length and row number, then the record.
            let cell = [&[u8::try_from(record.len()).unwrap(), 1], record.as_slice()].concat();
            end -= cell.len();
            page[end..end + cell.len()].copy_from_slice(&cell);
            let pointer = u16::try_from(end).unwrap().to_be_bytes();
            page[head + 8 + at * 2..head + 10 + at * 2].copy_from_slice(&pointer);
        }
        page
    }

    /// The row of the schema for a table.
    fn row(name: &str, root: u8) -> Vec<u8> {
        let text = |text: &str| u8::try_from(text.len() * 2 + 13).unwrap();
        let head = [6, text("table"), text(name), text(name), 1, text("")];
        [&head, "table".as_bytes(), name.as_bytes(), name.as_bytes(), &[root]].concat()
    }

    #[test]
    fn tables_with_and_without_rows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.db");
        let mut first = leaf(100, &[row("users", 2), row("drafts", 3)]);
        first[..16].copy_from_slice(b"SQLite format 3\0");
        first[16..18].copy_from_slice(&u16::try_from(SIZE).unwrap().to_be_bytes());
        std::fs::write(&path, [first, leaf(0, &[vec![2, 1, 7]]), leaf(0, &[])].concat()).unwrap();
        let asked = |names: &[&str]| {
            is_empty(&path, &names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(asked(&["USERS"]), Some(false));
        assert_eq!(asked(&["drafts"]), Some(true));
        assert_eq!(asked(&["drafts", "users"]), Some(false));
        assert_eq!(asked(&["nobody"]), Some(true));
        assert_eq!(asked(&[]), Some(false));
        assert_eq!(rows(&path, &["nobody", "Users"]), Some(("Users", vec![vec!["7".to_owned()]])));
        assert_eq!(rows(&path, &["drafts"]), Some(("drafts", Vec::new())));
        assert_eq!(rows(&path, &["nobody"]), None);
        std::fs::write(folder.path().join("shop.db-wal"), "rows that are not in the file yet").unwrap();
        assert_eq!(asked(&["drafts"]), None);
        std::fs::write(&path, "").unwrap();
        assert_eq!(asked(&["users"]), Some(true));
        std::fs::write(&path, "no database").unwrap();
        assert_eq!(asked(&["users"]), None);
        assert_eq!(is_empty(&folder.path().join("missing.db"), &[]), None);
    }
}
