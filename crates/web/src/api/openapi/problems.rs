//! Problems in the description of the API: addresses, the report, and the acts. A test reads a sample of each act as the
//! address itself does.

use serde_json::{Map, Value, json};

use super::{Address, JSON, reference};
use crate::pages::problems::{IMPACTS, URGENCIES};

/// An act: its word, what it does, and its members as `name:shape`; `?` after the name: may be left out.
type Act = (&'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const ACTS: &[Act] = &[
    ("triage", "The port office looks: topic, class, keys, points to be answered", &["topic:string", "impact:impact", "urgency:urgency", "keys?:keys", "points?:many"]),
    ("dispatch", "Given to departments: a lead, co-handlers, informed", &["lead?:string", "co?:strings", "informed?:strings", "basis?:string"]),
    ("accept", "The department takes its part", &[]),
    ("return", "Sent back once, with a listed reason", &["reason:string", "words:words", "instead?:string"]),
    ("rule", "The port office rules on a return; with `precedent` the catalogue grows, for this topic or for these inputs of the case besides alone", &["assignment:number", "organ:string", "law:string", "words:words", "precedent?:boolean", "only?:strings"]),
    ("release", "A part is taken off", &["assignment:number"]),
    ("take", "A person of the department handles it", &[]),
    ("recuse", "The person may not act on it any more", &["words:words"]),
    ("send", "Word to the firm, a question to it, or a note among departments", &["kind:kind", "report?:number", "words:words", "confidential?:boolean", "files?:files"]),
    ("say", "The firm says something more", &["report:number", "words:words", "files?:files"]),
    ("pause", "The clocks stand still for a listed cause", &["cause:string"]),
    ("resume", "They run again", &[]),
    ("ask_extension", "More time is asked for, before the limit", &["until:instant", "words:words"]),
    ("decide_extension", "The port office decides on it, before the limit", &["id:number", "approved:boolean"]),
    ("answer", "A co-handler answers its part to the lead", &["points:points", "files?:files"]),
    ("sign", "The lead signs the joined reply; what cannot be solved now has a plan with a date", &["points:points", "plan_until?:instant", "plan?:words", "files?:files"]),
    ("tell", "The firm's word: answered, solved, satisfied", &["report:number", "answered:boolean", "solved:boolean", "satisfied:boolean", "words?:words", "files?:files"]),
    ("withdraw", "The firm takes its report back", &["report:number"]),
    ("refuse", "Not dealt with, for a listed reason", &["reason:string"]),
    ("transfer", "Handed over to another track", &["to:string", "reference?:string"]),
    ("pass_emergency", "Passed to an emergency number; the case goes on", &["to:string"]),
    ("join_to", "Joined to another case, which answers for it", &["number:string"]),
    ("escalate", "Steps of the ladder for a cause that no clock brings", &["trigger:string"]),
    ("serve", "A written notice", &["kind:string", "organ:string", "words:words", "files?:files"]),
    ("answer_notice", "The department answers it", &["id:number", "words:words", "files?:files"]),
    ("give_task", "A sub-task with a date", &["organ:string", "due:instant", "words:words", "files?:files"]),
    ("do_task", "It is done", &["id:number", "words:words", "files?:files"]),
    ("watch", "A unit follows the case, or no longer", &["organ:string", "on:boolean"]),
    ("call_meeting", "A joint meeting", &["at:instant", "participants:strings", "agenda:words"]),
    ("move_meeting", "Another time; without one it is called off", &["id:number", "to?:instant", "words:words"]),
    ("hold_meeting", "Its minutes; decisions become sub-tasks", &["id:number", "minutes:words", "positions?:positions", "decisions?:decisions", "files?:files"]),
    ("arbitrate", "Binding on cooperation, never on the merits", &["about:string", "law:string", "words:words", "binds:strings"]),
    ("disclose", "A hidden reporter is disclosed to a unit, with the reason", &["report:number", "organ:string", "words:words"]),
    ("link", "A link to another case", &["kind:string", "number:string"]),
    ("unlink", "A link is taken back", &["kind:string", "number:string"]),
    ("separate", "A case that was joined stands on its own again", &["number:string"]),
    ("link_known", "The known problem that it is an instance of", &["code:string"]),
    ("declare_incident", "An incident of many firms", &["cause:string"]),
];

/// The addresses of problems.
pub fn addresses(add: &mut impl FnMut(&Address<'_>)) {
    let object = || json!({"type": "object"});
    let problems = "/api/v1/problems";
    let list = json!({"type": "object", "properties": {"next": {"type": ["string", "null"]}, "problems": {"type": "array", "items": object()}}});
    let summary = "Problems within reach, newest first; `overdue=true`: past their limit, the longest first";
    add(&Address {
        path: problems,
        method: "get",
        zh: "可见的问题，新的在前；overdue=true 只列超时，最久在前",
        summary,
        body: None,
        gives: ("200", JSON, list),
    });
    let reported = json!({"type": "object", "properties": {"number": {"type": "string"}, "secret": {"type": "string"}, "receipt_id": {"type": "string"}, "receipt": object()}});
    let body = Some((JSON, reference("NewReport")));
    add(&Address {
        path: problems,
        method: "post",
        zh: "反映问题",
        summary: "Report a problem",
        body,
        gives: ("201", JSON, reported),
    });
    imports(add);
    let path = "/api/v1/problems/{number}";
    let shown = json!({"type": "object", "properties": {"status": {"type": "string"}, "owner": {"type": ["string", "null"]},
        "tasks": {"type": "array", "items": object()}, "problem": object(), "words": {"type": "object", "description": "By the identifiers of documents that the problem names"}}});
    let summary = "A problem as the caller may see it; with an ETag of its version";
    add(&Address {
        path,
        method: "get",
        zh: "问题（按调用者权限），带版本 ETag",
        summary,
        body: None,
        gives: ("200", JSON, shown),
    });
    let path = "/api/v1/problems/{number}/acts";
    let body = Some((JSON, reference("ProblemAct")));
    add(&Address {
        path,
        zh: "办理问题",
        method: "post",
        summary: "An act on a problem",
        body,
        gives: ("201", JSON, reference("Done")),
    });
    let path = "/api/v1/problems/{number}/files/{document}";
    add(&Address {
        path,
        method: "get",
        zh: "随反映、留言或答复提交的文件",
        summary: "A file that came with a report, with words or with an answer",
        body: None,
        gives: ("200", "application/octet-stream", json!({"type": "string", "format": "binary"})),
    });
    let path = "/api/v1/problems/{number}/journal";
    let journal = json!({"type": "object", "properties": {"journal": {"type": "array", "items": object()}}});
    let summary = "Its journal, oldest first; for the port office";
    add(&Address {
        path,
        method: "get",
        zh: "问题的日志，旧的在前；仅口岸办",
        summary,
        body: None,
        gives: ("200", JSON, journal),
    });
}

/// What everybody may read of problems: published figures, and feeds under their secret.
pub fn everybody(add: &mut impl FnMut(&Address<'_>)) {
    let share = json!({"type": "object", "description": "Numerator and denominator", "properties": {"of": {"type": "integer"}, "among": {"type": "integer"}}});
    let report = json!({"type": "object", "properties": {
        "month": {"type": "string"}, "version": {"type": "integer"}, "published_at": {"type": "integer", "description": "Microseconds since 1970, UTC"},
        "smallest": {"type": "integer", "description": "Cells with a smaller denominator are withheld"},
        "measures": {"type": "array", "items": {"type": "object"}, "description": "Code, what is counted among what, and which states are left out"},
        "totals": {"type": "object", "additionalProperties": share},
        "rows": {"type": "array", "items": {"type": "object"}, "description": "By topic and by department; empty names are what is withheld"},
    }});
    add(&Address {
        path: "/statistics/{month}/report.json",
        method: "get",
        zh: "已公布的某月问题统计：指标、公式、合计",
        summary: "Published figures of a month: measures with their formulas, and totals",
        body: None,
        gives: ("200", JSON, report),
    });
    add(&Address {
        path: "/statistics/{month}/open-data.csv",
        method: "get",
        zh: "同上，开放数据：月份、类别、单位、指标、分子、分母",
        summary: "The same as open data: month, topic, department, measure, numerator, denominator",
        body: None,
        gives: ("200", "text/csv", json!({"type": "string"})),
    });
    let feeds = [
        (
            "/feeds/{secret}/notices.atom",
            "application/atom+xml",
            "通知（Atom）",
            "Notices of the person whose secret it is (RFC 4287)",
        ),
        (
            "/feeds/{secret}/calendar.ics",
            "text/calendar",
            "时限与会议（iCalendar）",
            "Limits and meetings of the same person (RFC 5545)",
        ),
    ];
    for (path, media, zh, summary) in feeds {
        let gives = ("200", media, json!({"type": "string"}));
        add(&Address { path, method: "get", zh, summary, body: None, gives });
    }
}

/// Many reports in one workbook.
fn imports(add: &mut impl FnMut(&Address<'_>)) {
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let file = || json!({"type": "string", "format": "binary"});
    add(&Address {
        path: "/api/v1/problems/import",
        method: "get",
        zh: "批量反映问题的空白工作簿",
        summary: "The empty workbook of many problems",
        body: None,
        gives: ("200", XLSX, file()),
    });
    let row = json!({"type": "object", "properties": {"row": {"type": "integer"}, "state": {"enum": ["taken", "before", "faulty"]},
        "number": {"type": "string"}, "secret": {"type": "string"}, "receipt_id": {"type": "string"}}});
    let taken = json!({"type": "object", "properties": {"rows": {"type": "array", "items": row},
        "faults": {"type": "array", "items": {"type": "object"}}, "workbook": {"type": "string", "description": "Where it is fetched, with numbers and marks"}}});
    add(&Address {
        path: "/api/v1/problems/import",
        method: "post",
        zh: "批量反映问题：好的行即受理，其余逐格指出；同一文件重复上传不重复受理",
        summary: "Report many problems: good rows are taken, the cells of the others are named; the same bytes twice are the same reports",
        body: Some((XLSX, file())),
        gives: ("200", JSON, taken),
    });
    add(&Address {
        path: "/api/v1/problems/import/{id}",
        method: "get",
        zh: "已处理的工作簿：填好受理编号，标出有误的单元格",
        summary: "The workbook back: numbers filled in, faulty cells marked",
        body: None,
        gives: ("200", XLSX, file()),
    });
}

/// The query of the list of problems: name and what it narrows to.
pub const QUERY: [(&str, &str); 8] = [
    ("state", "States, parted by commas"),
    ("topic", "A topic's code"),
    ("owner", "Code of the unit that owns it"),
    ("class", "p0, p1, p2, p3 or advice"),
    ("overdue", "`true`: only those past their limit"),
    ("known", "Code of a known problem"),
    ("q", "Numbers and business keys"),
    ("after", "The cursor `next` of the page before"),
];

/// What a report holds, and the acts.
pub fn schemas(all: &mut Map<String, Value>) {
    let string = || json!({"type": "string"});
    let strings = || json!({"type": "array", "items": string()});
    all.insert(
        "NewReport".to_owned(),
        json!({"type": "object", "required": ["topic", "impact", "urgency", "words"], "additionalProperties": false, "properties": {
            "topic": string(), "impact": {"enum": IMPACTS}, "urgency": {"enum": URGENCIES}, "words": string(),
            "answers": {"type": "object", "description": "By the codes of the topic's questions", "additionalProperties": {"oneOf": [string(), strings()]}},
            "keys": shape_of("keys"),
            "contact": {"type": "object", "properties": {"name": string(), "firm": string(), "email": string(), "phone": string()}},
            "language": {"enum": ["zh", "en"]},
            "against": {"type": "array", "items": string(), "description": "Units complained of, which learn neither who reported nor in which words"},
            "hidden": {"type": "boolean", "description": "Nobody but the port office may know who reports"},
            "files": shape_of("files")}}),
    );
    let acts = ACTS.iter().map(act).collect::<Vec<_>>();
    all.insert("ProblemAct".to_owned(), json!({"oneOf": acts, "discriminator": {"propertyName": "act"}}));
}

fn act((word, summary, members): &Act) -> Value {
    let mut properties = Map::from_iter([("act".to_owned(), json!({"const": word}))]);
    let mut required = vec!["act"];
    for (name, shape) in members.iter().filter_map(|member| member.split_once(':')) {
        let optional = name.strip_suffix('?');
        properties.insert(optional.unwrap_or(name).to_owned(), shape_of(shape));
        if optional.is_none() {
            required.push(name);
        }
    }
    json!({"type": "object", "title": word, "description": summary, "required": required, "properties": properties,
           "additionalProperties": false})
}

fn shape_of(shape: &str) -> Value {
    let string = json!({"type": "string"});
    let instant = json!({"type": "string", "format": "date-time"});
    let words = json!({"oneOf": [string, {"type": "object", "properties": {"zh": string, "en": string}}]});
    let list = |of: &Value| json!({"type": "array", "items": of});
    match shape {
        "impact" => json!({"enum": IMPACTS}),
        "urgency" => json!({"enum": URGENCIES}),
        "kind" => json!({"enum": ["update", "ask", "note"]}),
        "number" => json!({"type": "integer", "minimum": 0}),
        "boolean" => json!({"type": "boolean"}),
        "instant" => instant,
        "words" => words,
        "files" => list(&json!({"type": "object", "required": ["name", "content"], "additionalProperties": false,
            "properties": {"name": string, "content": {"type": "string", "contentEncoding": "base64"}},
            "description": "Five at most, each up to 5 MB"})),
        "many" => list(&words),
        "strings" => list(&string),
        "keys" => list(
            &json!({"type": "object", "required": ["kind", "value"], "properties": {"kind": {"enum": domain::problem::KEY_KINDS}, "value": string}}),
        ),
        "points" => list(&json!({"type": "object", "required": ["point", "outcome", "law", "words"], "properties": {
            "point": {"type": "integer"}, "outcome": {"enum": ["solved", "explained", "not_now", "not_ours"]}, "law": string, "words": words}})),
        "positions" => list(
            &json!({"type": "object", "required": ["organ", "words"], "properties": {"organ": string, "words": words}}),
        ),
        "decisions" => list(&json!({"type": "object", "required": ["organ", "words", "due"], "properties": {
            "organ": string, "words": words, "due": instant, "dissent": list(&string)}})),
        _ => string,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(shape: &Value) -> Value {
        if let Some(first) = shape["enum"].get(0).or(shape.get("const")) {
            return first.clone();
        }
        if let Some(first) = shape["oneOf"].get(0) {
            return sample(first);
        }
        match shape["type"].as_str() {
            Some("integer") => json!(1),
            Some("boolean") => json!(true),
            Some("array") => json!([sample(&shape["items"])]),
            Some("object") => {
                let properties = shape["properties"].as_object().expect("properties");
                properties.iter().map(|(name, shape)| (name.clone(), sample(shape))).collect()
            }
            _ if shape["format"] == "date-time" => json!("2026-11-24T06:30:00+08:00"),
            _ => json!("x"),
        }
    }

    fn reads(body: &Value) -> Result<(), String> {
        // The address takes files apart before it reads the act.
        let mut body = body.clone();
        body.as_object_mut().expect("members").remove("files");
        serde_json::from_value::<office::ProblemAct>(body).map(drop).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_described_is_what_is_read() {
        for of in ACTS.iter().map(act) {
            let whole = sample(&of);
            assert_eq!(reads(&whole), Ok(()), "{whole}");
            for name in of["required"].as_array().expect("names").iter().filter_map(Value::as_str) {
                let mut without = whole.clone();
                without.as_object_mut().expect("members").remove(name);
                assert!(reads(&without).is_err(), "{name} is required of {whole}");
            }
        }
    }

    #[test]
    fn every_act_is_described() {
        let told = reads(&json!({"act": "?"})).expect_err("no act");
        let known =
            told.split('`').filter(|word| word.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'));
        let known: Vec<&str> = known.filter(|word| !word.is_empty()).collect();
        assert!(known.len() > 30, "{told}");
        for word in known {
            assert!(ACTS.iter().any(|(act, ..)| *act == word), "{word} is not described");
        }
    }
}
