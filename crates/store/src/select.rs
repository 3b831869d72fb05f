//! What a list shows, and the SQL that finds it.

use crate::param::{Param, Row};
use crate::{Store, StoreError};

/// The kind of matters that an organ sees only when it is a party to them, under the name of [`organ_party`].
pub const CONFINED: &str = "problem";

/// The kind of ships' calls.
pub(crate) const CALL: &str = "ship_call";

/// What a list shows. Conditions that are empty do not narrow it.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// States, one of which it has.
    pub states: Vec<String>,
    /// The firm whose matter it is.
    pub firm: Option<String>,
    /// What it is about.
    pub subject_key: Option<String>,
    /// Who holds it.
    pub holder: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// Words that it has, all of them; the last may end with `*` and then is a beginning.
    pub tokens: Vec<String>,
    /// It falls due before this instant.
    pub due_before: Option<i64>,
    /// The step of a task, in queues alone; with a colon at its end every step that begins so (`answers:`).
    pub step: Option<String>,
    /// It starts between these instants, the second excluded.
    pub starts_between: Option<(i64, i64)>,
    /// It ends at this instant or later.
    pub ends_from: Option<i64>,
    /// It ends before this instant.
    pub ends_before: Option<i64>,
    /// It has no end yet.
    pub open: bool,
    /// The order.
    pub order: Order,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The newest matter first.
    #[default]
    Newest,
    /// What falls due first; what never does, last.
    Due,
    /// What starts first.
    Starts,
    /// What ends first.
    Ends,
}

/// SQL with its values, growing together.
pub(crate) struct Sql {
    pub text: String,
    pub params: Vec<Param>,
}

impl Sql {
    /// Binds a value; gives its place.
    pub fn place(&mut self, value: Param) -> String {
        self.params.push(value);
        format!("${}", self.params.len())
    }

    /// A condition that ends with a value.
    pub fn and(&mut self, condition: &str, value: Param) {
        let place = self.place(value);
        self.text.push_str(&format!(" and {condition} {place}"));
    }

    /// A condition that a column has one of the values; none means no condition.
    pub fn and_in(&mut self, column: &str, values: &[String]) {
        if !values.is_empty() {
            let places: Vec<_> = values.iter().map(|value| self.place(value.as_str().into())).collect();
            self.text.push_str(&format!(" and {column} in ({})", places.join(", ")));
        }
    }

    /// The conditions of a list of matters.
    pub fn filter(&mut self, kind: &str, filter: &Filter) {
        match kind {
            "" => {}
            // Said literally, so that the indexes that hold these alone are used.
            CONFINED | CALL => self.text.push_str(&format!(" and m.kind = '{kind}'")),
            _ => self.and("m.kind =", kind.into()),
        }
        if kind == CONFINED && filter.due_before.is_some() {
            self.text.push_str(" and m.ends_at is null and m.due_at is not null");
        } else if filter.open {
            self.text.push_str(" and m.ends_at is null");
        }
        self.and_in("m.state", &filter.states);
        let texts = [
            ("m.firm =", &filter.firm),
            ("m.subject_key =", &filter.subject_key),
            ("m.holder =", &filter.holder),
            ("m.place =", &filter.place),
        ];
        for (condition, value) in texts {
            if let Some(value) = value {
                self.and(condition, value.as_str().into());
            }
        }
        if filter.subject_key.is_some() {
            // Said literally, so that the index that leaves empty ones out is used.
            self.text.push_str(" and m.subject_key <> ''");
        }
        let instants = [
            ("m.due_at <", filter.due_before),
            ("m.ends_at >=", filter.ends_from),
            ("m.ends_at <", filter.ends_before),
        ];
        for (condition, value) in instants.into_iter().filter_map(|(condition, value)| Some((condition, value?))) {
            self.and(condition, value.into());
        }
        if let Some((from, to)) = filter.starts_between {
            self.and("m.starts_at >=", from.into());
            self.and("m.starts_at <", to.into());
        }
        for token in &filter.tokens {
            self.token(token);
        }
    }

    fn token(&mut self, token: &str) {
        let found = "m.id in (select t.matter from tokens t where t.port = m.port and t.token";
        let place = match token.strip_suffix('*') {
            None => self.place(token.into()),
            Some(beginning) => {
                let from = self.place(beginning.into());
                // The last character there is: what lies between the two begins as asked.
                let to = self.place(format!("{beginning}\u{10ffff}").into());
                return self.text.push_str(&format!(" and {found} >= {from} and t.token < {to})"));
            }
        };
        self.text.push_str(&format!(" and {found} = {place})"));
    }

    /// Every row of the selection.
    pub async fn all(&self, store: &Store) -> Result<Vec<Row>, StoreError> {
        store.query(&self.text, &self.params).await
    }

    /// The first row of the selection.
    pub async fn one(&self, store: &Store) -> Result<Option<Row>, StoreError> {
        Ok(self.all(store).await?.into_iter().next())
    }
}

/// A number has so many digits: more than a year.
const DIGITS: usize = 6;

/// True for a list that is narrowed by little or nothing, so that it is best read along all matters of its kind.
pub(crate) fn is_whole(kind: &str, filter: &Filter) -> bool {
    let Filter { states, firm, subject_key, holder, place, tokens, due_before, order, .. } = filter;
    let named = [firm, subject_key, holder, place].into_iter().any(Option::is_some) || due_before.is_some();
    !kind.is_empty() && *order == Order::Newest && states.len() != 1 && tokens.is_empty() && !named
}

/// True for what is looked for by a number: few matters of the port have it, and they are found by it, and then by who sees them.
/// A word is looked for among what a firm has.
pub(crate) fn is_numbered(filter: &Filter) -> bool {
    let digits = |token: &String| token.bytes().filter(u8::is_ascii_digit).count();
    filter.tokens.iter().any(|token| digits(token) >= DIGITS)
}

/// True for a list of overdue problems, or of calls that somebody holds past a limit: of these there are few, however much a
/// firm or unit ever had, and they are found by their limit, and then by who sees them.
pub(crate) fn is_overdue(kind: &str, filter: &Filter) -> bool {
    filter.due_before.is_some() && (kind == CONFINED || kind == CALL && filter.holder.is_some())
}
