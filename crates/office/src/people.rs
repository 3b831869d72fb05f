//! Firms, people, mandates and systems' keys as operators and administrators enter them. What is unknown is refused with the
//! names of what is known; each change is recorded.

use domain::{Instant, ship_call::Party};
use serde::Serialize;
use serde_json::json;
use store::people::User;

use crate::{
    Administrator, CompanyRecord, Error, Office, Role, Scope,
    administration::MANAGER,
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
    /// True when she manages the people of her unit.
    pub manager: bool,
    /// Her language.
    pub language: String,
    /// False when she may not sign in any more.
    pub may_sign_in: bool,
}

/// A person to be admitted.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// The name by which she signs in.
    pub name: String,
    /// Her first password.
    pub password: String,
    /// Her firm or organ.
    pub party: Party,
    /// Her role in it.
    pub role: String,
    /// `zh` or `en`.
    pub language: String,
    /// True when she manages the people of her unit.
    pub manager: bool,
}

impl Office {
    /// Records a firm, or a new version of its record.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a code that cannot be typed or a missing name; [`Error::Forbidden`] for who does not
    /// administer the port.
    pub async fn record_firm(&self, by: &Administrator, record: &CompanyRecord) -> Result<(), Error> {
        by.require_port()?;
        require_code(&record.code)?;
        if record.name.zh.trim().is_empty() || record.name.en.trim().is_empty() {
            return Err(refused(
                "PQ-PEOPLE-003",
                "企业须有中文名和英文名。",
                "A firm has a Chinese and an English name.",
            ));
        }
        let side = self.store.put_record_side("company", &record.code, &serde_json::to_string(record)?, OPERATOR);
        let unit = Party::Firm(record.code.clone()).code();
        self.change(by, "firm.recorded", (unit, &record.code), &serde_json::to_value(record)?, vec![side]).await
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
    /// [`Error::Invalid`] for a name that is taken, a role that the party does not have, a short password;
    /// [`Error::Forbidden`] for another's party, and for an administrator of the port whom only such a one admits.
    pub async fn admit(&self, by: &Administrator, new: &NewPerson) -> Result<(), Error> {
        let NewPerson { name, password, party, role, language, manager } = new;
        by.require(party)?;
        if role == Role::Administrator.code() {
            by.require_port()?;
        }
        require_code(name)?;
        require_role(party, role)?;
        require_password(password)?;
        let mut user = User { must_change: true, ..self.user_of(name, password, party, role, language)? };
        if *manager {
            user.roles.push(MANAGER.to_owned());
        }
        let detail = json!({"role": user.roles.join(" "), "language": language});
        let side = vec![self.store.new_user_side(&user)];
        match self.change(by, "user.added", (party.code(), name), &detail, side).await {
            Err(Error::Conflict) => {
                Err(refused("PQ-PEOPLE-003", format!("登录名 {name} 已被使用。"), format!("The name {name} is taken.")))
            }
            other => other,
        }
    }

    /// Gives a person a new password, which she changes when she signs in, lets her sign in again, and ends the sessions
    /// that the old one opened.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an unknown name or a short password.
    pub async fn reset_password(&self, by: &Administrator, name: &str, password: &str) -> Result<(), Error> {
        require_password(password)?;
        let (_, unit) = self.known_user(by, name).await?;
        let hash = self.password_hash(password)?;
        let side = vec![self.store.reset_user_side(name, &hash), self.store.close_sessions_side(name)];
        self.change(by, "user.reset", (unit, name), &json!({}), side).await
    }

    /// Lets a person sign in no more; her sessions end at once. What she did stays under her name.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an unknown name, and for one's own.
    pub async fn disable(&self, by: &Administrator, name: &str) -> Result<(), Error> {
        let (_, unit) = self.known_user(by, name).await?;
        not_herself(by, name)?;
        let side = vec![self.store.disable_user_side(name), self.store.close_sessions_side(name)];
        self.change(by, "user.disabled", (unit, name), &json!({}), side).await
    }

    /// Lets a person manage the people of her unit, or no more.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an unknown name, and for one's own.
    pub async fn appoint(&self, by: &Administrator, name: &str, manager: bool) -> Result<(), Error> {
        let (user, unit) = self.known_user(by, name).await?;
        not_herself(by, name)?;
        let mut roles: Vec<String> = user.roles.into_iter().filter(|role| role != MANAGER).collect();
        roles.extend(manager.then(|| MANAGER.to_owned()));
        let roles = roles.join(" ");
        let kind = if manager { "user.appointed" } else { "user.dismissed" };
        let side = vec![self.store.user_roles_side(name, &roles)];
        self.change(by, kind, (unit, name), &json!({"role": roles}), side).await
    }

    /// Everybody who has a name to sign in with, as far as the administrator manages them.
    ///
    /// # Errors
    /// The store's own.
    pub async fn people(&self, by: &Administrator) -> Result<Vec<Person>, Error> {
        if let Some(unit) = by.unit() {
            return self.people_of(by, &unit.clone()).await;
        }
        let (mut people, mut after) = (Vec::new(), String::new());
        loop {
            let users = self.store.users(&after, AT_ONCE).await?;
            let Some(last) = users.last() else { return Ok(people) };
            after.clone_from(&last.id);
            people.extend(users.into_iter().map(person));
        }
    }

    /// The people of a party.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for another's party.
    pub async fn people_of(&self, by: &Administrator, party: &Party) -> Result<Vec<Person>, Error> {
        by.require(party)?;
        let (Party::Firm(unit) | Party::Organ(unit)) = party else { return Ok(Vec::new()) };
        let users = self.store.users_of(unit, matches!(party, Party::Organ(_))).await?;
        Ok(users.into_iter().map(person).collect())
    }

    /// Gives a mandate between two firms of the records. Who gives it is the principal, or administers the port.
    ///
    /// # Errors
    /// [`Error::Invalid`] for unknown firms, one firm twice, or a term that runs backwards; [`Error::Forbidden`] for
    /// anybody else, the agent too.
    pub async fn mandate(
        &self,
        by: &Administrator,
        agent: &str,
        principal: &str,
        (from, until): (i64, i64),
    ) -> Result<(), Error> {
        by.require(&Party::Firm(principal.to_owned()))?;
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
        let mandate = store::mandates::Mandate {
            agent: agent.to_owned(),
            principal: principal.to_owned(),
            from,
            until,
            revoked_at: None,
        };
        let detail = json!({"agent": agent, "principal": principal, "from": Instant(from).to_string(),
                            "until": Instant(until).to_string()});
        let unit = Party::Firm(principal.to_owned()).code();
        self.change(by, "mandate.given", (unit, agent), &detail, vec![self.store.put_mandate_side(&mandate)]).await
    }

    /// Ends every mandate of an agent for a principal, from now on. Either of the two may, or who administers the port.
    ///
    /// # Errors
    /// [`Error::Invalid`] when none stands; it names those that do.
    pub async fn end_mandate(&self, by: &Administrator, agent: &str, principal: &str) -> Result<(), Error> {
        let [of_agent, of_principal] = [agent, principal].map(|firm| Party::Firm(firm.to_owned()));
        by.require(&of_principal).or(by.require(&of_agent))?;
        let now = self.now().0;
        let stands = |mandate: &&store::mandates::Mandate| mandate.until > now && mandate.revoked_at.is_none();
        let mandates = self.store.mandates_of(agent).await?;
        let standing: Vec<_> = mandates.iter().filter(|mandate| mandate.agent == agent).filter(stands).collect();
        if standing.iter().any(|mandate| mandate.principal == principal) {
            let detail = json!({"agent": agent, "principal": principal});
            let side = vec![self.store.revoke_mandate_side(agent, principal)];
            return self.change(by, "mandate.ended", (of_principal.code(), agent), &detail, side).await;
        }
        // Whose mandates an agent holds is not every principal's to know.
        let known = standing.iter().map(|mandate| mandate.principal.as_str());
        let known: Vec<_> = known.filter(|_| by.covers(&of_agent)).collect();
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
    /// [`Error::Invalid`] for a name that cannot be typed; [`Error::Forbidden`] for another's party.
    pub async fn admit_system(
        &self,
        by: &Administrator,
        name: &str,
        party: &Party,
        scopes: &[Scope],
    ) -> Result<String, Error> {
        by.require_keys(party)?;
        require_code(name)?;
        let (key, side) = self.api_key_side(&principal(name, party), party, scopes);
        let scopes: Vec<&str> = scopes.iter().map(|scope| scope.code()).collect();
        self.change(by, "key.made", (party.code(), name), &json!({"scopes": scopes}), vec![side]).await?;
        Ok(key)
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
    /// [`Error::Invalid`] when it has none; [`Error::Forbidden`] for another's party.
    pub async fn dismiss_system(&self, by: &Administrator, name: &str, party: &Party) -> Result<(), Error> {
        by.require_keys(party)?;
        let (Party::Firm(unit) | Party::Organ(unit)) = party else { return Err(Error::NotFound) };
        let full = principal(name, party);
        if self.store.api_keys_of(unit).await?.iter().any(|(key, _)| key.principal == full) {
            let side = vec![self.store.revoke_api_keys_side(&full)];
            return self.change(by, "key.ended", (party.code(), name), &json!({}), side).await;
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

    /// The person of a name, with the code of her party; whom the administrator does not manage is not there.
    async fn known_user(&self, by: &Administrator, name: &str) -> Result<(User, String), Error> {
        let unknown = || {
            refused(
                "PQ-PEOPLE-004",
                format!("没有登录名 {name}。请在人员列表中核对（命令：user list）。"),
                format!("Nobody signs in as {name}. The list of people names everybody (`user list`)."),
            )
        };
        let user = self.store.user(name).await?.ok_or_else(unknown)?;
        let party = crate::sign_in::party(user.firm.clone(), user.organ.clone());
        match party {
            Some(party) if by.covers(&party) && may_touch(by, &user) => Ok((user, party.code())),
            _ => Err(unknown()),
        }
    }
}

/// An administrator of the port is nobody's to change but another one's.
fn may_touch(by: &Administrator, user: &User) -> bool {
    by.of_port() || !user.roles.iter().any(|role| role == Role::Administrator.code())
}

fn not_herself(by: &Administrator, name: &str) -> Result<(), Error> {
    if !by.is(name) {
        return Ok(());
    }
    Err(refused(
        "PQ-PEOPLE-010",
        "不能停用自己或撤销自己的管理权限。",
        "Nobody disables herself or takes her own administration away.",
    ))
}

fn person(user: User) -> Person {
    let party = crate::sign_in::party(user.firm, user.organ);
    Person {
        name: user.name,
        party: party.as_ref().map_or_else(String::new, Party::code),
        manager: user.roles.iter().any(|role| role == MANAGER),
        role: user.roles.into_iter().find(|role| role != MANAGER).unwrap_or_default(),
        language: user.language,
        may_sign_in: !user.disabled,
    }
}

/// Systems of two units may have the same name; they are still two.
fn principal(name: &str, party: &Party) -> String {
    let (Party::Firm(unit) | Party::Organ(unit)) = party else { return name.to_owned() };
    format!("{unit}:{name}")
}

fn require_role(party: &Party, role: &str) -> Result<(), Error> {
    let allowed = match party {
        Party::Firm(_) => &[Role::Agent][..],
        Party::Organ(_) => &[Role::Officer, Role::Operator, Role::Coordinator, Role::Clerk, Role::Administrator],
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
