//! The keys of the port and its organs: made when they are missing, listed with those that they replaced, and replaced.

use std::{collections::BTreeMap, fs, io::Write, path::Path};

use clap::Subcommand;
use domain::{Instant, Text, profile::Profile};
use ledger::{
    PublicKey, SigningKey, TrustList,
    trust_list::{Name, Purpose, TrustedKey},
};
use office::{Keys, Office};

use crate::setup::{self, Clock, Settings};

/// The port's own key.
pub const PORT: &str = "port";

/// Public halves of the keys that were replaced, in the folder of keys.
const FORMER: &str = "former.json";

/// What to do with keys.
#[derive(Subcommand)]
pub enum Rotation {
    /// Replaces a key. What the former one signed in its time still verifies.
    Rotate {
        /// `port`, or the code of an organ that decides.
        name: String,
        /// The former key was lost or stolen: its permits count no more from now on.
        #[arg(long)]
        revoked: bool,
    },
}

/// Changes keys.
pub fn change(settings: &Settings, what: &Rotation) -> Result<(), String> {
    let Rotation::Rotate { name, revoked } = what;
    setup::run(async {
        let clock = Clock::default();
        // The open store keeps a server out, which would go on signing with a key that the list has ended.
        let office = setup::open(settings, &clock).await?;
        let rotated = rotate(settings, &office, name, *revoked);
        office.store.close().await;
        rotated?;
        // Opening writes the new list; sequencing signs the log's head anew.
        let office = setup::open(settings, &clock).await?;
        let signed = office.sequence().await.map_err(|error| setup::words(&error));
        office.store.close().await;
        signed
    })?;
    let ended = if *revoked { "is revoked" } else { "has ended; what it signed still verifies" };
    setup::talk(&format!(
        "pratique: {name} signs with a new key; the former one {ended}. Give verifiers the new trust-list.json"
    ));
    Ok(())
}

fn rotate(settings: &Settings, office: &Office, name: &str, revoked: bool) -> Result<(), String> {
    let data = settings.data();
    let now = office.now().0;
    let key = match office.keys.organs.get(name) {
        Some(key) => key,
        None if name == PORT => &office.keys.port,
        None => {
            let known: Vec<_> = [PORT].into_iter().chain(office.keys.organs.keys().map(String::as_str)).collect();
            return Err(format!("there is no key {name}; known are {}", known.join(", ")));
        }
    };
    let former = office.keys.trust_list.key(key.kid()).ok_or("the trust list does not hold this key")?;
    let ended = TrustedKey { not_after: Some(now), revoked_at: revoked.then_some(now), ..former.clone() };
    let heir = SigningKey::from_seed(setup::chance());
    if name == PORT && !revoked {
        hand_over(&data, office, &ended, &heir)?;
    }
    let mut list = read_former(&data)?;
    list.push(ended);
    // First the former key's public half, then the new key: after a crash between, the key that stands is listed once.
    write_whole(&data.join("keys"), FORMER, &serde_json::to_vec_pretty(&list).map_err(|error| error.to_string())?)?;
    let (path, half) = (pem(&data, name), pem(&data, &format!("{name}.half")));
    let _ = fs::remove_file(&half);
    setup::write_secret(&half, heir.to_pem().map_err(|refusal| refusal.en.to_string())?.as_bytes())?;
    fs::rename(&half, &path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The list that names the new key of the port, signed by the former one: a verifier that pinned the former follows it.
fn hand_over(data: &Path, office: &Office, ended: &TrustedKey, heir: &SigningKey) -> Result<(), String> {
    let mut list = office.keys.trust_list.clone();
    list.issued_at = office.now().0;
    let public_key = heir.public();
    let next = TrustedKey {
        kid: public_key.kid(),
        algorithm: public_key.algorithm(),
        public_key,
        not_after: None,
        ..ended.clone()
    };
    list.keys.iter_mut().filter(|key| key.kid == ended.kid).for_each(|key| *key = ended.clone());
    list.keys.push(next);
    let signed = list.sign(&office.keys.port).map_err(|refusal| refusal.en.to_string())?;
    write_whole(data, "trust-list.handover.json", signed.as_bytes())
}

/// The port's key and each organ's, made when they are missing, and the signed list of all of them.
pub fn keys(data: &Path, profile: &Profile, now: Instant) -> Result<Keys, String> {
    let port = signing_key(data, PORT)?;
    let deciding = profile.organs.iter().filter(|organ| organ.kind == "organ");
    let mut organs = BTreeMap::new();
    let mut list = vec![trusted(
        &port,
        &profile.port.code,
        &profile.port.name,
        vec![Purpose::Receipt, Purpose::Checkpoint, Purpose::TrustList],
        Vec::new(),
    )];
    for organ in deciding {
        let key = signing_key(data, &organ.code)?;
        let kinds = profile.permit_kinds(&organ.code, now);
        list.push(trusted(&key, &organ.code, &organ.name, vec![Purpose::Permit], kinds));
        organs.insert(organ.code.clone(), key);
    }
    let standing: Vec<_> = list.iter().map(|key| key.kid).collect();
    list.extend(read_former(data)?.into_iter().filter(|former| !standing.contains(&former.kid)));
    let trust_list = TrustList { port: profile.port.code.clone(), issued_at: now.0, keys: list };
    let signed_trust_list = trust_list.sign(&port).map_err(|refusal| refusal.en.to_string())?;
    let path = data.join("trust-list.json");
    fs::write(&path, &signed_trust_list).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Keys { port, organs, trust_list, signed_trust_list })
}

fn trusted(
    key: &SigningKey,
    holder: &str,
    name: &Text,
    purposes: Vec<Purpose>,
    permit_kinds: Vec<String>,
) -> TrustedKey {
    let public_key = key.public();
    TrustedKey {
        kid: public_key.kid(),
        holder: holder.to_owned(),
        name: Name { zh: name.zh.clone(), en: name.en.clone() },
        purposes,
        permit_kinds,
        algorithm: public_key.algorithm(),
        public_key,
        // A key counts from the epoch: the sample world signs for yesterday, too, and a permit that is printed again after
        // its key was replaced is signed by the new one with its own instant of issue.
        not_before: 0,
        not_after: None,
        revoked_at: None,
    }
}

/// The key of a name, made when it is missing.
pub fn signing_key(data: &Path, name: &str) -> Result<SigningKey, String> {
    let path = pem(data, name);
    if let Ok(pem) = fs::read_to_string(&path) {
        return SigningKey::from_pem(&pem).map_err(|refusal| format!("{}: {}", path.display(), refusal.en));
    }
    let key = SigningKey::from_seed(setup::chance());
    let pem = key.to_pem().map_err(|refusal| refusal.en.to_string())?;
    setup::write_secret(&path, pem.as_bytes())?;
    Ok(key)
}

/// Former keys that may have signed the head of the log that the store holds.
pub fn former_log_keys(data: &Path) -> Result<Vec<PublicKey>, String> {
    let of_log = |key: &TrustedKey| key.purposes.contains(&Purpose::Checkpoint);
    Ok(read_former(data)?.into_iter().filter(of_log).map(|key| key.public_key).collect())
}

fn read_former(data: &Path) -> Result<Vec<TrustedKey>, String> {
    let path = data.join("keys").join(FORMER);
    match fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        read => {
            let bytes = read.map_err(|error| format!("{}: {error}", path.display()))?;
            serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))
        }
    }
}

fn pem(data: &Path, name: &str) -> std::path::PathBuf {
    data.join("keys").join(format!("{name}.pem"))
}

/// Writes a file so that it is there whole or as it was before.
fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), String> {
    let (half, path) = (folder.join(format!("{name}.half")), folder.join(name));
    let written = fs::File::create(&half)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&half, &path));
    written.map_err(|error| format!("{}: {error}", path.display()))
}
