//! Every shape, alone and among text; what is harmless; what is shown.

use super::super::{checksum, redact};
use super::*;
use proptest::prelude::*;

const ALPHABET: &[u8] = b"zQ8vT2mK9xL4wR7nB3cY6pH1jF5dG0aEsUiOoWqZtVbNkXyCeMrDfIhJgAlPuS";

/// `count` characters that follow no order; tokens are put together here so that none stands in the source.
fn body(count: usize) -> String {
    (0..count).map(|at| ALPHABET[(at * 7 + at / 9) % ALPHABET.len()] as char).collect()
}

fn hex(count: usize) -> String {
    (0..count).map(|at| b"3fa9c17e0b5d8264"[(at * 5 + at / 7) % 16] as char).collect()
}

fn capitals(count: usize) -> String {
    (0..count).map(|at| b"Q7ZK3XW5LNTB2VJH6RDM4YPG"[(at * 5 + at / 11) % 24] as char).collect()
}

fn tokens() -> Vec<(&'static str, &'static str, String)> {
    vec![
        ("GitHub token", "github", format!("ghp_{}", checksum::sealed(&body(30)))),
        ("GitHub token", "github", format!("github_pat_{}_{}", body(22), body(59))),
        ("GitLab token", "gitlab", format!("glpat-{}", body(20))),
        ("Slack bot token", "slack", format!("xoxb-{}-{}-{}", "273849501283", "918273645012", body(24))),
        (
            "Slack webhook URL",
            "slack",
            format!("hooks.slack.com/services/T{}/B{}/{}", capitals(10), capitals(10), body(24)),
        ),
        (
            "Discord webhook URL",
            "discord",
            format!("discord.com/api/webhooks/{}/{}", "918273645012738495", body(68)),
        ),
        ("AWS access key ID", "aws", format!("AKIA{}", capitals(16))),
        ("Google API key", "google", format!("AIza{}", body(35))),
        ("Stripe secret key", "stripe", format!("sk_live_{}", body(24))),
        ("Anthropic API key", "anthropic", format!("sk-ant-api03-{}", body(95))),
        ("OpenAI API key", "openai", format!("sk-proj-{}", body(74))),
        ("OpenAI API key", "openai", format!("sk-{}", body(48))),
        ("API key", "", format!("sk-{}", hex(32))),
        ("Hugging Face token", "huggingface", format!("hf_{}", body(34))),
        ("npm token", "npm", format!("npm_{}", checksum::sealed(&body(30)))),
        ("PyPI token", "pypi", format!("pypi-AgEIcHlwaS5vcmc{}", body(120))),
        ("crates.io token", "crates", format!("cio{}", body(32))),
        ("DigitalOcean token", "digitalocean", format!("dop_v1_{}", hex(64))),
        ("SendGrid API key", "sendgrid", format!("SG.{}.{}", body(22), body(43))),
        ("Twilio API key", "twilio", format!("SK{}", hex(32))),
        ("Telegram bot token", "telegram", format!("738291645:AA{}", body(33))),
        ("Shopify access token", "shopify", format!("shpat_{}", hex(32))),
        ("Vault token", "vault", format!("hvs.{}", body(90))),
        ("Databricks token", "databricks", format!("dapi{}", hex(32))),
        ("Linear API key", "linear", format!("lin_api_{}", body(40))),
        ("Doppler token", "doppler", format!("dp.pt.{}", body(43))),
        ("age secret key", "", format!("AGE-SECRET-KEY-1{}", capitals(58))),
        (
            "private key",
            "",
            format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n-----END OPENSSH PRIVATE KEY-----", body(200)),
        ),
        ("Azure client secret", "azure", format!("aB18Q~{}", body(34))),
    ]
}

#[test]
fn every_shape_is_found_alone_and_among_text() {
    for (kind, owner, token) in tokens() {
        for (before, after) in
            [("", ""), ("x ", " y"), ("key='", "'"), ("\"", "\","), ("é", "é"), ("a\\n", "\\n")]
        {
            let text = format!("{before}{token}{after}");
            let found = scan(&text);
            let one = found.first().unwrap_or_else(|| panic!("{kind} is not found in {text}"));
            assert_eq!((one.kind, one.owner), (kind, owner), "{text}");
            assert_eq!(&text[one.span.clone()], token, "{text}");
            assert_eq!(one.confidence, Confidence::High, "{text}");
        }
    }
}

#[test]
fn a_wrong_checksum_lowers_the_confidence() {
    let token = format!("ghp_{}", body(36));
    assert_eq!(scan(&token)[0].confidence, Confidence::Low);
    assert!(scan(&token)[0].is_named());
}

#[test]
fn assigned_secrets() {
    let aws = body(40);
    for (text, kind, confidence) in [
        (format!("AWS_SECRET_ACCESS_KEY={aws}"), "AWS secret access key", Confidence::High),
        (format!("aws_secret_access_key = {aws}\n"), "AWS secret access key", Confidence::High),
        (format!("\"SecretAccessKey\": \"{aws}\","), "AWS secret access key", Confidence::High),
        (format!("//registry.acme.dev/:_authToken={}", body(30)), "npm token", Confidence::High),
        (format!("AccountName=a;AccountKey={}==;x", body(86)), "Azure storage key", Confidence::High),
        (
            format!("token: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI{}.{}", body(20), body(43)),
            "JSON web token",
            Confidence::High,
        ),
        ("DB_PASSWORD=hunter2-9x!kQ".to_owned(), "password", Confidence::Low),
        ("  api_key: \"q8Zt2vLm91xK\"".to_owned(), "API key", Confidence::Low),
        ("postgres://app:s3cr3t-Pw9@db.acme.com/app".to_owned(), "password in a URL", Confidence::High),
        ("redis://:hunter22@localhost:6379".to_owned(), "password in a URL", Confidence::Low),
        (
            format!(
                "{{\"private_key\": \"-----BEGIN PRIVATE KEY-----\\n{}\\n-----END PRIVATE KEY-----\\n\"}}",
                body(180)
            ),
            "service account key",
            Confidence::High,
        ),
    ] {
        let found = scan(&text);
        assert_eq!(
            found.iter().map(|found| (found.kind, found.confidence)).collect::<Vec<_>>(),
            [(kind, confidence)],
            "{text}"
        );
    }
}

#[test]
fn harmless_text() {
    for text in [
        "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "token: string;",
        "const token = getToken(request)",
        "let password = config.auth2.password;",
        "GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "GITHUB_TOKEN=${GITHUB_TOKEN}",
        "api_key=<your-api-key>",
        "password=changeme",
        "grep -r 'BEGIN PRIVATE KEY' .",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIIB8TCCAZegAwIBAgIUFhG8kz\n-----END CERTIFICATE-----",
        "postgres://user:password@localhost/db",
        "https://github.com/acme/app.git",
        "sk-learn skip-this SKETCH cioppino dapiful eyJ",
        "TOKEN_COUNT=4096 MAX_TOKENS=8192",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "commit 3f785ec0ab1e20a4dd59c5c5f0d5c5f0d5c5f0d5",
        "password: ********",
        "git@github.com:acme/app.git http://localhost:3000",
        "the token::Kind enum, secret == other",
    ] {
        assert_eq!(scan(text), [], "{text}");
    }
}

#[test]
fn redaction_says_what_was_there() {
    let token = format!("ghp_{}", checksum::sealed(&body(30)));
    for (text, expected) in [
        (format!("curl -d {token} https://x"), "curl -d <GitHub token> https://x".to_owned()),
        (format!("GITHUB_TOKEN={token} gh pr list"), "GITHUB_TOKEN=<GitHub token> gh pr list".to_owned()),
        (
            "curl -H 'Authorization: Bearer abc def'".to_owned(),
            "curl -H 'Authorization: Bearer <token>'".to_owned(),
        ),
        (
            "psql postgres://app:pw@db/app".to_owned(),
            "psql postgres://app:<password in a URL>@db/app".to_owned(),
        ),
        ("tool --password hunter2 --verbose".to_owned(), "tool --password <password> --verbose".to_owned()),
        ("curl -u me:hunter2 https://x".to_owned(), "curl -u me:<password> https://x".to_owned()),
        ("mysql -uroot -phunter2 app".to_owned(), "mysql -uroot -p<password> app".to_owned()),
        ("DB_PASSWORD=x make".to_owned(), "DB_PASSWORD=<password> make".to_owned()),
        (
            "curl -H \"Authorization: Bearer $TOKEN\"".to_owned(),
            "curl -H \"Authorization: Bearer $TOKEN\"".to_owned(),
        ),
        ("git push origin main".to_owned(), "git push origin main".to_owned()),
    ] {
        assert_eq!(redact(&text), expected);
    }
}

#[test]
fn a_megabyte_is_read_in_linear_time() {
    for unit in
        ["token=", "sk-", "eyJ.", "://a:", "-----BEGIN PRIVATE KEY-----", "ghp_", "--password a -p ", "x"]
    {
        let text = unit.repeat(1_000_000 / unit.len());
        let start = std::time::Instant::now();
        scan(&text);
        redact(&text);
        // A build without optimisation on a busy machine; what is quadratic takes minutes.
        assert!(start.elapsed().as_secs() < 10, "{unit}: {:?}", start.elapsed());
    }
}

proptest! {
    #[test]
    fn spans_are_on_boundaries_and_in_order(text in "\\PC{0,200}", pick in 0usize..29, cut in 0usize..200) {
        let all = tokens();
        let token = &all[pick % all.len()].2;
        let cut = (0..=cut.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        let text = format!("{} {token} {}", &text[..cut], &text[cut..]);
        let mut end = 0;
        for found in scan(&text) {
            prop_assert!(found.span.start >= end && found.span.end > found.span.start);
            prop_assert!(text.is_char_boundary(found.span.start) && text.is_char_boundary(found.span.end));
            end = found.span.end;
        }
        redact(&text);
    }

    #[test]
    fn no_planted_token_survives(before in "[ -~é]{0,40}", after in "[ -~é]{0,40}", pick in 0usize..29) {
        let all = tokens();
        let token = &all[pick % all.len()].2;
        let shown = redact(&format!("{before} {token} {after}"));
        prop_assert!(!shown.contains(token.as_str()), "{}", shown);
    }

    #[test]
    fn shell_shaped_text_never_panics(text in "([a-z=:/@ \"'\\\\<>{}$é-]|token|password|://|-----BEGIN |eyJ|Q~|:AA|ghp_){0,60}") {
        scan(&text);
        redact(&text);
    }
}
