//! Tells a value that stands for a secret from a secret.

/// Whether a value only stands for one: `xxxx`, `your-token`, `${VAR}`, `<token>`, `changeme`, the examples of
/// documentation, one character repeated, or the alphabet in order.
pub fn is_placeholder(value: &str) -> bool {
    let bytes = value.as_bytes();
    let Some(&first) = bytes.first() else { return true };
    if matches!(first, b'<' | b'$' | b'{' | b'[' | b'%' | b'*')
        || value.contains("${")
        || value.contains("{{")
    {
        return true;
    }
    if value.contains("...") || value.contains("***") || value.contains('…') || value.contains('\u{fffc}') {
        return true;
    }
    if few_characters(bytes) || in_order(bytes) {
        return true;
    }
    // A long random text holds any four letters sooner or later, so words are looked for in short ones only.
    bytes.len() <= 200
        && "xxxx example changeme change-me change_me your dummy placeholder redacted replace insert sample notreal not-a-real not_a_real fake todo secret-here token-here goes-here goes_here"
            .split(' ')
            .any(|word| contains_ignoring_case(bytes, word.as_bytes()))
}

/// At most two different letters or digits, in a text that should have many.
fn few_characters(bytes: &[u8]) -> bool {
    let mut seen = [0u8; 2];
    let mut count = 0;
    for &byte in bytes.iter().filter(|byte| byte.is_ascii_alphanumeric()) {
        if !seen[..count].contains(&byte) {
            if count == 2 {
                return false;
            }
            seen[count] = byte;
            count += 1;
        }
    }
    true
}

/// Ten characters in a row that count up or down: `abcdefghij`, `0123456789`, `1234567890`.
fn in_order(bytes: &[u8]) -> bool {
    let (mut up, mut down) = (1, 1);
    for pair in bytes.windows(2) {
        let wraps = pair == b"90";
        up = if pair[1] == pair[0].wrapping_add(1) || wraps { up + 1 } else { 1 };
        down = if pair[0] == pair[1].wrapping_add(1) { down + 1 } else { 1 };
        if up >= 9 || down >= 9 {
            return true;
        }
    }
    false
}

fn contains_ignoring_case(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}

/// Shannon entropy in bits for each byte, of at most the first 256 bytes.
pub(super) fn entropy(bytes: &[u8]) -> f32 {
    let bytes = &bytes[..bytes.len().min(256)];
    let mut counts = [0u16; 256];
    for &byte in bytes {
        counts[usize::from(byte)] += 1;
    }
    let total = bytes.len() as f32;
    counts
        .iter()
        .filter(|&&count| count > 0)
        .map(|&count| {
            let share = f32::from(count) / total;
            -share * share.log2()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stands_for_a_secret() {
        for value in [
            "",
            "xxxxxxxxxxxx",
            "<token>",
            "${TOKEN}",
            "$TOKEN",
            "your-token-here",
            "CHANGEME",
            "aaaaaaaaaaaaaaa",
            "AKIAIOSFODNN7EXAMPLE",
            "abcdefghijklmnop",
            "1234567890",
            "{{ token }}",
            "sk_...",
            "****",
            "0000000000000000",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
    }

    #[test]
    fn may_be_one() {
        for value in ["zQ8vT2mK9xL4wR7nB3cY6pH1jF5dG0", "hunter2", "s3cr3t!", "correct horse"] {
            assert!(!is_placeholder(value), "{value}");
        }
    }

    #[test]
    fn entropy_grows_with_variety() {
        assert!(entropy(b"aaaaaaaa") < 0.1);
        assert!((entropy(b"abcdefgh") - 3.0).abs() < 0.001);
    }
}
