//! A sample port, made once a run and copied for each test; the program as a child; and a small HTTP client.
//!
//! With `PRATIQUE_SUITE=postgres` every store is a database of its own on the server that `PRATIQUE_TEST_PG` names, made
//! and copied by `psql`; otherwise it is SQLite in the data folder.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use serde_json::{Value, json};

/// Everybody who signs in to the sample port.
pub const PEOPLE: [&str; 15] = [
    "guard",
    "agent",
    "agent2",
    "msa",
    "customs",
    "border",
    "portgroup",
    "portoffice",
    "portadmin",
    "court",
    "clerk",
    "portoffice2",
    "airline",
    "airport",
    "admin",
];
const PASSWORD: &str = "sample-port";

/// The agent's call in which border inspection asks about the crew list.
pub const ASKED: &str = "2026-DAL-000001";
/// The agent's call that lies in port, with its exit formalities filed.
pub const LEAVING: &str = "2026-DAL-000007";
/// The agent's call that has sailed with a departure permit.
pub const SAILED: &str = "2026-DAL-000009";

/// A call of the agent among the sample ones, by the tail of its number (the year is the machine's).
pub fn numbered(port: &Port, sample: &str) -> String {
    let tail = &sample[4..];
    let list = port.system("agent").get("/api/v1/calls").json();
    let numbers = list["calls"].as_array().expect("a list").iter().filter_map(|call| call["number"].as_str());
    numbers.map(str::to_owned).find(|number| number.ends_with(tail)).expect("the sample call")
}

/// What was made once: the folder of a sample port, a session and an API key for each.
struct Seed {
    folder: PathBuf,
    sessions: BTreeMap<&'static str, (String, String)>,
    keys: BTreeMap<&'static str, String>,
}

static SEED: OnceLock<Seed> = OnceLock::new();
static COUNTER: AtomicU32 = AtomicU32::new(0);

fn seed() -> &'static Seed {
    SEED.get_or_init(|| {
        let folder = fresh("seed");
        let made = pratique(&folder, &["demo", "--no-serve"]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = Port::serve(folder.clone(), &[]);
        let (mut sessions, mut keys) = (BTreeMap::new(), BTreeMap::new());
        for name in PEOPLE {
            let session = sign_in(&port.base, name);
            let mut person = Client::new(&port.base);
            person.session = Some(session.clone());
            // Port group and port office have no systems of their own.
            if let Some(key) = person.post("/account/keys", &[("name", "suite")]).between("<p class=\"code\">", "<") {
                keys.insert(name, key);
            }
            sessions.insert(name, session);
        }
        port.end();
        Seed { folder, sessions, keys }
    })
}

/// Signs in; the session's cookie and the token of its forms.
pub fn sign_in(base: &str, name: &str) -> (String, String) {
    let anybody = Client::new(base);
    let answer = anybody.post("/sign-in", &[("name", name), ("password", PASSWORD)]);
    assert_eq!(answer.status, 303, "{name} signs in");
    let cookie = answer.header("set-cookie").expect("a cookie").split(';').next().expect("a pair").to_owned();
    let mut person = Client::new(base);
    person.session = Some((cookie.clone(), String::new()));
    let token = person.get("/account").between("name=\"csrf\" value=\"", "\"").expect("the forms' token");
    (cookie, token)
}

/// What the clocks of those say who use the program.
#[expect(clippy::disallowed_methods, reason = "people and systems read clocks of their own")]
pub fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// A new empty folder.
pub fn fresh(what: &str) -> PathBuf {
    let n = COUNTER.fetch_add(1, Ordering::Relaxed);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("suite-{}-{n}-{what}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Runs a command of the program on a data folder, to its end.
pub fn pratique(folder: &Path, words: &[&str]) -> Output {
    program(folder).args(words).output().expect("it runs")
}

/// The program on a data folder and its store.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pratique"));
    command.arg("--data").arg(folder);
    if let Some(url) = database(folder) {
        command.env("PRATIQUE_DATABASE", url);
    }
    command
}

/// The server on which stores are made; none when they are SQLite.
#[expect(clippy::disallowed_methods, reason = "the engine that the suite runs on is named by the environment")]
fn server() -> Option<String> {
    let postgres = std::env::var("PRATIQUE_SUITE").is_ok_and(|engine| engine == "postgres");
    postgres.then(|| std::env::var("PRATIQUE_TEST_PG").expect("PRATIQUE_TEST_PG names the server for PRATIQUE_SUITE"))
}

/// True when the stores are PostgreSQL's.
pub fn on_postgres() -> bool {
    server().is_some()
}

/// The name of a folder's database is kept in this file.
const DATABASE: &str = "suite-database";

/// The address of the folder's database, made when it is missing; none on SQLite.
pub fn database(folder: &Path) -> Option<String> {
    let server = server()?;
    let known = fs::read_to_string(folder.join(DATABASE));
    let name = known.unwrap_or_else(|_| new_database(folder, "template1"));
    Some(of_server(&server, &name))
}

/// Makes the database of a folder as a copy of another one.
fn new_database(folder: &Path, from: &str) -> String {
    let n = COUNTER.fetch_add(1, Ordering::Relaxed);
    let name = format!("suite_{}_{n}", std::process::id());
    psql(&format!("create database {name} template {from}"));
    fs::create_dir_all(folder).expect("a folder");
    fs::write(folder.join(DATABASE), &name).expect("written");
    name
}

/// The address of another database on the same server.
fn of_server(server: &str, name: &str) -> String {
    let (start, rest) = server.rsplit_once('/').filter(|_| !server.contains('?')).unwrap_or_else(|| {
        let path = server.find('?').expect("a query");
        let slash = server[..path].rfind('/').expect("a path");
        (&server[..slash], &server[slash + 1..])
    });
    let query = rest.find('?').map_or("", |at| &rest[at..]);
    format!("{start}/{name}{query}")
}

fn psql(sql: &str) {
    let server = server().expect("a server");
    let ended =
        Command::new("psql").args([&server, "-v", "ON_ERROR_STOP=1", "-qc", sql]).output().expect("psql is there");
    assert!(ended.status.success(), "{sql}: {}", String::from_utf8_lossy(&ended.stderr));
}

/// A sample port that is served; ended and removed when it is dropped.
pub struct Port {
    /// Its data.
    pub folder: PathBuf,
    /// `http://127.0.0.1:PORT`.
    pub base: String,
    /// Where its figures are read, when it was told to give them.
    pub figures: Option<String>,
    child: Child,
}

impl Port {
    /// A copy of the sample port, served.
    pub fn open() -> Port {
        Port::serve(Port::copy(), &[])
    }

    /// A copy of the sample port's folder.
    pub fn copy() -> PathBuf {
        let folder = fresh("port");
        Port::copy_into(&folder);
        folder
    }

    /// Copies the sample port into a folder.
    pub fn copy_into(folder: &Path) {
        let seed = &seed().folder;
        copy(seed, folder);
        if on_postgres() {
            let from = fs::read_to_string(seed.join(DATABASE)).expect("the seed's database");
            // One at a time: the server copies a database only while nobody else has it.
            static COPYING: std::sync::Mutex<()> = std::sync::Mutex::new(());
            let _alone = COPYING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            new_database(folder, &from);
        }
    }

    /// Serves a folder; `before` are words in front of the program (a limit on its files, for example).
    pub fn serve(folder: PathBuf, before: &[&str]) -> Port {
        Port::serve_with(folder, before, &[])
    }

    /// The same with further words behind `serve`.
    pub fn serve_with(folder: PathBuf, before: &[&str], more: &[&str]) -> Port {
        let mut words: Vec<&str> = before.to_vec();
        words.extend([env!("CARGO_BIN_EXE_pratique"), "--data"]);
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).arg(&folder).args(["serve", "--listen", "127.0.0.1:0"]).args(more);
        if let Some(url) = database(&folder) {
            command.env("PRATIQUE_DATABASE", url);
        }
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut lines = BufReader::new(child.stderr.take().expect("its words")).lines();
        let mut said = Vec::new();
        let (mut base, mut figures) = (None, None);
        // Where it gives figures, it says so last.
        while base.is_none() || (figures.is_none() && more.contains(&"--metrics")) {
            let Some(Ok(line)) = lines.next() else { panic!("the server does not start: {said:?}") };
            if let Some((_, address)) = line.split_once("serving on ") {
                base = Some(address.trim().to_owned());
            } else if let Some((_, address)) = line.split_once("figures on ") {
                figures = Some(address.trim().to_owned());
            }
            said.push(line);
        }
        let base = base.expect("an address");
        // Its further words are drained, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Port { folder, base, figures, child }
    }

    /// Ends the process as kill -9 does and serves the same folder again.
    pub fn kill_and_serve_again(mut self) -> Port {
        self.kill();
        let folder = std::mem::take(&mut self.folder);
        Port::serve(folder, &[])
    }

    /// Ends the process as kill -9 does.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Ends the process in good order; the folder stays.
    pub fn end(mut self) -> PathBuf {
        let told = Command::new("kill").arg(self.child.id().to_string()).status().expect("told");
        assert!(told.success());
        assert!(self.child.wait().expect("it ends").success(), "ended in good order");
        std::mem::take(&mut self.folder)
    }

    /// Somebody without a session at another address.
    pub fn at(&self, base: &str) -> Client {
        Client::new(base)
    }

    /// Somebody without a session.
    pub fn anybody(&self) -> Client {
        Client::new(&self.base)
    }

    /// A person with her session.
    pub fn person(&self, name: &str) -> Client {
        let session = seed().sessions.get(name).unwrap_or_else(|| panic!("{name} has a session"));
        Client { session: Some(session.clone()), ..Client::new(&self.base) }
    }

    /// A system with the API key of somebody's unit.
    pub fn system(&self, name: &str) -> Client {
        let key = seed().keys.get(name).unwrap_or_else(|| panic!("{name} has a key"));
        Client { key: Some(key.clone()), ..Client::new(&self.base) }
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        self.kill();
        if !self.folder.as_os_str().is_empty() && !std::thread::panicking() {
            if let (true, Ok(name)) = (on_postgres(), fs::read_to_string(self.folder.join(DATABASE))) {
                psql(&format!("drop database {name} with (force)"));
            }
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Copies a folder without the reserve, which the program makes anew.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else if entry.file_name() != "reserve" {
            fs::copy(entry.path(), to).expect("copied");
        }
    }
}

/// Who asks, and where.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    base: String,
    /// The session's cookie and the token of its forms.
    pub session: Option<(String, String)>,
    /// The API key.
    pub key: Option<String>,
}

impl Client {
    fn new(base: &str) -> Client {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(std::time::Duration::from_secs(60)));
        Client { agent: config.build().into(), base: base.to_owned(), session: None, key: None }
    }

    /// GET.
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], &[]).expect("an answer")
    }

    /// POST of a form, with the token of the session's forms.
    pub fn post(&self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let token = self.session.as_ref().map_or("", |(_, token)| token.as_str());
        let mut pairs = pairs.to_vec();
        if !pairs.iter().any(|(name, _)| *name == "csrf") {
            pairs.push(("csrf", token));
        }
        self.send("POST", path, &[("content-type", "application/x-www-form-urlencoded")], form(&pairs).as_bytes())
            .expect("an answer")
    }

    /// A call of the API with an idempotency key.
    pub fn call(&self, method: &str, path: &str, key: &str, body: &Value) -> Answer {
        self.try_call(method, path, key, body).expect("an answer")
    }

    /// The same; none when the server went away before it answered.
    pub fn try_call(&self, method: &str, path: &str, key: &str, body: &Value) -> Option<Answer> {
        self.send(
            method,
            path,
            &[("idempotency-key", key), ("content-type", "application/json")],
            body.to_string().as_bytes(),
        )
    }

    /// Files a formality by the API.
    pub fn file(&self, number: &str, formality: &str, key: &str, content: &Value) -> Answer {
        self.call("PUT", &format!("/api/v1/calls/{number}/formalities/{formality}"), key, content)
    }

    /// A request with headers and a body as they are.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<Answer> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        if let Some((cookie, _)) = &self.session {
            request = request.header("cookie", cookie);
        }
        if let Some(key) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let sent = match method {
            "GET" => self.agent.run(request.body(()).expect("a request")),
            _ => self.agent.run(request.body(body).expect("a request")),
        };
        let mut response = sent.ok()?;
        let headers =
            response.headers().iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("").to_owned()));
        let headers: Vec<_> = headers.collect();
        let status = response.status().as_u16();
        let mut bytes = Vec::new();
        // A stream of events never ends.
        if !headers.iter().any(|(_, value)| value == "text/event-stream") {
            response.body_mut().as_reader().read_to_end(&mut bytes).ok()?;
        }
        // A page that misses a word shows its key in such brackets.
        let answer = Answer { status, headers, bytes };
        if answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            let missing = answer.between("⟨", "⟩");
            assert!(missing.is_none(), "{method} {path}: no words for {}", missing.unwrap_or_default());
        }
        Some(answer)
    }
}

/// Pairs as a form sends them.
pub fn form(pairs: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        text.bytes()
            .map(|byte| if safe(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect::<String>()
    };
    pairs.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}

/// What the server said.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names in small letters, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    /// The first text between two others.
    pub fn between(&self, start: &str, end: &str) -> Option<String> {
        let text = self.text();
        let rest = &text[text.find(start)? + start.len()..];
        Some(rest[..rest.find(end)?].to_owned())
    }

    /// True when it sends to the sign-in page.
    pub fn is_to_sign_in(&self) -> bool {
        self.status == 303 && self.header("location").is_some_and(|to| to.starts_with("/sign-in"))
    }

    /// The identifier of the receipt in the answer.
    pub fn receipt_id(&self) -> String {
        self.json()["receipt_id"].as_str().unwrap_or_else(|| panic!("{} {}", self.status, self.text())).to_owned()
    }
}

/// A waste notification; `remarks` tells one from another.
pub fn waste(remarks: &str) -> Value {
    json!({"delivering": "none", "remarks": remarks})
}
