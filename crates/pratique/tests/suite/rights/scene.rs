//! A port in which every route finds what it needs.

use serde_json::json;

use super::Try;
use crate::{
    cases, figures,
    harness::{ASKED, Answer, Client, LEAVING, Port, SAILED, numbered, waste},
    imports, problems,
};

/// A port with what the routes need: a receipt, a permit, an upload with faults.
pub struct Scene {
    pub port: Port,
    pub asked: String,
    pub copied: String,
    pub leaving: String,
    pub sailed: String,
    pub receipt: String,
    /// A problem of the agent's, and the file that came with it.
    pub problem: (String, String),
    /// A month that has ended.
    pub month: String,
    /// A workbook of problems that the agent sent.
    pub import: String,
    /// A notice of the agent's, and a delivery that was given up.
    pub told: (String, String),
    /// A change of a table that the port group drafts.
    pub change: String,
    /// A visit at the counter.
    pub visit: String,
}

/// What was filed by a file.
pub const BY_FILE: &str = "ships_stores";

const UPLOAD: &str = "rights-upload-1";

/// Opens the port, and makes what the routes need.
pub fn scene() -> Scene {
    let port = Port::open();
    let [asked, leaving, sailed] = [ASKED, LEAVING, SAILED].map(|sample| numbered(&port, sample));
    let receipt = port.system("agent").file(&asked, "waste_notification", "rights-0", &waste("scene")).receipt_id();
    let faulty = b"UNB+UNOC:3+A+B+261124:0800+1'UNZ+9+2'";
    let answer = upload(&port.person("agent"), &asked, UPLOAD, faulty);
    assert_eq!(answer.status, 422, "{}", answer.text());
    let stores = json!({BY_FILE: {"articles": [{"name": "Rice", "quantity": 50, "unit": "KGM", "location": "Store"}]}});
    let answer = upload(&port.person("agent"), &asked, "rights-upload-0", stores.to_string().as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let new = json!({"imo": "8001012", "kind": "ordinary", "eta": "2031-05-01T08:00:00+08:00", "copy_from": sailed});
    let copied = port.system("agent").call("POST", "/api/v1/calls", "rights-copy-0", &new).json();
    let copied = copied["number"].as_str().expect("a number").to_owned();
    let words =
        [("topic", "it"), ("impact", "ordinary"), ("urgency", "week"), ("words", "rights"), ("key", "rights-p")];
    let reported = problems::report(&port.person("agent"), &words, &[("a.txt", b"a")]);
    let problem = reported.between("<dd class=\"code\">", "<").expect("a number");
    let page = port.person("agent").get(&format!("/problems/{problem}"));
    let document = page.between(&format!("/problems/{problem}/files/"), "\"").expect("a file");
    cases::meet(&port, &problem, &["msa", "customs"], "");
    cases::ruled(&port, "trucking", "rights-ruling");
    let told = told(&port, &problem);
    assert_eq!(port.anybody().post("/hall/ticket", &[("service", "S")]).status, 303);
    let visit = port.person("clerk").post("/hall/visit", &[("do", "begin"), ("firm", "sample-agency-a")]);
    let visit = visit.header("location").and_then(|to| to.rsplit('/').next()).expect("a visit").to_owned();
    let month = figures::published(&port);
    let answer = imports::upload(&port.person("agent"), &imports::workbook(&[["", "weather", "", "", "", "", "", ""]]));
    let import = answer.between("href=\"/problems/import/", "\"").expect("a workbook");
    let draft = [("from", "2031-01-01"), ("text", "no table yet"), ("do", "save")];
    let saved = port.person("portgroup").post("/tables/tariff-cargo-dues/draft", &draft);
    let change = saved.header("location").and_then(|to| to.rsplit('/').next()).expect("a draft").to_owned();
    Scene {
        port,
        asked,
        copied,
        leaving,
        sailed,
        receipt,
        problem: (problem, document),
        month,
        import,
        told,
        change,
        visit,
    }
}

/// The agent is told who leads, on the page and by a letter that no relay takes; maritime safety is reminded in writing.
fn told(port: &Port, problem: &str) -> (String, String) {
    let (agent, office) = (port.person("agent"), port.person("portoffice"));
    let ways = [("do", "ways"), ("email", "agent@firm.example"), ("letters", "act"), ("page", "act")];
    assert_eq!(agent.post("/notices/ways", &ways).status, 303);
    let acts: [&[(&str, &str)]; 3] = [
        &[("act", "triage"), ("topic", "it"), ("impact", "stopped"), ("urgency", "now"), ("key", "rights-t")],
        &[("act", "dispatch"), ("lead", "msa"), ("key", "rights-d")],
        &[("act", "serve"), ("kind", "reminder"), ("organ", "msa"), ("words", "please"), ("key", "rights-s")],
    ];
    for act in acts {
        let answer = office.post(&format!("/problems/{problem}/acts"), act);
        assert_eq!(answer.status, 303, "{act:?}: {}", answer.text());
    }
    for _ in 0..150 {
        let notice = agent.get("/notices").between("<a href=\"/notices/0", "\"");
        let delivery = office.get("/deliveries").between("name=\"id\" value=\"", "\"");
        if let (Some(notice), Some(delivery)) = (notice, delivery) {
            return (format!("0{notice}"), delivery);
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("nobody is told");
}

/// Sends a file by the upload form.
pub fn upload(person: &Client, number: &str, key: &str, bytes: &[u8]) -> Answer {
    let token = person.session.as_ref().map_or("", |(_, token)| token.as_str());
    let mut body = Vec::new();
    for (name, value) in [("csrf", token), ("key", key)] {
        body.extend(format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    body.extend(b"--part\r\ncontent-disposition: form-data; name=\"file\"; filename=\"fal.xlsx\"\r\n\r\n");
    body.extend(bytes);
    body.extend(b"\r\n--part--\r\n");
    let headers = [("content-type", "multipart/form-data; boundary=part")];
    person.send("POST", &format!("/calls/{number}/upload"), &headers, &body).expect("an answer")
}

impl Scene {
    /// The address with this scene's parameters.
    pub fn path(&self, route: &Try) -> String {
        let organ = ["claim", "decide", "release"].iter().any(|end| route.path.ends_with(end));
        let number = match route.path {
            path if path.starts_with("/problems") => &self.problem.0,
            path if path.contains("{permit}") => &self.sailed,
            path if path.ends_with("/copied") => &self.copied,
            _ if organ => &self.leaving,
            _ => &self.asked,
        };
        let id = match route.path {
            path if path.starts_with("/hall/visit") => &self.visit,
            path if path.contains("/questions/") || path.contains("{number}/notices/") => "1",
            path if path.starts_with("/notices") => &self.told.0,
            path if path.contains("/uploads/") => UPLOAD,
            path if path.contains("/import/") => &self.import,
            path if path.contains("/meetings/") => "1",
            path if path.starts_with("/tables/changes") => &self.change,
            _ => &self.receipt,
        };
        let formality = match route.path {
            path if path.ends_with("/original") => BY_FILE,
            _ if organ => "exit_formalities",
            _ => "waste_notification",
        };
        route
            .path
            .replace("{number}", number)
            .replace("{permit}", &format!("{}-D1", self.sailed))
            .replace("{name}", "tariff-cargo-dues")
            .replace("{file}", "table.dmn")
            .replace("{id}", id)
            .replace("{document}", &self.problem.1)
            .replace("{formality}", formality)
            .replace("{imo}", "8001012")
            .replace("{organ}", "border")
            .replace("{kind}", "firm")
            .replace("{code}", if route.path.starts_with("/hall") { "1" } else { "sample-agency-a" })
    }

    /// The value of a form's field with this scene's parameters.
    fn value(&self, value: &str) -> String {
        value
            .replace("{sailed}", &self.sailed)
            .replace("{notice}", &self.told.0)
            .replace("{delivery}", &self.told.1)
            .replace("{problem}", &self.problem.0)
            .replace("{month}", &self.month)
    }

    pub fn attempt(&self, client: &Client, route: &Try) -> Answer {
        let path = self.path(route);
        if route.method == "GET" {
            return client.get(&path);
        }
        let form: Vec<_> = route.form.iter().map(|(name, value)| (*name, self.value(value))).collect();
        client.post(&path, &form.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>())
    }

    /// The number of entries of every call that the routes touch.
    pub fn entries(&self) -> usize {
        let count = |number: &String| {
            let answer = self.port.system("agent").get(&format!("/api/v1/calls/{number}/journal"));
            answer.json()["journal"].as_array().expect("entries").len()
        };
        [&self.asked, &self.copied, &self.leaving, &self.sailed].into_iter().map(count).sum()
    }
}
