//! The notices that a declaration's journal gives rise to, as the data model has them. A notice says nothing that the journal
//! does not: it is made from entries whenever it is asked for.

use rust_decimal::Decimal;

use super::{
    Declaration, Entry, Line, Record, Remark, Step,
    model::{
        self, Amount, AssessedCommodity, AssessedDuty, AssessedItem, AssessedPayment, AssessedShipment,
        ChargedGuarantee, DeclarationStanding, Moment, Numeric, Response, ResponseAmendment, ResponseError,
        ResponseInformation, ResponsePointer, TotalDuty, TotalPayment,
    },
    total_assessed,
};
use crate::{Instant, matter::Matter};

/// The kinds of notices, by the function codes of the data model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeKind {
    /// Accepted.
    Accepted,
    /// Received.
    Received,
    /// Rejected.
    Rejected,
    /// The goods are examined.
    Control,
    /// Documents are wanted.
    Documents,
    /// What was declared is changed.
    Amended,
    /// Released while formalities are owed.
    Released,
    /// Cleared.
    Cleared,
    /// Taken back.
    Invalidated,
    /// A request waits for an officer.
    Request,
    /// Duties and taxes: assessed, secured or paid.
    Tax,
    /// An account does not hold what is due.
    Short,
    /// A reminder of it.
    Reminder,
    /// The goods left the country.
    Exited,
    /// Customs asks whether they did.
    ExitAsked,
}

impl NoticeKind {
    /// The function code.
    pub fn code(self) -> &'static str {
        match self {
            NoticeKind::Accepted => "01",
            NoticeKind::Received => "02",
            NoticeKind::Rejected => "03",
            NoticeKind::Control => "05",
            NoticeKind::Documents => "06",
            NoticeKind::Amended => "07",
            NoticeKind::Released => "08",
            NoticeKind::Cleared => "09",
            NoticeKind::Invalidated => "10",
            NoticeKind::Request => "11",
            NoticeKind::Tax => "13",
            NoticeKind::Short => "14",
            NoticeKind::Reminder => "15",
            NoticeKind::Exited => "16",
            NoticeKind::ExitAsked => "18",
        }
    }
}

impl NoticeKind {
    /// The code in lists, tables and words.
    pub fn word(self) -> &'static str {
        match self {
            NoticeKind::Accepted => "accepted",
            NoticeKind::Received => "received",
            NoticeKind::Rejected => "rejected",
            NoticeKind::Control => "control",
            NoticeKind::Documents => "documents",
            NoticeKind::Amended => "amended",
            NoticeKind::Released => "released",
            NoticeKind::Cleared => "cleared",
            NoticeKind::Invalidated => "invalidated",
            NoticeKind::Request => "request",
            NoticeKind::Tax => "tax",
            NoticeKind::Short => "short",
            NoticeKind::Reminder => "reminder",
            NoticeKind::Exited => "exited",
            NoticeKind::ExitAsked => "exit_asked",
        }
    }
}

/// Tax is to be paid.
const TO_BE_PAID: &str = "67";
/// Tax is secured.
const SECURED: &str = "115";
/// Tax is paid.
const PAID: &str = "4";
/// A request waits.
const WAITS: &str = "39";
/// The goods have left.
const LEFT: &str = "A1";

/// A notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// What it says.
    pub kind: NoticeKind,
    /// When.
    pub at: Instant,
    /// It, as the data model has it.
    pub response: Response,
}

/// The notices of a journal, in its order.
pub fn notices(journal: &[Record], currency: &str) -> Vec<Notice> {
    let mut declaration = Declaration::default();
    let mut notices = Vec::new();
    for (nth, record) in journal.iter().enumerate() {
        declaration.apply(record);
        let Some((kind, mut response)) = told(&declaration, record, currency) else { continue };
        response.function_code = Some(kind.code().to_owned());
        response.issue_date_time = Some(Moment::second(record.at));
        // Its own reference: the journal's entry, the same whenever it is made.
        response.functional_reference_id = Some(format!("{}-{}", declaration.number, nth + 1));
        notices.push(Notice { kind, at: record.at, response });
    }
    notices
}

/// The notice of an entry, with the declaration as it stands after it.
pub(super) fn told(declaration: &Declaration, record: &Record, currency: &str) -> Option<(NoticeKind, Response)> {
    let mut standing = standing(declaration);
    let mut response = Response::default();
    let kind = match &record.entry {
        Entry::Accepted { remarks } => {
            standing.acceptance_date_time = Some(Moment::second(record.at));
            response.errors = remarks.iter().map(error).collect();
            NoticeKind::Accepted
        }
        Entry::Received { reference, .. } => {
            standing.functional_reference_id = Some(reference.clone());
            NoticeKind::Received
        }
        Entry::Parked(parked) => {
            standing.functional_reference_id = Some(parked.reference.clone());
            NoticeKind::Received
        }
        Entry::Rejected { errors } => {
            standing.rejection_date_time = Some(Moment::second(record.at));
            response.errors = errors.iter().map(error).collect();
            NoticeKind::Rejected
        }
        Entry::Ordered { kind, limit, .. } if kind == "documents" => {
            let limit_date_time = limit.map(Moment::second);
            response.additional_information.push(ResponseInformation { limit_date_time, ..statement("ACA", "ACA") });
            NoticeKind::Documents
        }
        Entry::Ordered { .. } => NoticeKind::Control,
        Entry::Amended { changes, .. } => {
            response.amendments = changes.iter().map(|change| amendment(change)).collect();
            NoticeKind::Amended
        }
        Entry::Asked { reference, .. } => {
            standing.functional_reference_id = Some(reference.clone());
            response.statuses.push(status(WAITS));
            NoticeKind::Request
        }
        Entry::Assessed { edition, lines, .. } => {
            tax(&mut standing, &mut response, *edition, lines, TO_BE_PAID, currency)
        }
        Entry::Secured { account, amount, lines } => {
            standing.duty_tax_fees.push(sum("", *amount, total_assessed(lines), Some(account), currency));
            tax(&mut standing, &mut response, declaration.edition, lines, SECURED, currency)
        }
        Entry::Paid { edition, amount, reference, lines, .. } => {
            if !reference.is_empty() {
                standing.duty_tax_fees.push(sum(reference, *amount, total_assessed(lines), None, currency));
            }
            // A part leaves the rest to be paid.
            let code = if declaration.balance() > Decimal::ZERO { TO_BE_PAID } else { PAID };
            tax(&mut standing, &mut response, *edition, lines, code, currency)
        }
        Entry::Short { amount } | Entry::Reminded { amount } => {
            standing.duty_tax_fees.push(sum("", *amount, *amount, None, currency));
            let short = matches!(record.entry, Entry::Short { .. });
            if short { NoticeKind::Short } else { NoticeKind::Reminder }
        }
        Entry::Released { .. } => {
            response.additional_information.push(result(declaration));
            NoticeKind::Released
        }
        Entry::Cleared => {
            response.additional_information.push(result(declaration));
            NoticeKind::Cleared
        }
        Entry::Invalidated => {
            standing.cancellation_date_time = Some(Moment::second(record.at));
            NoticeKind::Invalidated
        }
        Entry::Exited => {
            response.statuses.push(status(LEFT));
            NoticeKind::Exited
        }
        Entry::ExitAsked { limit } => {
            let limit_date_time = Some(Moment::second(*limit));
            let statement_code = None;
            let asked = ResponseInformation { limit_date_time, statement_code, ..statement("CEX", "") };
            response.additional_information.push(asked);
            NoticeKind::ExitAsked
        }
        _ => return None,
    };
    response.declaration = Some(Box::new(standing));
    Some((kind, response))
}

fn standing(declaration: &Declaration) -> DeclarationStanding {
    DeclarationStanding {
        functional_reference_id: Some(declaration.reference.clone()),
        id: Some(declaration.number.clone()),
        version_id: Some(declaration.edition.to_string()),
        ..DeclarationStanding::default()
    }
}

fn statement(kind: &str, code: &str) -> ResponseInformation {
    ResponseInformation {
        statement_type_code: Some(kind.to_owned()),
        statement_code: Some(code.to_owned()),
        ..ResponseInformation::default()
    }
}

/// A1 when goods or papers were examined, A2 when nothing had to be.
fn result(declaration: &Declaration) -> ResponseInformation {
    statement("AFB", if declaration.measures.is_empty() { "A2" } else { "A1" })
}

fn status(code: &str) -> model::Status {
    model::Status { name_code: Some(code.to_owned()), ..model::Status::default() }
}

fn error(remark: &Remark) -> ResponseError {
    ResponseError {
        description: remark.words.clone(),
        validation_code: Some(remark.code.clone()),
        pointers: remark.at.iter().map(pointer).collect(),
    }
}

fn amendment(change: &[Step]) -> ResponseAmendment {
    ResponseAmendment { change_reason_code: Some("16".to_owned()), pointers: change.iter().map(pointer).collect() }
}

fn pointer(step: &Step) -> ResponsePointer {
    ResponsePointer {
        sequence_numeric: step.nth.map(|nth| Numeric(nth.into())),
        document_section_code: Some(step.section.clone()),
        tag_id: step.tag.clone(),
    }
}

fn sum(reference: &str, paid: Decimal, assessed: Decimal, account: Option<&str>, currency: &str) -> TotalDuty {
    let reference_id = (!reference.is_empty()).then(|| reference.to_owned());
    let guarantees = account.map(|account| ChargedGuarantee { reference_id: Some(account.to_owned()) });
    let payment = TotalPayment {
        reference_id,
        tax_assessed_amount: Some(Amount::new(assessed, currency)),
        payment_amount: Some(Amount::new(paid, currency)),
        obligation_guarantees: guarantees.into_iter().collect(),
        ..TotalPayment::default()
    };
    TotalDuty { payment: Some(Box::new(payment)) }
}

/// The lines of an assessment, item by item.
fn tax(
    standing: &mut DeclarationStanding,
    response: &mut Response,
    edition: u32,
    lines: &[Line],
    code: &str,
    currency: &str,
) -> NoticeKind {
    response.statuses.push(status(code));
    standing.version_id = Some(edition.to_string());
    let mut items: Vec<AssessedItem> = Vec::new();
    for line in lines {
        let sequence = Some(Numeric(line.item.into()));
        let place = items.iter().position(|item| item.sequence_numeric == sequence).unwrap_or_else(|| {
            items.push(AssessedItem { sequence_numeric: sequence, commodity: None });
            items.len() - 1
        });
        let commodity = items[place].commodity.get_or_insert_with(Box::<AssessedCommodity>::default);
        commodity.duty_tax_fees.push(duty(line, currency));
    }
    standing.goods_shipment = Some(Box::new(AssessedShipment { government_agency_goods_items: items }));
    NoticeKind::Tax
}

fn duty(line: &Line, currency: &str) -> AssessedDuty {
    let money = |amount: Option<Decimal>| amount.map(|amount| Amount::new(amount, currency));
    AssessedDuty {
        ad_valorem_tax_base_amount: money(line.base),
        deduct_amount: money(line.deducted),
        tax_rate_numeric: line.rate.map(Numeric),
        type_code: Some(line.kind.clone()),
        payment: Some(Box::new(AssessedPayment {
            tax_assessed_amount: money(line.assessed),
            payment_amount: money(line.payable),
        })),
        ..AssessedDuty::default()
    }
}
