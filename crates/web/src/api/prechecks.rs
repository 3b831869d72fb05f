//! The pre-check of a call's crew and passengers by API, for border inspection alone.

use axum::{body::Bytes, extract::Path, http::StatusCode, response::Response};
use office::Request;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Caller, Problem,
    calls::{instant, parse, receipt_answer},
    json_answer,
};
use crate::aside::aside;

/// What is done.
#[derive(Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
enum PrecheckAct {
    /// The lists that stand are compared.
    Run,
    /// An officer looks at a hit.
    Look {
        /// Which.
        hit: u32,
        /// True when it is her.
        same: bool,
    },
    /// The ship is cleared on arrival.
    Clear,
}

/// `GET /api/v1/calls/{number}/precheck`: what the last run found; whom hits are about.
pub async fn show(caller: Caller, Path(number): Path<String>) -> Result<Response, Problem> {
    let view = caller.app.office.precheck(&caller.actor, &number).await?;
    let precheck = &view.precheck;
    let hits: Vec<Value> = precheck
        .hits
        .iter()
        .map(|(serial, hit)| {
            json!({
                "hit": serial, "basis": hit.basis, "alike": hit.alike, "stands": hit.stands, "looks": hit.looks.len(),
                "same": hit.verdict(), "about": view.contents.get(serial),
            })
        })
        .collect();
    let elsewhere: Vec<Value> =
        view.elsewhere.iter().map(|(person, of)| json!({"person": person, "call": of.call, "ship": of.ship})).collect();
    let made = precheck.version > 0;
    let run = &precheck.run;
    let body = json!({
        "status": if made { precheck.status().code() } else { "none" }, "stale": view.stale,
        "run_at": made.then(|| instant(precheck.run_at.0)), "cleared_at": precheck.cleared.map(|at| instant(at.0)),
        "reopened": precheck.reopened, "lists": run.lists, "persons": run.persons, "before": run.before, "joined": run.joined,
        "left": run.left, "changed": run.changed, "expiring": run.expiring, "lapsing": run.lapsing, "extended": run.extended,
        "elsewhere": elsewhere, "hits": hits,
    });
    Ok(json_answer(StatusCode::OK, &body))
}

/// `POST /api/v1/calls/{number}/precheck`
pub async fn act(caller: Caller, Path(number): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let act: PrecheckAct = parse(&body)?;
    let (office, actor) = (&caller.app.office, &caller.actor);
    let request = Request::new("POST /api/v1/calls/precheck", caller.key.clone(), &body, "api");
    let done = match act {
        PrecheckAct::Run => aside(office.run_precheck(actor, &number, &request)).await?,
        PrecheckAct::Look { hit, same } => office.act_on_precheck(actor, &number, Some((hit, same)), &request).await?,
        PrecheckAct::Clear => office.act_on_precheck(actor, &number, None, &request).await?,
    };
    Ok(receipt_answer(&done, &[]))
}
