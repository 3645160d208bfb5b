//! What a call fetches out of the network, and where it puts it.

use super::address::Address;
use crate::effect::args::Args;
use crate::effect::transfer::{self, Item};
use crate::syntax::{Invocation, Word};

/// A call that fetches something.
#[derive(Debug)]
pub(in crate::effect) struct Fetch<'a> {
    /// From where.
    pub address: Address,
    /// The file that it is written to, by the name that the line gives it; `None` where it goes to the output.
    pub file: Option<&'a str>,
    /// Who is at the other end is not checked.
    pub insecure: bool,
    /// It hands something over: a login, a form, a file.
    pub sends: bool,
}

/// Reads a call of curl, wget and their like; `None` for other programs, and where no address is given.
pub(in crate::effect) fn fetch(invocation: &Invocation) -> Option<Fetch<'_>> {
    let program = invocation.program();
    let curl = matches!(program, "curl" | "curlie");
    let takes: fn(&str) -> bool = match program {
        "curl" | "curlie" => transfer::curl_takes,
        "wget" | "wget2" => transfer::wget_takes,
        "http" | "https" | "xh" | "xhs" | "GET" | "lynx" | "w3m" | "links" | "irm" | "iwr"
        | "Invoke-WebRequest" | "Invoke-RestMethod" | "fetch" | "aria2c" | "axel" | "lwp-request" => {
            |name| matches!(name, "o" | "O")
        }
        _ => return None,
    };
    // The letter of the file that is written.
    let small = curl || matches!(program, "aria2c" | "axel");
    let mut operands: Vec<&str> = Vec::new();
    let mut file: Option<&str> = None;
    let mut remote_name = false;
    let mut checked = true;
    let mut hands_over = false;
    for Item { name, value, .. } in transfer::items(invocation.args(), takes) {
        match name {
            "" | "url" => operands.push(value),
            "O" | "remote-name" | "remote-name-all" if curl => remote_name = true,
            "output" | "output-document" => file = Some(value),
            "o" if small => file = Some(value),
            "O" if !small => file = Some(value),
            "insecure" | "no-check-certificate" => checked = false,
            "k" if curl => checked = false,
            "d" | "F" | "T" | "u" | "b" if curl => hands_over = true,
            "H" if curl => hands_over |= sends("header", value),
            name => hands_over |= name.len() > 1 && sends(name, value),
        }
    }
    let url = operands.iter().find(|text| text.contains("://")).or(operands.first())?;
    let mut address = Address::read(url);
    address.secure &= checked;
    let last = || url.split(['?', '#']).next().unwrap_or_default().rsplit('/').next();
    let saves = matches!(program, "wget" | "wget2" | "aria2c" | "axel");
    let file = match file.filter(|file| !file.is_empty()) {
        Some("-" | "/dev/stdout" | "/dev/fd/1") => None,
        Some(file) => Some(file),
        None if remote_name || saves => last(),
        None => None,
    };
    Some(Fetch { address, file, insecure: !checked, sends: hands_over })
}

/// Whether an option hands something over that another should not read.
fn sends(name: &str, value: &str) -> bool {
    let header = || {
        let name = value.split(':').next().unwrap_or_default().to_ascii_lowercase();
        ["authorization", "token", "key", "cookie", "secret", "auth"].iter().any(|part| name.contains(part))
    };
    match name {
        "header" => header(),
        _ => {
            name.starts_with("data")
                || name.starts_with("form")
                || name.starts_with("post-")
                || name.starts_with("body-")
                || matches!(
                    name,
                    "json"
                        | "upload-file"
                        | "user"
                        | "password"
                        | "cookie"
                        | "oauth2-bearer"
                        | "http-password"
                )
        }
    }
}

/// Where the file comes from that a call leaves behind under this name, whatever the program is: whoever is given
/// an address and the name brings the one from the other.
pub(super) fn brings(writer: &Invocation, name: &str) -> Option<Address> {
    let program = writer.program();
    if let Some(fetched) = fetch(writer)
        && (fetched.file.is_some() || program == "curl")
    {
        return fetched.file.filter(|file| base_name(file) == name).map(|_| fetched.address);
    }
    if matches!(program, "echo" | "printf" | "print" | "export" | "test" | "[" | "grep" | "git" | "curl") {
        return None;
    }
    // `lftp -c 'get http://… -o name'` says it in one word, `--output=name` behind a sign.
    let parts = || writer.args().iter().flat_map(|word| word.text().split([' ', '\'', '"', ';', ',']));
    let address = match program {
        // A repository's releases: `gh release download -R owner/name -p file`.
        "gh" => {
            let downloads = parts().any(|part| part == "release") && parts().any(|part| part == "download");
            let args = Args::read(writer.args(), "R,repo= p,pattern= O,output= D,dir=", false);
            let repository = args.value("repo").filter(|_| downloads)?;
            Address::read(&format!("https://github.com/{repository}"))
        }
        "smbclient" => {
            let share = operands(writer).next()?.text().trim_start_matches(['/', '\\']);
            Address::read(&format!("smb://{share}"))
        }
        "ipfs" => return ipfs(writer).filter(|_| parts().any(|part| part == name)),
        // They name the machine alone, and nothing on the way is encrypted.
        "tftp" | "ncftpget" | "ftp" if !parts().any(|part| part.contains("://")) => {
            let host = operands(writer).next()?.text();
            Address::read(&format!("ftp://{host}"))
        }
        _ => parts().find_map(|part| remote(program, part))?,
    };
    let last = |part: &str| {
        let path = part.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let path = if part.contains("://") { path } else { path.rsplit('=').next().unwrap_or(path) };
        path.rsplit(['/', ':']).next() == Some(name)
    };
    parts().any(last).then_some(address)
}

/// What `ipfs cat` and `ipfs get` fetch, by the address that a browser would show.
pub(super) fn ipfs(maker: &Invocation) -> Option<Address> {
    let mut words = operands(maker).map(Word::text);
    matches!(words.next()?, "cat" | "get").then_some(())?;
    let path = words.next()?.trim_start_matches("/ipfs/");
    Some(Address::read(&format!("https://ipfs.io/ipfs/{path}")))
}

/// The other end of a transfer, where that is nobody's own machine: `rsync://…`, `host::module`, an address alone.
fn remote(program: &str, text: &str) -> Option<Address> {
    if let Some((scheme, rest)) = text.split_once("://") {
        let scheme = scheme.rsplit('=').next().unwrap_or(scheme);
        let known =
            matches!(scheme, "http" | "https" | "ftp" | "ftps" | "tftp" | "rsync" | "s3" | "gs" | "sftp");
        // A store that one is logged in to is reached over https.
        let scheme = if matches!(scheme, "s3" | "gs") { "https" } else { scheme };
        return known.then(|| Address::read(&format!("{scheme}://{rest}")));
    }
    let (host, path) = text.split_once(':')?;
    let host = host.rsplit('@').next().unwrap_or(host);
    let daemon = program == "rsync" && path.starts_with(':');
    let numbered = matches!(program, "scp" | "sftp" | "rsync")
        && host.split('.').count() == 4
        && host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let scheme = if daemon { "rsync" } else { "ssh" };
    let address = Address::read(&format!("{scheme}://{host}/{}", path.trim_start_matches([':', '/'])));
    ((daemon || numbered) && !address.is_near()).then_some(address)
}

/// A whole tree of files out of the network, and the directory that is named for it.
pub(super) fn tree(writer: &Invocation) -> Option<(Address, Option<&str>)> {
    const OPTIONS: &str = "b,branch= depth= o,origin= c,config= j,jobs= reference= u,upload-pack= filter= C= r= \
        template= separate-git-dir= shallow-since= recurse-submodules";
    let args = Args::read(writer.args(), OPTIONS, false);
    let words: Vec<&str> = args.operands().iter().map(|word| word.text()).collect();
    let (url, into) = match (writer.program(), words.as_slice()) {
        ("git" | "hg", ["clone", url, rest @ ..])
        | ("svn", ["checkout" | "co" | "export", url, rest @ ..])
        | ("bzr" | "brz", ["branch" | "checkout", url, rest @ ..]) => (Address::read(url), rest.first()),
        ("gh", ["repo", "clone", name, rest @ ..]) if !name.contains("://") => {
            (Address::read(&format!("https://github.com/{name}")), rest.first())
        }
        _ => return None,
    };
    // `git@host:path` is one's own account, and a path is no address.
    let far = words.iter().any(|word| word.contains("://")) || writer.program() == "gh";
    far.then_some((url, into.copied()))
}

/// The words of a call that name files, not options.
pub(super) fn operands(invocation: &Invocation) -> impl Iterator<Item = &Word> {
    invocation.args().iter().filter(|word| !word.text().starts_with('-') || word.text() == "-")
}

/// The last part of a path.
pub(super) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{Line, Scene};

    fn from(line: &str, name: &str) -> Option<String> {
        let scene = Scene::given(std::path::Path::new("/nowhere"), std::collections::BTreeMap::new());
        let script = crate::syntax::read(&Line::from_bytes(line.as_bytes()), &scene);
        brings(script.invocations.last()?, name).map(|address| address.host)
    }

    #[test]
    fn whatever_is_given_an_address_and_a_name_brings_the_file() {
        for line in [
            "curl -so /tmp/x https://a.example/y",
            "wget -P /tmp https://a.example/x?y=1",
            "rsync -q rsync://a.example/pub/x /tmp/",
            "rsync a.example::pub/x .",
            "lftp -c 'get http://a.example/x -o x'",
            "anything --output=x https://a.example/y",
        ] {
            assert_eq!(from(line, "x").as_deref(), Some("a.example"), "{line}");
            assert_eq!(from(line, "z"), None, "{line}");
        }
        assert_eq!(from("scp root@203.0.113.9:/srv/x .", "x").as_deref(), Some("203.0.113.9"));
        assert_eq!(from("gh release download -R a/b -p x", "x").as_deref(), Some("github.com"));
        for line in
            ["scp web1:/srv/x .", "scp 10.0.0.3:x .", "gh release download -p x", "cp x y", "echo http://a/x"]
        {
            assert_eq!(from(line, "x"), None, "{line}");
        }
    }
}
