//! Receipts: "these bytes were received at this instant", signed once for a whole batch.
//!
//! The statements of a batch are the leaves of a Merkle tree (RFC 6962) whose root is signed; each receipt carries its
//! statement, the path to the root and the signature, and needs nothing else but the trust list to be verified.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::keys::{Kid, Signature, SigningKey};
use crate::refusal::Refusal;
use crate::text::{from_base64url, push_base64url};
use crate::tree::{self, Hash, Nodes};
use crate::trust_list::{KeyProblem, Purpose, TrustList, TrustedKey};

const FORMAT: &str = "pratique-receipt-v1";
const STATEMENT_DOMAIN: &[u8] = b"pratique receipt statement v1\n";
const BATCH_DOMAIN: &[u8] = b"pratique receipt batch v1\n";

/// A receipt larger than this is refused unread, in bytes.
const LARGEST: usize = 64 << 10;

/// What a receipt states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Identifier of the receipt.
    pub id: String,
    /// The port that received.
    pub port: String,
    /// What was received, for example `crew_list v2 of call 2026-DAL-000412`.
    pub what: String,
    /// Commitment that stands as a leaf in the log, see [`leaf_commitment`].
    pub leaf: Hash,
    /// SHA-256 of the bytes received.
    pub digest: Hash,
    /// When, microseconds UTC.
    pub received_at: i64,
}

/// A receipt that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// What it states.
    pub statement: Statement,
    /// The key that signed.
    pub key: TrustedKey,
}

/// The commitment to a payload that a leaf of the log shows: SHA-256 of salt, canonical header and SHA-256 of the
/// payload. Without the salt it says nothing about the payload, so erasing the salt erases what the leaf tells.
pub fn leaf_commitment(salt: &[u8; 32], header: &[u8], payload: &[u8]) -> Hash {
    Sha256::new_with_prefix(salt).chain_update(header).chain_update(Sha256::digest(payload)).finalize().into()
}

/// Signs a batch once and writes a receipt for each statement, in the same order.
pub fn issue(statements: &[Statement], key: &SigningKey) -> Vec<String> {
    let kid = key.kid();
    let mut scratch = Vec::with_capacity(256);
    let leaves = statements.iter().map(|statement| statement_hash(statement, kid, &mut scratch)).collect();
    let nodes = Nodes::new(leaves);
    let size = statements.len() as u64;
    let signature = key.sign(&batch_message(size, &nodes.root()));
    let mut read = |level, index| nodes.read(level, index);
    (0..size)
        .zip(statements)
        .map(|(index, statement)| {
            let path = tree::inclusion_proof(index, size, &mut read).unwrap_or_default();
            Receipt { statement, kid, index, size, path: &path, signature: &signature }.encode()
        })
        .collect()
}

/// Reads and verifies a receipt, offline.
///
/// # Errors
/// `PQ-RECEIPT-001` not a receipt, `-002` rewritten, `-003` signer unknown, `-004` the key signs no receipts, `-005` the
/// key was not valid or was revoked at the time of receipt, `-006` the path does not fit the batch, `-007` the signature
/// does not verify.
pub fn verify(bytes: &[u8], trust: &TrustList) -> Result<Verified, Refusal> {
    if bytes.len() > LARGEST {
        return Err(not_a_receipt());
    }
    let file: File = serde_json::from_slice(bytes).map_err(|_| not_a_receipt())?;
    let (statement, path, signature) = file.parts().ok_or_else(not_a_receipt)?;
    let receipt = Receipt {
        statement: &statement,
        kid: file.kid,
        index: file.index,
        size: file.size,
        path: &path,
        signature: &signature,
    };
    if receipt.encode().as_bytes() != bytes {
        return Err(Refusal::new(
            "PQ-RECEIPT-002",
            "回执的写法被改动过（空格、顺序或编码），请重新下载原件",
            "the receipt has been rewritten (spaces, order or encoding); download the original again",
        ));
    }
    let key =
        trust.key_for(file.kid, Purpose::Receipt, statement.received_at).map_err(|why| key_refusal(why, file.kid))?;
    let leaf = statement_hash(&statement, file.kid, &mut Vec::new());
    let Some(root) = tree::root_of_inclusion(file.index, file.size, &leaf, &path) else {
        return Err(Refusal::new(
            "PQ-RECEIPT-006",
            "回执的验证路径与所在批次不符",
            "the path of the receipt does not fit its place in the batch",
        ));
    };
    if !key.public_key.verifies(&batch_message(file.size, &root), &signature) {
        return Err(Refusal::new(
            "PQ-RECEIPT-007",
            "回执的签名不成立：内容被改动过，或不是由该密钥签发",
            "the signature of the receipt does not verify: its content has been changed, or that key never signed it",
        ));
    }
    let key = key.clone();
    Ok(Verified { statement, key })
}

/// A receipt and everything that its file says.
struct Receipt<'a> {
    statement: &'a Statement,
    kid: Kid,
    index: u64,
    size: u64,
    path: &'a [Hash],
    signature: &'a Signature,
}

impl Receipt<'_> {
    /// The one form of the file: a line per member, in this order.
    fn encode(&self) -> String {
        let Statement { id, port, what, leaf, digest, received_at } = self.statement;
        let mut out = String::with_capacity(480 + id.len() + port.len() + what.len() + self.path.len() * 43);
        out.push_str("{\"format\":\"");
        out.push_str(FORMAT);
        for (name, text) in [("id", id), ("port", port), ("what", what)] {
            begin_text(&mut out, name);
            push_escaped(&mut out, text);
        }
        begin_text(&mut out, "leaf");
        push_base64url(&mut out, leaf);
        begin_text(&mut out, "digest");
        push_base64url(&mut out, digest);
        out.push_str("\",\n\"received_at\":");
        push_number(&mut out, received_at.unsigned_abs(), *received_at < 0);
        out.push_str(",\n\"index\":");
        push_number(&mut out, self.index, false);
        out.push_str(",\n\"size\":");
        push_number(&mut out, self.size, false);
        out.push_str(",\n\"path\":\"");
        push_base64url(&mut out, self.path.as_flattened());
        begin_text(&mut out, "kid");
        push_hex(&mut out, &self.kid.0);
        begin_text(&mut out, "signature");
        push_base64url(&mut out, self.signature);
        out.push_str("\"}\n");
        out
    }
}

/// The file as it is read; [`Receipt::encode`] decides its form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    id: String,
    port: String,
    what: String,
    leaf: String,
    digest: String,
    received_at: i64,
    index: u64,
    size: u64,
    path: String,
    kid: Kid,
    signature: String,
}

impl File {
    fn parts(&self) -> Option<(Statement, Vec<Hash>, Signature)> {
        if self.format != FORMAT {
            return None;
        }
        let path = from_base64url(&self.path)?;
        let (path, rest) = path.as_chunks::<32>();
        if !rest.is_empty() {
            return None;
        }
        let statement = Statement {
            id: self.id.clone(),
            port: self.port.clone(),
            what: self.what.clone(),
            leaf: from_base64url(&self.leaf)?.try_into().ok()?,
            digest: from_base64url(&self.digest)?.try_into().ok()?,
            received_at: self.received_at,
        };
        Some((statement, path.to_vec(), from_base64url(&self.signature)?.try_into().ok()?))
    }
}

/// The leaf of a statement in its batch. Each text stands after its length, so that no two statements share bytes.
fn statement_hash(statement: &Statement, kid: Kid, scratch: &mut Vec<u8>) -> Hash {
    scratch.clear();
    scratch.extend_from_slice(STATEMENT_DOMAIN);
    for text in [&statement.id, &statement.port, &statement.what] {
        scratch.extend_from_slice(&(text.len() as u64).to_be_bytes());
        scratch.extend_from_slice(text.as_bytes());
    }
    scratch.extend_from_slice(&statement.leaf);
    scratch.extend_from_slice(&statement.digest);
    scratch.extend_from_slice(&statement.received_at.to_be_bytes());
    scratch.extend_from_slice(&kid.0);
    tree::leaf_hash(scratch)
}

/// What is signed: the size belongs to it, so that a path proves one place only.
fn batch_message(size: u64, root: &Hash) -> Vec<u8> {
    [BATCH_DOMAIN, &size.to_be_bytes(), root].concat()
}

fn begin_text(out: &mut String, name: &str) {
    out.push_str("\",\n\"");
    out.push_str(name);
    out.push_str("\":\"");
}

/// JSON's own escapes for quotation mark, backslash and control characters (RFC 8259 section 7), one form each.
fn push_escaped(out: &mut String, text: &str) {
    if !text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        return out.push_str(text);
    }
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if control < ' ' => {
                out.push_str("\\u00");
                push_hex(out, &[control as u8]);
            }
            plain => out.push(plain),
        }
    }
}

fn push_hex(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }));
        }
    }
}

/// Decimal digits, written without the machinery of formatting, which costs more than a hash here.
fn push_number(out: &mut String, number: u64, negative: bool) {
    let (mut digits, mut start, mut rest) = ([0; 20], 20, number);
    loop {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if negative {
        out.push('-');
    }
    digits[start..].iter().for_each(|digit| out.push(char::from(*digit)));
}

fn not_a_receipt() -> Refusal {
    Refusal::new("PQ-RECEIPT-001", "不是回执文件", "not a receipt")
}

fn key_refusal(problem: KeyProblem, kid: Kid) -> Refusal {
    match problem {
        KeyProblem::Unknown => Refusal::new(
            "PQ-RECEIPT-003",
            format!("信任名单中没有签发密钥 {kid}；请更新信任名单"),
            format!("the trust list has no key {kid}; update the trust list"),
        ),
        KeyProblem::Purpose => Refusal::new(
            "PQ-RECEIPT-004",
            format!("密钥 {kid} 无权签发回执"),
            format!("key {kid} may not sign receipts"),
        ),
        KeyProblem::Time | KeyProblem::Revoked => Refusal::new(
            "PQ-RECEIPT-005",
            format!("密钥 {kid} 在所写接收时间无效或已吊销"),
            format!("key {kid} was not valid, or was revoked, at the time of receipt"),
        ),
    }
}
