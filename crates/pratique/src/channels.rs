//! The file of gateways and hotlines, with the secrets that it names but does not hold.

use std::{fs, path::Path};

use domain::{Instant, problem::transfers, profile::Profile};
use office::channels::{Channels, Kept, Secret};

/// Reads the file and the secrets.
///
/// # Errors
/// Every finding, each on a line of its own.
pub fn read(path: &Path, profile: &Profile, now: Instant) -> Result<Channels, String> {
    let within = |what: String| format!("{}: {what}", path.display());
    let text = fs::read_to_string(path).map_err(|error| within(error.to_string()))?;
    let channels: Channels = toml::from_str(&text).map_err(|error| within(error.to_string()))?;
    let mut channels =
        channels.checked().map_err(|findings| findings.into_iter().map(within).collect::<Vec<_>>().join("\n"))?;
    let tracks = transfers(profile, now);
    for of in &mut channels.gateway {
        let lines = kept(&of.secret).map_err(|why| within(format!("gateway {}: {why}", of.name)))?;
        let secrets = lines.lines().filter(|line| !line.trim().is_empty()).map(Secret::read);
        of.secrets = secrets.collect::<Result<_, _>>().map_err(|why| within(format!("gateway {}: {why}", of.name)))?;
        if of.secrets.is_empty() {
            return Err(within(format!("gateway {}: there is no secret", of.name)));
        }
        if !domain::problem::topics(profile, now).iter().any(|topic| topic.code == of.topic) {
            return Err(within(format!("gateway {}: {} is no topic of this port", of.name, of.topic)));
        }
    }
    for of in &mut channels.hotline {
        if !tracks.iter().any(|track| track.code == of.to && track.kind == "hotline") {
            return Err(within(format!("hotline {}: the table problem-transfers has no such hotline", of.to)));
        }
        let key = kept(&of.key).map_err(|why| within(format!("hotline {}: {why}", of.to)))?;
        of.api_key = Secret(key.trim().as_bytes().to_vec());
    }
    Ok(channels)
}

#[expect(clippy::disallowed_methods, reason = "the binary is where the environment is read")]
fn kept(of: &Kept) -> Result<String, String> {
    match of {
        Kept::File(path) => fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display())),
        Kept::Env(name) => std::env::var(name).map_err(|error| format!("{name}: {error}")),
        Kept::Nowhere => Err("there is no secret".to_owned()),
    }
}
