//! Other programs by which problems come and go, as the operator configures them: gateways for short messages and chats,
//! and hotlines that speak GeoReport v2. Their secrets come in from the binary and are never printed.

mod signature;

use std::{collections::BTreeMap, fmt, path::PathBuf};

use serde::Deserialize;

pub use signature::{Signed, verify};

/// The channels of a port, as a TOML file has them: `[[gateway]]` and `[[hotline]]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Channels {
    /// Gateways that send messages to `/webhooks/NAME`.
    pub gateway: Vec<Gateway>,
    /// Hotlines to which cases are handed over.
    pub hotline: Vec<Hotline>,
}

/// Something that nobody may read in a log.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub Vec<u8>);

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}

/// Where a secret is kept: never in the file that tells of the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// In a file that only the program may read.
    File(PathBuf),
    /// In a variable of the environment.
    Env(String),
    /// Nowhere: the configuration is refused.
    #[default]
    Nowhere,
}

/// A gateway for short messages or chats.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Gateway {
    /// Its name, the last part of its address: small letters, digits and hyphens.
    pub name: String,
    /// `sms` or `chat`: the channel that the journal names.
    pub kind: String,
    /// `json` or `form`: what its bodies are.
    pub body: String,
    /// Where the words lie: a JSON Pointer (`/message/text`), or the name of a field.
    pub text: String,
    /// Where the sender's number or name lies.
    pub sender: String,
    /// Where the message's identifier lies; without it the delivery's (`webhook-id`) is taken.
    pub id: String,
    /// Where the time lies at which it was sent; may be left out.
    pub time: String,
    /// `json`, or `text` for a gateway that sends the body of our answer back as it is.
    pub reply: String,
    /// The topic until the port office has looked at it; `other` where none is given.
    pub topic: String,
    /// Messages that one sender may send in an hour; 20 where none is given.
    pub hourly: u32,
    /// Where it takes messages that go out; empty for one that only brings them. They are signed with its first secret.
    pub send: String,
    /// Where its secret is kept.
    pub secret: Kept,
    /// The secrets that stand: two while one is replaced. Filled in by the binary.
    #[serde(skip)]
    pub secrets: Vec<Secret>,
}

/// A hotline that speaks GeoReport v2.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Hotline {
    /// The track that it is: a row of the table `problem-transfers` of kind `hotline`.
    pub to: String,
    /// Its address, `https://HOST/open311/v2`.
    pub url: String,
    /// `json` or `xml`.
    pub format: String,
    /// Its jurisdiction: sent along, and never handed what has been there before.
    pub jurisdiction: String,
    /// Its service for each topic of ours; `*` for all that are not named.
    pub services: BTreeMap<String, String>,
    /// The place that is named where a report names none.
    pub address: String,
    /// True when name, telephone and e-mail of who reported go along, so that the hotline can answer. Those of a reporter
    /// who is hidden never do.
    pub contact: bool,
    /// The party whose API key it uses when it reports here, `firm:CODE` or `organ:CODE`: what comes from it is known by that.
    pub party: String,
    /// Seconds between two looks at what was handed over; 300 where none is given.
    pub every: u32,
    /// Where its API key is kept.
    pub key: Kept,
    /// The API key. Filled in by the binary.
    #[serde(skip)]
    pub api_key: Secret,
}

/// Messages of a sender in an hour, where the configuration says nothing.
const HOURLY: u32 = 20;
/// Seconds between two looks, where the configuration says nothing.
const EVERY: u32 = 300;

impl Channels {
    /// The gateway of a name.
    pub fn gateway(&self, name: &str) -> Option<&Gateway> {
        self.gateway.iter().find(|of| of.name == name)
    }

    /// The gateway by which short messages go out.
    pub fn sender(&self) -> Option<&Gateway> {
        self.gateway.iter().find(|of| of.kind == "sms" && !of.send.is_empty())
    }

    /// The hotline of a track.
    pub fn hotline(&self, to: &str) -> Option<&Hotline> {
        self.hotline.iter().find(|of| of.to == to)
    }

    /// The hotline that reports here as this party.
    pub fn hotline_of(&self, party: &str) -> Option<&Hotline> {
        self.hotline.iter().find(|of| !of.party.is_empty() && of.party == party)
    }

    /// Fills in what may be left out, and tells what is wrong, each with its place.
    ///
    /// # Errors
    /// Every finding.
    pub fn checked(mut self) -> Result<Channels, Vec<String>> {
        let mut findings = Vec::new();
        for of in &mut self.gateway {
            of.fill();
            findings.extend(of.findings().into_iter().map(|what| format!("gateway {}: {what}", of.name)));
        }
        for of in &mut self.hotline {
            of.fill();
            findings.extend(of.findings().into_iter().map(|what| format!("hotline {}: {what}", of.to)));
        }
        let names = self.gateway.iter().map(|of| &of.name).chain(self.hotline.iter().map(|of| &of.to));
        let mut names: Vec<&String> = names.collect();
        names.sort();
        findings
            .extend(names.windows(2).filter(|two| two[0] == two[1]).map(|two| format!("{} is there twice", two[0])));
        if findings.is_empty() { Ok(self) } else { Err(findings) }
    }
}

fn or(text: &mut String, otherwise: &str) {
    if text.is_empty() {
        otherwise.clone_into(text);
    }
}

impl Gateway {
    fn fill(&mut self) {
        or(&mut self.kind, "sms");
        or(&mut self.body, "json");
        or(&mut self.reply, "json");
        or(&mut self.topic, "other");
        if self.hourly == 0 {
            self.hourly = HOURLY;
        }
    }

    fn findings(&self) -> Vec<String> {
        let mut findings = Vec::new();
        let mut no = |wrong: bool, what: &str| {
            if wrong {
                findings.push(what.to_owned());
            }
        };
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        no(self.name.is_empty() || !self.name.bytes().all(letter), "name: small letters, digits and hyphens");
        no(!["sms", "chat"].contains(&self.kind.as_str()), "kind: sms or chat");
        no(!["json", "form"].contains(&self.body.as_str()), "body: json or form");
        no(!["json", "text"].contains(&self.reply.as_str()), "reply: json or text");
        no(self.text.is_empty() || self.sender.is_empty(), "text and sender: where they lie in the body");
        let places = [&self.text, &self.sender, &self.id, &self.time];
        let pointers = places.into_iter().all(|place| place.is_empty() || place.starts_with('/'));
        no(self.body == "json" && !pointers, "text, sender, id, time: JSON Pointers begin with /");
        let web = self.send.starts_with("https://") || self.send.starts_with("http://");
        no(!self.send.is_empty() && !web, "send: https://HOST/…");
        no(self.secret == Kept::Nowhere, "secret: { file = … } or { env = … }");
        findings
    }

    /// The channel that the journal names.
    pub fn channel(&self) -> &'static str {
        if self.kind == "chat" { "chat" } else { "sms" }
    }
}

impl Hotline {
    fn fill(&mut self) {
        or(&mut self.format, "json");
        if self.every == 0 {
            self.every = EVERY;
        }
        self.url.truncate(self.url.trim_end_matches('/').len());
    }

    fn findings(&self) -> Vec<String> {
        let mut findings = Vec::new();
        let mut no = |wrong: bool, what: &str| {
            if wrong {
                findings.push(what.to_owned());
            }
        };
        no(self.to.is_empty(), "to: a row of problem-transfers");
        no(!self.url.starts_with("https://") && !self.url.starts_with("http://"), "url: https://HOST/open311/v2");
        no(!["json", "xml"].contains(&self.format.as_str()), "format: json or xml");
        no(self.services.is_empty(), "services: which of its services each topic is, `*` for the others");
        no(self.key == Kept::Nowhere, "key: { file = … } or { env = … }");
        findings
    }

    /// Its service for a topic of ours; none when it has no part in that topic.
    pub fn service(&self, topic: &str) -> Option<&str> {
        self.services.get(topic).or_else(|| self.services.get("*")).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Channels, Vec<String>> {
        toml::from_str::<Channels>(text).map_err(|error| vec![error.to_string()])?.checked()
    }

    #[test]
    fn what_is_left_out_is_filled_in_and_what_is_wrong_is_named() {
        let text = "[[gateway]]\nname = 'sms'\ntext = '/text'\nsender = '/from'\nsecret = { env = 'X' }\n\
                    [[hotline]]\nto = '12345'\nurl = 'https://h/open311/v2/'\nservices = { '*' = 'other', fee = 'money' }\n\
                    key = { file = '/k' }\n";
        let channels = read(text).expect("it is whole");
        let gateway = channels.gateway("sms").expect("a gateway");
        assert_eq!((gateway.body.as_str(), gateway.topic.as_str(), gateway.hourly), ("json", "other", HOURLY));
        let hotline = channels.hotline("12345").expect("a hotline");
        assert_eq!((hotline.url.as_str(), hotline.every), ("https://h/open311/v2", EVERY));
        assert_eq!((hotline.service("fee"), hotline.service("it")), (Some("money"), Some("other")));
        assert!(channels.hotline_of("").is_none(), "nobody is a hotline without a party");
        let wrong = [
            ("sender = '/from'", "sender = 'from'", "JSON Pointers"),
            ("sender = '/from'", "sender = '/from'\nsend = 'ftp://h'", "send"),
            ("env = 'X'", "ENV = 'X'", "unknown variant"),
            ("secret = { env = 'X' }", "", "secret"),
            ("name = 'sms'", "name = 'S M S'", "name"),
            ("url = 'https://h/open311/v2/'", "url = 'file:///etc'", "url"),
            ("to = '12345'", "to = 'sms'", "twice"),
            ("key = { file = '/k' }", "keys = 1", "unknown field"),
        ];
        for (from, to, told) in wrong {
            let findings = read(&text.replace(from, to)).expect_err(told);
            assert!(findings.iter().any(|finding| finding.contains(told)), "{told}: {findings:?}");
        }
    }

    #[test]
    fn a_secret_is_never_printed() {
        let gateway = Gateway { secrets: vec![Secret(b"tell".to_vec())], ..Gateway::default() };
        let told = format!("{gateway:?}");
        assert!(told.contains('…') && !told.contains("116"), "{told}");
    }
}
