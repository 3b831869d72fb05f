//! The register of licences: customs enters what other departments gave, declarations draw it down in their own transaction.

use domain::{
    Instant,
    declaration::{
        Act, Declaration, Drawn, Item, Licence,
        licences::{self, Terms},
        model,
    },
    matter::{Context, Matter, Party},
    reference,
};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use store::{Side, licences::LicenceRow};

use super::{CUSTOMS, fault};
use crate::{Actor, Error, Office, Request, Right, acting::Baggage};

/// Thousandths of a unit.
const PARTS: i64 = 1000;
/// What is taken of a number, a kind, the beginning of a commodity code.
const MOST_NUMBER: usize = 70;

impl Office {
    /// The register: a firm's own licences; all of them for customs.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for everybody else.
    pub async fn licences(&self, actor: &Actor) -> Result<Vec<Licence>, Error> {
        let rows = match &actor.party {
            Party::Firm(firm) => {
                actor.require(Right::File)?;
                self.store.licences(Some(actor.on_behalf.as_ref().unwrap_or(firm))).await?
            }
            Party::Organ(organ) if organ == CUSTOMS => {
                actor.require(Right::Decide)?;
                self.store.licences(None).await?
            }
            _ => return Err(Error::Forbidden),
        };
        Ok(rows.into_iter().map(licence).collect())
    }

    /// Enters a licence, or what it is good for now; unit and bounds are those of its kind. Customs alone does.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; [`Error::Invalid`] with every fault of what was given; [`Error::Refused`] when more was drawn of it
    /// than it would hold, or it is another firm's.
    pub async fn set_licence(&self, actor: &Actor, given: &Licence) -> Result<(), Error> {
        actor.require(Right::Decide)?;
        if !matches!(&actor.party, Party::Organ(organ) if organ == CUSTOMS) {
            return Err(Error::Forbidden);
        }
        let row = self.licence_row(given).await?;
        let change = store::changes::Change {
            at: self.now().0,
            who: format!("{}/{}", actor.party_code(), actor.person),
            kind: "licence.set".to_owned(),
            unit: format!("firm:{}", row.firm),
            about: format!("{} {}", row.kind, row.number),
            detail: serde_json::json!({
                "goods": row.goods, "origin": row.origin, "quantity": row.quantity, "starts_at": row.starts_at,
                "ends_at": row.ends_at,
            })
            .to_string(),
        };
        let side = vec![self.store.set_licence_side(&row)];
        match self.store.change(&change, side).await {
            Ok(_) => Ok(()),
            Err(store::CommitError::Conflict(_)) => Err(Error::Refused(fault(
                "PQ-DECLARATION-039",
                "/quantity",
                "已核销的数量多于此数，或该证件属于其他企业。".to_owned(),
                "More than this was drawn of it, or the licence is another firm's.".to_owned(),
                ("请核对数量和企业。", "Check the quantity and the firm."),
            ))),
            Err(other) => Err(other.into()),
        }
    }

    /// A licence as the register takes it, or everything that is wrong with it.
    async fn licence_row(&self, given: &Licence) -> Result<LicenceRow, Error> {
        let mut faults = Vec::new();
        let mut wrong = |place: &str, zh: &str, en: &str| {
            let remedy = ("请与部门所发证件核对后更正。", "Correct it by the licence that the department gave.");
            faults.push(fault("PQ-DECLARATION-038", place, zh.to_owned(), en.to_owned(), remedy));
        };
        let number = given.number.trim();
        if number.is_empty() || number.chars().count() > MOST_NUMBER {
            wrong("/number", "证件编号缺少或过长。", "The number is missing or too long.");
        }
        if !self.is_firm(&given.firm).await? {
            wrong("/firm", "没有这家企业。", "There is no such firm.");
        }
        if given.goods.len() > 13 || given.goods.len() < 2 || !given.goods.bytes().all(|byte| byte.is_ascii_digit()) {
            wrong("/goods", "商品编码的开头应为二至十三位数字。", "Commodity codes begin with two to thirteen digits.");
        }
        let origin = match given.origin.trim() {
            "" => String::new(),
            text => reference::country(text).map_or_else(
                || {
                    wrong("/origin", "没有这个国家或地区。", "There is no such country.");
                    String::new()
                },
                |of| of.alpha2.to_owned(),
            ),
        };
        let quantity = thousandths(given.quantity).filter(|quantity| *quantity > 0);
        if quantity.is_none() {
            wrong(
                "/quantity",
                "数量应大于零，小数不超过三位。",
                "The quantity is not above nought, or has more than three digits behind the point.",
            );
        }
        if given.until <= given.from {
            wrong("/until", "截止时间应在起始之后。", "It ends before it begins.");
        }
        let terms = licences::terms(&self.profile, &given.kind, given.from);
        match &terms {
            None => wrong("/kind", "该日没有这种证件的条款。", "No terms of this kind count on that day."),
            Some(Terms { last, most, .. }) => {
                if last.is_none_or(|last| given.until > last) {
                    wrong("/until", "超过该类证件的最长有效期。", "It runs longer than licences of its kind do.");
                }
                if *most > Decimal::ZERO && given.quantity > *most {
                    wrong("/quantity", "超过该类证件的最大数量。", "It is for more than licences of its kind are.");
                }
            }
        }
        let (Some(quantity), Some(terms), true) = (quantity, terms, faults.is_empty()) else {
            return Err(Error::Invalid(faults));
        };
        Ok(LicenceRow {
            kind: given.kind.clone(),
            number: number.to_owned(),
            firm: given.firm.clone(),
            goods: given.goods.clone(),
            origin,
            unit: terms.unit,
            quantity,
            drawn: 0,
            starts_at: given.from.0,
            ends_at: given.until.0,
        })
    }

    /// What a declaration draws of licences; what it has drawn already counts as free.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every licence that is missing, another's, out of its days, or used up.
    pub(super) async fn drawn_licences(
        &self,
        (firm, direction, own): (&str, &str, &[Drawn]),
        items: &[Item],
        declaration: &model::Declaration,
    ) -> Result<Vec<Drawn>, Error> {
        let now = self.now();
        let needs = licences::needs(&self.profile, direction, items, declaration, now);
        let mut named: Vec<(&str, &str)> =
            needs.iter().filter_map(|need| Some((need.kind.as_str(), need.number.as_deref()?))).collect();
        named.sort_unstable();
        named.dedup();
        let mut register = Vec::with_capacity(named.len());
        for (kind, number) in named {
            register.extend(self.store.licence(kind, number).await?.map(licence));
        }
        let (drawn, faults) = licences::drawing(&needs, &register, (firm, own), now);
        if faults.is_empty() { Ok(drawn) } else { Err(Error::Invalid(faults)) }
    }

    /// What an act draws of licences or gives back goes along with it: found by deciding it ahead. What is refused moves nothing.
    ///
    /// # Errors
    /// [`Error::Refused`] when less is left than what is drawn.
    pub(super) async fn with_licences(
        &self,
        actor: &Actor,
        (read, act): (&Declaration, &Act),
        request: &Request,
        mut baggage: Baggage,
    ) -> Result<Baggage, Error> {
        let (now, signature) = (self.now(), actor.signature());
        let context = Context { now, profile: &self.profile, actor: &signature };
        let mut after = read.clone();
        if after.act(act, &context, request.channel).is_ok() {
            baggage.side.extend(self.licence_sides(&read.firm, read.drawn(), after.drawn()).await?);
        }
        Ok(baggage)
    }

    /// What the store draws and gives back when a declaration that drew `before` draws `after`.
    ///
    /// # Errors
    /// [`Error::Refused`] when less is left than what is drawn.
    pub(super) async fn licence_sides(
        &self,
        firm: &str,
        before: &[Drawn],
        after: &[Drawn],
    ) -> Result<Vec<Side>, Error> {
        let quantity = |all: &[Drawn], of: &Drawn| {
            let same = all.iter().find(|other| other.kind == of.kind && other.number == of.number);
            same.map_or(Decimal::ZERO, |same| same.quantity)
        };
        let mut sides = Vec::new();
        let gone =
            before.iter().filter(|of| !after.iter().any(|other| other.kind == of.kind && other.number == of.number));
        for of in after.iter().chain(gone) {
            // Each sum is rounded for itself, so that what was drawn can be given back whole.
            let more = whole(quantity(after, of)) - whole(quantity(before, of));
            let key = (of.kind.as_str(), of.number.as_str(), firm);
            if more < 0 {
                sides.push(self.store.give_back_licence_side(key, -more));
            } else if more > 0 {
                let standing = self.store.licence(&of.kind, &of.number).await?.map(licence);
                let now = self.now();
                let runs = standing.as_ref().filter(|of| of.from <= now && now < of.until);
                let (needed, left) = (Decimal::new(more, 3), runs.map(Licence::left).unwrap_or_default());
                if needed > left {
                    let wanted = Drawn { quantity: needed, ..of.clone() };
                    return Err(Error::Refused(licences::short(&wanted, left, String::new())));
                }
                sides.push(self.store.draw_licence_side(key, more, now.0));
            }
        }
        Ok(sides)
    }
}

fn licence(row: LicenceRow) -> Licence {
    Licence {
        kind: row.kind,
        number: row.number,
        firm: row.firm,
        goods: row.goods,
        origin: row.origin,
        unit: row.unit,
        quantity: Decimal::new(row.quantity, 3).normalize(),
        drawn: Decimal::new(row.drawn, 3).normalize(),
        from: Instant(row.starts_at),
        until: Instant(row.ends_at),
    }
}

/// Whole thousandths, for a quantity that has no finer parts.
fn thousandths(quantity: Decimal) -> Option<i64> {
    quantity.checked_mul(Decimal::from(PARTS)).filter(Decimal::is_integer).and_then(|parts| parts.to_i64())
}

/// Whole thousandths, never less than the quantity.
fn whole(quantity: Decimal) -> i64 {
    quantity.checked_mul(Decimal::from(PARTS)).and_then(|parts| parts.ceil().to_i64()).unwrap_or(i64::MAX)
}
