//! What was granted as a code that verifies without a connection, and what anybody is told of one.

use domain::{
    Fault, Instant, Severity, Text,
    application::{Application, Decision, Status},
};
use ledger::{
    grant::{self, Claims, Grant},
    status_list::{Entry as Listed, Status as Standing, StatusList},
};
use store::{Filter, Reach, reach::APPLICATION};

use crate::{Error, Office, SignedPermit};

/// Before the text of a code.
pub const CODE: &str = grant::PREFIX;
/// The word by which applications are found whose grant stands no longer.
pub(super) const LISTED: &str = "grant:listed";
/// Texts of a code have at most so many bytes.
const MOST: usize = 250;
/// So many matters at a time.
const PAGE: i64 = 200;

impl Office {
    /// The code of what stands granted, signed by the organ that leads; none where nothing is granted, or where that organ
    /// signs nothing of its own here: then the decision's receipt is what verifies.
    ///
    /// # Errors
    /// The store's own.
    pub async fn grant_code(&self, application: &Application) -> Result<Option<SignedPermit>, Error> {
        let granted = matches!(application.status(), Status::Granted | Status::Applied);
        let Some(decision) = application.standing().filter(|_| granted) else { return Ok(None) };
        let Some(key) = self.keys.organs.get(application.organ()) else { return Ok(None) };
        let claims = self.grant_claims(application, decision).await?;
        let code = grant::sign(&claims, key).map_err(crate::permits::ours)?;
        let svg = ledger::qr::qr_svg(&code, &claims.number).map_err(crate::permits::ours)?;
        Ok(Some(SignedPermit { code, svg }))
    }

    async fn grant_claims(&self, application: &Application, decision: &Decision) -> Result<Claims, Error> {
        let both = |text: &Text| if text.zh == text.en { text.en.clone() } else { format!("{} {}", text.zh, text.en) };
        let title = self.profile.register.measure(&application.measure).map(|measure| both(&measure.title));
        let firm = self.names_of(vec![application.firm.clone()]).await?.remove(&application.firm);
        let rule = &decision.assessed.rule;
        let zone = &self.profile.zone;
        let start = Instant::start_of(application.on, zone).unwrap_or(decision.at);
        let end = decision.decided.until.and_then(|until| Instant::start_of(until.tomorrow().ok()?, zone));
        Ok(Claims {
            issuer: application.organ().to_owned(),
            number: application.number.clone(),
            issued_at: decision.at.0,
            not_before: start.0,
            // An end before the beginning is a mistake that the decision's page shows; the code then holds for no instant.
            expires_at: end.map(|end| end.0.max(start.0 + 1_000_000)),
            port: application.port.clone(),
            measure: application.measure.clone(),
            title: short(title.unwrap_or_else(|| application.measure.clone())),
            firm: short(firm.map_or_else(|| application.firm.clone(), |name| both(&name))),
            about: application.about.clone().map(short),
            row: short(format!("{} / {}", rule.table, rule.row)),
            law: short(decision.decided.law.clone()),
        })
    }

    /// Verifies the text of a code as anybody may: the signature, the time, and what the port knows now.
    ///
    /// # Errors
    /// The ledger's refusal as a fault, with its stable code.
    pub async fn verify_grant(&self, text: &str) -> Result<Grant, Error> {
        let now = self.now().0;
        let verify = |lists: &[StatusList]| {
            grant::verify(text.trim(), &self.keys.trust_list, lists, now).map_err(|refusal| {
                let text = Text::new(refusal.zh.clone(), refusal.en.clone());
                let remedy = Text::new("请向签发机关核实原件。", "Ask the organ that is named as issuer.");
                Error::Refused(Fault::new(Severity::Error, refusal.code, "", text, remedy))
            })
        };
        let claims = verify(&[])?.claims;
        let reach = self.store.reach(Reach::System("grant verified"));
        let stored = reach.matter_by_number(&claims.number).await?.filter(|stored| stored.kind == APPLICATION);
        let mut entries = Vec::new();
        if let Some(stored) = stored {
            entries.extend(listed(&self.unfold::<Application>(stored).await?));
        }
        verify(&[StatusList { issuer: claims.issuer, issued_at: now, next_update: now + 1, entries }])
    }

    /// What an organ granted and took back, for its status list.
    pub(crate) async fn listed_grants(&self, organ: &str) -> Result<Vec<Listed>, Error> {
        let filter = Filter { tokens: vec![LISTED.to_owned()], ..Filter::default() };
        let reach = self.store.reach(Reach::System("status list"));
        let (mut entries, mut after) = (Vec::new(), None);
        loop {
            let page = reach.list(APPLICATION, &filter, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(entries) };
            after = Some(last.cursor(filter.order));
            let ids: Vec<_> = page.iter().map(|stored| stored.id).collect();
            for stored in reach.matters(&ids).await? {
                let application = self.unfold::<Application>(stored).await?;
                entries.extend(listed(&application).filter(|_| application.organ() == organ));
            }
        }
    }
}

/// What is to be told of a grant that stands no longer.
pub(super) fn listed(application: &Application) -> Option<Listed> {
    let since = match application.decisions.iter().rev().find(|decision| decision.decided.granted) {
        Some(decision) if application.status() == Status::Revoked => decision.revoked.as_ref().map(|(at, ..)| *at)?,
        // Decided anew after an appeal: what was granted before stands no longer.
        Some(decision) if !matches!(application.status(), Status::Granted | Status::Applied) => decision.at,
        _ => return None,
    };
    Some(Listed { number: application.number.clone(), status: Standing::Revoked, since: since.0 })
}

/// A text as long as a code takes it, on one line.
fn short(text: String) -> String {
    let mut short = String::new();
    for letter in text.chars().filter(|letter| !letter.is_control()) {
        if short.len() + letter.len_utf8() > MOST {
            break;
        }
        short.push(letter);
    }
    short
}
