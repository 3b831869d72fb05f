//! `pratique keys`: a key of the port or of an organ replaced.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Subcommand;
use ledger::{SigningKey, trust_list::TrustedKey};
use office::Office;

use crate::{
    control, keys, secrets,
    setup::{self, Clock, Settings},
};

/// What to do with keys.
#[derive(Subcommand)]
pub enum Rotation {
    /// Replaces a key. What the former one signed in its time still verifies.
    Rotate {
        /// `port`, the code of an organ that decides, or `master`: the key by which everything that was filed is read.
        name: String,
        /// The former key was lost or stolen: its permits count no more from now on.
        #[arg(long)]
        revoked: bool,
    },
    /// Takes an organ's private key out of the data folder: without it no permit of hers is signed here.
    Detach {
        /// The code of an organ that decides.
        name: String,
        /// The file that holds the key from now on; it must not be there yet. Only its owner may read it.
        #[arg(long)]
        to: PathBuf,
    },
    /// Brings an organ's private key back, or to another machine that signs for her.
    Attach {
        /// The code of an organ that decides.
        name: String,
        /// The file that holds the key.
        #[arg(long)]
        from: PathBuf,
    },
}

/// Changes keys.
pub fn change(settings: &Settings, what: &Rotation) -> Result<(), String> {
    if control::is_served(settings) {
        return Err(
            "a server runs on this data folder and would go on signing with the former key: stop it first".to_owned()
        );
    }
    match what {
        Rotation::Rotate { name, .. } if name == "master" => replace_master(settings),
        Rotation::Rotate { name, revoked } => replace(settings, name, *revoked),
        Rotation::Detach { name, to } => detach(settings, name, to),
        Rotation::Attach { name, from } => attach(settings, name, from),
    }
}

fn replace(settings: &Settings, name: &str, revoked: bool) -> Result<(), String> {
    setup::run(async {
        let clock = Clock::default();
        // The open store keeps a server out, which would go on signing with a key that the list has ended.
        let office = setup::open(settings, &clock).await?;
        let rotated = rotate(settings, &office, name, revoked);
        office.store.close().await;
        rotated?;
        // Opening writes the new list; sequencing signs the log's head anew.
        let office = setup::open(settings, &clock).await?;
        let signed = office.sequence().await.map_err(|error| setup::words(&error));
        office.store.close().await;
        signed
    })?;
    let ended = if revoked { "is revoked" } else { "has ended; what it signed still verifies" };
    setup::talk(&format!(
        "pratique: {name} signs with a new key; the former one {ended}. Give verifiers the new trust-list.json"
    ));
    Ok(())
}

/// Wraps everything under a new master key. Interrupted, it goes on when it is run again; nothing is served in between.
fn replace_master(settings: &Settings) -> Result<(), String> {
    let data = settings.data();
    let count = setup::run(async {
        if !data.join("keys").join(secrets::MASTER_NEXT).exists() {
            // Whoever has the store open is refused here, before anything is begun.
            setup::open(settings, &Clock::default()).await?.store.close().await;
        }
        let (former, heir) = secrets::master_keys(&data)?;
        let office = match setup::open_with(settings, &Clock::default(), former).await {
            Ok(office) => office,
            // All of it was wrapped before, the secrets last.
            Err(_) => {
                let office = setup::open_with(settings, &Clock::default(), heir).await?;
                office.store.close().await;
                return Ok(0);
            }
        };
        let wrapped = office.store.rewrap(&heir).await.map_err(|error| error.to_string());
        office.store.close().await;
        wrapped
    })?;
    secrets::end_master(&data)?;
    setup::talk(&format!(
        "pratique: {count} keys are wrapped under a new master key; copies that were made before open with the former one alone, which is gone here"
    ));
    Ok(())
}

/// First the copy, then the public half, and only then the key goes: after a crash between, the key is still here.
fn detach(settings: &Settings, name: &str, to: &Path) -> Result<(), String> {
    let data = settings.data();
    let (path, public) = (keys::pem(&data, name), keys::public_half(&data, name));
    if public.exists() && !path.exists() {
        return Err(format!("{}: the key of {name} is not here", path.display()));
    }
    let key = of_organ(settings, name)?;
    secrets::write_secret(to, key.to_pem().map_err(|refusal| refusal.en.to_string())?.as_bytes())?;
    let half = serde_json::to_vec(&key.public()).map_err(|error| error.to_string())?;
    let file = public.file_name().unwrap_or_default().to_string_lossy().into_owned();
    secrets::write_whole(&data.join("keys"), &file, &half)?;
    fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    setup::talk(&format!("pratique: the key of {name} is in {} alone; nothing is signed with it here", to.display()));
    Ok(())
}

/// Brings a key back, if it is the one that the trust list names.
fn attach(settings: &Settings, name: &str, from: &Path) -> Result<(), String> {
    let data = settings.data();
    let text = fs::read_to_string(from).map_err(|error| format!("{}: {error}", from.display()))?;
    let key = SigningKey::from_pem(&text).map_err(|refusal| format!("{}: {}", from.display(), refusal.en))?;
    let public = keys::public_half(&data, name);
    let half = fs::read_to_string(&public).map_err(|_| format!("no key of {name} is kept elsewhere"))?;
    let known: ledger::PublicKey = serde_json::from_str(&half).map_err(|error| error.to_string())?;
    if key.public() != known {
        return Err(format!("{} holds another key than that of {name}, {}", from.display(), known.kid()));
    }
    secrets::write_secret(&keys::pem(&data, name), text.as_bytes())?;
    fs::remove_file(&public).map_err(|error| format!("{}: {error}", public.display()))?;
    setup::talk(&format!("pratique: {name} signs here again"));
    Ok(())
}

/// The key of an organ that lies here. The port's own stays: nothing is acknowledged without it.
fn of_organ(settings: &Settings, name: &str) -> Result<SigningKey, String> {
    let profile = setup::source(settings)?.profile().map_err(|findings| findings.join("\n"))?;
    let known: Vec<_> = keys::signing(&profile, Clock::default().now()).map(|organ| organ.code.as_str()).collect();
    if !known.contains(&name) {
        return Err(format!("{name} is no organ that signs; known are {}", known.join(", ")));
    }
    keys::signing_key(&settings.data(), name)
}

fn rotate(settings: &Settings, office: &Office, name: &str, revoked: bool) -> Result<(), String> {
    let data = settings.data();
    let now = office.now().0;
    let key = match office.keys.organs.get(name) {
        Some(key) => key,
        None if name == keys::PORT => &office.keys.port,
        None => {
            let known: Vec<_> = [keys::PORT].into_iter().chain(office.keys.organs.keys().map(String::as_str)).collect();
            return Err(format!("there is no key {name}; known are {}", known.join(", ")));
        }
    };
    let former = office.keys.trust_list.key(key.kid()).ok_or("the trust list does not hold this key")?;
    let ended = TrustedKey { not_after: Some(now), revoked_at: revoked.then_some(now), ..former.clone() };
    let heir = SigningKey::from_seed(secrets::chance());
    if name == keys::PORT && !revoked {
        hand_over(&data, office, &ended, &heir)?;
    }
    let mut list = keys::read_former(&data)?;
    list.push(ended);
    // First the former key's public half, then the new key: after a crash between, the key that stands is listed once.
    secrets::write_whole(
        &data.join("keys"),
        keys::FORMER,
        &serde_json::to_vec_pretty(&list).map_err(|error| error.to_string())?,
    )?;
    let (path, half) = (keys::pem(&data, name), keys::pem(&data, &format!("{name}.half")));
    let _ = fs::remove_file(&half);
    secrets::write_secret(&half, heir.to_pem().map_err(|refusal| refusal.en.to_string())?.as_bytes())?;
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
    secrets::write_whole(data, "trust-list.handover.json", signed.as_bytes())
}
