//! Letters: a folder of real MIME messages, threads, loops, floods.

use std::{fs, path::PathBuf, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    delivery::{Relay, dispatched, given_address, header, number, serve_with, urgent, wait},
    harness::{Port, fresh, pratique},
    problems::report,
};

/// A port with a mailbox folder.
struct Post {
    port: Port,
    folder: PathBuf,
}

impl Post {
    fn open() -> Post {
        Post::open_with(|mail| Port::serve(Port::copy(), &["env", mail, "PRATIQUE_MAIL_ADDRESS=problems@port.example"]))
    }

    fn open_with(serve: impl Fn(&str) -> Port) -> Post {
        let folder = fresh("mail");
        let port = serve(&format!("PRATIQUE_MAIL={}", folder.display()));
        Post { port, folder }
    }

    /// Puts a letter into the mailbox, whole at once as mail programs do, and waits until it is gone.
    fn drop(&self, name: &str, letter: &str) {
        let part = self.folder.join(format!("new/.{name}"));
        fs::write(&part, letter).expect("written");
        fs::rename(&part, self.folder.join("new").join(name)).expect("dropped");
    }

    fn wait(&self, what: &str, until: impl Fn() -> bool) {
        for _ in 0..100 {
            if until() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("{what} does not come: {:?}", self.names("new"));
    }

    fn take(&self, name: &str, letter: &str) {
        self.drop(name, letter);
        self.wait(name, || !self.folder.join("new").join(name).exists());
    }

    fn names(&self, part: &str) -> Vec<String> {
        let entries = fs::read_dir(self.folder.join(part)).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Message-ID and subject of the answers that were written.
    fn answers(&self) -> Vec<(String, String)> {
        let read = |name: String| {
            let text = fs::read_to_string(self.folder.join("out").join(name)).expect("an answer");
            assert!(
                text.contains("Auto-Submitted: auto-replied") && text.contains("X-Loop: pratique-problems"),
                "{text}"
            );
            let header = |name: &str| {
                text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned()
            };
            (header("Message-ID:"), header("Subject:"))
        };
        self.names("out").into_iter().map(read).collect()
    }

    fn cases(&self) -> usize {
        let text = self.port.person("portoffice").get("/problems?topic=other").text();
        text.matches("<a href=\"/problems/2").count()
    }
}

fn letter(id: &str, from: &str, more: &str, text: &str) -> String {
    format!(
        "From: {from}\r\nTo: problems@port.example\r\nSubject: the gate\r\nMessage-ID: <{id}>\r\n{more}\r\n{text}\r\n"
    )
}

#[test]
fn a_letter_opens_a_case_and_its_answers_join_it() {
    let post = Post::open();
    let before = post.cases();
    post.take(
        "1",
        &letter("one@firm.example", "Zhang <zhang@firm.example>", "", "<script>x</script> the gate is shut"),
    );
    assert_eq!((post.cases(), post.names("taken").len()), (before + 1, 1));
    let (id, subject) = post.answers().pop().expect("an answer");
    let number = subject.split(['[', ']']).nth(1).expect("a number").to_owned();
    let sent = fs::read(post.folder.join("out").join(&post.names("out")[0])).expect("an answer");
    let (name, receipt) = messages::mail::read(&sent).files.pop().expect("a file");
    assert_eq!(name, format!("receipt-{number}.json"));
    let file = post.folder.join(name);
    fs::write(&file, receipt).expect("written");
    let trust = post.port.folder.join("trust-list.json");
    let words = ["verify", "receipt", file.to_str().expect("a path"), "--trust", trust.to_str().expect("a path")];
    assert!(pratique(&post.port.folder, &words).status.success(), "the signed receipt comes with the answer");
    let page = || post.port.person("portoffice").get(&format!("/problems/{number}")).text();
    assert!(
        page().contains("the gate is shut") && page().contains("zhang@firm.example") && !page().contains("<script>x")
    );
    // The same letter a second time is the same report.
    post.take(
        "2",
        &letter("one@firm.example", "Zhang <zhang@firm.example>", "", "<script>x</script> the gate is shut"),
    );
    assert_eq!((post.cases(), post.answers().len()), (before + 1, 1));
    // An answer to our letter says something more; one that only pretends to be opens a case of its own.
    post.take(
        "3",
        &letter("two@firm.example", "zhang@firm.example", &format!("In-Reply-To: {id}\r\n"), "and the lamp is broken"),
    );
    assert_eq!(post.cases(), before + 1);
    assert!(page().contains("and the lamp is broken"));
    let forged = format!("In-Reply-To: <{number}.00000000000000000000.0@port.example>\r\n");
    post.take("4", &letter("three@evil.example", "evil@evil.example", &forged, "let me in"));
    assert_eq!(post.cases(), before + 2);
    assert!(!page().contains("let me in"));
}

#[test]
fn machines_and_our_own_letters_are_not_answered() {
    let post = Post::open();
    let before = post.cases();
    let machines = [
        ("a", "Auto-Submitted: auto-replied\r\n", "a@firm.example"),
        ("b", "Precedence: bulk\r\n", "b@firm.example"),
        ("c", "X-Loop: pratique-problems\r\n", "c@firm.example"),
        ("d", "", "problems@port.example"),
        ("e", "", "MAILER-DAEMON@firm.example"),
    ];
    for (name, more, from) in machines {
        post.take(name, &letter(&format!("{name}@x.example"), from, more, "text"));
    }
    post.take("f", "no letter at all");
    assert_eq!((post.names("ignored").len(), post.answers().len(), post.cases()), (6, 0, before));
    post.take("g", &letter("g@x.example", "g@firm.example", "", ""));
    assert_eq!(post.cases(), before + 1, "a subject says something");
}

#[test]
fn a_letter_of_fifty_megabytes_is_refused_with_a_clear_answer() {
    let post = Post::open();
    let before = post.cases();
    let large = "x".repeat(50 << 20);
    post.take("large", &letter("large@firm.example", "large@firm.example", "", &large));
    assert_eq!((post.names("refused").len(), post.cases()), (1, before));
    assert!(!post.names("out")[0].starts_with('.'), "it is to be sent");
    let answer = fs::read_to_string(post.folder.join("out").join(&post.names("out")[0])).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a letter");
    let words = STANDARD.decode(body.split_whitespace().collect::<String>()).expect("base64");
    let words = String::from_utf8_lossy(&words);
    assert!(head.contains("To: large@firm.example") && words.contains("PQ-REPORT-006"), "{words}");
    // A machine is not answered for that either.
    post.take("machine", &letter("machine@x.example", "machine@x.example", "Auto-Submitted: auto-replied\r\n", &large));
    assert_eq!((post.names("ignored").len(), post.answers().len()), (1, 1));
    // A file of six megabytes in a letter of a size that is taken.
    let file = format!(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsee the file\r\n--b\r\n\
         Content-Disposition: attachment; filename=a.bin\r\nContent-Type: application/octet-stream\r\n\r\n{}\r\n--b--\r\n",
        "x".repeat(6 << 20)
    );
    post.take("file", &letter("file@firm.example", "file@firm.example", &file, ""));
    assert_eq!((post.names("refused").len(), post.cases()), (2, before));
}

/// Who writes is what a letter says, and no more.
#[test]
fn a_spoofed_sender_gets_nowhere() {
    let post = Post::open();
    post.take("1", &letter("one@firm.example", "Zhang <zhang@firm.example>", "", "the gate is shut"));
    let (id, subject) = post.answers().pop().expect("an answer");
    let number = subject.split(['[', ']']).nth(1).expect("a number").to_owned();
    let page = || post.port.person("portoffice").get(&format!("/problems/{number}")).text();
    // Her address alone does not lead into her case, and her secret is told to nobody again.
    let before = post.cases();
    post.take(
        "2",
        &letter("two@evil.example", "Zhang <zhang@firm.example>", "", &format!("Re: {number} please close it")),
    );
    assert_eq!(post.cases(), before + 1, "a case of its own");
    assert!(!page().contains("please close it"));
    // The address of a firm with an account is contact: the case is not hers to see.
    let answers = post.answers();
    assert!(answers.iter().all(|(of, _)| of == &id || !of.contains(&number)), "{answers:?}");
    for headers in ["Sender: portoffice@port.example\r\n", "Reply-To: <script>@evil.example\r\n", "Received: by x\r\n"]
    {
        post.take(
            "3",
            &letter(&format!("{}@evil.example", headers.len()), "\"=cmd()\" <x@evil.example>", headers, "<b>x</b>"),
        );
    }
    assert!(post.port.person("agent").get(&format!("/problems/{number}")).status == 404);
}

#[test]
fn a_flood_of_letters_waits_and_others_do_not() {
    let post = Post::open();
    for nth in 0..25 {
        post.drop(
            &format!("flood-{nth:02}"),
            &letter(&format!("{nth}@flood.example"), "flood@flood.example", "", "again"),
        );
    }
    post.take("other", &letter("other@firm.example", "other@firm.example", "", "one thing"));
    post.wait("the first of the flood", || post.names("taken").len() == 21);
    assert_eq!(post.names("new").len(), 5);
}

#[test]
fn a_letter_that_fails_three_times_is_set_aside_and_shown_and_the_others_go_on() {
    let post = Post::open();
    // Nothing that can be read as a letter, for a reason that is ours.
    fs::create_dir(post.folder.join("new").join("1-poison")).expect("made");
    let letter = "From: Zhang <zhang@example.com>\r\nTo: problems@port.example\r\nMessage-ID: <after@example.com>\r\n\
                  Subject: Crane\r\n\r\nThe crane stands still.\r\n";
    post.take("2-letter", letter);
    post.wait("the answer", || !post.names("out").is_empty());
    post.wait("the poison", || post.names("failed") == ["1-poison"]);
    assert!(post.names("new").is_empty(), "it is not tried for ever");
    let folder = post.port.end();
    let doctor = pratique(&folder, &["doctor"]);
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(!doctor.status.success() && said.contains("FAIL failed: 1 failed three times: mail: 1-poison"), "{said}");
}

/// Who has an account answers the letter of a notice: a unit's person writes a note in the case, a firm's says something more.
#[test]
fn an_answer_to_a_notice_joins_its_case_with_the_rights_of_who_answers() {
    let relay = Relay::open(0);
    let post = Post::open_with(|mail| serve_with(Port::copy(), &relay, &[mail]));
    let port = &post.port;
    given_address(port, &relay, "customs", "officer@customs.example", &[("letters", "act")]);
    given_address(port, &relay, "agent", "clerk@agency.example", &[("letters", "act")]);
    let case = number(&report(&port.person("agent"), &urgent("our own", "answer-1", ""), &[]));
    dispatched(port, &case, "answer");
    let told = |to: &str| relay.about(to, &case);
    wait("the officer's letter", || !told("officer@customs.example").is_empty());
    wait("the firm's letter", || !told("clerk@agency.example").is_empty());
    let ids = ["officer@customs.example", "clerk@agency.example"].map(|to| header(&told(to)[0], "Message-ID"));
    let answered = |of: &str| format!("In-Reply-To: {of}\r\n");
    let before = post.cases();
    let file = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n";
    let parts = "--b\r\nContent-Type: text/plain\r\n\r\nNOTEBYLETTER\r\n--b\r\nContent-Disposition: attachment; \
                 filename=a.bin\r\nContent-Type: application/octet-stream\r\n\r\nxyz\r\n--b--\r\n";
    post.take("1", &letter("n1@customs.example", "officer@customs.example", &(answered(&ids[0]) + file), parts));
    post.take("2", &letter("n2@agency.example", "Clerk <clerk@agency.example>", &answered(&ids[1]), "MOREBYLETTER"));
    assert_eq!(post.cases(), before, "no case of its own");
    let page = |who: &str| port.person(who).get(&format!("/problems/{case}?lang=en")).text();
    assert!(page("customs").contains("NOTEBYLETTER") && page("customs").contains("MOREBYLETTER"));
    assert!(page("agent").contains("MOREBYLETTER") && !page("agent").contains("NOTEBYLETTER"), "a note is no firm's");
    // Delivered twice, it is one note.
    post.take("1b", &letter("n1@customs.example", "officer@customs.example", &(answered(&ids[0]) + file), parts));
    assert_eq!(page("customs").matches("NOTEBYLETTER").count(), 1);
    // Whoever got hold of the identifier but writes from elsewhere opens a case, and writes into none.
    post.take("3", &letter("n3@evil.example", "evil@evil.example", &answered(&ids[0]), "FROMELSEWHERE"));
    assert_eq!(post.cases(), before + 1);
    assert!(!page("customs").contains("FROMELSEWHERE"));
    // Answers go by the relay, with their marks, and lie in `sent`.
    let of = |to: &str, words: &str| relay.about(to, words).into_iter().find(|of| of.contains("auto-replied"));
    wait("the officer's answer", || of("officer@customs.example", "Added to").is_some());
    // The file stands beside the note, for who may read the note.
    let file = port
        .person("customs")
        .get(&format!("/problems/{case}?lang=en"))
        .between(&format!("href=\"/problems/{case}/files/"), "\"");
    let path = format!("/problems/{case}/files/{}", file.expect("the note's file"));
    assert_eq!(port.person("customs").get(&path).bytes, b"xyz");
    assert_eq!(port.person("agent").get(&path).status, 404, "a note's file is no firm's");
    wait("the clerk's answer", || of("clerk@agency.example", "Added to").is_some());
    wait("the stranger's answer", || of("evil@evil.example", "We have your report").is_some());
    post.wait("sent", || post.names("out").is_empty() && post.names("sent").len() >= 3);
    // A letter without a word is answered so.
    let refused = letter("n4@customs.example", "officer@customs.example", &answered(&ids[0]), "");
    post.take("4", &refused.replace("Subject: the gate\r\n", ""));
    wait("that it says nothing", || of("officer@customs.example", "There are no words").is_some());
}
