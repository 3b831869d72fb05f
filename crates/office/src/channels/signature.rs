//! Signatures of messages as Standard Webhooks 1.0 has them: HMAC-SHA256 over identifier, time and body.

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{Fault, Instant, Severity, Text};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Secret;
use crate::Error;

/// So far the time of a message may lie from ours, seconds: what is older was recorded by somebody else and sent again.
const TOLERANCE: i64 = 5 * 60;
/// Before a signature of the only version that there is.
const VERSION: &str = "v1,";
/// Before a secret in writing.
const PREFIX: &str = "whsec_";
/// A secret has at least so many bytes.
const SHORTEST: usize = 24;

/// What the headers of a delivery say.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// `webhook-id`.
    pub id: &'a str,
    /// `webhook-timestamp`, seconds since 1970.
    pub timestamp: &'a str,
    /// `webhook-signature`: signatures with blanks between them.
    pub signatures: &'a str,
}

impl Secret {
    /// A secret as it is written, `whsec_` and base64.
    ///
    /// # Errors
    /// Words, when it is none or too short.
    pub fn read(text: &str) -> Result<Secret, String> {
        let encoded = text.trim().strip_prefix(PREFIX).ok_or("a secret begins with whsec_")?;
        let bytes = STANDARD.decode(encoded).map_err(|error| format!("a secret is written in base64: {error}"))?;
        if bytes.len() < SHORTEST {
            return Err(format!("a secret has at least {SHORTEST} bytes"));
        }
        Ok(Secret(bytes))
    }

    fn signature(&self, signed: Signed<'_>, body: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        for part in [signed.id.as_bytes(), b".", signed.timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        Some(mac)
    }

    /// What is told of a value to who has the database and not the secret: nothing but that it is the same one.
    pub fn pseudonym(&self, of: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(b"pseudonym\0");
        mac.update(of.as_bytes());
        crate::filing::hex(&mac.finalize().into_bytes())
    }
}

/// True for a message that was signed with one of the secrets, not long ago. Signatures are compared in constant time.
///
/// # Errors
/// [`Error::Invalid`] with what is wrong, and never with which secret was tried.
pub fn verify(secrets: &[Secret], signed: Signed<'_>, body: &[u8], now: Instant) -> Result<(), Error> {
    let sent: i64 = signed.timestamp.parse().map_err(|_| refused())?;
    if (now.0 / 1_000_000 - sent).abs() > TOLERANCE {
        return Err(fault(
            "PQ-WEBHOOK-002",
            "webhook-timestamp",
            ["消息时间与本机相差超过 5 分钟。", "The message's time is more than five minutes from ours."],
            ["请校准网关时钟后重新签名发送。", "Set the gateway's clock, and send it with a new signature."],
        ));
    }
    if signed.id.is_empty() || signed.id.len() > 200 {
        return Err(refused());
    }
    let given = signed.signatures.split_whitespace().filter_map(|one| STANDARD.decode(one.strip_prefix(VERSION)?).ok());
    let given: Vec<Vec<u8>> = given.take(8).collect();
    let fits = |secret: &Secret| {
        given.iter().any(|given| secret.signature(signed, body).is_some_and(|mac| mac.verify_slice(given).is_ok()))
    };
    if secrets.iter().any(fits) { Ok(()) } else { Err(refused()) }
}

fn refused() -> Error {
    fault(
        "PQ-WEBHOOK-001",
        "webhook-signature",
        ["签名缺失或不符。", "The signature is missing or wrong."],
        [
            "请按 Standard Webhooks 用双方约定的密钥签名。",
            "Sign as Standard Webhooks says, with the secret that was agreed on.",
        ],
    )
}

fn fault(code: &str, place: &str, [zh, en]: [&str; 2], [remedy_zh, remedy_en]: [&str; 2]) -> Error {
    let (text, remedy) = (Text::new(zh, en), Text::new(remedy_zh, remedy_en));
    Error::Invalid(vec![Fault::new(Severity::Error, code, place, text, remedy)])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const EXAMPLE: Signed<'static> = Signed {
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp: "1614265330",
        signatures: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    };

    fn tried(signed: Signed<'_>, body: &[u8], seconds: i64) -> Result<(), String> {
        let secrets = [Secret(vec![7; 24]), Secret::read(SECRET).expect("a secret")];
        verify(&secrets, signed, body, Instant(seconds * 1_000_000)).map_err(|error| error.faults()[0].code.clone())
    }

    #[test]
    fn the_example_of_the_specification_verifies() {
        assert_eq!(tried(EXAMPLE, BODY, 1_614_265_330), Ok(()));
        let two = Signed { signatures: "v1,AAAA v2,x v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", ..EXAMPLE };
        assert_eq!(tried(two, BODY, 1_614_265_330 + 300), Ok(()), "one of several fits");
    }

    #[test]
    fn whatever_is_changed_is_refused() {
        let at = 1_614_265_330;
        let (wrong, late) = (Err("PQ-WEBHOOK-001".to_owned()), Err("PQ-WEBHOOK-002".to_owned()));
        assert_eq!(tried(EXAMPLE, b"{}", at), wrong);
        assert_eq!(tried(Signed { id: "msg_other", ..EXAMPLE }, BODY, at), wrong);
        assert_eq!(tried(Signed { timestamp: "1614265331", ..EXAMPLE }, BODY, at), wrong);
        assert_eq!(tried(Signed { timestamp: "soon", ..EXAMPLE }, BODY, at), wrong);
        assert_eq!(tried(Signed { signatures: "", ..EXAMPLE }, BODY, at), wrong);
        assert_eq!(
            tried(Signed { signatures: "v1,g0hM9SsE", ..EXAMPLE }, BODY, at),
            wrong,
            "a beginning is not enough"
        );
        assert_eq!(tried(EXAMPLE, BODY, at + 301), late);
        assert_eq!(tried(EXAMPLE, BODY, at - 301), late);
        for bad in ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!!", "whsec_c2hvcnQ="] {
            assert!(Secret::read(bad).is_err(), "{bad}");
        }
    }
}
