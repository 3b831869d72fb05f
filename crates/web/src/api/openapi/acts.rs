//! The acts on a call, each with its members. A test reads a sample of each as the address itself does.

use domain::formality::Formality;
use serde_json::{Map, Value, json};

/// An act: its word, what it does in English and in Chinese, and its members as `name:shape`; `?` after the name: may be
/// left out.
type Act = (&'static str, &'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const ACTS: &[Act] = &[
    ("take_in_charge", "An organ accepts a filing for processing; the legal clock starts", "单位受理申报，法定时限起算", &["formality:formality"]),
    ("decide", "An organ decides; with `mirror` it was decided in its national system", "单位作出决定；带 `mirror` 的，为转记国家系统的决定", &["formality:formality", "outcome:outcome", "reason?:string", "words?:texts", "law?:string", "mirror?:mirror"]),
    ("suspend", "A cause that the law lists stops the legal clock", "因法律列明的事由中止计算时限", &["formality:formality", "cause:string"]),
    ("resume", "A suspended clock runs again", "恢复计算时限", &["formality:formality"]),
    ("ask", "An organ asks for everything that is missing at once", "单位一次性询问全部需补正的内容", &["formality:formality", "items:strings", "due?:instant"]),
    ("answer", "The agent answers one item (from 0) of a question", "代理答复问题的一项（从 0 起）", &["question:number", "item:number", "words:string"]),
    ("close_item", "The organ says that an answer suffices", "单位认可答复，关闭该项", &["question:number", "item:number"]),
    ("place_hold", "A hold: its kind is a row of the port's table", "采取限制措施；类型为口岸表中所列", &["kind:string", "ground:text", "reference?:string"]),
    ("lift_hold", "The authority that the table names lifts a hold", "由表中指明的机关解除限制措施", &["hold:number", "reference?:string"]),
    ("order_boarding", "The exception, on a listed ground", "依列明的情形决定登临（例外）", &["phase:phase", "ground:string", "words?:text"]),
    ("finish_boarding", "What the boarding found", "登记登临结果", &["boarding:number", "result:text"]),
    ("confirm_permit", "A permit that was due for re-examination stands; who was consulted", "确认须重新核查的许可证，并写明征求了哪些单位意见", &["number:string", "consulted?:strings"]),
    ("redo_exit", "The exit formalities are done again", "重新办理出口岸手续", &["number:string"]),
    ("state_time", "A time, beside those stated before; SMDG delay code", "填报时间，与此前所报并存；可附 SMDG 延误代码", &["event:event", "kind:time", "at:instant", "replies_to?:number", "delay_reason?:string"]),
    ("plan_berth", "The port group plans a berth; beside other calls that are planned for it then only by naming them", "港口集团安排泊位；同时段该泊位已有其他航次的，须在 beside 中列明", &["berth:string", "from:instant", "until:instant", "beside?:strings"]),
    ("grant_priority", "The call goes first by a measure, whose table says on which facts", "依措施给予航次优先；条件见该措施适用条件表", &["measure:string", "facts?:facts", "words:text"]),
    ("end_priority", "A priority is taken back; the queues are put in order again", "撤销优先，队列恢复次序", &["priority:number", "words:text"]),
    ("withdraw", "The agent withdraws a filing", "代理撤回申报", &["formality:formality", "reason:text"]),
    ("change_agent", "Another firm answers for the call", "航次改由另一企业代理", &["agent:string"]),
    ("report_distress", "She is in distress; the authorities are told at once", "船舶遇险，立即通报各机关", &["report:text"]),
    ("acknowledge_distress", "An authority says that it knows", "机关签收遇险通报", &[]),
    ("end_distress", "Maritime safety says that the distress is over; how is a row of the port's table", "海事宣布遇险结束；方式为口岸表中所列", &["outcome:string", "words:text"]),
    ("note_departure", "An organ says what it does about a departure without clearance; with `in_error` that she has not sailed", "单位登记对未结清离港的处置；带 `in_error` 的，为查明并未离港", &["in_error?:flag", "words:text"]),
    ("end", "The call is cancelled, or she is diverted", "取消航次，或船舶改港", &["diverted_to?:string", "reason:text"]),
];

/// Every act, one of which a request holds.
pub fn schema() -> Value {
    json!({"oneOf": ACTS.iter().map(act).collect::<Vec<_>>(), "discriminator": {"propertyName": "act"}})
}

/// The acts for people: word, what it does, and the names of its members.
pub fn for_people() -> Vec<Value> {
    let names = |members: &[&str]| {
        let names = members.iter().filter_map(|member| member.split_once(':')).map(|(name, _)| name.to_owned());
        names.collect::<Vec<_>>().join(", ")
    };
    let told = ACTS
        .iter()
        .map(|(word, en, zh, members)| json!({"code": word, "say": {"zh": zh, "en": en}, "members": names(members)}));
    told.collect()
}

fn act((word, summary, _, members): &Act) -> Value {
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
    let text = json!({"type": "object", "required": ["zh", "en"], "properties": {"zh": string, "en": string}});
    match shape {
        "formality" => json!({"enum": Formality::of_calls().map(Formality::code).collect::<Vec<_>>()}),
        "outcome" => json!({"enum": ["granted", "granted_with_conditions", "returned", "refused"]}),
        "phase" => json!({"enum": ["entry", "exit"]}),
        "event" => json!({"enum": ["arrival", "pilot", "berth", "unberth", "departure", "left_last_port"]}),
        "time" => json!({"enum": ["estimated", "requested", "planned", "actual"]}),
        "number" => json!({"type": "integer", "minimum": 0}),
        "flag" => json!({"type": "boolean"}),
        "facts" => json!({"type": "object", "properties": {"goods": string}, "additionalProperties": true}),
        "instant" => instant,
        "text" => text,
        "texts" => json!({"type": "array", "items": text}),
        "strings" => json!({"type": "array", "items": string}),
        "mirror" => json!({"type": "object", "required": ["source", "number", "decided_at"],
                           "properties": {"source": string, "number": string, "decided_at": instant}}),
        _ => string,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::calls::reads_act;

    fn sample(shape: &Value) -> Value {
        if let Some(first) = shape["enum"].get(0).or(shape.get("const")) {
            return first.clone();
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

    #[test]
    fn what_is_described_is_what_is_read() {
        for act in schema()["oneOf"].as_array().expect("acts") {
            let whole = sample(act);
            assert_eq!(reads_act(whole.to_string().as_bytes()), Ok(()), "{whole}");
            for name in act["required"].as_array().expect("names").iter().filter_map(Value::as_str) {
                let mut without = whole.clone();
                without.as_object_mut().expect("members").remove(name);
                assert!(reads_act(without.to_string().as_bytes()).is_err(), "{name} is required of {whole}");
            }
        }
    }

    #[test]
    fn every_act_is_described() {
        let told = reads_act(br#"{"act": "?"}"#).expect_err("no act");
        let known =
            told.split('`').filter(|word| word.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'));
        let known: Vec<&str> = known.filter(|word| !word.is_empty()).collect();
        assert!(known.len() > 15, "{told}");
        for word in known {
            assert!(ACTS.iter().any(|(act, ..)| *act == word), "{word} is not described");
        }
    }
}
