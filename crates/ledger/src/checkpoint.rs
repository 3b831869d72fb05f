//! Signed tree heads: C2SP tlog-checkpoint on C2SP signed-note, with Ed25519.

use sha2::{Digest, Sha256};

use crate::keys::{Algorithm, PublicKey, SigningKey};
use crate::refusal::Refusal;
use crate::text::{base64, from_base64};
use crate::tree::{Hash, verify_consistency};
use crate::trust_list::{Purpose, TrustList, TrustedKey};

/// A note larger than this is refused unread, in bytes.
const LARGEST: usize = 64 << 10;

/// Signature type of plain Ed25519 in signed notes.
const ED25519: u8 = 0x01;

/// A tree head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's identity, by custom a URL without scheme, for example `port.example/log/2026`.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// Root of the tree.
    pub root: Hash,
    /// Further lines of the text, of which nothing is known here.
    pub extensions: Vec<String>,
}

/// A checkpoint that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The tree head.
    pub checkpoint: Checkpoint,
    /// The log's key.
    pub key: TrustedKey,
}

impl Checkpoint {
    /// The text that is signed.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, base64(&self.root));
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}

/// The signed note of a tree head; the key's name is the origin.
///
/// # Errors
/// `PQ-CHECKPOINT-005` when the origin holds spaces, control characters or a plus sign, or the key is not Ed25519.
pub fn sign(origin: &str, size: u64, root: &Hash, key: &SigningKey) -> Result<String, Refusal> {
    if !is_name(origin) || key.algorithm() != Algorithm::Ed25519 {
        return Err(Refusal::new(
            "PQ-CHECKPOINT-005",
            "日志名不可含空白或加号，且须用 Ed25519 密钥签名",
            "a log's name has neither spaces nor a plus sign, and its key is of Ed25519",
        ));
    }
    let head = Checkpoint { origin: origin.to_owned(), size, root: *root, extensions: Vec::new() };
    Ok(sign_note(&head.text(), origin, key))
}

/// Reads a checkpoint without believing it.
///
/// # Errors
/// `PQ-CHECKPOINT-001` when it is none.
pub fn parse(note: &str) -> Result<Checkpoint, Refusal> {
    Note::split(note).and_then(|note| head(note.text)).ok_or_else(not_a_checkpoint)
}

/// Reads a checkpoint that one of the list's log keys signed under the origin's name. Signatures of others (witnesses)
/// are passed over, as the specification demands. A checkpoint tells no time, so that a key counts until it is revoked.
///
/// # Errors
/// `PQ-CHECKPOINT-001` not a checkpoint, `-002` signed by no known key, `-003` a known key's signature does not verify.
pub fn verify(note: &str, trust: &TrustList) -> Result<Verified, Refusal> {
    let note = Note::split(note).ok_or_else(not_a_checkpoint)?;
    let checkpoint = head(note.text).ok_or_else(not_a_checkpoint)?;
    let serves = |key: &&TrustedKey| key.purposes.contains(&Purpose::Checkpoint) && key.revoked_at.is_none();
    let mut signer = None;
    for (name, blob) in &note.signatures {
        let (id, signature) = blob.split_at(4);
        let known = |key: &&TrustedKey| *name == checkpoint.origin && key_id(name, &key.public_key) == id;
        for key in trust.keys.iter().filter(serves).filter(known) {
            let verifies = signature.try_into().is_ok_and(|bytes| key.public_key.verifies(note.text.as_bytes(), bytes));
            if !verifies {
                return Err(Refusal::new(
                    "PQ-CHECKPOINT-003",
                    "检查点的签名不成立：内容被改动过",
                    "the signature of the checkpoint does not verify: its content has been changed",
                ));
            }
            signer = signer.or(Some(key.clone()));
        }
    }
    let no_signer = || {
        Refusal::new(
            "PQ-CHECKPOINT-002",
            "检查点没有信任名单中日志密钥的签名",
            "no log key of the trust list has signed the checkpoint",
        )
    };
    signer.map(|key| Verified { checkpoint, key }).ok_or_else(no_signer)
}

/// Whether the log of a later head only adds to that of an earlier one, by a proof of consistency.
///
/// # Errors
/// `PQ-CHECKPOINT-006` when it does not: something was taken away or changed, or there are two logs.
pub fn extends(old: &Checkpoint, new: &Checkpoint, proof: &[Hash]) -> Result<(), Refusal> {
    if old.origin == new.origin && verify_consistency(old.size, &old.root, new.size, &new.root, proof) {
        return Ok(());
    }
    Err(Refusal::new(
        "PQ-CHECKPOINT-006",
        "后一检查点的日志不是前一检查点日志的延续：有内容被删改，或日志分叉",
        "the later log does not extend the earlier one: something was taken away or changed, or there are two logs",
    ))
}

/// The verifier key of a log in the form that other tools read: `name+id+key`. `None` unless it is Ed25519.
pub fn verifier_key(origin: &str, key: &PublicKey) -> Option<String> {
    let id = u32::from_be_bytes(key_id(origin, key));
    let typed = [&[ED25519], key.to_bytes().as_slice()].concat();
    (is_name(origin) && key.algorithm() == Algorithm::Ed25519).then(|| format!("{origin}+{id:08x}+{}", base64(&typed)))
}

/// A note taken apart.
struct Note<'a> {
    text: &'a str,
    signatures: Vec<(&'a str, Vec<u8>)>,
}

impl<'a> Note<'a> {
    fn split(note: &'a str) -> Option<Self> {
        if note.len() > LARGEST || note.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
            return None;
        }
        let at = note.rfind("\n\n")?;
        let (text, lines) = (&note[..at + 1], note[at + 2..].strip_suffix('\n')?);
        let signature = |line: &'a str| {
            let (name, blob) = line.strip_prefix("— ")?.split_once(' ')?;
            let blob = from_base64(blob)?;
            (is_name(name) && blob.len() > 4).then_some((name, blob))
        };
        Some(Note { text, signatures: lines.split('\n').map(signature).collect::<Option<_>>()? })
    }
}

/// Signs any text that ends with a newline.
fn sign_note(text: &str, name: &str, key: &SigningKey) -> String {
    let blob = [key_id(name, &key.public()).as_slice(), &key.sign(text.as_bytes())].concat();
    format!("{text}\n— {name} {}\n", base64(&blob))
}

/// SHA-256 of name, newline, type and key, its first four bytes.
fn key_id(name: &str, key: &PublicKey) -> [u8; 4] {
    let hash: Hash =
        Sha256::new_with_prefix(name).chain_update([b'\n', ED25519]).chain_update(key.to_bytes()).finalize().into();
    [hash[0], hash[1], hash[2], hash[3]]
}

/// The tree head in a note's text.
fn head(text: &str) -> Option<Checkpoint> {
    let mut lines = text.strip_suffix('\n')?.split('\n');
    let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
    let checkpoint = Checkpoint {
        origin: origin.to_owned(),
        size: size.parse().ok()?,
        root: from_base64(root)?.try_into().ok()?,
        extensions: lines.map(str::to_owned).collect(),
    };
    // Written anew it must give the same text: no plus sign or leading zero before the size, no other base64.
    let whole = !origin.is_empty() && checkpoint.extensions.iter().all(|line| !line.is_empty());
    (whole && checkpoint.text() == text).then_some(checkpoint)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

fn not_a_checkpoint() -> Refusal {
    Refusal::new("PQ-CHECKPOINT-001", "不是日志检查点", "not a checkpoint of a log")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Key, text and note of the documentation of Go's package sumdb/note.
    #[test]
    fn the_note_of_the_reference_implementation_is_reproduced() {
        let seed = from_base64("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz").unwrap();
        let key = SigningKey::from_seed(seed[1..].try_into().unwrap());
        let text =
            "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
        let line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        assert_eq!(sign_note(text, "PeterNeumann", &key), format!("{text}\n{line}"));
        assert_eq!(
            verifier_key("PeterNeumann", &key.public()).unwrap(),
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        );
    }

    /// The example of C2SP tlog-checkpoint.
    #[test]
    fn the_example_of_the_specification_is_read() {
        let note = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
        let checkpoint = parse(note).unwrap();
        assert_eq!(checkpoint.origin, "example.com/behind-the-sofa");
        assert_eq!(checkpoint.size, 20_852_163);
        for wrong in [
            note.replace("20852163", "020852163"),
            note.replace("20852163", "+20852163"),
            note.replace("2I=\n", "2J=\n"),
            note.replace("2I=\n", "2I\n"),
            note.replace("20852163", "18446744073709551616"),
            note.replace("\n\n", "\n\r\n"),
            note.trim_end().to_owned(),
            note.replace("\n\n", "\n"),
        ] {
            assert_eq!(parse(&wrong).unwrap_err().code, "PQ-CHECKPOINT-001", "{wrong}");
        }
    }
}
