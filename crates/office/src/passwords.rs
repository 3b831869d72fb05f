//! Passwords: how long, how kept, and how one's own is changed.

use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier, password_hash::SaltString};
use domain::{Fault, Severity, Text};

use crate::{Actor, Administrator, Error, Office, SignedIn};

/// A password shorter than this is refused.
const SHORTEST: usize = 12;

impl Office {
    /// Changes the password of who is signed in: ends all her sessions and begins a new one.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the present one is wrong, or the new one too short or the same.
    pub async fn change_password(&self, actor: &Actor, present: &str, new: &str) -> Result<SignedIn, Error> {
        let user = self.store.user(&actor.person).await?.ok_or(Error::NotFound)?;
        let fits = |password: &str| {
            PasswordHash::new(&user.password_hash)
                .is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
        };
        if !fits(present) {
            return Err(wrong_password());
        }
        require_password(new)?;
        if present == new {
            return Err(same_password());
        }
        let password_hash = self.password_hash(new)?;
        let side = vec![
            self.store.own_password_side(&actor.person, &password_hash),
            self.store.close_sessions_side(&actor.person),
        ];
        let by = Administrator::herself(actor);
        self.change(&by, "user.password", (actor.party_code(), &actor.person), &serde_json::json!({}), side).await?;
        self.sign_in(&actor.person, new).await
    }

    /// A password for somebody else, which she changes when she signs in first.
    pub fn made_password(&self) -> String {
        self.chance()[..10].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    pub(crate) fn password_hash(&self, password: &str) -> Result<String, Error> {
        let internal = |error: argon2::password_hash::Error| Error::Internal(error.to_string());
        let salt = SaltString::encode_b64(&self.chance()[..16]).map_err(internal)?;
        Ok(argon2().hash_password(password.as_bytes(), &salt).map_err(internal)?.to_string())
    }
}

/// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
pub(crate) fn argon2() -> Argon2<'static> {
    Argon2::default()
}

pub(crate) fn require_password(password: &str) -> Result<(), Error> {
    if password.chars().count() >= SHORTEST {
        return Ok(());
    }
    let zh = format!("密码至少 {SHORTEST} 个字符。");
    let en = format!("A password has at least {SHORTEST} characters.");
    Err(Error::Invalid(vec![typed_wrong("PQ-PEOPLE-006", "/new", zh, en)]))
}

/// The present password is not the one that was typed.
fn wrong_password() -> Error {
    Error::Invalid(vec![typed_wrong(
        "PQ-PEOPLE-007",
        "/present",
        "当前密码不正确。",
        "That is not your present password.",
    )])
}

/// The new password is the present one.
fn same_password() -> Error {
    let (zh, en) = ("新密码不能与当前密码相同。", "The new password is the present one.");
    Error::Invalid(vec![typed_wrong("PQ-PEOPLE-008", "/new", zh, en)])
}

/// A fault of what the operator or a person typed about people.
pub(crate) fn typed_wrong(code: &str, place: &str, zh: impl Into<String>, en: impl Into<String>) -> Fault {
    let remedy = Text::new("请更正后重试。", "Correct it and try again.");
    Fault::new(Severity::Error, code, place, Text::new(zh.into(), en.into()), remedy)
}
