//! The checksum that GitHub and npm put at the end of their tokens.

/// Whether the last six characters of `body` are the CRC-32 of the thirty before, in base 62 (digits, capitals,
/// small letters), as GitHub described for its token formats in 2021 and npm took over.
pub(super) fn holds(body: &[u8]) -> bool {
    let Some((payload, sum)) = body.split_at_checked(30) else { return false };
    if sum.len() != 6 {
        return false;
    }
    let mut value: u64 = 0;
    for &byte in sum {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A' + 10,
            b'a'..=b'z' => byte - b'a' + 36,
            _ => return false,
        };
        value = value * 62 + u64::from(digit);
    }
    value == u64::from(crc32(payload))
}

/// CRC-32 as in IEEE 802.3, bit by bit: it runs over thirty bytes of a candidate, never over whole files.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = !0u32;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

/// A body with a valid checksum, for tests: real tokens must not stand in the source.
#[cfg(test)]
pub(super) fn sealed(payload: &str) -> String {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    assert_eq!(payload.len(), 30);
    let mut value = crc32(payload.as_bytes());
    let mut sum = [b'0'; 6];
    for digit in sum.iter_mut().rev() {
        *digit = DIGITS[(value % 62) as usize];
        value /= 62;
    }
    format!("{payload}{}", String::from_utf8_lossy(&sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc32_of_the_check_string() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn only_the_right_sum_holds() {
        let body = sealed("zQ8vT2mK9xL4wR7nB3cY6pH1jF5dG0");
        assert!(holds(body.as_bytes()));
        let other = body.replacen('z', "y", 1);
        assert!(!holds(other.as_bytes()));
        assert!(!holds(b"short"));
    }
}
