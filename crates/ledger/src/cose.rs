//! COSE_Sign1 (RFC 9052) around CWT claims (RFC 8392) in Base45 (RFC 9285), in one form only.
//!
//! The form is that of RFC 8949 section 4.2.1 (shortest numbers, definite lengths, sorted keys), with tag 18, an empty
//! unprotected header, and a protected header of exactly algorithm (1), key identifier (4) and type (16, RFC 9596).

use std::convert::Infallible;

use minicbor::data::{Tag, Type};
use minicbor::{Decoder, Encoder};

use crate::keys::{Algorithm, Kid, PublicKey, Signature, SigningKey};

/// Longest text of a claim, in bytes.
const LONGEST_TEXT: usize = 256;

/// Microseconds in a second: claims carry whole seconds, the program microseconds.
const SECOND: i64 = 1_000_000;

/// The tag of COSE_Sign1 (RFC 9052 section 2).
const SIGN1: Tag = Tag::new(18);

/// Header parameters (RFC 9052 section 3.1, RFC 9596).
const ALGORITHM: u8 = 1;
const KEY_ID: u8 = 4;
const TYPE: u8 = 16;

/// Registered claims (RFC 8392 section 3.1).
pub(crate) const ISSUER: i32 = 1;
pub(crate) const SUBJECT: i32 = 2;
pub(crate) const AUDIENCE: i32 = 3;
pub(crate) const EXPIRES: i32 = 4;
pub(crate) const NOT_BEFORE: i32 = 5;
pub(crate) const ISSUED: i32 = 6;

/// A signed message.
#[derive(Debug)]
pub(crate) struct Sign1 {
    pub algorithm: Algorithm,
    pub kid: Kid,
    pub typ: String,
    pub payload: Vec<u8>,
    pub signature: Signature,
}

/// Why a message was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// The text does not begin as it must.
    Prefix,
    /// The rest is not Base45 in its one form.
    Base45,
    /// The bytes are not the message in its one form.
    Form,
}

impl From<minicbor::decode::Error> for Unreadable {
    fn from(_: minicbor::decode::Error) -> Self {
        Unreadable::Form
    }
}

impl Sign1 {
    /// Signs a payload.
    pub fn sign(typ: &str, payload: Vec<u8>, key: &SigningKey) -> Self {
        let (algorithm, kid, typ) = (key.algorithm(), key.kid(), typ.to_owned());
        let unsigned = Sign1 { algorithm, kid, typ, payload, signature: [0; 64] };
        let signature = key.sign(&unsigned.to_be_signed());
        Sign1 { signature, ..unsigned }
    }

    /// True when the key signed it with the algorithm that the header names.
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        self.algorithm == key.algorithm() && key.verifies(&self.to_be_signed(), &self.signature)
    }

    /// The text that goes into a QR code.
    pub fn to_text(&self, prefix: &str) -> String {
        prefix.to_owned() + &base45::encode(self.to_bytes())
    }

    /// Reads what [`Sign1::to_text`] wrote.
    pub fn from_text(prefix: &str, text: &str) -> Result<Self, Unreadable> {
        let encoded = text.strip_prefix(prefix).ok_or(Unreadable::Prefix)?;
        let bytes = base45::decode(encoded).map_err(|_| Unreadable::Base45)?;
        if base45::encode(&bytes) != encoded {
            return Err(Unreadable::Base45);
        }
        Self::from_bytes(&bytes)
    }

    /// Reads the message; whatever would be written otherwise is refused.
    fn from_bytes(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut decoder = Decoder::new(bytes);
        let is_sign1 = decoder.tag()? == SIGN1 && decoder.array()? == Some(4);
        let protected = decoder.bytes()?;
        if !is_sign1 || decoder.map()? != Some(0) {
            return Err(Unreadable::Form);
        }
        let payload = decoder.bytes()?.to_vec();
        let signature = decoder.bytes()?.try_into().map_err(|_| Unreadable::Form)?;
        let (algorithm, kid, typ) = read_protected(protected)?;
        let message = Sign1 { algorithm, kid, typ, payload, signature };
        if message.to_bytes() != bytes {
            return Err(Unreadable::Form);
        }
        Ok(message)
    }

    fn to_bytes(&self) -> Vec<u8> {
        written(|out| {
            out.tag(SIGN1)?.array(4)?.bytes(&self.protected())?.map(0)?;
            out.bytes(&self.payload)?.bytes(&self.signature)
        })
    }

    fn protected(&self) -> Vec<u8> {
        written(|out| {
            out.map(3)?.u8(ALGORITHM)?.i8(algorithm_number(self.algorithm))?;
            out.u8(KEY_ID)?.bytes(&self.kid.0)?.u8(TYPE)?.str(&self.typ)
        })
    }

    fn to_be_signed(&self) -> Vec<u8> {
        to_be_signed(&self.protected(), &self.payload)
    }
}

/// The Sig_structure of a single signature without external data (RFC 9052 section 4.4).
fn to_be_signed(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    written(|out| out.array(4)?.str("Signature1")?.bytes(protected)?.bytes(&[])?.bytes(payload))
}

fn read_protected(protected: &[u8]) -> Result<(Algorithm, Kid, String), Unreadable> {
    let mut decoder = Decoder::new(protected);
    if decoder.map()? != Some(3) || decoder.u8()? != ALGORITHM {
        return Err(Unreadable::Form);
    }
    let number = decoder.i8()?;
    let of_number = |algorithm: &Algorithm| algorithm_number(*algorithm) == number;
    let known = [Algorithm::Ed25519, Algorithm::ES256].into_iter().find(of_number);
    if decoder.u8()? != KEY_ID {
        return Err(Unreadable::Form);
    }
    let kid = Kid(decoder.bytes()?.try_into().map_err(|_| Unreadable::Form)?);
    if decoder.u8()? != TYPE {
        return Err(Unreadable::Form);
    }
    Ok((known.ok_or(Unreadable::Form)?, kid, decoder.str()?.to_owned()))
}

/// Numbers of the registry of COSE algorithms (RFC 9053 section 2): EdDSA and ES256.
fn algorithm_number(algorithm: Algorithm) -> i8 {
    match algorithm {
        Algorithm::Ed25519 => -8,
        Algorithm::ES256 => -7,
    }
}

pub(crate) type Out<'a> = Encoder<&'a mut Vec<u8>>;
pub(crate) type Written = minicbor::encode::Error<Infallible>;

/// The bytes that the function writes; writing to memory cannot fail.
fn written<F>(write: F) -> Vec<u8>
where
    F: for<'a, 'b> FnOnce(&'a mut Out<'b>) -> Result<&'a mut Out<'b>, Written>,
{
    let mut bytes = Vec::new();
    // An error would leave a part, which no reader takes: the loss shows at the first verification.
    let _ = write(&mut Encoder::new(&mut bytes)).is_ok();
    bytes
}

/// Writes a map of claims, whose keys the caller gives in the order of RFC 8949 section 4.2.1.
#[derive(Default)]
pub(crate) struct ClaimWriter {
    count: u64,
    body: Vec<u8>,
}

impl ClaimWriter {
    pub fn text(&mut self, key: i32, text: &str) {
        self.put(|out| out.i32(key)?.str(text));
    }

    pub fn bytes(&mut self, key: i32, bytes: &[u8]) {
        self.put(|out| out.i32(key)?.bytes(bytes));
    }

    pub fn number(&mut self, key: i32, number: u64) {
        self.put(|out| out.i32(key)?.u64(number));
    }

    /// An instant (microseconds) as whole seconds (RFC 8392 section 2, NumericDate), rounded down; before 1970 it is 1970.
    pub fn instant(&mut self, key: i32, at: i64) {
        self.number(key, seconds(at));
    }

    /// A list of texts.
    pub fn texts(&mut self, key: i32, texts: &[String]) {
        self.put(|out| {
            out.i32(key)?.array(texts.len() as u64)?;
            for text in texts {
                out.str(text)?;
            }
            Ok(out)
        });
    }

    /// A list of rows, each a text, a number and an instant.
    pub fn rows<'r>(&mut self, key: i32, rows: impl ExactSizeIterator<Item = (&'r str, u8, i64)>) {
        self.put(|out| {
            out.i32(key)?.array(rows.len() as u64)?;
            for (text, number, at) in rows {
                out.array(3)?.str(text)?.u8(number)?.u64(seconds(at))?;
            }
            Ok(out)
        });
    }

    /// A list whose rows the caller writes.
    pub fn list<R>(
        &mut self,
        key: i32,
        rows: &[R],
        write: impl for<'a, 'b> Fn(&R, &'a mut Out<'b>) -> Result<(), Written>,
    ) {
        self.put(|out| {
            out.i32(key)?.array(rows.len() as u64)?;
            for row in rows {
                write(row, out)?;
            }
            Ok(out)
        });
    }

    pub fn finish(self) -> Vec<u8> {
        let mut bytes = written(|out| out.map(self.count));
        bytes.extend(self.body);
        bytes
    }

    fn put<F>(&mut self, write: F)
    where
        F: for<'a, 'b> FnOnce(&'a mut Out<'b>) -> Result<&'a mut Out<'b>, Written>,
    {
        self.body.extend(written(write));
        self.count += 1;
    }
}

/// Reads a map of claims in the order of [`ClaimWriter`]; an unknown, repeated or misplaced key stays unread and is
/// refused at the end.
pub(crate) struct ClaimReader<'a> {
    decoder: Decoder<'a>,
    left: u64,
}

impl<'a> ClaimReader<'a> {
    pub fn new(payload: &'a [u8]) -> Result<Self, Unreadable> {
        let mut decoder = Decoder::new(payload);
        let left = decoder.map()?.ok_or(Unreadable::Form)?;
        Ok(ClaimReader { decoder, left })
    }

    pub fn text(&mut self, key: i32) -> Result<String, Unreadable> {
        self.optional_text(key)?.ok_or(Unreadable::Form)
    }

    pub fn optional_text(&mut self, key: i32) -> Result<Option<String>, Unreadable> {
        if !self.take(key)? {
            return Ok(None);
        }
        plain(self.decoder.str()?).map(Some)
    }

    pub fn bytes<const N: usize>(&mut self, key: i32) -> Result<[u8; N], Unreadable> {
        self.must(key)?;
        self.decoder.bytes()?.try_into().map_err(|_| Unreadable::Form)
    }

    pub fn optional_number(&mut self, key: i32) -> Result<Option<u64>, Unreadable> {
        if self.take(key)? { Ok(Some(self.decoder.u64()?)) } else { Ok(None) }
    }

    pub fn instant(&mut self, key: i32) -> Result<i64, Unreadable> {
        self.must(key)?;
        microseconds(self.decoder.u64()?)
    }

    pub fn optional_instant(&mut self, key: i32) -> Result<Option<i64>, Unreadable> {
        self.optional_number(key)?.map(microseconds).transpose()
    }

    pub fn texts(&mut self, key: i32) -> Result<Vec<String>, Unreadable> {
        self.must(key)?;
        let count = self.decoder.array()?.ok_or(Unreadable::Form)?;
        (0..count).map(|_| plain(self.decoder.str()?)).collect()
    }

    pub fn rows(&mut self, key: i32) -> Result<Vec<(String, u8, i64)>, Unreadable> {
        self.must(key)?;
        let count = self.decoder.array()?.ok_or(Unreadable::Form)?;
        let row = |_| {
            if self.decoder.array()? != Some(3) {
                return Err(Unreadable::Form);
            }
            Ok((plain(self.decoder.str()?)?, self.decoder.u8()?, microseconds(self.decoder.u64()?)?))
        };
        (0..count).map(row).collect()
    }

    /// A list whose rows the caller reads.
    pub fn list<R>(
        &mut self,
        key: i32,
        mut read: impl FnMut(&mut Decoder<'a>) -> Result<R, Unreadable>,
    ) -> Result<Vec<R>, Unreadable> {
        self.must(key)?;
        let count = self.decoder.array()?.ok_or(Unreadable::Form)?;
        (0..count).map(|_| read(&mut self.decoder)).collect()
    }

    pub fn number(&mut self, key: i32) -> Result<u64, Unreadable> {
        self.optional_number(key)?.ok_or(Unreadable::Form)
    }

    /// Nothing may be left. What remains to be refused (longer forms of numbers and lengths) differs when written anew.
    pub fn finish(self) -> Result<(), Unreadable> {
        if self.left == 0 { Ok(()) } else { Err(Unreadable::Form) }
    }

    fn must(&mut self, key: i32) -> Result<(), Unreadable> {
        if self.take(key)? { Ok(()) } else { Err(Unreadable::Form) }
    }

    fn take(&mut self, key: i32) -> Result<bool, Unreadable> {
        let is_number = |kind| !matches!(kind, Type::String | Type::Bytes | Type::Array | Type::Map);
        if self.left == 0 || !is_number(self.decoder.datatype()?) || self.decoder.probe().i32()? != key {
            return Ok(false);
        }
        self.decoder.i32()?;
        self.left -= 1;
        Ok(true)
    }
}

/// An instant as it is carried: in whole seconds, from 1970 on.
pub(crate) fn whole_seconds(at: i64) -> i64 {
    at.max(0) / SECOND * SECOND
}

/// True for a text that a claim may carry.
pub(crate) fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_TEXT && !text.chars().any(char::is_control)
}

pub(crate) fn plain(text: &str) -> Result<String, Unreadable> {
    if is_plain(text) { Ok(text.to_owned()) } else { Err(Unreadable::Form) }
}

pub(crate) fn seconds(at: i64) -> u64 {
    at.max(0).unsigned_abs() / SECOND.unsigned_abs()
}

pub(crate) fn microseconds(seconds: u64) -> Result<i64, Unreadable> {
    i64::try_from(seconds).ok().and_then(|seconds| seconds.checked_mul(SECOND)).ok_or(Unreadable::Form)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::hex;

    fn bytes(digits: &str) -> Vec<u8> {
        (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
    }

    fn verifies(public: &str, protected: &str, payload: &[u8], signature: &str) -> bool {
        let key = PublicKey::from_bytes(&bytes(public)).unwrap();
        key.verifies(&to_be_signed(&bytes(protected), payload), &bytes(signature).try_into().unwrap())
    }

    /// RFC 9052 appendix C.2.1, with the key of appendix C.7.1.
    #[test]
    fn single_signature_of_rfc_9052() {
        let key = "02bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff";
        let signature = "8eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106c4d25a91aef0b0117e\
                         2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36";
        assert!(verifies(key, "a10126", b"This is the content.", signature));
        assert!(!verifies(key, "a10127", b"This is the content.", signature));
        assert!(!verifies(key, "a10126", b"This is the contents", signature));
    }

    /// RFC 8392 appendix A.3 (signed CWT), with the key of appendix A.2.3. Its claims are read too.
    #[test]
    fn signed_token_of_rfc_8392() {
        let claims = bytes(
            "a70175636f61703a2f2f61732e6578616d706c652e636f6d02656572696b77037818636f61703a2f2f6c696768742e6578616d706c\
             652e636f6d041a5612aeb0051a5610d9f0061a5610d9f007420b71",
        );
        let signature = "5427c1ff28d23fbad1f29c4c7c6a555e601d6fa29f9179bc3d7438bacaca5acd\
                         08c8d4d4f96131680c429a01f85951ecee743a52b9b63632c57209120e1c9e30";
        let key = "03143329cce7868e416927599cf65a34f3ce2ffda55a7eca69ed8919a394d42f0f";
        assert!(verifies(key, "a10126", &claims, signature));

        let mut reader = ClaimReader::new(&claims).unwrap();
        assert_eq!(reader.text(1).unwrap(), "coap://as.example.com");
        assert_eq!(reader.text(2).unwrap(), "erikw");
        assert_eq!(reader.optional_text(3).unwrap().unwrap(), "coap://light.example.com");
        assert_eq!(reader.instant(4).unwrap(), 1_444_064_944 * SECOND);
        assert_eq!(reader.instant(5).unwrap(), 1_443_944_944 * SECOND);
        assert_eq!(reader.instant(6).unwrap(), 1_443_944_944 * SECOND);
        assert_eq!(reader.bytes::<2>(7).unwrap(), [0x0b, 0x71]);
        reader.finish().unwrap();
        let mut writer = ClaimWriter::default();
        writer.text(1, "coap://as.example.com");
        writer.text(2, "erikw");
        writer.text(3, "coap://light.example.com");
        writer.instant(4, 1_444_064_944 * SECOND);
        writer.instant(5, 1_443_944_944 * SECOND);
        writer.instant(6, 1_443_944_944 * SECOND);
        writer.bytes(7, &[0x0b, 0x71]);
        assert_eq!(hex(&writer.finish()), hex(&claims));
    }

    /// The COSE working group's example eddsa-sig-01, whose key is that of RFC 8032 section 7.1, test 1.
    #[test]
    fn edwards_signature_of_the_working_group() {
        let seed = bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        let key = SigningKey::from_seed(seed.try_into().unwrap());
        let signature = key.sign(&to_be_signed(&bytes("a201270300"), b"This is the content."));
        let published = "7142fd2ff96d56db85bee905a76ba1d0b7321a95c8c4d3607c5781932b7afb87\
                         11497dfa751bf40b58b3bcc32300b1487f3db34085eef013bf08f4a44d6fef0d";
        assert_eq!(hex(&signature), published);
    }

    /// RFC 9285 sections 4.3 and 4.4; what stands for more than two bytes (or one) is no text of ours.
    #[test]
    fn base45_of_rfc_9285() {
        for (plain, encoded) in
            [("AB", "BB8"), ("Hello!!", "%69 VD92EX0"), ("base-45", "UJCLQE7W581"), ("ietf!", "QED8WEX0")]
        {
            assert_eq!(base45::encode(plain), encoded);
            assert_eq!(base45::decode(encoded).unwrap(), plain.as_bytes());
        }
        for wrong in ["GGW", ":::", "::", "A", "AAAA", "bb8", "B\u{e9}", "BB8\n"] {
            let refused = Sign1::from_text("", wrong).unwrap_err();
            assert_eq!(refused, Unreadable::Base45, "{wrong}");
        }
    }
}
