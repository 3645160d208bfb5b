//! Percent-encoding, RFC 3986 section 2.1.

/// Undoes it; what is not valid stays as it is.
pub fn decoded(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let digits = tail.get(..2).filter(|two| byte == b'%' && two.iter().all(u8::is_ascii_hexdigit));
        let digits = digits.and_then(|two| std::str::from_utf8(two).ok());
        match digits.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(decoded) => {
                out.push(decoded);
                rest = &tail[2..];
            }
            None => {
                out.push(byte);
                rest = tail;
            }
        }
    }
    out
}

/// The same as text; bytes that are not UTF-8 are replaced.
pub fn decoded_text(text: &str) -> String {
    String::from_utf8_lossy(&decoded(text)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_valid_is_decoded() {
        for (text, expected) in
            [("a%2Fb", "a/b"), ("%", "%"), ("%4", "%4"), ("%zz%41", "%zzA"), ("%+4", "%+4"), ("é%20", "é ")]
        {
            assert_eq!(decoded_text(text), expected, "{text}");
        }
    }
}
