//! Many problems in one workbook: the template, the upload, what became of each row, and the workbook back.

use axum::{
    extract::{Multipart, Path},
    http::StatusCode,
    response::Response,
};
use domain::{Fault, Text, problem::questions, ship_call::Party};
use office::{
    Actor, Error, Office,
    problems::{Column, Import, MOST_ROWS, RowOutcome},
};
use serde_json::{Value, json};

use super::{
    super::uploads::{Sent, download, grouped, read},
    IMPACTS, URGENCIES,
};
use crate::{
    aside::aside,
    layout::Layout,
    page::{Failure, Page},
    say,
    templates::Templates,
};

/// What browsers offer to choose.
const ACCEPT: &str = ".xlsx";

/// `GET /problems/import`
pub async fn form(page: Page) -> Result<Response, Failure> {
    page.actor()?.require(office::Right::ReadProblems)?;
    draw_form(&page, StatusCode::OK, "")
}

/// `GET /problems/import/template`
pub async fn template(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    Ok(download(page.app.office.import_template(actor, &columns(&page.app.office, &page.app.templates, actor))?))
}

/// `GET /problems/import/{id}`: the workbook back.
pub async fn back(page: Page, Path(id): Path<String>) -> Result<Response, Failure> {
    let actor = page.actor()?;
    is_import(&id)?;
    Ok(download(page.app.office.imported_file(actor, &id).await?))
}

/// `POST /problems/import`: good rows are reports, bad ones are listed.
pub async fn upload(page: Page, multipart: Multipart) -> Result<Response, Failure> {
    let actor = page.actor()?;
    actor.require(office::Right::ReadProblems)?;
    let sent: Sent = match read(multipart).await {
        Ok(sent) => sent,
        Err(error) => {
            let too_large = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
            let word = if too_large { "upload-too-large" } else { "upload-broken" };
            return draw_form(&page, error.status(), word);
        }
    };
    page.check_token(&sent.csrf)?;
    if sent.bytes.is_empty() {
        return draw_form(&page, StatusCode::UNPROCESSABLE_ENTITY, "upload-no-file");
    }
    let columns = columns(&page.app.office, &page.app.templates, actor);
    let import = aside(page.app.office.import_reports(actor, (&sent.name, &sent.bytes), &columns)).await?;
    let view = view(&page, actor, &sent.name, &import);
    let status =
        if view["taken"] == 0 && view["before"] == 0 { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page.draw_with(status, "problems/imported.html", &page.layout("problems"), &view)
}

fn crumbs(last: &str) -> Value {
    json!([{"href": "/problems", "say": say::key("nav-problems")}, {"say": say::key(last)}])
}

fn draw_form(page: &Page, status: StatusCode, error: &str) -> Result<Response, Failure> {
    let errors = if error.is_empty() { vec![] } else { vec![json!({"field": "file", "say": say::key(error)})] };
    let view = json!({
        "crumbs": crumbs("import-title"),
        "errors": errors,
        "file_error": if error.is_empty() { Value::Null } else { say::key(error) },
        "rows": MOST_ROWS,
        "size": "16 MB",
        "accept": ACCEPT,
    });
    page.draw_with(status, "problems/import.html", &page.layout("problems"), &view)
}

fn view(page: &Page, actor: &Actor, file: &str, import: &Import) -> Value {
    // Who sees the case needs no secret; a caller of a clerk does.
    let clerk = matches!(actor.party, Party::Organ(_));
    let rows: Vec<Value> = import
        .rows
        .iter()
        .map(|of| {
            let (number, secret) = match &of.outcome {
                RowOutcome::Taken(reported) => (json!(reported.number), json!(clerk.then_some(&reported.secret))),
                RowOutcome::Before(number) => (json!(number), Value::Null),
                RowOutcome::Faulty => (Value::Null, Value::Null),
            };
            json!({"row": of.row, "topic": super::topic(page, &of.topic), "number": number, "secret": secret, "state": state(&of.outcome)})
        })
        .collect();
    let count = |test: fn(&RowOutcome) -> bool| import.rows.iter().filter(|of| test(&of.outcome)).count();
    json!({
        "crumbs": crumbs("import-title"),
        "file": file,
        "received": page.app.office.now().0,
        "taken": count(|of| matches!(of, RowOutcome::Taken(_))),
        "before": count(|of| matches!(of, RowOutcome::Before(_))),
        "bad": count(|of| matches!(of, RowOutcome::Faulty)),
        "back": if import.rows.is_empty() { Value::Null } else { json!(format!("/problems/import/{}", import.id)) },
        "rows": rows,
        "secrets": clerk,
        "faults": grouped(&import.faults),
        "unreadable": import.rows.is_empty() && import.faults.iter().any(Fault::is_error),
    })
}

fn state(outcome: &RowOutcome) -> Value {
    let (tone, key) = match outcome {
        RowOutcome::Taken(_) => ("ok", "import-taken"),
        RowOutcome::Before(_) => ("none", "import-before"),
        RowOutcome::Faulty => ("stop", "import-bad"),
    };
    say::tag(tone, &say::key(key))
}

/// The columns of the workbook, as the port's tables have topics and questions; who takes down for others names the firm.
pub fn columns(office: &Office, templates: &Templates, actor: &Actor) -> Vec<Column> {
    let words = |key: &str| {
        let said = |lang: &str| {
            let layout = Layout { lang: lang.to_owned(), ..Layout::default() };
            templates.say(&layout, &json!({"key": key})).unwrap_or_else(|_| key.to_owned())
        };
        Text::new(said("zh"), said("en"))
    };
    let column =
        |code: &str, heading: Text, width: u16| Column { code: code.into(), heading, width, choices: Vec::new() };
    let coded = |of: Column, beginning: &str, codes: &[&str]| {
        let choice = |code: &&str| ((*code).to_owned(), words(&format!("{beginning}{}", code.replace('_', "-"))));
        Column { choices: codes.iter().map(choice).collect(), ..of }
    };
    let now = office.now();
    let all = domain::problem::topics(&office.profile, now);
    let topics = all.iter().map(|topic| (topic.code.clone(), topic.name.clone())).collect();
    let mut columns = vec![
        column("number", words("import-number"), 22),
        Column { choices: topics, ..column("topic", words("report-topic"), 30) },
        coded(column("impact", words("report-impact"), 24), "problem-impact-", &IMPACTS),
        coded(column("urgency", words("report-urgency"), 20), "problem-urgency-", &URGENCIES),
        column("words", words("report-words"), 60),
    ];
    for question in all.iter().flat_map(|topic| questions(&office.profile, &topic.code, now)) {
        if !columns.iter().any(|of| of.code == question.code) {
            let of = column(&question.code, question.label, 20);
            columns.push(Column { choices: question.values, ..of });
        }
    }
    let more = [
        ("name", "report-name"),
        ("firm_name", "report-firm-name"),
        ("phone", "report-phone"),
        ("email", "report-email"),
    ];
    columns.extend(more.map(|(code, key)| column(code, words(key), 20)));
    let yes_no = [("yes", "form-yes"), ("no", "form-no")].map(|(code, key)| (code.to_owned(), words(key)));
    columns.push(Column { choices: yes_no.to_vec(), ..column("hidden", words("report-hidden"), 20) });
    if matches!(actor.party, Party::Organ(_)) {
        columns.push(column("firm", words("import-firm"), 20));
    }
    columns
}

/// What became of a workbook, for systems.
pub fn answer(import: &Import, back: &str) -> Value {
    let rows: Vec<Value> = import
        .rows
        .iter()
        .map(|of| match &of.outcome {
            RowOutcome::Taken(reported) => json!({
                "row": of.row, "state": "taken", "number": reported.number, "secret": reported.secret,
                "receipt_id": reported.receipt_id.to_string(),
            }),
            RowOutcome::Before(number) => json!({"row": of.row, "state": "before", "number": number}),
            RowOutcome::Faulty => json!({"row": of.row, "state": "faulty"}),
        })
        .collect();
    json!({"rows": rows, "faults": import.faults, "workbook": back})
}

/// True for what names a kept import: nothing else comes near the store.
pub fn is_import(id: &str) -> Result<(), Error> {
    let fits = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if fits { Ok(()) } else { Err(Error::NotFound) }
}
