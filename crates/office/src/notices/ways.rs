//! By which ways somebody is told: preferences, endpoints of systems, secret feeds.

use std::collections::BTreeSet;

use domain::{Fault, Instant, Severity, Text, ship_call::Party};
use serde::{Deserialize, Serialize};
use store::{people::secret_hash, ways::Endpoint};
use uuid::Uuid;

use super::person;
use crate::{Actor, Error, Office, Role, filing::hex};

/// The groups of notices that can be chosen: to do, answered to a firm, limits, what is only followed, the morning brief.
pub const GROUPS: [&str; 5] = ["act", "answer", "limit", "follow", "brief"];
/// So many systems of one party are called.
const MOST_ENDPOINTS: usize = 10;
/// The kind of the letter that asks whether an address is its reader's.
pub(super) const CONFIRM: &str = "address.confirm";
/// So many of them go out for one person in an hour.
const MOST_CONFIRMATIONS: usize = 5;
/// Letters of the code in it: forty bits, typed by somebody who is signed in.
const CODE: usize = 10;
/// A secret of an endpoint has so many bytes (Standard Webhooks: 24 to 64).
const SECRET: usize = 32;

/// How somebody wants to be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The address for letters; empty for none.
    pub email: String,
    /// What a letter to that address said, while nobody has typed it back; empty once somebody has.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unconfirmed: String,
    /// Groups that come by letter; all of them when nothing was chosen.
    pub letters: Option<BTreeSet<String>>,
    /// Groups that stand on the page; all of them when nothing was chosen.
    pub page: Option<BTreeSet<String>>,
    /// The desk whose hours count: a unit of the organ, or `duty` for a firm's desk that is manned day and night.
    pub desk: String,
}

impl Preferences {
    /// True when a notice of a group stands on the page. What is of class `p0` always does.
    pub fn on_page(&self, group: &str, class: &str) -> bool {
        class == "p0" || self.page.as_ref().is_none_or(|groups| groups.contains(group))
    }

    /// True when a notice of a group comes by letter.
    pub fn by_email(&self, group: &str) -> bool {
        !self.email.is_empty()
            && self.unconfirmed.is_empty()
            && self.letters.as_ref().is_none_or(|groups| groups.contains(group))
    }
}

/// An endpoint that was entered: its secret is shown once.
#[derive(Clone, Debug)]
pub struct NewEndpoint {
    /// Its identifier.
    pub id: Uuid,
    /// The secret, `whsec_…` (Standard Webhooks).
    pub secret: Vec<u8>,
}

/// The feeds of a person.
#[derive(Clone, Debug)]
pub struct Feeds {
    /// Since when they are open; none while they are closed.
    pub since: Option<Instant>,
}

impl Office {
    /// How a person wants to be told.
    ///
    /// # Errors
    /// The store's own.
    pub async fn preferences(&self, actor: &Actor) -> Result<Preferences, Error> {
        self.preferences_kept(&person(&actor.person)).await
    }

    pub(super) async fn preferences_kept(&self, recipient: &str) -> Result<Preferences, Error> {
        let kept = self.store.preferences(recipient).await?;
        kept.map_or_else(|| Ok(Preferences::default()), |bytes| Ok(serde_json::from_slice(&bytes)?))
    }

    /// Changes how a person wants to be told.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an address that is none, or a desk that the unit does not have.
    pub async fn set_preferences(&self, actor: &Actor, preferences: &Preferences) -> Result<(), Error> {
        if !preferences.email.is_empty() && !is_address(&preferences.email) {
            return Err(Error::Invalid(vec![bad_address("/email")]));
        }
        let known = self.desks_of(actor).iter().any(|(code, _)| *code == preferences.desk);
        if !preferences.desk.is_empty() && !known {
            return Err(Error::NotFound);
        }
        let recipient = person(&actor.person);
        let kept = self.preferences_kept(&recipient).await?;
        let mut preferences = Preferences { unconfirmed: kept.unconfirmed, ..preferences.clone() };
        let other = preferences.email != kept.email;
        if other {
            preferences.unconfirmed.clear();
            if !preferences.email.is_empty() {
                self.require_few_confirmations(&recipient).await?;
                preferences.unconfirmed = hex(&self.chance()).chars().take(CODE).collect();
            }
        }
        self.store.put_preferences(&recipient, &serde_json::to_vec(&preferences)?).await?;
        if other && !preferences.email.is_empty() {
            self.ask_for_confirmation(&recipient).await?;
        }
        Ok(())
    }

    /// Confirms the address of a person: she types back what the letter to it said. Until then no other letter goes there.
    ///
    /// # Errors
    /// [`Error::Invalid`] for other words.
    pub async fn confirm_address(&self, actor: &Actor, code: &str) -> Result<(), Error> {
        let recipient = person(&actor.person);
        let kept = self.preferences_kept(&recipient).await?;
        if kept.unconfirmed.is_empty() || kept.unconfirmed != code.trim().to_lowercase() {
            return Err(Error::Invalid(vec![fault(
                "PQ-NOTICE-006",
                "/code",
                "确认码不正确。",
                "This is not the code of the letter.",
                "请填写确认邮件中的确认码；更换地址后以最新邮件为准。",
                "Write the code of the newest letter to this address.",
            )]));
        }
        let confirmed = Preferences { unconfirmed: String::new(), ..kept };
        Ok(self.store.put_preferences(&recipient, &serde_json::to_vec(&confirmed)?).await?)
    }

    /// Nobody writes to strangers by giving their addresses one after the other.
    async fn require_few_confirmations(&self, recipient: &str) -> Result<(), Error> {
        let since = self.now().0 - domain::instant::HOUR;
        let newest = self.store.notices_of(recipient, None, 100).await?;
        let asked = newest.iter().filter(|of| of.kind == CONFIRM && of.made_at > since).count();
        if asked < MOST_CONFIRMATIONS {
            return Ok(());
        }
        Err(Error::Invalid(vec![fault(
            "PQ-NOTICE-007",
            "/email",
            "一小时内更换地址次数过多。",
            "The address was changed too often in this hour.",
            "请一小时后再试。",
            "Try again in an hour.",
        )]))
    }

    /// The person of a recipient, when letters to her go to this address and she has confirmed it.
    pub(crate) async fn reader_at(&self, recipient: &str, address: &str) -> Result<Option<Actor>, Error> {
        let Some(id) = recipient.strip_prefix("person:") else { return Ok(None) };
        let kept = self.preferences_kept(recipient).await?;
        if !kept.unconfirmed.is_empty() || !kept.email.eq_ignore_ascii_case(address) {
            return Ok(None);
        }
        let user = self.store.user(id).await?.filter(|user| !user.disabled);
        Ok(user.map(|user| crate::sign_in::actor_of(&user)))
    }

    async fn ask_for_confirmation(&self, recipient: &str) -> Result<(), Error> {
        let (now, id) = (self.now().0, self.new_id());
        let notice = store::notices::Notice {
            id,
            recipient: recipient.to_owned(),
            source: format!("address/{id}"),
            kind: CONFIRM.to_owned(),
            class: String::new(),
            matter: Uuid::nil(),
            number: String::new(),
            data: "{}".to_owned(),
            made_at: now,
            // Who just gave the address sees on the page that it is to be confirmed.
            read_at: Some(now),
        };
        let letter = store::notices::Delivery {
            id: self.new_id(),
            recipient: recipient.to_owned(),
            notice: id,
            way: "email".to_owned(),
            kind: CONFIRM.to_owned(),
            number: String::new(),
            state: "waiting".to_owned(),
            made_at: now,
            due_at: now,
            tries: 0,
            done_at: None,
            result: String::new(),
        };
        Ok(self.store.put_notices(&[notice], &[letter]).await?)
    }

    /// The desks that a person may sit at, by code, with their names.
    pub fn desks_of(&self, actor: &Actor) -> Vec<(String, Text)> {
        match &actor.party {
            Party::Organ(code) => self.profile.organ(code).map_or_else(Vec::new, |organ| {
                organ.desks.iter().map(|desk| (desk.code.clone(), desk.name.clone())).collect()
            }),
            Party::Firm(_) => vec![("duty".to_owned(), Text::new("昼夜值班", "Manned day and night"))],
            Party::Clock => Vec::new(),
        }
    }

    /// Enters an address of a system of the actor's unit that is called with each notice to that unit.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for administrators; [`Error::Invalid`] for an address that is none, or too many of them.
    pub async fn add_endpoint(&self, actor: &Actor, url: &str) -> Result<NewEndpoint, Error> {
        require_systems(actor)?;
        let url = url.trim();
        let fits = url.len() <= 500 && !url.contains(char::is_whitespace) && !url.contains('@');
        let has_host = |rest: &str| rest.split(['/', ':', '?', '#']).next().is_some_and(|host| !host.is_empty());
        let scheme = url.strip_prefix("https://").or(url.strip_prefix("http://"));
        if !fits || !scheme.is_some_and(has_host) {
            return Err(Error::Invalid(vec![fault(
                "PQ-NOTICE-002",
                "/url",
                "网址不正确。",
                "This is no address of a system.",
                "请填写 https:// 开头、不含账号的网址。",
                "Write an address that begins with https:// and names no account.",
            )]));
        }
        let party = actor.party_code();
        let standing = self.store.endpoints_of(&party).await?;
        if standing.len() >= MOST_ENDPOINTS {
            return Err(Error::Invalid(vec![fault(
                "PQ-NOTICE-003",
                "/url",
                "本单位登记的网址过多（最多 10 个）。",
                "The unit has ten addresses already.",
                "请先删除不用的。",
                "Remove one that is not used.",
            )]));
        }
        let secret = self.chance()[..SECRET].to_vec();
        let endpoint = Endpoint {
            id: self.new_id(),
            party,
            url: url.to_owned(),
            made_by: actor.person.clone(),
            made_at: self.now().0,
            failing_since: None,
            disabled_at: None,
            reason: String::new(),
        };
        self.store.put_endpoint(&endpoint, &secret).await?;
        Ok(NewEndpoint { id: endpoint.id, secret })
    }

    /// The systems of the actor's unit that are called.
    ///
    /// # Errors
    /// The store's own.
    pub async fn endpoints(&self, actor: &Actor) -> Result<Vec<Endpoint>, Error> {
        Ok(self.store.endpoints_of(&actor.party_code()).await?)
    }

    /// Removes one, or calls one again that was put out of use.
    ///
    /// # Errors
    /// [`Error::NotFound`] for one of another unit.
    pub async fn change_endpoint(&self, actor: &Actor, id: Uuid, remove: bool) -> Result<(), Error> {
        require_systems(actor)?;
        let party = actor.party_code();
        if remove {
            let gone = self.store.delete_endpoint(&party, id).await?;
            return if gone { Ok(()) } else { Err(Error::NotFound) };
        }
        let own = self.store.endpoints_of(&party).await?;
        if !own.iter().any(|of| of.id == id) {
            return Err(Error::NotFound);
        }
        Ok(self.store.mark_endpoint(id, None, None, "").await?)
    }

    /// The feeds of a person.
    ///
    /// # Errors
    /// The store's own.
    pub async fn feeds(&self, actor: &Actor) -> Result<Feeds, Error> {
        Ok(Feeds { since: self.store.feeds_since(&actor.person).await?.map(Instant) })
    }

    /// Opens the feeds of a person at a new secret address, which is shown once; the former one is closed.
    ///
    /// # Errors
    /// The store's own.
    pub async fn open_feeds(&self, actor: &Actor) -> Result<String, Error> {
        let secret = hex(&self.chance());
        self.store.open_feeds(&actor.person, secret_hash(&secret)).await?;
        Ok(secret)
    }

    /// Closes the feeds of a person, at once.
    ///
    /// # Errors
    /// The store's own.
    pub async fn close_feeds(&self, actor: &Actor) -> Result<(), Error> {
        Ok(self.store.close_feeds(&actor.person).await?)
    }

    /// Who reads by a feed's secret: with the rights that she has now.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a secret that is none, or of somebody who may not sign in any more.
    pub async fn reader_of_feed(&self, secret: &str) -> Result<Actor, Error> {
        let user = self.store.person_of_feed(secret_hash(secret)).await?.ok_or(Error::NotFound)?;
        Ok(crate::sign_in::actor_of(&user))
    }
}

/// Systems act for their unit; who runs the program sees no content.
fn require_systems(actor: &Actor) -> Result<(), Error> {
    if actor.role == Role::Administrator { Err(Error::Forbidden) } else { Ok(()) }
}

/// True for what can be an address of electronic mail: one `@`, a domain, nothing that would end a header.
pub(crate) fn is_address(text: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty() && part.chars().all(|letter| letter.is_ascii_graphic() && !"<>()[],;:\\\"".contains(letter))
    };
    let Some((local, domain)) = text.split_once('@') else { return false };
    text.len() <= 254 && plain(local) && plain(domain) && !domain.contains('@') && !domain.starts_with('.')
}

pub(super) fn bad_address(place: &str) -> Fault {
    fault(
        "PQ-NOTICE-001",
        place,
        "电子邮件地址不正确。",
        "This is no e-mail address.",
        "请填写如 name@example.com。",
        "Write it like name@example.com.",
    )
}

pub(super) fn fault(code: &str, place: &str, zh: &str, en: &str, remedy_zh: &str, remedy_en: &str) -> Fault {
    Fault::new(Severity::Error, code, place, Text::new(zh, en), Text::new(remedy_zh, remedy_en))
}
