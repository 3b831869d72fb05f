//! Keys and signatures: Ed25519 (RFC 8032) and ES256 (ECDSA with P-256 and SHA-256, FIPS 186-5).

use std::fmt;

use ed25519_dalek::Signer as _;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, KeypairBytes};
use p256::ecdsa::signature::Verifier as _;
use p256::pkcs8::LineEnding;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

use crate::refusal::Refusal;
use crate::text::{base64url, from_base64url, from_hex, hex};

/// A signature of either algorithm: 64 bytes (for ES256 `r` and `s`, RFC 9053 section 2.1).
pub type Signature = [u8; 64];

/// The algorithms that are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// Edwards curve 25519, deterministic.
    Ed25519,
    /// P-256, for keys in hardware that knows no Ed25519.
    ES256,
}

/// The identifier of a key: the first eight bytes of SHA-256 of its public key. Written in hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kid(pub [u8; 8]);

impl Kid {
    /// Reads sixteen lowercase hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        from_hex(text).map(Kid)
    }
}

/// A private key. It has no textual form but [`SigningKey::to_pem`], so that no log shows it by accident.
#[derive(Clone)]
pub struct SigningKey(Private);

#[derive(Clone)]
enum Private {
    Ed25519(ed25519_dalek::SigningKey),
    Es256(p256::ecdsa::SigningKey),
}

impl SigningKey {
    /// The Ed25519 key of a secret seed of 32 random bytes.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        SigningKey(Private::Ed25519(ed25519_dalek::SigningKey::from_bytes(&seed)))
    }

    /// The ES256 key of a secret scalar; `None` for the few values that are no scalar of P-256.
    pub fn es256_from_scalar(scalar: [u8; 32]) -> Option<Self> {
        p256::ecdsa::SigningKey::from_slice(&scalar).ok().map(|key| SigningKey(Private::Es256(key)))
    }

    /// Its public key.
    pub fn public(&self) -> PublicKey {
        match &self.0 {
            Private::Ed25519(key) => PublicKey(Public::Ed25519(key.verifying_key())),
            Private::Es256(key) => PublicKey(Public::Es256(*key.verifying_key())),
        }
    }

    /// The identifier of its public key.
    pub fn kid(&self) -> Kid {
        self.public().kid()
    }

    /// Its algorithm.
    pub fn algorithm(&self) -> Algorithm {
        match &self.0 {
            Private::Ed25519(_) => Algorithm::Ed25519,
            Private::Es256(_) => Algorithm::ES256,
        }
    }

    /// Signs; the same bytes always give the same signature (RFC 8032, RFC 6979).
    pub fn sign(&self, message: &[u8]) -> Signature {
        match &self.0 {
            Private::Ed25519(key) => key.sign(message).to_bytes(),
            Private::Es256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.normalize_s().to_bytes().into()
            }
        }
    }

    /// The key as a PEM file (PKCS #8, RFC 5958 and RFC 8410). Keep it secret.
    ///
    /// # Errors
    /// `PQ-KEY-002` when the key cannot be written, which no key made here provokes.
    pub fn to_pem(&self) -> Result<String, Refusal> {
        let pem = match &self.0 {
            // Without the public half: older readers know version 1 of PKCS #8 alone.
            Private::Ed25519(key) => {
                KeypairBytes { secret_key: key.to_bytes(), public_key: None }.to_pkcs8_pem(LineEnding::LF)
            }
            Private::Es256(key) => p256::SecretKey::from(key).to_pkcs8_pem(LineEnding::LF),
        };
        let cannot_write = |_| Refusal::new("PQ-KEY-002", "无法写出密钥", "the key cannot be written");
        pem.map(|text| text.to_string()).map_err(cannot_write)
    }

    /// Reads a PEM file with an Ed25519 or P-256 key (PKCS #8).
    ///
    /// # Errors
    /// `PQ-KEY-001` when it is neither.
    pub fn from_pem(pem: &str) -> Result<Self, Refusal> {
        if let Ok(key) = ed25519_dalek::SigningKey::from_pkcs8_pem(pem) {
            return Ok(SigningKey(Private::Ed25519(key)));
        }
        let key = p256::SecretKey::from_pkcs8_pem(pem).map_err(|_| {
            Refusal::new(
                "PQ-KEY-001",
                "不是 Ed25519 或 P-256 私钥的 PEM 文件（PKCS #8）",
                "not a PEM file of an Ed25519 or P-256 private key (PKCS #8)",
            )
        })?;
        Ok(SigningKey(Private::Es256(key.into())))
    }
}

/// A public key. Its text is base64url: 32 bytes for Ed25519, 33 (compressed point) for ES256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(Public);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Public {
    Ed25519(ed25519_dalek::VerifyingKey),
    Es256(p256::ecdsa::VerifyingKey),
}

impl PublicKey {
    /// Reads its bytes; `None` for points that are not on the curve or of small order.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if let Ok(point) = <&[u8; 32]>::try_from(bytes) {
            let key = ed25519_dalek::VerifyingKey::from_bytes(point).ok()?;
            return (!key.is_weak()).then_some(PublicKey(Public::Ed25519(key)));
        }
        if bytes.len() != 33 {
            return None;
        }
        p256::ecdsa::VerifyingKey::from_sec1_bytes(bytes).ok().map(|key| PublicKey(Public::Es256(key)))
    }

    /// Its bytes, as [`PublicKey::from_bytes`] reads them.
    pub fn to_bytes(&self) -> Vec<u8> {
        match &self.0 {
            Public::Ed25519(key) => key.to_bytes().to_vec(),
            Public::Es256(key) => key.to_sec1_point(true).as_bytes().to_vec(),
        }
    }

    /// Its identifier.
    pub fn kid(&self) -> Kid {
        let [a, b, c, d, e, f, g, h, ..]: [u8; 32] = Sha256::digest(self.to_bytes()).into();
        Kid([a, b, c, d, e, f, g, h])
    }

    /// Its algorithm.
    pub fn algorithm(&self) -> Algorithm {
        match &self.0 {
            Public::Ed25519(_) => Algorithm::Ed25519,
            Public::Es256(_) => Algorithm::ES256,
        }
    }

    /// True when the signature is this key's over the message. Of the two signatures that ECDSA allows for one message
    /// and nonce only that with the smaller `s` is taken, and Ed25519 is verified strictly: nobody can make a second
    /// signature out of a first.
    pub fn verifies(&self, message: &[u8], signature: &Signature) -> bool {
        match &self.0 {
            Public::Ed25519(key) => {
                key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
            }
            Public::Es256(key) => p256::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|parsed| parsed.normalize_s() == parsed && key.verify(message, &parsed).is_ok()),
        }
    }
}

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kid({self})")
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.kid())
    }
}

impl Serialize for Kid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Kid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Kid::parse(&text).ok_or_else(|| de::Error::custom("a key identifier is sixteen lowercase hexadecimal digits"))
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base64url(&self.to_bytes()))
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        from_base64url(&text)
            .and_then(|bytes| PublicKey::from_bytes(&bytes))
            .ok_or_else(|| de::Error::custom("not a public key of Ed25519 or ES256"))
    }
}
