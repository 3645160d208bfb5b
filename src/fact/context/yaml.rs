//! The part of YAML in which tools write their configuration: block and flow collections, plain and quoted
//! scalars, comments. JSON is read too, since it is YAML. Anchors, tags and block scalars lose their text only.

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::fact) enum Node {
    /// A scalar, or an empty text for what was not read.
    Text(String),
    /// A mapping, in the order of the file.
    Map(Vec<(String, Node)>),
    /// A sequence.
    List(Vec<Node>),
}

/// Deepest nesting that is read; what lies deeper is an empty text.
const MAX_DEPTH: usize = 32;

impl Node {
    /// The value of a key.
    pub(in crate::fact) fn get(&self, key: &str) -> Option<&Node> {
        match self {
            Node::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a key that has one.
    pub(in crate::fact) fn text(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Node::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// The items of a sequence; none for what is no sequence.
    pub(in crate::fact) fn items(&self) -> &[Node] {
        match self {
            Node::List(items) => items,
            _ => &[],
        }
    }

    /// Whether there is anything in it.
    pub(in crate::fact) fn is_empty(&self) -> bool {
        match self {
            Node::Text(text) => text.is_empty() || text == "null" || text == "~",
            Node::Map(entries) => entries.is_empty(),
            Node::List(items) => items.is_empty(),
        }
    }
}

/// Reads the first document of a text. Never fails.
pub(in crate::fact) fn read(text: &str) -> Node {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with(['{', '[']) {
        return Flow { rest: text.trim_start() }.value(0);
    }
    let mut lines = Vec::new();
    for line in text.lines() {
        let body = without_comment(line);
        match body.trim() {
            "" => continue,
            "---" if lines.is_empty() => continue,
            "---" | "..." => break,
            _ => {}
        }
        let indent = body.len() - body.trim_start_matches(' ').len();
        lines.push(Row { indent, body: body.trim() });
    }
    let mut block = Block { rows: &lines, at: 0 };
    block.value(0, 0)
}

/// A line that holds something, without indentation and remark.
#[derive(Clone, Copy)]
struct Row<'a> {
    indent: usize,
    body: &'a str,
}

struct Block<'a> {
    rows: &'a [Row<'a>],
    at: usize,
}

impl<'a> Block<'a> {
    fn row(&self) -> Option<Row<'a>> {
        self.rows.get(self.at).copied()
    }

    /// The value that begins at the current row, which is indented at least this much.
    fn value(&mut self, least: usize, depth: usize) -> Node {
        let Some(row) = self.row().filter(|row| row.indent >= least) else {
            return Node::Text(String::new());
        };
        if depth > MAX_DEPTH {
            self.skip(row.indent);
            return Node::Text(String::new());
        }
        if is_item(row.body) {
            return self.list(row.indent, depth);
        }
        if entry(row.body).is_some() {
            return self.map(row.indent, row, depth);
        }
        self.at += 1;
        Flow { rest: row.body }.value(0)
    }

    /// Passes over everything that is indented at least this much.
    fn skip(&mut self, indent: usize) {
        while self.row().is_some_and(|row| row.indent >= indent) {
            self.at += 1;
        }
    }

    fn list(&mut self, indent: usize, depth: usize) -> Node {
        let mut items = Vec::new();
        while let Some(row) = self.row().filter(|row| row.indent == indent && is_item(row.body)) {
            let inside = row.body[1..].trim_start();
            // `- name: x` begins a mapping whose keys stand below `name`.
            let shifted = Row { indent: indent + (row.body.len() - inside.len()), body: inside };
            if inside.is_empty() {
                self.at += 1;
                items.push(self.value(indent + 1, depth + 1));
            } else if entry(inside).is_some() {
                items.push(self.map(shifted.indent, shifted, depth + 1));
            } else {
                self.at += 1;
                items.push(Flow { rest: inside }.value(0));
                self.skip(indent + 1);
            }
        }
        // What is indented otherwise belongs to nothing that is known here.
        if self.row().is_some_and(|row| row.indent > indent) {
            self.skip(indent + 1);
        }
        Node::List(items)
    }

    /// A mapping whose first entry is this row, which may be the inside of an item.
    fn map(&mut self, indent: usize, first: Row<'a>, depth: usize) -> Node {
        let mut entries = Vec::new();
        let mut current = first;
        loop {
            let Some((key, value)) = entry(current.body) else {
                self.at += 1;
                break;
            };
            self.at += 1;
            let node = match value {
                // A list may stand at the indentation of its key.
                "" => match self.row() {
                    Some(row) if row.indent == indent && is_item(row.body) => self.list(indent, depth + 1),
                    _ => self.value(indent + 1, depth + 1),
                },
                _ if value.starts_with(['|', '>']) => {
                    self.skip(indent + 1);
                    Node::Text(String::new())
                }
                _ => {
                    let node = Flow { rest: value }.value(0);
                    // The rest of a scalar of several lines.
                    self.skip(indent + 1);
                    node
                }
            };
            entries.push((key, node));
            match self.row() {
                Some(row) if row.indent == indent && !is_item(row.body) => current = row,
                _ => break,
            }
        }
        Node::Map(entries)
    }
}

fn is_item(body: &str) -> bool {
    body == "-" || body.starts_with("- ")
}

/// `key: value`, with the quotes taken off the key.
fn entry(body: &str) -> Option<(String, &str)> {
    if let Some(quote) = body.chars().next().filter(|first| matches!(first, '"' | '\'')) {
        let end = body[1..].find(quote)? + 1;
        let value = body[end + 1..].trim_start().strip_prefix(':')?;
        return Some((body[1..end].to_owned(), value.trim()));
    }
    if body.starts_with(['{', '[', '#', '&', '*', '!', '?']) {
        return None;
    }
    let at = body.find(": ").or_else(|| body.ends_with(':').then(|| body.len() - 1))?;
    Some((body[..at].trim().to_owned(), body[at + 1..].trim()))
}

/// The line up to a remark, which begins at a `#` that stands alone and in no quotes.
fn without_comment(line: &str) -> &str {
    let mut quote = None;
    let mut before = ' ';
    for (at, char) in line.char_indices() {
        match (quote, char) {
            (None, '#') if before.is_whitespace() => return &line[..at],
            (None, '"' | '\'') if !before.is_alphanumeric() => quote = Some(char),
            (Some(open), _) if open == char => quote = None,
            _ => {}
        }
        before = char;
    }
    line
}

/// Flow style: scalars, `{a: b}`, `[a, b]`.
struct Flow<'a> {
    rest: &'a str,
}

impl Flow<'_> {
    fn blank(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, char: char) -> bool {
        self.blank();
        match self.rest.strip_prefix(char) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, depth: usize) -> Node {
        if depth > MAX_DEPTH {
            self.rest = "";
        }
        if self.take('{') {
            let mut entries = Vec::new();
            while !self.rest.is_empty() && !self.take('}') {
                let key = self.scalar(true, &[':', ',', '}']);
                let value = if self.take(':') { self.value(depth + 1) } else { Node::Text(String::new()) };
                entries.push((key, value));
                if !self.take(',') && !self.rest.starts_with('}') {
                    self.rest =
                        self.rest.get(self.rest.find([',', '}']).unwrap_or(self.rest.len())..).unwrap_or("");
                    self.take(',');
                }
            }
            return Node::Map(entries);
        }
        if self.take('[') {
            let mut items = Vec::new();
            while !self.rest.is_empty() && !self.take(']') {
                let before = self.rest.len();
                items.push(self.value(depth + 1));
                if !self.take(',') && self.rest.len() == before {
                    break;
                }
            }
            return Node::List(items);
        }
        let ends: &[char] = if depth == 0 { &[] } else { &[',', '}', ']'] };
        Node::Text(self.scalar(false, ends))
    }

    /// A quoted scalar, or a plain one up to one of these characters.
    fn scalar(&mut self, key: bool, ends: &[char]) -> String {
        self.blank();
        if let Some(quote) = self.rest.chars().next().filter(|first| matches!(first, '"' | '\'')) {
            let body = &self.rest[1..];
            let mut text = String::new();
            let mut chars = body.char_indices().peekable();
            while let Some((at, char)) = chars.next() {
                match char {
                    '\\' if quote == '"' => text.extend(chars.next().map(|(_, escaped)| escaped)),
                    _ if char == quote => {
                        self.rest = &body[at + 1..];
                        return text;
                    }
                    _ => text.push(char),
                }
            }
            self.rest = "";
            return text;
        }
        let is_end = |at: usize, char: char| {
            // `https://host` holds a colon that ends no key.
            let colon = char == ':' && !self.rest[at + 1..].starts_with([' ', '"', '\n', '{', '[']);
            ends.contains(&char) && !(key && colon)
        };
        let end = self
            .rest
            .char_indices()
            .find(|(at, char)| is_end(*at, *char))
            .map_or(self.rest.len(), |(at, _)| at);
        let text = self.rest[..end].trim().to_owned();
        self.rest = &self.rest[end..];
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KUBECONFIG: &str = "
apiVersion: v1   # remark
clusters:
- cluster:
    certificate-authority-data: LS0t
    server: https://127.0.0.1:6443
  name: kind-dev
- name: \"prod eu\"
  cluster: {server: 'https://api.acme.com', insecure: true}
contexts:
  - name: a
    context:
      cluster: prod eu
      namespace: payments # here
  -
    name: b
current-context: 'a'
users:
- name: u
  user:
    exec:
      args:
      - --x
      - y
    text: |
      current-context: wrong
preferences: {}
";

    #[test]
    fn a_kubeconfig_in_three_styles() {
        let node = read(KUBECONFIG);
        assert_eq!(node.text("current-context"), Some("a"));
        let clusters = node.get("clusters").unwrap().items();
        assert_eq!(clusters.len(), 2);
        assert_eq!(clusters[0].text("name"), Some("kind-dev"));
        assert_eq!(clusters[0].get("cluster").unwrap().text("server"), Some("https://127.0.0.1:6443"));
        assert_eq!(clusters[1].text("name"), Some("prod eu"));
        assert_eq!(clusters[1].get("cluster").unwrap().text("server"), Some("https://api.acme.com"));
        let contexts = node.get("contexts").unwrap().items();
        assert_eq!(contexts[0].get("context").unwrap().text("namespace"), Some("payments"));
        assert_eq!(contexts[1].text("name"), Some("b"));
        assert!(node.get("preferences").unwrap().is_empty());

        let json = r#"{"current-context":"p","contexts":[{"name":"p","context":{"cluster":"c","x":[1,2]}}],
            "clusters":[{"name":"c","cluster":{"server":"https://1.2.3.4:6443"}}]}"#;
        let node = read(json);
        assert_eq!(node.text("current-context"), Some("p"));
        assert_eq!(
            node.get("clusters").unwrap().items()[0].get("cluster").unwrap().text("server"),
            Some("https://1.2.3.4:6443")
        );
    }

    #[test]
    fn odd_texts_end() {
        for text in [
            "",
            ":",
            "- - - a",
            "{",
            "[",
            "{a",
            "[a, b",
            "{a: [",
            "a:\n  b:\n c: d",
            "\"",
            "'a: b",
            "a: |",
            "- a: b\n   c: d",
            "? x",
            "&a b: c",
            "{\"a\" \"b\"}",
            "[[[[",
            "{:::}",
            "- \n-\n -",
            "a: b: c",
            "\u{feff}a: b",
            "é: ü",
            "[ü",
        ] {
            read(text);
        }
        read(&"- ".repeat(5000));
        read(&"[".repeat(50_000));
        read(&"{a: ".repeat(50_000));
        let deep: String = (0..2000).map(|at| format!("{}a:\n", " ".repeat(at))).collect();
        read(&deep);
    }
}
