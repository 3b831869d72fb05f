//! How a page speaks: words, instants and spans of time in one language, at one moment, in the port's zone.

use crate::words::Words;
use fluent_bundle::{FluentArgs, FluentValue};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{Error, ErrorKind};
use std::sync::Arc;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The language of a page, the instant at which it is drawn (µs UTC) and the zone in which it tells times.
#[derive(Clone)]
pub struct Voice {
    pub words: Arc<Words>,
    pub language: String,
    pub now: i64,
    pub zone: TimeZone,
}

impl Voice {
    /// Words by key; `args` may hold numbers, strings and anything that [`Voice::say`] takes.
    pub fn words(&self, key: &str, args: &[(String, Value)]) -> Result<String, Error> {
        let mut given = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            given.set(name.clone(), self.argument(value)?);
        }
        Ok(match self.words.message(&self.language, key, &given) {
            Ok(said) => closed_up(&said),
            // What the rest of the page says is worth more than one word: its key stands there instead, and the log tells.
            Err(why) => {
                tracing::error!(why, "a word is missing");
                format!("{MISSING}{key}{MISSING_END}")
            }
        })
    }

    /// Something to say, as pages receive it: a plain string or number; `{zh, en}`; `{key, …}` for words by key with
    /// the other entries as arguments; `{at}` for an instant and `{for}` for a span (µs); a list is said with commas.
    pub fn say(&self, value: &Value) -> Result<String, Error> {
        match value.kind() {
            ValueKind::Map => self.say_map(value),
            ValueKind::Seq | ValueKind::Iterable => {
                let said = value.try_iter()?.map(|part| self.say(&part)).collect::<Result<Vec<_>, _>>()?;
                Ok(said.join(&self.words("list-comma", &[])?))
            }
            ValueKind::None => Ok(String::new()),
            ValueKind::Undefined => Err(Error::new(ErrorKind::UndefinedError, "nothing to say")),
            _ => Ok(value.to_string()),
        }
    }

    /// `24 Nov 06:30`, with the year when it is not this one.
    pub fn at(&self, instant: i64) -> Result<String, Error> {
        self.moment(instant, "time-at", "time-at-year")
    }

    /// `Tue 24 Nov 06:30 (UTC+8)`.
    pub fn full(&self, instant: i64) -> Result<String, Error> {
        self.moment(instant, "time-full", "time-full-year")
    }

    /// `24 Nov`, with the year when it is not this one.
    pub fn date(&self, instant: i64) -> Result<String, Error> {
        self.moment(instant, "time-date", "time-date-year")
    }

    /// `06:30`.
    pub fn clock(&self, instant: i64) -> Result<String, Error> {
        Ok(self.zoned(instant)?.strftime("%H:%M").to_string())
    }

    /// The instant for machines, with its offset: `2026-11-24T06:30:00+08:00`.
    pub fn machine(&self, instant: i64) -> Result<String, Error> {
        Ok(self.zoned(instant)?.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
    }

    /// How far an instant is from now: `in 8 h 10 min`, `3 h ago`, `now`.
    pub fn relative(&self, instant: i64) -> Result<String, Error> {
        let distance = instant.saturating_sub(self.now);
        if distance.saturating_abs() < MINUTE {
            return self.words("time-now", &[]);
        }
        let key = if distance > 0 { "time-in" } else { "time-ago" };
        self.words(key, &[("span".to_owned(), Value::from(self.span(distance)?))])
    }

    /// What is left until a limit, or by how much it has passed: `8 h 10 min left`, `overdue by 35 min`.
    pub fn left(&self, until: i64) -> Result<String, Error> {
        let distance = until.saturating_sub(self.now);
        let key = if distance >= 0 { "time-left" } else { "time-overdue" };
        self.words(key, &[("span".to_owned(), Value::from(self.span(distance)?))])
    }

    /// A span in its two largest units, whatever its sign: `1 d 3 h`, `8 h 10 min`, `35 min`.
    pub fn span(&self, span: i64) -> Result<String, Error> {
        let span = span.saturating_abs();
        let unit = |key: &str, n: i64| self.words(key, &[("n".to_owned(), Value::from(n))]);
        let (large, small) = if span >= DAY {
            (("span-days", span / DAY), ("span-hours", span % DAY / HOUR))
        } else if span >= HOUR {
            (("span-hours", span / HOUR), ("span-minutes", span % HOUR / MINUTE))
        } else if span >= MINUTE {
            (("span-minutes", span / MINUTE), ("", 0))
        } else {
            return self.words("span-moment", &[]);
        };
        let said = unit(large.0, large.1)?;
        if small.1 == 0 { Ok(said) } else { Ok(format!("{said} {}", unit(small.0, small.1)?)) }
    }

    /// Where an axis from one instant to another is marked, with words for each mark: starts of days where the stretch
    /// is longer than two days, else whole hours; at most eight.
    pub fn ticks(&self, from: i64, to: i64) -> Result<Vec<(i64, String)>, Error> {
        let length = to.saturating_sub(from);
        if length <= 0 {
            return Ok(Vec::new());
        }
        let by_day = length > 2 * DAY;
        let unit = if by_day { DAY } else { HOUR };
        let step = unit.saturating_mul((length / unit / 8).saturating_add(1));
        // Marks count from local midnight; a zone that shifts within the stretch moves them by the shift, no more.
        let offset = i64::from(self.zoned(from)?.offset().seconds()) * SECOND;
        let first = (from + offset).div_euclid(step).saturating_add(1).saturating_mul(step) - offset;
        let mut marks = Vec::new();
        let mut mark = first;
        while mark < to {
            marks.push((mark, if by_day { self.date(mark)? } else { self.clock(mark)? }));
            mark = mark.saturating_add(step);
        }
        Ok(marks)
    }

    fn say_map(&self, value: &Value) -> Result<String, Error> {
        let entry = |name: &str| value.get_attr(name).ok().filter(|found| !found.is_undefined());
        if let Some(key) = entry("key") {
            let mut args = Vec::new();
            for name in value.try_iter()? {
                let name = name.to_string();
                if name != "key" {
                    args.push((name.clone(), value.get_attr(&name)?));
                }
            }
            return self.words(&key.to_string(), &args);
        }
        if let Some(at) = entry("at") {
            return self.at(i64::try_from(at)?);
        }
        if let Some(span) = entry("for") {
            return self.span(i64::try_from(span)?);
        }
        entry(&self.language)
            .or_else(|| entry("en"))
            .map(|words| words.to_string())
            .ok_or_else(|| fault(format!("nothing to say in {value}")))
    }

    fn argument(&self, value: &Value) -> Result<FluentValue<'static>, Error> {
        if value.is_integer() {
            return Ok(FluentValue::from(i64::try_from(value.clone())?));
        }
        if value.is_number() {
            return Ok(FluentValue::from(f64::try_from(value.clone())?));
        }
        let said = self.say(value)?;
        // Where an argument begins and ends is marked, so that Chinese can be closed up around it.
        Ok(FluentValue::from(if self.language == "zh" { format!("{BEGIN}{said}{END}") } else { said }))
    }

    fn moment(&self, instant: i64, this_year: &str, other_year: &str) -> Result<String, Error> {
        let moment = self.zoned(instant)?;
        let key = if moment.year() == self.zoned(self.now)?.year() { this_year } else { other_year };
        let mut args = FluentArgs::with_capacity(7);
        args.set("year", moment.strftime("%Y").to_string());
        args.set("month", i64::from(moment.month()));
        args.set("day", i64::from(moment.day()));
        args.set("weekday", i64::from(moment.weekday().to_monday_one_offset()));
        args.set("clock", moment.strftime("%H:%M").to_string());
        args.set("zone", self.zone_name(&moment));
        self.words.message(&self.language, key, &args).map_err(fault)
    }

    /// `UTC+8`, `UTC+5:30`, `UTC`.
    fn zone_name(&self, moment: &jiff::ZonedDateTime) -> String {
        let minutes = moment.offset().seconds() / 60;
        match (minutes / 60, (minutes % 60).abs()) {
            (0, 0) => "UTC".to_owned(),
            (hours, 0) => format!("UTC{hours:+}"),
            (hours, minutes) => format!("UTC{hours:+}:{minutes:02}"),
        }
    }

    fn zoned(&self, instant: i64) -> Result<jiff::ZonedDateTime, Error> {
        let instant = Timestamp::from_microsecond(instant).map_err(|out_of_range| fault(out_of_range.to_string()))?;
        Ok(instant.to_zoned_datetime(self.zone.clone()))
    }
}

/// Marks around the key of a word that is missing. Tests refuse pages on which they stand.
const MISSING: char = '⟨';
const MISSING_END: char = '⟩';

/// Marks around an argument, of the private use area; nothing that is typed has them (see `PQ-FIELD-008`).
const BEGIN: char = '\u{e000}';
const END: char = '\u{e001}';

/// Chinese has a space between its characters and figures or Latin letters, and none between two of its characters: the
/// space beside an argument goes where both sides are Chinese.
fn closed_up(said: &str) -> String {
    if !said.contains(BEGIN) {
        return said.to_owned();
    }
    let letters: Vec<char> = said.chars().collect();
    let is_mark = |letter: &char| matches!(*letter, BEGIN | END);
    let mut closed = String::with_capacity(said.len());
    for (at, letter) in letters.iter().enumerate().filter(|(_, letter)| !is_mark(letter)) {
        let beside = *letter == ' ' && (letters.get(at + 1) == Some(&BEGIN) || at > 0 && letters[at - 1] == END);
        let before = letters[..at].iter().rev().find(|letter| !is_mark(letter));
        let after = letters[at + 1..].iter().find(|letter| !is_mark(letter));
        if !(beside && before.is_some_and(is_chinese) && after.is_some_and(is_chinese)) {
            closed.push(*letter);
        }
    }
    closed
}

/// Chinese characters and their punctuation.
fn is_chinese(letter: &char) -> bool {
    matches!(*letter, '\u{3000}'..='\u{303f}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}' | '“' | '”')
}

/// The functions that every template may call, all speaking with this voice.
pub fn functions(voice: &Arc<Voice>) -> Vec<(&'static str, Value)> {
    let speaking = |voice: &Arc<Voice>| Arc::clone(voice);
    let v = speaking(voice);
    let t = Value::from_function(move |key: String, kwargs: Kwargs| -> Result<String, Error> {
        let args =
            kwargs.args().map(|name| Ok((name.to_owned(), kwargs.get(name)?))).collect::<Result<Vec<_>, Error>>()?;
        v.words(&key, &args)
    });
    let v = speaking(voice);
    let say = Value::from_function(move |value: Value| v.say(&value));
    let v = speaking(voice);
    let at = Value::from_function(move |instant: i64| time_element(&v, instant, v.at(instant)?, false));
    let v = speaking(voice);
    let date = Value::from_function(move |instant: i64| time_element(&v, instant, v.date(instant)?, false));
    let v = speaking(voice);
    let clock = Value::from_function(move |instant: i64| time_element(&v, instant, v.clock(instant)?, false));
    let v = speaking(voice);
    let instant = Value::from_function(move |instant: i64| time_element(&v, instant, v.full(instant)?, true));
    let v = speaking(voice);
    let relative = Value::from_function(move |instant: i64| v.relative(instant));
    let v = speaking(voice);
    let left = Value::from_function(move |until: i64| v.left(until));
    let v = speaking(voice);
    let span = Value::from_function(move |span: i64| v.span(span));
    let v = speaking(voice);
    let ticks = Value::from_function(move |from: i64, to: i64| -> Result<Value, Error> {
        let mark = |(at, words)| minijinja::context! { at => at, words => words };
        Ok(v.ticks(from, to)?.into_iter().map(mark).collect())
    });
    let v = speaking(voice);
    let clock_words = Value::from_function(move |instant: i64| v.clock(instant));
    let v = speaking(voice);
    let machine = Value::from_function(move |instant: i64| v.machine(instant));
    vec![
        ("t", t),
        ("say", say),
        ("at", at),
        ("date", date),
        ("clock", clock),
        ("instant", instant),
        ("relative", relative),
        ("left", left),
        ("span", span),
        ("machine_time", machine),
        ("ticks", ticks),
        ("clock_words", clock_words),
    ]
}

/// `<time datetime="…">24 Nov 06:30</time>`, followed by how far that is from now when asked for.
fn time_element(voice: &Voice, instant: i64, words: String, relative: bool) -> Result<Value, Error> {
    let machine = voice.machine(instant)?;
    let mut html = format!("<time datetime=\"{machine}\">{}</time>", escaped(&words));
    if relative {
        html += &format!(" <span class=\"relative\">({})</span>", escaped(&voice.relative(instant)?));
    }
    Ok(Value::from_safe_string(html))
}

fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;")
}

fn fault(words: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use minijinja::value::Serde;

    /// 2026-11-23 22:20 in UTC+8.
    const NOW: i64 = 1_795_443_600_000_000;

    fn voice(language: &str) -> Voice {
        let words = Words::read(crate::assets::WORDS.iter().copied()).unwrap();
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        Voice { words: Arc::new(words), language: language.to_owned(), now: NOW, zone }
    }

    #[test]
    fn instants_are_told_in_the_port_s_zone() {
        let arrival = NOW + 8 * HOUR + 10 * MINUTE;
        assert_eq!(voice("en").full(arrival).unwrap(), "Tue 24 Nov 06:30 (UTC+8)");
        assert_eq!(voice("zh").full(arrival).unwrap(), "11月24日（周二）06:30（UTC+8）");
        assert_eq!(voice("en").at(arrival + 60 * DAY).unwrap(), "23 Jan 2027 06:30");
        assert_eq!(voice("en").machine(arrival).unwrap(), "2026-11-24T06:30:00+08:00");
    }

    #[test]
    fn spans_keep_two_units_and_forget_their_sign() {
        let english = voice("en");
        assert_eq!(english.span(27 * HOUR).unwrap(), "1 d 3 h");
        assert_eq!(english.span(-35 * MINUTE).unwrap(), "35 min");
        assert_eq!(english.span(2 * HOUR).unwrap(), "2 h");
        assert_eq!(voice("zh").span(27 * HOUR).unwrap(), "1 天 3 小时");
        assert_eq!(voice("zh").left(NOW - 5 * MINUTE).unwrap(), "超时 5 分钟");
        assert_eq!(english.left(i64::MIN).unwrap().split(' ').next(), Some("overdue"));
    }

    #[test]
    fn chinese_is_closed_up_around_arguments_and_keeps_its_space_before_figures() {
        let chinese = voice("zh");
        let say = |value: serde_json::Value| chinese.say(&Value::from(Serde(value))).unwrap();
        assert_eq!(chinese.left(NOW + 30 * SECOND).unwrap(), "剩不足 1 分钟");
        assert_eq!(chinese.left(NOW + 2 * HOUR).unwrap(), "剩 2 小时");
        let overdue = serde_json::json!({"key": "time-overdue", "span": {"for": 3 * SECOND}});
        assert_eq!(say(overdue.clone()), "超时不足 1 分钟");
        // What a person typed stays as she typed it.
        let by = |who: &str| serde_json::json!({"key": "entry-recorded", "who": who});
        assert_eq!(say(by("王 小明")), "由王 小明代为登记");
        assert_eq!(say(by("WANG")), "由 WANG 代为登记");
        let nested = serde_json::json!({"key": "time-by", "who": overdue, "at": {"at": NOW}});
        assert!(say(nested).starts_with("超时不足 1 分钟"));
    }

    #[test]
    fn what_is_said_may_nest() {
        let value = Value::from(Serde(serde_json::json!({"key": "time-left", "span": {"for": 70 * MINUTE}})));
        assert_eq!(voice("en").say(&value).unwrap(), "1 h 10 min left");
        let organ = Value::from(Serde(serde_json::json!({"zh": "海关", "en": "customs"})));
        assert_eq!(voice("zh").say(&organ).unwrap(), "海关");
        let unknown = Value::from(Serde(serde_json::json!({"key": "no-such-words"})));
        assert_eq!(voice("en").say(&unknown).unwrap(), "⟨no-such-words⟩", "a missing word breaks no page");
        let without = Value::from(Serde(serde_json::json!({"key": "time-left"})));
        assert_eq!(voice("zh").say(&without).unwrap(), "⟨time-left⟩", "nor does one whose argument is missing");
    }
}
