//! Firms, people, mandates and systems' keys as the operator enters them. What is unknown is refused with the names of
//! what is known.

use domain::{Instant, ship_call::Party};
use serde::Serialize;
use store::people::User;

use crate::{
    Actor, CompanyRecord, Error, Office, Role, Scope,
    passwords::{require_password, typed_wrong},
};

/// So many rows are read at once.
const AT_ONCE: i64 = 200;

/// So many known firms are named when one is unknown.
const NAMED: usize = 20;

/// Who gave a record that the operator typed.
const OPERATOR: &str = "operator";

/// A person who signs in, as lists show her.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The name by which she signs in.
    pub name: String,
    /// `firm:CODE` or `organ:CODE`.
    pub party: String,
    /// Her role.
    pub role: String,
    /// Her language.
    pub language: String,
    /// False when she may not sign in any more.
    pub may_sign_in: bool,
}

impl Office {
    /// Records a firm, or a new version of its record.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a code that cannot be typed or a missing name.
    pub async fn record_firm(&self, record: &CompanyRecord) -> Result<(), Error> {
        require_code(&record.code)?;
        if record.name.zh.trim().is_empty() || record.name.en.trim().is_empty() {
            return Err(refused(
                "PQ-PEOPLE-003",
                "企业须有中文名和英文名。",
                "A firm has a Chinese and an English name.",
            ));
        }
        self.put_record("company", &record.code, record, OPERATOR).await
    }

    /// Every firm of the port's records.
    ///
    /// # Errors
    /// The store's own.
    pub async fn firms(&self) -> Result<Vec<CompanyRecord>, Error> {
        let (mut firms, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.all_recorded::<CompanyRecord>("company", Some(&after)).await?;
            let Some(last) = page.last() else { return Ok(firms) };
            after.clone_from(&last.record.code);
            firms.extend(page.into_iter().map(|recorded| recorded.record));
        }
    }

    /// The party of `firm:CODE` or `organ:CODE`.
    ///
    /// # Errors
    /// [`Error::Invalid`] that names the parties known here.
    pub async fn known_party(&self, text: &str) -> Result<Party, Error> {
        match text.split_once(':') {
            Some(("organ", code)) if self.profile.organ(code).is_some() => Ok(Party::Organ(code.to_owned())),
            Some(("firm", code)) if self.is_firm(code).await? => Ok(Party::Firm(code.to_owned())),
            _ => {
                let organs = self.profile.organs.iter().map(|organ| format!("organ:{}", organ.code));
                let firms = self.firms().await?;
                let firms = firms.iter().take(NAMED).map(|firm| format!("firm:{}", firm.code));
                let known = organs.chain(firms).collect::<Vec<_>>().join(", ");
                Err(refused(
                    "PQ-PEOPLE-001",
                    format!("没有单位 {text}。现有：{known}。"),
                    format!("There is no party {text}. Known are {known}."),
                ))
            }
        }
    }

    /// Adds a person with a password that she changes when she signs in first; who stands already is not overwritten.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that is taken, a role that the party does not have, a short password.
    pub async fn admit(&self, name: &str, password: &str, party: &Party, role: &str, lang: &str) -> Result<(), Error> {
        require_code(name)?;
        require_role(party, role)?;
        require_password(password)?;
        if self.store.user(name).await?.is_some() {
            return Err(refused(
                "PQ-PEOPLE-003",
                format!("登录名 {name} 已被使用。"),
                format!("The name {name} is taken."),
            ));
        }
        let user = self.user_of(name, password, party, role, lang)?;
        Ok(self.store.put_user(&User { must_change: true, ..user }).await?)
    }

    /// Gives a person a new password, which she changes when she signs in, lets her sign in again, and ends the sessions
    /// that the old one opened.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an unknown name or a short password.
    pub async fn reset_password(&self, name: &str, password: &str) -> Result<(), Error> {
        require_password(password)?;
        let user = self.known_user(name).await?;
        let password_hash = self.password_hash(password)?;
        self.store.put_user(&User { password_hash, disabled: false, must_change: true, ..user }).await?;
        Ok(self.store.close_sessions_of(name).await?)
    }

    /// Lets a person sign in no more; her sessions end at once. What she did stays under her name.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an unknown name.
    pub async fn disable(&self, name: &str) -> Result<(), Error> {
        let user = self.known_user(name).await?;
        self.store.put_user(&User { disabled: true, ..user }).await?;
        Ok(self.store.close_sessions_of(name).await?)
    }

    /// Everybody who has a name to sign in with.
    ///
    /// # Errors
    /// The store's own.
    pub async fn people(&self) -> Result<Vec<Person>, Error> {
        let (mut people, mut after) = (Vec::new(), String::new());
        loop {
            let users = self.store.users(&after, AT_ONCE).await?;
            let Some(last) = users.last() else { return Ok(people) };
            after.clone_from(&last.id);
            people.extend(users.into_iter().map(person));
        }
    }

    /// Gives a mandate between two firms of the records.
    ///
    /// # Errors
    /// [`Error::Invalid`] for unknown firms, one firm twice, or a term that runs backwards.
    pub async fn mandate(&self, agent: &str, principal: &str, (from, until): (i64, i64)) -> Result<(), Error> {
        for firm in [agent, principal] {
            self.known_party(&format!("firm:{firm}")).await?;
        }
        if agent == principal || from >= until {
            return Err(refused(
                "PQ-PEOPLE-005",
                "委托须在两家企业之间，且起始日不晚于截止日。",
                "A mandate stands between two firms, and begins before it ends.",
            ));
        }
        self.give_mandate(agent, principal, (from, until)).await
    }

    /// Ends every mandate of an agent for a principal, from now on.
    ///
    /// # Errors
    /// [`Error::Invalid`] when none stands; it names those that do.
    pub async fn end_mandate(&self, agent: &str, principal: &str) -> Result<(), Error> {
        let now = self.now().0;
        let stands = |mandate: &&store::mandates::Mandate| mandate.until > now && mandate.revoked_at.is_none();
        let mandates = self.store.mandates_of(agent).await?;
        let standing: Vec<_> = mandates.iter().filter(|mandate| mandate.agent == agent).filter(stands).collect();
        if standing.iter().any(|mandate| mandate.principal == principal) {
            return Ok(self.store.revoke_mandate(agent, principal).await?);
        }
        let known: Vec<_> = standing.iter().map(|mandate| mandate.principal.as_str()).collect();
        let known = if known.is_empty() { "-".to_owned() } else { known.join(", ") };
        Err(refused(
            "PQ-PEOPLE-004",
            format!("{agent} 没有 {principal} 的有效委托。现有委托方：{known}。"),
            format!("{agent} holds no mandate of {principal}. It holds those of: {known}."),
        ))
    }

    /// Makes a key for a system of a party; it is shown once.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that cannot be typed.
    pub async fn admit_system(&self, name: &str, party: &Party) -> Result<String, Error> {
        require_code(name)?;
        self.new_api_key(&principal(name, party), party, Scope::ALL).await
    }

    /// The systems of a party that have keys: name, scopes, and when the key was made.
    ///
    /// # Errors
    /// The store's own.
    pub async fn systems_of(&self, party: &Party) -> Result<Vec<(String, Vec<String>, Instant)>, Error> {
        let (Party::Firm(unit) | Party::Organ(unit)) = party else { return Ok(Vec::new()) };
        let keys = self.store.api_keys_of(unit).await?.into_iter();
        let own = format!("{unit}:");
        let name = |principal: &str| principal.strip_prefix(&own).unwrap_or(principal).to_owned();
        Ok(keys.map(|(key, made)| (name(&key.principal), key.scopes, Instant(made))).collect())
    }

    /// Revokes the keys of a system of a party.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it has none.
    pub async fn dismiss_system(&self, name: &str, party: &Party) -> Result<(), Error> {
        if self.store.revoke_api_keys_of(&principal(name, party)).await? {
            return Ok(());
        }
        Err(refused(
            "PQ-PEOPLE-004",
            format!("系统 {name} 没有有效密钥。"),
            format!("The system {name} has no key that stands."),
        ))
    }

    /// The role of a person of a party for whom none is named.
    pub fn usual_role(party: &Party) -> &'static str {
        crate::sign_in::role_of(party).code()
    }

    pub(crate) async fn is_firm(&self, code: &str) -> Result<bool, Error> {
        Ok(self.recorded::<CompanyRecord>("company", code).await?.is_some())
    }

    async fn known_user(&self, name: &str) -> Result<User, Error> {
        let unknown = || {
            refused(
                "PQ-PEOPLE-004",
                format!("没有登录名 {name}。“user list” 列出全部。"),
                format!("Nobody signs in as {name}; `user list` names everybody."),
            )
        };
        self.store.user(name).await?.ok_or_else(unknown)
    }
}

fn person(user: User) -> Person {
    let party = crate::sign_in::party(user.firm, user.organ);
    let party = party.map_or_else(String::new, |party| match party {
        Party::Firm(code) => format!("firm:{code}"),
        Party::Organ(code) => format!("organ:{code}"),
        Party::Clock => Actor::clock().party_code(),
    });
    Person { name: user.name, party, role: user.roles.join(" "), language: user.language, may_sign_in: !user.disabled }
}

/// Systems of two units may have the same name; they are still two.
fn principal(name: &str, party: &Party) -> String {
    let (Party::Firm(unit) | Party::Organ(unit)) = party else { return name.to_owned() };
    format!("{unit}:{name}")
}

fn require_role(party: &Party, role: &str) -> Result<(), Error> {
    let allowed = match party {
        Party::Firm(_) => &[Role::Agent][..],
        Party::Organ(_) => &[Role::Officer, Role::Operator, Role::Coordinator, Role::Administrator],
        Party::Clock => &[],
    };
    if Role::from_code(role).is_some_and(|role| allowed.contains(&role)) {
        return Ok(());
    }
    let known = allowed.iter().map(|role| role.code()).collect::<Vec<_>>().join(", ");
    Err(refused(
        "PQ-PEOPLE-002",
        format!("该单位没有角色 {role}。可用：{known}。"),
        format!("That party has no role {role}. It has: {known}."),
    ))
}

fn require_code(code: &str) -> Result<(), Error> {
    let fits = (1..=40).contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if fits {
        return Ok(());
    }
    Err(refused(
        "PQ-PEOPLE-003",
        format!("“{code}” 须为 1 至 40 个字母、数字、-、_ 或 .。"),
        format!("\"{code}\" must be 1 to 40 letters, digits, -, _ or dots."),
    ))
}

fn refused(code: &str, zh: impl Into<String>, en: impl Into<String>) -> Error {
    Error::Invalid(vec![typed_wrong(code, "", zh, en)])
}
