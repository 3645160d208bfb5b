//! Program text on the line that sends: `python -c "requests.post(…, data=open('.env').read())"`.

use super::receiver::Receiver;
use super::send_all;
use super::source::{self, Source};
use crate::effect::{Call, Effect};
use crate::secrets::secret_path;
use crate::syntax::{inline_code, literals};

/// What in code begins a connection.
const SENDS: &str = "requests. urlopen( urllib httpx. aiohttp http.client HTTPSConnection socket fetch( axios \
        .request(  Net::HTTP LWP HTTP::Tiny IO::Socket curl_ file_get_contents( smtplib URI.open";

/// The code that an interpreter is given. Only what is a secret by its name is looked at: the code itself may do
/// anything with it before.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let Some(word) = inline_code(call.invocation.program(), call.invocation) else { return };
    let code = word.text();
    if !SENDS.split_ascii_whitespace().any(|sign| code.contains(sign)) {
        return;
    }
    let mut address = None;
    let mut sources: Vec<Source> = Vec::new();
    for literal in literals(code).take(64) {
        if literal.text.contains("://") {
            address = address.or(Some(literal.text));
        } else if literal.before.ends_with("connect((") || literal.before.ends_with("Connection(") {
            address = Some(literal.text);
        } else if ["[", "getenv(", "environ.get(", "ENV.fetch("]
            .iter()
            .any(|end| literal.before.ends_with(end))
        {
            // The name of a variable is no file: `os.environ["API_TOKEN"]`.
        } else {
            // `cat .env` in backquotes, `open('.env')`.
            let pieces = literal.text.split_whitespace().filter(|piece| secret_path(piece).is_some());
            sources.extend(pieces.filter_map(|piece| source::file(call, call.invocation, piece, word)));
        }
    }
    if takes_environment(code) {
        sources.push(Source::environment("the environment", word.span));
    }
    // Without an address nothing is known to leave.
    let Some(address) = address else { return };
    send_all(&Receiver::url(address), sources, "body", effects);
}

/// Whether all variables are taken, and not one of them by its name.
fn takes_environment(code: &str) -> bool {
    ["os.environ", "process.env", "ENV.to_h", "%ENV", "$_ENV"].iter().any(|name| {
        code.match_indices(name).any(|(at, name)| {
            let rest = code[at + name.len()..].trim_start();
            !rest.starts_with(['[', '.']) && !rest.starts_with('{')
        })
    })
}
