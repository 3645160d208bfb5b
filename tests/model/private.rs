//! No secret goes through the wire: planted by lot in the line, in variables and in files that the line names, quoted
//! and encoded in every way, and looked for in every byte that a real listener received.

use crate::judged::configure;
use crate::support::TestContext;
use crate::wire::{Wire, says};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use std::cell::Cell;
use std::path::PathBuf;

/// So many characters of a secret in a row are a part of it.
const PART: usize = 9;

/// A token of a known form: what stands before its secret part, and that.
fn token() -> impl Strategy<Value = (String, String)> {
    let of = |before: &'static str, random: &'static str| {
        proptest::string::string_regex(random).unwrap().prop_map(move |random| (before.to_owned(), random))
    };
    prop_oneof![
        of("ghp_", "[A-Za-z0-9]{36}"),
        of("github_pat_", "[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
        of("glpat-", "[A-Za-z0-9]{20}"),
        of("npm_", "[A-Za-z0-9]{36}"),
        of("xoxb-", "[0-9]{12}-[0-9]{12}-[A-Za-z0-9]{24}"),
        of("sk_live_", "[A-Za-z0-9]{24}"),
        of("AKIA", "[A-Z2-7]{16}"),
        of("hf_", "[A-Za-z]{34}"),
        of("eyJhbGciOiJIUzI1NiJ9.eyJ", "[A-Za-z0-9]{24}\\.[A-Za-z0-9]{43}"),
    ]
}

/// A password without a form, which only its place gives away.
fn password() -> impl Strategy<Value = (String, String)> {
    "[A-Za-z][A-Za-z0-9_.+]{9,20}[0-9]".prop_map(|password| (String::new(), password))
}

fn base64(bytes: &[u8]) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = (0..3).fold(0u32, |word, at| word << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for place in 0..4 {
            let digit = char::from(alphabet[(word >> (18 - 6 * place) & 63) as usize]);
            out.push(if place > chunk.len() { '=' } else { digit });
        }
    }
    out
}

fn each(text: &str, form: impl Fn(u8) -> String) -> String {
    text.bytes().map(form).collect()
}

/// Ways to write a text; the first eight are the same word to a shell.
const WAYS: usize = 17;
const QUOTINGS: usize = 8;

fn written(text: &str, way: usize, at: usize) -> String {
    let (head, tail) = text.split_at(1 + at % (text.len() - 1));
    match way {
        0 => text.to_owned(),
        1 => format!("\"{text}\""),
        2 => format!("'{text}'"),
        3 => format!("{head}\"\"{tail}"),
        4 => format!("'{head}'\"{tail}\""),
        5 => format!("{head}\\{tail}"),
        6 => format!("{head}\\\n{tail}"),
        7 => format!("$'{}'", each(text, |byte| format!("\\x{byte:02x}"))),
        8 => format!("$'{}'", each(text, |byte| format!("\\{byte:03o}"))),
        9 => each(text, |byte| format!("%{byte:02x}")),
        10 => format!("{head}%{:02X}{}", tail.as_bytes()[0], &tail[1..]),
        11 => base64(text.as_bytes()),
        12 => base64(text.as_bytes()).replace('+', "-").replace('/', "_").replace('=', ""),
        13 => base64(format!("user:{text}").as_bytes()),
        14 => each(text, |byte| format!("{byte:02x}")),
        15 => each(text, |byte| format!("{byte:02X}")),
        _ => each(text, |byte| format!("\\u{byte:04x}")),
    }
}

/// Texts none of which may be sent: parts of the secret, and what parts of it are in the usual encodings.
fn forbidden(secret: &str) -> Vec<String> {
    let bytes = secret.as_bytes();
    let mut texts: Vec<String> =
        bytes.windows(PART).map(|part| String::from_utf8(part.to_vec()).unwrap()).collect();
    for text in texts.clone() {
        texts.push(each(&text, |byte| format!("{byte:02x}")));
        texts.push(each(&text, |byte| format!("{byte:02X}")));
        texts.push(each(&text, |byte| format!("%{byte:02x}")));
        texts.push(each(&text, |byte| format!("%{byte:02X}")));
        texts.push(each(&text, |byte| format!("\\{byte:03o}")));
        texts.push(each(&text, |byte| format!("\\x{byte:02x}")));
    }
    // In base64 a text looks different at each of three places, and its first and last letters depend on the others.
    for before in 0..3 {
        let encoded = base64(&[&vec![b'x'; before], bytes].concat());
        let encoded = &encoded.trim_end_matches('=').as_bytes()[2 + before..];
        let parts = encoded[..encoded.len() - 2].windows(PART + 3);
        texts.extend(parts.map(|part| String::from_utf8(part.to_vec()).unwrap()));
    }
    texts
}

/// Every string in a request, and the whole of it, as it is and without what quotes.
fn texts(request: &str) -> Vec<String> {
    fn strings(value: &serde_json::Value, out: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) => {
                // The case is JSON in JSON.
                for line in text.lines().filter(|line| line.starts_with('{')) {
                    if let Ok(inner) = serde_json::from_str(line) {
                        strings(&inner, out);
                    }
                }
                out.push(text.clone());
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| strings(item, out)),
            serde_json::Value::Object(entries) => entries.iter().for_each(|(name, item)| {
                out.push(name.clone());
                strings(item, out);
            }),
            _ => {}
        }
    }
    let (head, body) = request.split_once("\r\n\r\n").unwrap_or_default();
    // What comes before it is the same in every request.
    let turn = body.find("{\"role\":\"user\"").unwrap_or(0);
    let mut all = vec![head.to_owned(), body[turn..].to_owned()];
    let mut body: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    strings(&body["messages"][1].take(), &mut all);
    let bare: Vec<String> =
        all.iter().map(|text| text.chars().filter(|c| !"\"'\\\n ".contains(*c)).collect()).collect();
    all.extend(bare);
    all
}

/// An account whose model flags everything, and how many requests were looked at.
struct Desk {
    context: TestContext,
    wire: Wire,
    looked_at: Cell<usize>,
    sent: Cell<usize>,
    tried: Cell<usize>,
}

impl Desk {
    fn new() -> Desk {
        let (context, wire) = (TestContext::new(), Wire::always(says("block")));
        configure(&context, "openai-chat", "openai", &wire.url());
        let zero = || Cell::new(0);
        Desk { context, wire, looked_at: zero(), sent: zero(), tried: zero() }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.context.work().join(name)
    }

    /// Judges the line, and fails if anything that was sent holds a part of the secret.
    fn keeps(&self, line: &str, vars: &[(&str, &str)], secret: &str) -> Result<(), TestCaseError> {
        self.keeps_with(&[], line, vars, secret)
    }

    /// The same with options of `check`.
    fn keeps_with(
        &self,
        options: &[&str],
        line: &str,
        vars: &[(&str, &str)],
        secret: &str,
    ) -> Result<(), TestCaseError> {
        let mut command = self.context.command(self.context.binary());
        command.args(["check", "--json"]).args(options).args(["--", line]).env("MY_KEY", "the-key");
        command.envs(vars.iter().copied());
        let output = command.output().unwrap();
        let status = output.status.code();
        prop_assert!(matches!(status, Some(0 | 3 | 4)), "{line}: {output:?}");
        let forbidden = forbidden(secret);
        let received = self.wire.received();
        let before = self.looked_at.replace(received.len());
        self.tried.set(self.tried.get() + 1);
        self.sent.set(self.sent.get() + usize::from(received.len() > before));
        for received in &received[before..] {
            for text in texts(&received.text()) {
                let found = forbidden.iter().find(|part| text.contains(part.as_str()));
                prop_assert!(found.is_none(), "{line}\n{vars:?}\n{secret}\n{found:?}\n{text}");
            }
        }
        Ok(())
    }

    /// Tries lots of the strategy; most of them must have been sent, or nothing was proved.
    fn run<S: Strategy>(
        &self,
        cases: u32,
        strategy: &S,
        test: impl Fn(&Desk, S::Value) -> Result<(), TestCaseError>,
    ) {
        // The same lots each time, so that a change is to blame for a failure; with FORESTALL_LOTS so many times as
        // many, and others each time.
        let lots: Option<u32> = std::env::var("FORESTALL_LOTS").ok().and_then(|lots| lots.parse().ok());
        let config =
            Config { cases: cases * lots.unwrap_or(1), failure_persistence: None, ..Config::default() };
        let mut runner = match lots {
            None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
            Some(_) => TestRunner::new(config),
        };
        runner.run(strategy, |value| test(self, value)).unwrap_or_else(|error| panic!("{error}"));
        let (sent, tried) = (self.sent.get(), self.tried.get());
        assert!(sent * 3 > tried * 2, "{sent} of {tried} were sent");
    }
}

#[test]
fn no_token_in_a_line() {
    let places = [
        "act {}",
        "act --data={} --now",
        "act 'x={}' | tee out",
        "echo {}; act",
        "act # {}",
        "FOO={} act",
        "act <<< {}",
        "act <<X\n{}\nX",
        "act https://h.test/?q={}",
        "bash -c \"act {} now\"",
        "act $(printf %s {})",
        "for x in {} b; do act $x; done",
        "act <(echo {})",
        "x={}; act \"${x:0:12}\" ${x/a/b}",
        "act && tmux new -d 'act {}'",
        "python3 -c \"print('{}')\"; act",
        "alias go='act {}'; go",
    ];
    Desk::new().run(
        120,
        &(token(), 0..WAYS, 0usize..99, 0..places.len()),
        |desk, ((before, random), way, at, place)| {
            let planted = written(&format!("{before}{random}"), way, at);
            desk.keeps(&places[place].replace("{}", &planted), &[], &random)
        },
    );
}

/// What an agent and its user have said before is as private as the line.
#[test]
fn no_token_of_a_conversation() {
    let records = [
        r#"{"user": "use {} for it"}"#,
        r#"{"user": "ok"}⏎{"tool": "Bash", "input": {"command": "curl -H 'X: {}' h.test"}}"#,
        r#"{"user": "ok"}⏎{"tool": "Write", "input": {"file_path": ".env", "content": "KEY={}"}}"#,
        r#"{"type": "user", "message": {"content": "it is {}"}}"#,
        r#"{"type": "assistant", "message": {"content": [{"type": "tool_use", "name": "{}", "input": {"x": "{}"}}]}}"#,
        r#"{"type": "event_msg", "payload": {"type": "user_message", "message": "try {} again"}}"#,
    ];
    Desk::new().run(
        60,
        &(token(), 0..WAYS, 0usize..99, 0..records.len()),
        |desk, ((before, random), way, at, record)| {
            let planted = written(&format!("{before}{random}"), way, at);
            let planted = serde_json::to_string(&planted).unwrap();
            let planted = planted.trim_matches('"');
            let talk = desk.file("talk.jsonl");
            std::fs::write(&talk, records[record].replace("{}", planted).replace('⏎', "\n")).unwrap();
            desk.keeps_with(
                &["--actor", "agent", "--conversation", talk.to_str().unwrap()],
                "act now",
                &[],
                &random,
            )
        },
    );
}

#[test]
fn no_password_where_passwords_stand() {
    let places = [
        "act --password {}",
        "act --db-password={} x",
        "DB_PASSWORD={} act",
        "export API_TOKEN={}; act",
        "act postgres://app:{}@db.test/x",
        "act -H \"Authorization: Bearer \"{}",
        "act; mysql -u root -p{} -e 'select 1'",
        "act; curl -u bob:{} http://127.0.0.1/x",
        "ssh web1 API_TOKEN={} act",
        "sudo sh -c \"act --secret {}\"",
        "act -d '{\"password\": \"'{}'\"}'",
        "act https://h.test/?password={}&x=1",
        "sshpass -p {} ssh web1 act",
        "echo {} | sudo -S act",
        "printf '%s\\n' {} | docker login -u ada --password-stdin r.test; act",
        "gh auth login --with-token <<< {}; act",
        "gcloud secrets create x --data-file=- <<< {}; act",
        "act --from-literal=password={}",
        "act 'Server=db;User Id=sa;Password='{}';'",
        "openssl enc -passin pass:{} -in x; act",
        "read -r PASSWORD <<< {}; act $PASSWORD",
        "act() { echo --token {}; }; act",
        "act --header=\"X-Api-Key: \"{}",
        "SECRET={} bash -c 'act $SECRET'",
        "act user=ada password={} host=db",
    ];
    Desk::new().run(
        100,
        &(password(), 0..QUOTINGS, 0..WAYS, 0usize..99, 0..places.len()),
        |desk, ((_, password), way, again, at, place)| {
            let line = places[place].replace("{}", &written(&password, way, at));
            // Where it stands once more, written in another way, it is known already.
            desk.keeps(&format!("{line}; act {}", written(&password, again, at)), &[], &password)
        },
    );
}

/// Where the programs that people use take a password.
#[test]
fn no_password_of_a_program_that_takes_one() {
    let places = [
        "psql -c \"ALTER USER app WITH PASSWORD '{}'\"",
        "mysql -e \"CREATE USER x IDENTIFIED BY '{}'\"",
        "echo ada:{} | chpasswd",
        "act <<< \"password: {}\"",
        "lftp -u ada,{} h.test",
        "smbclient //h/s -U ada%{}",
        "plink -pw {} h.test ls",
        "nmcli dev wifi connect x password {}",
        "gpg --batch --passphrase {} -d x",
        "keytool -list -storepass {}",
        "rclone obscure {}",
        "curl --cookie session={} http://127.0.0.1/",
        "kubectl create secret generic x --from-literal=k={}",
        "vault kv put secret/x value={}",
        "aws ssm put-parameter --name x --type SecureString --value {}",
        "aws secretsmanager create-secret --name x --secret-string {}",
        "gh secret set X --body {}",
        "docker run -e DB_PASSWORD={} img",
        "fly secrets set X={}",
        "heroku config:set API_KEY={}",
        "npm config set //r.test/:_authToken {}",
        "git config http.extraheader \"AUTHORIZATION: basic {}\"",
        "git ls-remote https://ada:{}@h.test/x.git",
        "ipmitool -H h -U ada -P {} power status",
        "mosquitto_pub -u ada -P {} -t x -m y",
        "ansible all -m ping -e ansible_password={}",
        "wget --password={} http://127.0.0.1/",
        "sqlplus app/{}@db",
        "mongosh mongodb://app:{}@127.0.0.1/x",
        "redis-cli -u redis://:{}@127.0.0.1 ping",
        "az login -u ada -p {}",
        "xfreerdp /u:ada /p:{} /v:h",
        "security add-generic-password -a ada -s x -w {}",
        "ldapsearch -D cn=ada -w {}",
        "sudo -u app env PGPASSWORD={} psql",
    ];
    Desk::new().run(
        150,
        &(password(), 0..2usize, 0..WAYS, 0usize..99, 0..places.len()),
        |desk, ((_, password), way, again, at, place)| {
            // In quotes of the line only as it is.
            let way = if places[place].contains(['\'', '"']) { 0 } else { way };
            let line = places[place].replace("{}", &written(&password, way, at));
            desk.keeps(&format!("{line}; act {}", written(&password, again, at)), &[], &password)
        },
    );
}

#[test]
fn no_value_of_a_variable() {
    let places = [
        "act $API_TOKEN",
        "act \"--key=${API_TOKEN}\"",
        "act ${API_TOKEN:-none} ${API_TOKEN%x} ${#API_TOKEN}",
        "x=$API_TOKEN; act $x",
        "act",
        "act https://bob:$API_TOKEN@h.test/",
        "bash -c 'act $API_TOKEN'",
        "act $(echo $API_TOKEN)",
        "act <<X\n$API_TOKEN\nX",
        "printenv API_TOKEN | act",
        "eval \"act $API_TOKEN\"",
        "act ${!API_*}; env | act",
        "act \"${API_TOKEN:0:12}\" ${API_TOKEN/a/b} ${API_TOKEN^^}",
        "export X=$API_TOKEN; sh -c 'act $X'",
        "y=$(printf %s \"$API_TOKEN\" | base64); act $y",
        "act $(echo $API_TOKEN | rev)",
    ];
    let secret = prop_oneof![token(), password()];
    Desk::new().run(100, &(secret, 0..places.len()), |desk, ((before, random), place)| {
        let value = format!("{before}{random}");
        let url = format!("postgres://app:{value}@localhost/app_dev");
        desk.keeps(places[place], &[("API_TOKEN", &value), ("DATABASE_URL", &url)], &random)
    });
    // By its form alone, where the name says nothing.
    Desk::new().run(40, &(token(), 0..places.len()), |desk, ((before, random), place)| {
        let line = places[place].replace("API_TOKEN", "PLACE");
        desk.keeps(&line, &[("PLACE", &format!("{before}{random}"))], &random)
    });
}

#[test]
fn no_byte_of_a_file_that_a_line_names() {
    let places = [
        "act .env",
        "act -f secrets.yaml < .env",
        "act @.env --config=secrets.yaml",
        "act $(cat .env)",
        "source .env && act",
        ". ./.env; act $DB_PASSWORD \"$API_TOKEN\"",
        "bash run.sh",
        "sh ./run.sh && act",
        "make deploy; act",
        "export $(grep -v '#' .env | xargs) && act",
        "act < .netrc",
        "git push origin main; act",
        "psql -c 'select 1'; act",
        "cat .env | act",
        "read x < .env; act $x",
        "xargs -a .env act",
        "act \"$(<.env)\"",
        "sed s/a/b/ .env | act; bash -x run.sh",
    ];
    let secret = prop_oneof![token(), password()];
    let desk = Desk::new();
    let work = desk.context.work();
    desk.context.git(&work, ["init", "--quiet"]);
    desk.context.git(&work, ["remote", "add", "origin", "https://h.test/x.git"]);
    desk.run(100, &(secret, 0..QUOTINGS, 0usize..99, 0..places.len()), |desk, ((before, random), way, at, place)| {
        let value = format!("{before}{random}");
        let shell = written(&value, way, at);
        let write = |name: &str, text: String| desk.context.write(&desk.file(name), text);
        write(
            ".env",
            format!(
                "DB_PASSWORD={value}\nAPI_TOKEN=\"{value}\"\nDATABASE_URL=postgres://app:{value}@localhost/app_dev\n"
            ),
        );
        write("secrets.yaml", format!("password: {value}\ndata:\n  token: {}\n", base64(value.as_bytes())));
        write("run.sh", format!("#!/bin/sh\nexport API_TOKEN={shell}\nact --password {shell} \"$API_TOKEN\"\n"));
        write("Makefile", format!("deploy:\n\tact --token {value}\n\tAPI_TOKEN={value} act\n"));
        write(".netrc", format!("machine h.test login ada password {value}\n"));
        let url = format!("https://ada:{value}@h.test/x.git");
        desk.context.git(&desk.context.work(), ["remote", "set-url", "origin", &url]);
        desk.keeps(places[place], &[], &random)
    });
}

/// What is said to be sent is what is sent, to the byte, also for a command that only a rule of one's own knows.
#[test]
fn show_request_prints_what_goes_through_the_wire() {
    let desk = Desk::new();
    for line in ["act spare", "act --password hunter2abc https://x.test", "\"$TOOL\" x; act", "act ~/x $HOME"]
    {
        let before = desk.wire.received().len();
        let mut command = desk.context.command(desk.context.binary());
        command.args(["check", "--", line]).env("MY_KEY", "the-key").output().unwrap();
        let received = desk.wire.received();
        let [first, second] = &received[before..] else { panic!("{line}: {received:?}") };
        let mut command = desk.context.command(desk.context.binary());
        let shown = command.args(["classifier", "show-request", "--", line]).output().unwrap();
        let shown = String::from_utf8(shown.stdout).unwrap();
        assert!(shown.starts_with("# the rules leave something open: "), "{shown}");
        let bodies: Vec<&str> = shown.lines().filter(|line| line.starts_with('{')).collect();
        let body = |text: &str| text.split_once("\r\n\r\n").unwrap().1.to_owned();
        assert_eq!(bodies[0], body(&first.text()), "{line}");
        // Drawn anew for each request.
        let without_nonce = |text: &str| {
            let (before, after) = text.split_once("NONCE: ").unwrap();
            format!("{before}{}", &after[8..])
        };
        assert_eq!(without_nonce(bodies[1]), without_nonce(&body(&second.text())), "{line}");
        assert!(!shown.contains("the-key") && shown.contains("authorization: Bearer (the value of MY_KEY)"));
    }
}
