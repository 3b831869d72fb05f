//! Payments as a bank tells them: each line names the payment reference of a declaration, and is recorded once however often the
//! file comes. And the day on which a conveyance entered, from which the fee for declaring late runs.

use std::collections::BTreeSet;

use domain::{
    Fault,
    consignment::Consignment,
    declaration::{Act, model, payment_reference, read_payment_reference},
    flight::Flight,
    ship_call::ShipCall,
};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use store::Reach;

use super::{CUSTOMS, DeclarationAct, fault, kept};
use crate::{Actor, Error, Office, Request, Right, kept::Kept as _};

/// So many bills of a declaration are looked up.
const MOST_BILLS: usize = 40;
/// So many payments come in one file at most.
const MOST_PAYMENTS: usize = 10_000;
/// The columns of a bank's file, by the names of its first line.
const COLUMNS: [&str; 4] = ["payment_reference", "amount", "on", "reference"];

/// A payment, as a bank tells it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankPayment {
    /// What the payer wrote: the reference on the declaration's bill.
    pub payment_reference: String,
    /// How much.
    pub amount: domain::Value,
    /// The day on which it came.
    pub on: Date,
    /// The bank's own reference of the transfer.
    pub reference: String,
}

/// A line of a bank's file: a payment, or why it cannot be read.
pub type BankLine = Result<BankPayment, Fault>;

/// What became of a payment.
#[derive(Debug)]
pub struct RecordedPayment {
    /// The declaration; none where the reference names none.
    pub number: Option<String>,
    /// What is still open of it afterwards; below nought where too much came.
    pub balance: Option<Decimal>,
    /// Whether it was recorded before.
    pub known: bool,
    /// Why it was not recorded.
    pub faults: Vec<Fault>,
}

impl Office {
    /// Reads a bank's file: CSV in UTF-8 whose first line names the columns. A line that cannot be read says so in its place, and
    /// keeps no other back.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no such file.
    pub fn read_payments(&self, bytes: &[u8]) -> Result<Vec<BankLine>, Error> {
        let unreadable = || {
            Error::Invalid(vec![fault(
                "PQ-DECLARATION-065",
                "/file",
                "不是 UTF-8 编码、首行为列名的 CSV 文件，或超过一万行。".to_owned(),
                "This is no CSV in UTF-8 whose first line names the columns, or it has more than 10,000 lines."
                    .to_owned(),
                (
                    "首行为 payment_reference,amount,on,reference。",
                    "The first line is payment_reference,amount,on,reference.",
                ),
            )])
        };
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|_| unreadable())?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
        let columns: Vec<String> = reader.headers().map_err(|_| unreadable())?.iter().map(str::to_lowercase).collect();
        let mut places = [0; COLUMNS.len()];
        for (place, name) in places.iter_mut().zip(COLUMNS) {
            *place = columns.iter().position(|column| column == name).ok_or_else(unreadable)?;
        }
        let mut lines = Vec::new();
        for (nth, record) in reader.records().enumerate() {
            if nth >= MOST_PAYMENTS {
                return Err(unreadable());
            }
            let record = record.map_err(|_| unreadable())?;
            let text = |of: usize| record.get(places[of]).unwrap_or_default().to_owned();
            lines.push(match (text(1).parse::<Decimal>(), text(2).parse()) {
                // With a cell too many nobody knows which is which.
                (Ok(amount), Ok(on)) if record.len() == columns.len() => Ok(BankPayment {
                    payment_reference: text(0),
                    amount: domain::Value::Number(amount),
                    on,
                    reference: text(3),
                }),
                _ => Err(fault(
                    "PQ-DECLARATION-066",
                    &format!("/payments/{nth}"),
                    format!("第 {} 行的金额或日期无法读取。", nth + 2),
                    format!("Amount or day of line {} cannot be read.", nth + 2),
                    ("金额如 740.25，日期如 2026-12-09。", "Amounts are 740.25, days 2026-12-09."),
                )),
            });
        }
        Ok(lines)
    }

    /// Records payments, each for itself and once: one that cannot be recorded keeps no other from it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for everybody but customs; the store's own.
    pub async fn record_payments(
        &self,
        actor: &Actor,
        payments: &[BankLine],
        channel: &'static str,
    ) -> Result<Vec<RecordedPayment>, Error> {
        actor.require(Right::Decide)?;
        if !matches!(&actor.party, domain::matter::Party::Organ(organ) if organ == CUSTOMS) {
            return Err(Error::Forbidden);
        }
        if payments.len() > MOST_PAYMENTS {
            return Err(Error::Invalid(vec![fault(
                "PQ-DECLARATION-065",
                "/payments",
                "超过一万笔。".to_owned(),
                "More than 10,000 payments.".to_owned(),
                ("请分次发送。", "Send them in parts."),
            )]));
        }
        let mut recorded = Vec::with_capacity(payments.len());
        for (nth, payment) in payments.iter().enumerate() {
            recorded.push(match payment {
                Ok(payment) => self.record_payment(actor, nth, payment, channel).await?,
                Err(fault) => {
                    let faults = vec![fault.clone()];
                    RecordedPayment { number: None, balance: None, known: false, faults }
                }
            });
        }
        Ok(recorded)
    }

    async fn record_payment(
        &self,
        actor: &Actor,
        nth: usize,
        payment: &BankPayment,
        channel: &'static str,
    ) -> Result<RecordedPayment, Error> {
        let refused = |number: Option<String>, faults: Vec<Fault>| RecordedPayment {
            number,
            balance: None,
            known: false,
            faults,
        };
        let amount = match &payment.amount {
            domain::Value::Number(number) => Some(*number),
            domain::Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        let (Some(number), Some(amount)) = (self.declaration_of_payment(&payment.payment_reference).await?, amount)
        else {
            return Ok(refused(
                None,
                vec![fault(
                    "PQ-DECLARATION-064",
                    &format!("/payments/{nth}/payment_reference"),
                    format!("付款参考号“{}”有误或无此报关单，或金额无法读取。", payment.payment_reference),
                    format!(
                        "The payment reference {:?} is mistyped or names no declaration, or the amount cannot be read.",
                        payment.payment_reference
                    ),
                    ("请按缴款单核对参考号。", "Compare it with the bill; its check digits show a slip of the pen."),
                )],
            ));
        };
        let reference = payment.reference.trim();
        if reference.is_empty() || reference.len() > 64 {
            return Ok(refused(
                Some(number),
                vec![fault(
                    "PQ-DECLARATION-067",
                    &format!("/payments/{nth}/reference"),
                    "缺少银行流水号，或超过 64 个字符。".to_owned(),
                    "The bank’s reference is missing, or longer than 64 characters.".to_owned(),
                    ("同一流水号只入账一次，因此必填。", "By it a payment is recorded once, so that it must be there."),
                )],
            ));
        }
        let act = Act::Pay { reference: reference.to_owned(), lines: None, amount: Some(amount), on: Some(payment.on) };
        // However it is spelt, it is the same payment.
        let bytes = format!("{number}/{reference}/{}/{}", amount.normalize(), payment.on).into_bytes();
        let request = Request::new("payment", Some(format!("{number}/{reference}")), &bytes, channel);
        let act = DeclarationAct::Other(Box::new(act));
        let place = |faults: Vec<Fault>| {
            let at = |fault: Fault| Fault { location: format!("/payments/{nth}{}", fault.location), ..fault };
            faults.into_iter().map(at).collect::<Vec<_>>()
        };
        match self.act_on_declaration(actor, &number, &act, &request).await {
            Ok(done) => {
                let balance = self.declaration(actor, &number).await?.declaration.balance();
                Ok(RecordedPayment {
                    number: Some(number),
                    balance: Some(balance),
                    known: done.replayed,
                    faults: Vec::new(),
                })
            }
            Err(Error::Refused(fault)) => Ok(refused(Some(number), place(vec![fault]))),
            Err(Error::Invalid(faults)) => Ok(refused(Some(number), place(faults))),
            Err(Error::KeyReused) => Ok(refused(
                Some(number),
                vec![fault(
                    "PQ-DECLARATION-068",
                    &format!("/payments/{nth}/reference"),
                    format!("流水号“{reference}”已以其他金额或日期入账。"),
                    format!("The transfer {reference} is recorded already with another amount or day."),
                    ("请向银行核实。", "Ask the bank."),
                )],
            )),
            Err(other @ (Error::Conflict | Error::NotFound)) => Ok(refused(Some(number), place(other.faults()))),
            Err(other) => Err(other),
        }
    }

    /// The number of the declaration that a payment reference names.
    async fn declaration_of_payment(&self, text: &str) -> Result<Option<String>, Error> {
        let Some(reference) = read_payment_reference(text) else { return Ok(None) };
        let reach = self.store.reach(Reach::System("payments of a bank"));
        let found = reach.named(kept::DECLARATION, &reference.to_lowercase(), None, 2).await?;
        let same = |of: &&store::Stored| payment_reference(&of.row.number) == reference;
        Ok(found.iter().find(same).map(|of| of.row.number.clone()))
    }

    /// The day on which the entry of the conveyance was declared that brought the goods, by the bills that the declaration names;
    /// none where no manifest here knows them, or it has not come yet.
    pub(super) async fn entered(&self, declaration: &model::Declaration) -> Result<Option<Date>, Error> {
        let reach = self.store.reach(Reach::System("when a conveyance entered"));
        // Items of one bill name it again and again, and bills of one conveyance come with it.
        let bills: BTreeSet<String> =
            crate::consignments::previous_documents(declaration).iter().map(|bill| bill.to_lowercase()).collect();
        let mut conveyances = BTreeSet::new();
        for bill in bills.iter().take(MOST_BILLS) {
            let found = reach.named(Consignment::KIND, bill, None, 2).await?;
            conveyances.extend(found.into_iter().map(|stored| stored.row.subject_key));
        }
        let mut days = Vec::new();
        for number in &conveyances {
            days.extend(self.conveyance_came(number).await?.map(|at| at.date(&self.profile.zone)));
        }
        // Of several the last: goods that came in parts are declared when the last part is there.
        Ok(days.into_iter().max())
    }

    async fn conveyance_came(&self, number: &str) -> Result<Option<domain::Instant>, Error> {
        let reach = self.store.reach(Reach::System("when a conveyance entered"));
        let Some(head) = reach.head_by_number(number).await? else { return Ok(None) };
        Ok(match head.kind.as_str() {
            ShipCall::KIND => self.fold_of::<ShipCall>(&reach, &head).await?.actual("arrival"),
            Flight::KIND => self.fold_of::<Flight>(&reach, &head).await?.actual("landing"),
            _ => None,
        })
    }
}
