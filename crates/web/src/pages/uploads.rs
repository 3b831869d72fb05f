//! Workbooks and messages: download prefilled, upload, see what is wrong row by row, get it back marked.

use axum::{
    extract::{FromRequest, Multipart, Path, multipart::MultipartError},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Fault, Severity, formality::Formality};
use office::{Call, Error, File, Right, UPLOAD_ROWS, Upload, UploadReport};
use serde_json::{Value, json};

use crate::{
    aside::aside,
    layout::Say,
    page::{Failure, Page},
    say,
};

/// What browsers offer to choose.
const ACCEPT: &str = ".xlsx,.edi,.txt,.json";
/// Different faults shown on one page; the rest is in the marked file.
const SHOWN: usize = 300;

/// `GET /calls/{number}/upload`
pub async fn form(page: Page, Path(number): Path<String>) -> Result<Response, Failure> {
    let actor = page.actor()?;
    actor.require(Right::File)?;
    let found = page.app.office.call(actor, &number).await?;
    draw_form(&page, &found, StatusCode::OK, "")
}

/// `POST /calls/{number}/upload`: good rows are filed or kept as a draft, bad rows are listed.
pub async fn upload(page: Page, Path(number): Path<String>, multipart: Multipart) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let found = office.call(actor, &number).await?;
    let sent = match read(multipart).await {
        Ok(sent) => sent,
        Err(error) => {
            let too_large = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
            let word = if too_large { "upload-too-large" } else { "upload-broken" };
            return draw_form(&page, &found, error.status(), word);
        }
    };
    page.check_token(&sent.csrf)?;
    received(&page, &number, sent).await
}

/// The form of an upload that was held as it came; none for what is no such form.
pub async fn read_held(media_type: &str, bytes: &[u8]) -> Option<Sent> {
    let asked = axum::http::Request::builder().header(header::CONTENT_TYPE, media_type);
    let asked = asked.body(axum::body::Body::from(bytes.to_vec())).ok()?;
    let multipart = Multipart::from_request(asked, &()).await.ok()?;
    read(multipart).await.ok()
}

/// What becomes of an upload, as a page.
///
/// # Errors
/// Not found outside the reader's reach; the store's own.
pub async fn received(page: &Page, number: &str, sent: Sent) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let found = office.call(actor, number).await?;
    if sent.bytes.is_empty() {
        return draw_form(page, &found, StatusCode::UNPROCESSABLE_ENTITY, "upload-no-file");
    }
    // The form's key names the upload too: a form that is sent twice is kept once.
    let id = if is_key(&sent.key) { sent.key.clone() } else { office.new_id().to_string() };
    let upload = aside(office.upload(actor, found.id, (&sent.name, &sent.bytes), &id, "upload")).await?;
    let report = office.upload_report(&sent.name, &sent.bytes, &upload);
    if upload.faults.iter().any(Fault::is_error) {
        office.keep_upload(actor, found.id, &id, (&sent.name, &sent.bytes), &upload.faults).await?;
    }
    let rows: usize = report.sheets.iter().map(|sheet| sheet.rows).sum();
    let bad: usize = report.sheets.iter().map(|sheet| sheet.bad).sum();
    // A file that could not be read at all has no rows, and yet something to mend.
    let bad_at_all = bad.max(usize::from(upload.faults.iter().any(Fault::is_error)));
    let sheets: Vec<Value> = report
        .sheets
        .iter()
        .map(|sheet| {
            let kept = sheet.rows - sheet.bad;
            json!({"name": say::formality(sheet.formality), "rows": sheet.rows, "kept": kept, "bad": sheet.bad})
        })
        .collect();
    let mut crumbs = crumbs(number);
    crumbs.push(json!({"say": say::key("report-title")}));
    let view = json!({
        "crumbs": crumbs,
        "file": sent.name,
        "received": office.now().0,
        // Of a file that could not be read at all no rows are counted.
        "read": !report.sheets.is_empty(),
        "kept": rows.saturating_sub(bad),
        "bad": bad_at_all,
        "warned": report.warned,
        "marked": marked_view(&upload, number, &id),
        "again": format!("/calls/{number}/upload"),
        "onward": onward(number, &upload, &report),
        "faults": grouped(&upload.faults),
        "sheets": sheets,
    });
    let status =
        if upload.filed.is_empty() && bad_at_all > 0 { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page.draw_with(status, "formalities/upload_report.html", &page.layout("calls"), &view)
}

/// `GET /calls/{number}/workbook`
pub async fn workbook(page: Page, Path(number): Path<String>) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let found = page.app.office.call(actor, &number).await?;
    Ok(download(page.app.office.workbook(actor, &found).await?))
}

/// `GET /calls/{number}/uploads/{id}`: the workbook that was uploaded, with the faulty cells marked.
pub async fn marked(page: Page, Path((number, id)): Path<(String, String)>) -> Result<Response, Failure> {
    let actor = page.actor()?;
    if !is_key(&id) {
        return Err(Failure::Error(Error::NotFound));
    }
    let found = page.app.office.call(actor, &number).await?;
    Ok(download(page.app.office.marked_upload(actor, found.id, &id).await?))
}

/// `GET /calls/{number}/{formality}/original`: the file from which a version was read, as it was received.
pub async fn original(page: Page, Path((number, code)): Path<(String, String)>) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let formality = Formality::from_code(&code).ok_or(Error::NotFound)?;
    let office = &page.app.office;
    let found = office.call(actor, &number).await?;
    let version = page.asked("version").and_then(|version| version.parse().ok());
    Ok(download(office.original(actor, &found, formality, version).await?))
}

/// The form as it came.
#[derive(Default)]
pub struct Sent {
    /// The token of the session's forms.
    pub csrf: String,
    /// The form's key.
    pub key: String,
    /// The file's name, without folders.
    pub name: String,
    /// Its bytes; empty when none was chosen.
    pub bytes: Vec<u8>,
}

/// Reads the form with its file.
pub async fn read(mut multipart: Multipart) -> Result<Sent, MultipartError> {
    let mut sent = Sent::default();
    while let Some(field) = multipart.next_field().await? {
        match field.name() {
            Some("csrf") => sent.csrf = field.text().await?,
            Some("key") => sent.key = field.text().await?,
            Some("file") => {
                sent.name = file_name(field.file_name().unwrap_or_default());
                sent.bytes = field.bytes().await?.to_vec();
            }
            _ => {}
        }
    }
    Ok(sent)
}

/// A file's name without folders, and short enough to be shown.
fn file_name(given: &str) -> String {
    let name = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|letter| !letter.is_control()).take(120).collect();
    if name.is_empty() { "upload".to_owned() } else { name }
}

fn is_key(key: &str) -> bool {
    (8..=64).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn crumbs(number: &str) -> Vec<Say> {
    vec![
        json!({"href": "/calls", "say": say::key("nav-calls")}),
        json!({"href": format!("/calls/{number}"), "say": number}),
    ]
}

fn draw_form(page: &Page, found: &Call, status: StatusCode, error: &str) -> Result<Response, Failure> {
    let number = &found.call.number;
    let mut crumbs = crumbs(number);
    crumbs.push(json!({"say": say::key("upload-title")}));
    let errors = if error.is_empty() { vec![] } else { vec![json!({"field": "file", "say": say::key(error)})] };
    let view = json!({
        "crumbs": crumbs,
        "errors": errors,
        "file_error": if error.is_empty() { Value::Null } else { say::key(error) },
        "template": format!("/calls/{number}/workbook"),
        "action": format!("/calls/{number}/upload"),
        "kinds": "XLSX, EDIFACT PAXLST, JSON",
        "size": "16 MB",
        "rows": UPLOAD_ROWS,
        "accept": ACCEPT,
    });
    page.draw_with(status, "formalities/upload.html", &page.layout("calls"), &view)
}

/// What can be given back: a workbook with its errors marked, the list of faults of a message; nothing of a file of no
/// known kind.
fn marked_view(upload: &Upload, number: &str, id: &str) -> Option<Say> {
    let word = match upload.kind.as_str() {
        "fal-workbook" => "report-download",
        "unknown" => return None,
        _ => "report-download-list",
    };
    let wrong = upload.faults.iter().any(Fault::is_error);
    wrong.then(|| json!({"href": format!("/calls/{number}/uploads/{id}"), "say": say::key(word)}))
}

/// Where it goes on: the form of the draft that must be mended, with its faults; else the call.
fn onward(number: &str, upload: &Upload, report: &UploadReport) -> Say {
    let is_bad = |of: &&Formality| report.sheets.iter().any(|sheet| sheet.formality == **of && sheet.bad > 0);
    match upload.drafted.iter().find(is_bad).or(upload.drafted.first()) {
        Some(formality) => json!({
            "href": format!("/calls/{number}/{}/edit?checked=1", formality.code()),
            "say": {"key": "report-mend-in", "what": say::formality(*formality)},
        }),
        None => json!({"href": format!("/calls/{number}"), "say": say::key("receipt-back")}),
    }
}

/// What is said, and for warnings of the cells of a column without the number of the row: forty of them say one thing, and
/// each error is one.
fn alike(fault: &Fault) -> String {
    let column =
        fault.location.split_once('!').map(|(_, cell)| cell.trim_end_matches(|digit: char| digit.is_ascii_digit()));
    match column.filter(|_| !fault.is_error()) {
        Some(column) => format!("{column} {}", fault.text.en.replace(|letter: char| letter.is_ascii_digit(), "")),
        None => fault.text.en.clone(),
    }
}

/// Faults, errors first; what is the same in many places stands once, with its first place.
pub fn grouped(faults: &[Fault]) -> Vec<Say> {
    let mut groups: Vec<(&Fault, usize)> = Vec::new();
    let mut known = std::collections::HashMap::new();
    for fault in faults {
        let same = (&fault.code, alike(fault), fault.severity == Severity::Error);
        let at = *known.entry(same).or_insert(groups.len());
        match groups.get_mut(at) {
            Some((_, times)) => *times += 1,
            None => groups.push((fault, 1)),
        }
    }
    groups.sort_by_key(|(fault, _)| std::cmp::Reverse(fault.severity));
    let said = groups.into_iter().take(SHOWN).map(|(fault, times)| {
        json!({
            "where": fault.location,
            "times": times,
            "severity": if fault.is_error() { "error" } else { "warning" },
            "say": say::text(&fault.text),
            "code": fault.code,
            "remedy": say::text(&fault.remedy),
            "help": say::text(&fault.help),
        })
    });
    said.collect()
}

/// A file as browsers keep it.
pub fn download(file: File) -> Response {
    // RFC 6266 with the name in UTF-8 (RFC 8187); old programs take the plain one.
    let encoded: String = file
        .name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    let plain: String = file
        .name
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || ".-_".contains(letter) { letter } else { '_' })
        .collect();
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    let headers = [(header::CONTENT_TYPE, file.media_type.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    (headers, file.bytes).into_response()
}

#[cfg(test)]
mod tests {
    use domain::Text;

    use super::*;

    #[test]
    fn the_same_fault_in_many_rows_stands_once() {
        let fault =
            |severity, code, place: &str| Fault::new(severity, code, place, Text::new("", code), Text::default());
        let faults = [
            fault(Severity::Warning, "PQ-A", "Crew List!C19"),
            fault(Severity::Error, "PQ-B", "Crew List!D20"),
            fault(Severity::Error, "PQ-B", "Crew List!D21"),
        ];
        let groups = grouped(&faults);
        assert_eq!(groups.len(), 2);
        assert_eq!((groups[0]["where"].as_str(), groups[0]["times"].as_u64()), (Some("Crew List!D20"), Some(2)));
    }

    #[test]
    fn it_goes_on_in_the_form_that_has_the_error() {
        let sheet = |formality, bad| office::UploadSheet { formality, rows: 3, bad };
        let report = UploadReport {
            sheets: vec![sheet(Formality::CrewList, 0), sheet(Formality::PassengerList, 2)],
            ..UploadReport::default()
        };
        let upload = |kind: &str, drafted: &[Formality]| Upload {
            kind: kind.to_owned(),
            faults: vec![Fault::new(Severity::Error, "PQ-A", "", Text::default(), Text::default())],
            filed: Vec::new(),
            drafted: drafted.to_vec(),
            unchanged: Vec::new(),
        };
        let both = upload("fal-workbook", &[Formality::CrewList, Formality::PassengerList]);
        assert_eq!(onward("7", &both, &report)["href"], "/calls/7/passenger_list/edit?checked=1");
        let junk = upload("unknown", &[]);
        assert_eq!(onward("7", &junk, &UploadReport::default())["href"], "/calls/7");
        let word = |kind: &str| marked_view(&upload(kind, &[]), "7", "id").map(|marked| marked["say"]["key"].clone());
        assert_eq!(word("unknown"), None, "nothing of a file that is none");
        assert_eq!(word("fal-workbook"), Some(json!("report-download")));
        assert_eq!(word("paxlst"), Some(json!("report-download-list")));
    }

    #[test]
    fn names_of_files_bring_no_folders_and_no_header() {
        assert_eq!(file_name("C:\\lists\\船员.xlsx"), "船员.xlsx");
        assert_eq!(file_name("../../etc/passwd"), "passwd");
        let file = File { name: "a\"\r\nb 船.xlsx".to_owned(), media_type: "text/plain", bytes: Vec::new() };
        let answer = download(file);
        let given = answer.headers()[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert_eq!(given, "attachment; filename=\"a___b__.xlsx\"; filename*=UTF-8''a%22%0D%0Ab%20%E8%88%B9.xlsx");
    }
}
