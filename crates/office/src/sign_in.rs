//! Signing in: people with passwords and sessions, systems with keys.

use argon2::{PasswordHash, PasswordVerifier};
use domain::{Instant, ship_call::Party};
use store::people::{ApiKey, User, secret_hash};

use crate::{Actor, Error, Office, Role, filing::hex, passwords::argon2};

/// A session of a person.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who.
    pub actor: Actor,
    /// Token that every form carries.
    pub csrf: String,
    /// When it ends unless it is used.
    pub expires: Instant,
    /// The password was made by somebody else: nothing is done in this session but choosing another.
    pub must_change: bool,
}

/// What a successful sign-in gives.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session cookie's value.
    pub token: String,
    /// The session.
    pub session: Session,
}

/// A session ends after two hours without use, and after twelve in any case.
const IDLE: i64 = 2 * domain::instant::HOUR;
const LONGEST: i64 = 12 * domain::instant::HOUR;

/// What an API key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Read what concerns its unit.
    Read,
    /// File, answer and decide for its unit.
    Write,
}

impl Scope {
    /// Every scope.
    pub const ALL: &'static [Scope] = &[Scope::Read, Scope::Write];

    /// Its word.
    pub fn code(self) -> &'static str {
        match self {
            Scope::Read => "calls:read",
            Scope::Write => "calls:write",
        }
    }
}

/// Scopes by their words; `calls` was the one word of the first release, for both.
fn scopes_of(words: &[String]) -> Vec<Scope> {
    let all = words.iter().any(|word| word == "calls");
    Scope::ALL.iter().copied().filter(|scope| all || words.iter().any(|word| word == scope.code())).collect()
}

impl Office {
    /// Signs a person in.
    ///
    /// # Errors
    /// [`Error::SignIn`] for a wrong name or password (the same for both).
    pub async fn sign_in(&self, name: &str, password: &str) -> Result<SignedIn, Error> {
        let now = self.now();
        let user = self.store.user(name).await?;
        // An unknown name costs as much as a wrong password, so that time tells nothing.
        let hash = user.as_ref().map_or(NOBODY, |user| user.password_hash.as_str());
        let right =
            PasswordHash::new(hash).is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok());
        let user = user.filter(|user| right && !user.disabled).ok_or(Error::SignIn)?;
        let token = hex(&self.chance());
        let csrf = hex(&self.chance()[..16]);
        self.store.open_session(secret_hash(&token), &user.id, &csrf, now.0 + LONGEST, now.0 + IDLE).await?;
        let (expires, must_change) = (Instant(now.0 + IDLE), user.must_change);
        Ok(SignedIn { token, session: Session { actor: actor_of(&user), csrf, expires, must_change } })
    }

    /// The session of a cookie's value, if it stands; using it keeps it open.
    ///
    /// # Errors
    /// The store's own.
    pub async fn session(&self, token: &str) -> Result<Option<Session>, Error> {
        let now = self.now().0;
        let hash = secret_hash(token);
        let Some(session) = self.store.session(hash, now).await? else { return Ok(None) };
        // A full disk must not end the session of who only reads.
        let _ = self.store.slide_session(hash, &session, now + IDLE).await;
        let expires = Instant((now + IDLE).min(session.expires_at));
        let must_change = session.user.must_change;
        Ok(Some(Session { actor: actor_of(&session.user), csrf: session.csrf, expires, must_change }))
    }

    /// Ends a session.
    pub async fn sign_out(&self, token: &str) -> Result<(), Error> {
        Ok(self.store.close_session(secret_hash(token)).await?)
    }

    /// The actor of an API key, and what the key may do.
    ///
    /// # Errors
    /// The store's own.
    pub async fn actor_of_key(&self, key: &str) -> Result<Option<(Actor, Vec<Scope>)>, Error> {
        let found = self.store.api_key(secret_hash(key)).await?.filter(|key| key.revoked_at.is_none());
        let Some(found) = found else { return Ok(None) };
        let Some(party) = party(found.firm, found.organ) else { return Ok(None) };
        let actor = Actor {
            person: found.principal.clone(),
            name: found.principal,
            role: role_of(&party),
            party,
            language: "en".to_owned(),
            on_behalf: None,
        };
        Ok(Some((actor, scopes_of(&found.scopes))))
    }

    /// A new API key for a firm or organ, which is shown once, and the write that adds it.
    pub(crate) fn api_key_side(&self, principal: &str, party: &Party, scopes: &[Scope]) -> (String, store::Side) {
        let key = format!("pq_{}", hex(&self.chance()));
        let (firm, organ) = columns(party);
        let scopes = scopes.iter().map(|scope| scope.code().to_owned()).collect();
        let row = ApiKey { principal: principal.to_owned(), firm, organ, scopes, revoked_at: None };
        let side = self.store.api_key_side(secret_hash(&key), &row);
        (key, side)
    }

    /// Adds a person who signs in by `name` with a password that stays; one that an operator admits changes hers first
    /// ([`Office::admit`]).
    ///
    /// # Errors
    /// The store's own.
    pub async fn add_user(
        &self,
        name: &str,
        password: &str,
        party: &Party,
        role: &str,
        language: &str,
    ) -> Result<(), Error> {
        let user = self.user_of(name, password, party, role, language)?;
        Ok(self.store.put_user(&user).await?)
    }

    pub(crate) fn user_of(
        &self,
        name: &str,
        password: &str,
        party: &Party,
        role: &str,
        language: &str,
    ) -> Result<User, Error> {
        let (firm, organ) = columns(party);
        Ok(User {
            id: name.to_owned(),
            name: name.to_owned(),
            password_hash: self.password_hash(password)?,
            firm,
            organ,
            roles: role.split_whitespace().map(str::to_owned).collect(),
            language: language.to_owned(),
            ..User::default()
        })
    }

    /// Changes the language in which a person is addressed.
    ///
    /// # Errors
    /// The store's own.
    pub async fn set_language(&self, actor: &Actor, language: &str) -> Result<(), Error> {
        let language = if language == "zh" { "zh" } else { "en" };
        Ok(self.store.set_language(&actor.person, language).await?)
    }
}

/// The hash of no password: checked when the name is unknown.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn columns(party: &Party) -> (Option<String>, Option<String>) {
    match party {
        Party::Firm(code) => (Some(code.clone()), None),
        Party::Organ(code) => (None, Some(code.clone())),
        Party::Clock => (None, None),
    }
}

pub(crate) fn party(firm: Option<String>, organ: Option<String>) -> Option<Party> {
    organ.map(Party::Organ).or(firm.map(Party::Firm))
}

pub(crate) fn role_of(party: &Party) -> Role {
    match party {
        Party::Organ(organ) if organ == "port_group" => Role::Operator,
        Party::Organ(organ) if organ == "port_office" => Role::Coordinator,
        Party::Organ(_) => Role::Officer,
        _ => Role::Agent,
    }
}

pub(crate) fn actor_of(user: &User) -> Actor {
    let party = party(user.firm.clone(), user.organ.clone()).unwrap_or(Party::Firm(String::new()));
    Actor {
        person: user.id.clone(),
        name: user.name.clone(),
        role: user.roles.first().and_then(|role| Role::from_code(role)).unwrap_or_else(|| role_of(&party)),
        party,
        language: user.language.clone(),
        on_behalf: None,
    }
}
