//! Of a case: from which hotline it came, and at which it is or was.

use domain::problem::{Problem, transfers};
use office::{Actor, Case};
use serde_json::{Value, json};

use crate::{
    page::{Failure, Page},
    say,
};

/// The part of the page; null when no hotline has to do with it. Tries are for who runs problems.
pub async fn part(page: &Page, actor: Option<&Actor>, case: &Case) -> Result<Value, Failure> {
    let problem = &case.problem;
    let tries = match actor.filter(|actor| actor.runs_problems()) {
        Some(actor) => page.app.office.tries(actor, &problem.number).await?,
        None => Vec::new(),
    };
    let (from, there) = (from(page, problem), there(page, problem));
    if from.is_empty() && there.is_empty() && problem.handing_to().is_none() {
        return Ok(Value::Null);
    }
    let tries = tries.iter().map(|of| {
        let next = of.next.filter(|_| problem.handing_to().is_some());
        json!({"at": of.at.0, "to": track(page, &of.to), "n": of.nth, "result": of.result, "next": next.map(|at| at.0)})
    });
    Ok(json!({
        "from": from,
        "there": there,
        "waits": problem.handing_to().map(|to| track(page, to)),
        "tries": tries.collect::<Vec<_>>(),
    }))
}

fn track(page: &Page, code: &str) -> Value {
    let office = &page.app.office;
    let known = transfers(&office.profile, office.now()).into_iter().find(|track| track.code == code);
    known.map_or_else(|| json!(code), |track| json!([say::text(&track.name), track.phone]))
}

fn from(page: &Page, problem: &Problem) -> Vec<Value> {
    let reports = problem.reports.iter().filter(|report| report.came_from.is_some() || report.elsewhere.is_some());
    reports
        .map(|report| {
            let hotline = report.came_from.as_deref().map(|code| track(page, code));
            json!({"number": report.number, "hotline": hotline, "reference": report.elsewhere})
        })
        .collect()
}

fn there(page: &Page, problem: &Problem) -> Vec<Value> {
    let taken = problem.handovers.iter().filter(|of| !(of.reference.is_empty() && of.token.is_empty()));
    let one = |of: &domain::problem::Handover| {
        let reference = if of.reference.is_empty() { &of.token } else { &of.reference };
        json!({"to": track(page, &of.to), "reference": reference, "at": of.at.0, "back": of.back_at.map(|at| at.0)})
    };
    taken.map(one).collect()
}
