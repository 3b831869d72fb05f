//! Documents and drafts under encryption (XChaCha20-Poly1305), so that erasing a key erases what it opened.
//!
//! Each document has a key of its own, wrapped under the master key, and a salt. An entry of the journal holds the salted
//! digest alone. Without key and salt neither the document nor a guess at it can be checked against the digest.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{Chance, StoreError};

/// Documents above this size are files, in bytes.
pub const LARGEST_INLINE: usize = 64 << 10;

/// A document as it was received.
#[derive(Clone, Debug)]
pub struct DocumentPlain {
    /// Its identifier.
    pub id: Uuid,
    /// The matter that it belongs to.
    pub matter: Uuid,
    /// What it serves, for example the code of a formality.
    pub purpose: String,
    /// Whose data it is, for erasure; may be empty.
    pub subject: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A document under encryption, ready to be committed.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// Its identifier.
    pub id: Uuid,
    /// SHA-256 of salt and bytes: what the entry of the journal holds.
    pub salted_digest: [u8; 32],
    pub(crate) matter: Uuid,
    pub(crate) purpose: String,
    pub(crate) subject: String,
    pub(crate) subjects: Vec<String>,
    pub(crate) named: bool,
    pub(crate) size: usize,
    pub(crate) wrapped_key: Vec<u8>,
    pub(crate) salt: [u8; 32],
    pub(crate) bytes: Vec<u8>,
}

impl Sealed {
    /// The document as one that tells of persons, each by the keys by which she is looked for when it is to be erased.
    #[must_use]
    pub fn about(mut self, subjects: Vec<String>) -> Sealed {
        self.subjects = subjects;
        self
    }

    /// The document as one that an entry names, and that nobody looks for by its matter: no index leads to it from there.
    #[must_use]
    pub fn named(mut self) -> Sealed {
        self.named = true;
        self
    }
}

/// A document in the clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its identifier.
    pub id: Uuid,
    /// The matter that it belongs to.
    pub matter: Uuid,
    /// What it serves.
    pub purpose: String,
    /// Its bytes; `None` once it is erased.
    pub bytes: Option<Vec<u8>>,
    /// SHA-256 of salt and bytes.
    pub salted_digest: Option<[u8; 32]>,
    /// When it was erased and why (the text that [`crate::Store::erase`] was given).
    pub erased: Option<(i64, String)>,
}

/// SHA-256 of salt and bytes.
pub fn salted_digest(salt: &[u8], bytes: &[u8]) -> [u8; 32] {
    Sha256::new_with_prefix(salt).chain_update(bytes).finalize().into()
}

/// Seals a document under a fresh key.
pub fn seal(master: &[u8; 32], chance: &Chance, plain: DocumentPlain) -> Result<Sealed, StoreError> {
    let (key, salt) = (chance.bytes(), chance.bytes());
    let context = context(plain.id, &plain.purpose);
    // The key serves once, so that a fixed nonce is safe.
    let bytes = encrypt(&key, &[0; 24], &context, &plain.bytes)?;
    Ok(Sealed {
        id: plain.id,
        salted_digest: salted_digest(&salt, &plain.bytes),
        matter: plain.matter,
        purpose: plain.purpose,
        subject: plain.subject,
        subjects: Vec::new(),
        named: false,
        size: plain.bytes.len(),
        wrapped_key: seal_small(master, chance, &context, &key)?,
        salt,
        bytes,
    })
}

/// Opens a document's bytes.
pub fn open(master: &[u8; 32], id: Uuid, purpose: &str, wrapped: &[u8], sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let context = context(id, purpose);
    let key = open_small(master, &context, wrapped)?.try_into().map_err(|_| unreadable())?;
    decrypt(&key, &[0; 24], &context, sealed)
}

/// Seals a few bytes under the master key itself, with a random nonce before them.
pub fn seal_small(master: &[u8; 32], chance: &Chance, context: &[u8], bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut nonce = [0; 24];
    nonce.copy_from_slice(&chance.bytes()[..24]);
    let sealed = encrypt(master, &nonce, context, bytes)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// Opens what [`seal_small`] sealed.
pub fn open_small(master: &[u8; 32], context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let (nonce, sealed) = sealed.split_first_chunk::<24>().ok_or_else(unreadable)?;
    decrypt(master, nonce, context, sealed)
}

/// Writes large sealed bytes to a file named by their hash and syncs it and its folders; gives its name.
pub fn write_file(folder: &Path, sealed: &[u8]) -> std::io::Result<String> {
    let name: String = Sha256::digest(sealed).iter().map(|byte| format!("{byte:02x}")).collect();
    let parent = folder.join(&name[..2]);
    fs::create_dir_all(&parent)?;
    let (path, half) = (parent.join(&name), parent.join(format!("{name}.half")));
    let mut file = File::create(&half)?;
    file.write_all(sealed)?;
    file.sync_all()?;
    fs::rename(&half, &path)?;
    File::open(&parent)?.sync_all()?;
    File::open(folder)?.sync_all()?;
    Ok(name)
}

/// Where the file of that name stands; `None` when it is no name.
pub fn file_path(folder: &Path, name: &str) -> Option<PathBuf> {
    let is_name = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_name.then(|| folder.join(&name[..2]).join(name))
}

/// Binds a ciphertext to its document and purpose.
pub fn context(id: Uuid, purpose: &str) -> Vec<u8> {
    [id.as_bytes().as_slice(), purpose.as_bytes()].concat()
}

fn encrypt(key: &[u8; 32], nonce: &[u8; 24], context: &[u8], bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    let payload = Payload { msg: bytes, aad: context };
    let sealed = XChaCha20Poly1305::new(key.into()).encrypt(&XNonce::from(*nonce), payload);
    sealed.map_err(|_| StoreError::Refused("too large to be sealed".into()))
}

fn decrypt(key: &[u8; 32], nonce: &[u8; 24], context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let payload = Payload { msg: sealed, aad: context };
    XChaCha20Poly1305::new(key.into()).decrypt(&XNonce::from(*nonce), payload).map_err(|_| unreadable())
}

fn unreadable() -> StoreError {
    StoreError::Broken("sealed bytes do not open: other master key, or changed".into())
}
