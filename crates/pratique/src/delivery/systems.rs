//! Calls of systems by Standard Webhooks 1.0.0: signed, never redirected, and never into a private network unless the operator
//! allows it.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use office::notices::Sent;
use sha2::Sha256;
use ureq::{
    Agent,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};

/// A system has so long to answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// The mark of an address that must not be called.
const PRIVATE: &str = "private_address";

/// Calls systems.
pub struct Caller {
    agent: Agent,
    private: bool,
}

impl Caller {
    /// A caller; `private` allows addresses of private networks, and connections without TLS.
    pub fn new(private: bool) -> Caller {
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // A proxy would resolve the name itself, past the check of the address.
            .proxy(None)
            .user_agent("pratique")
            .build();
        let resolver = Public { inner: DefaultResolver::default(), private };
        Caller { agent: Agent::with_parts(config, DefaultConnector::default(), resolver), private }
    }

    /// Calls a system; waits for its answer. `at` is the instant of the call in seconds.
    pub fn call(&self, url: &str, secret: &[u8], id: &str, at: i64, body: &str) -> Sent {
        if !self.private && !url.starts_with("https://") {
            return Sent::Failed("https is needed".to_owned());
        }
        let answer = self
            .agent
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", at.to_string())
            .header("webhook-signature", signature(secret, id, at, body))
            .send(body);
        match answer {
            Ok(answer) => {
                let status = answer.status().as_u16();
                let wait = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
                let wait = wait.and_then(|seconds| seconds.trim().parse::<i64>().ok());
                match status {
                    200..=299 => Sent::Done(status.to_string()),
                    410 => Sent::Gone(status.to_string()),
                    // Nobody is made to wait for more than a day.
                    _ => Sent::Later(status.to_string(), wait.map(|seconds| seconds.clamp(0, 86_400) * 1_000_000)),
                }
            }
            Err(ureq::Error::Io(error)) if error.to_string() == PRIVATE => Sent::Failed(PRIVATE.to_owned()),
            Err(error) => Sent::Later(error.to_string(), None),
        }
    }
}

/// `v1,` and the HMAC-SHA256 of identifier, instant and body.
fn signature(secret: &[u8], id: &str, at: i64, body: &str) -> String {
    // A key of any length is one.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    mac.update(format!("{id}.{at}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// Resolves names to addresses that anybody could reach. The address that was looked at is the one that is connected to, so
/// that a name which answers differently the second time gains nothing.
#[derive(Debug)]
struct Public {
    inner: DefaultResolver,
    private: bool,
}

impl Resolver for Public {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        if !self.private && found.iter().any(|address| !is_public(address.ip())) {
            return Err(ureq::Error::Io(io::Error::new(io::ErrorKind::PermissionDenied, PRIVATE)));
        }
        Ok(found)
    }
}

/// True for an address of the public Internet (IANA's registries of special-purpose addresses).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = a == 0
        || a >= 224
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19 || (b == 51 && c == 100)))
        || (a == 203 && b == 0 && c == 113);
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let s = address.segments();
    let within =
        |high: u16, low: u16| is_public_v4(Ipv4Addr::new((high >> 8) as u8, high as u8, (low >> 8) as u8, low as u8));
    match s {
        // Addresses of the older kind, written as newer ones: mapped, translated, tunnelled.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => within(high, low),
        [0x2002, high, low, ..] => within(high, low),
        [0x2001, 0xdb8, ..] | [0x2001, 0, ..] => false,
        // Only 2000::/3 is given out for the public Internet.
        _ => s[0] & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_and_special_addresses_are_not_public() {
        let private = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.2.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::1",
            "2001:db8::1",
            "::127.0.0.1",
        ];
        for address in private {
            assert!(!is_public(address.parse().expect("an address")), "{address}");
        }
        for address in ["8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"] {
            assert!(is_public(address.parse().expect("an address")), "{address}");
        }
    }

    #[test]
    fn a_name_that_leads_into_a_private_network_is_not_called() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        listener.set_nonblocking(true).expect("set");
        for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"] {
            let sent = Caller::new(false).call(&format!("https://{host}:{port}/hook"), b"secret", "1", 0, "{}");
            assert_eq!(sent, Sent::Failed(PRIVATE.to_owned()), "{host}");
        }
        assert!(listener.accept().is_err(), "nobody connected");
    }

    #[test]
    fn the_signature_is_that_of_the_standard() {
        // The example of the specification's reference implementations.
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("base64");
        let signed = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
