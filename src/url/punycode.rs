//! Punycode (RFC 3492): how a label of any script is written in ASCII.

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_N: u32 = 0x80;

/// Decodes what stands behind `xn--`; `None` where it is malformed. The time grows with the square of the length, which
/// is the caller's to limit.
pub fn decode(code: &str) -> Option<String> {
    if !code.is_ascii() {
        return None;
    }
    let (basic, extended) = match code.bytes().rposition(|byte| byte == b'-') {
        Some(at) => (code.get(..at)?, code.get(at + 1..)?),
        None => ("", code),
    };
    let mut output: Vec<char> = basic.chars().collect();
    let (mut n, mut i, mut bias) = (INITIAL_N, 0_u32, INITIAL_BIAS);
    let mut digits = extended.bytes();
    while digits.len() > 0 {
        let start = i;
        let (mut weight, mut k) = (1_u32, BASE);
        loop {
            let digit = value(digits.next()?)?;
            i = i.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
            k += BASE;
        }
        let count = u32::try_from(output.len()).ok()? + 1;
        bias = adapt(i - start, count, start == 0);
        n = n.checked_add(i / count)?;
        i %= count;
        output.insert(i as usize, char::from_u32(n)?);
        i += 1;
    }
    Some(output.into_iter().collect())
}

fn value(digit: u8) -> Option<u32> {
    match digit {
        b'a'..=b'z' => Some(u32::from(digit - b'a')),
        b'A'..=b'Z' => Some(u32::from(digit - b'A')),
        b'0'..=b'9' => Some(u32::from(digit - b'0') + 26),
        _ => None,
    }
}

fn adapt(delta: u32, count: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / DAMP } else { delta / 2 };
    delta += delta / count;
    let mut k = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_the_rfc_shows() {
        for (code, text) in [
            ("mnchen-3ya", "münchen"),
            ("MNCHEN-3YA", "MüNCHEN"),
            ("eckwd4c7c", "ドメイン"),
            ("ihqwcrb4cv8a8dqg056pqjye", "他们为什么不说中文"),
            ("egbpdaj6bu4bxfgehfvwxn", "ليهمابتكلموشعربي؟"),
            ("de-jg4avhby1noc0d", "パフィーdeルンバ"),
            ("hello-", "hello"),
            ("-", ""),
            ("", ""),
        ] {
            assert_eq!(decode(code).as_deref(), Some(text), "{code}");
        }
    }

    #[test]
    fn refuses_what_is_malformed() {
        for code in ["k", "zzzz", "99999999", "b_a", "ä", "a-ä", "mnchen-3y!"] {
            assert_eq!(decode(code), None, "{code}");
        }
    }
}
