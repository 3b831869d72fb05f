//! The keys of the port and its organs: made when they are missing, and listed with those that they replaced.

use std::{collections::BTreeMap, fs, path::Path};

use domain::{
    Instant, Text,
    profile::{OrganRecord, Profile},
};
use ledger::{
    PublicKey, SigningKey, TrustList,
    trust_list::{Name, Purpose, TrustedKey},
};
use office::Keys;

use crate::secrets;

/// The port's own key.
pub const PORT: &str = "port";

/// Public halves of the keys that were replaced, in the folder of keys.
pub const FORMER: &str = "former.json";

/// The organs that sign: whoever decides; whoever issues a kind of permit, as terminals do certificates of release; and
/// whoever leads in granting a measure, so that what it grants has a code.
pub fn signing(profile: &Profile, now: Instant) -> impl Iterator<Item = &OrganRecord> {
    let leads = |code: &str| profile.register.measures.iter().any(|of| of.decides.first().is_some_and(|of| of == code));
    let signs = move |code: &str| !profile.permit_kinds(code, now).is_empty() || leads(code);
    profile.organs.iter().filter(move |organ| organ.kind == "organ" || signs(&organ.code))
}

/// The port's key and each organ's, made when they are missing, and the signed list of all of them.
pub fn keys(data: &Path, profile: &Profile, now: Instant) -> Result<Keys, String> {
    let port = signing_key(data, PORT)?;
    let mut organs = BTreeMap::new();
    let mut list = vec![trusted(
        port.public(),
        &profile.port.code,
        &profile.port.name,
        vec![Purpose::Receipt, Purpose::Checkpoint, Purpose::TrustList],
        Vec::new(),
    )];
    for organ in signing(profile, now) {
        let kinds = profile.permit_kinds(&organ.code, now);
        let public = match elsewhere(data, &organ.code)? {
            Some(public) => public,
            None => {
                let key = signing_key(data, &organ.code)?;
                let public = key.public();
                organs.insert(organ.code.clone(), key);
                public
            }
        };
        list.push(trusted(public, &organ.code, &organ.name, vec![Purpose::Permit], kinds));
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
    public_key: PublicKey,
    holder: &str,
    name: &Text,
    purposes: Vec<Purpose>,
    permit_kinds: Vec<String>,
) -> TrustedKey {
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

/// The public half of an organ's key that is kept elsewhere; none when the key is here, or is still to be made.
fn elsewhere(data: &Path, organ: &str) -> Result<Option<PublicKey>, String> {
    let path = public_half(data, organ);
    if pem(data, organ).exists() || !path.exists() {
        return Ok(None);
    }
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let key = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Some(key))
}

/// Where the public half of an organ's key lies whose private half is kept elsewhere.
pub fn public_half(data: &Path, name: &str) -> std::path::PathBuf {
    data.join("keys").join(format!("{name}.public.json"))
}

/// The key of a name, made when it is missing.
pub fn signing_key(data: &Path, name: &str) -> Result<SigningKey, String> {
    let path = pem(data, name);
    if let Ok(pem) = fs::read_to_string(&path) {
        return SigningKey::from_pem(&pem).map_err(|refusal| format!("{}: {}", path.display(), refusal.en));
    }
    let key = SigningKey::from_seed(secrets::chance());
    let pem = key.to_pem().map_err(|refusal| refusal.en.to_string())?;
    secrets::write_secret(&path, pem.as_bytes())?;
    Ok(key)
}

/// Former keys that may have signed the head of the log that the store holds.
pub fn former_log_keys(data: &Path) -> Result<Vec<PublicKey>, String> {
    let of_log = |key: &TrustedKey| key.purposes.contains(&Purpose::Checkpoint);
    Ok(read_former(data)?.into_iter().filter(of_log).map(|key| key.public_key).collect())
}

/// The keys that were replaced.
pub fn read_former(data: &Path) -> Result<Vec<TrustedKey>, String> {
    let path = data.join("keys").join(FORMER);
    match fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        read => {
            let bytes = read.map_err(|error| format!("{}: {error}", path.display()))?;
            serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))
        }
    }
}

/// Where the private key of a name lies.
pub fn pem(data: &Path, name: &str) -> std::path::PathBuf {
    data.join("keys").join(format!("{name}.pem"))
}
