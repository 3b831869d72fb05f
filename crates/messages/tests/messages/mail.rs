//! Letters as mail programs write them.

use messages::mail::read;

const LETTER: &str = "Return-Path: <zhang@example.com>\r\n\
From: =?utf-8?B?5byg5LiJ?= <Zhang@Example.com>\r\n\
To: problems@port.example\r\n\
Subject: =?gb2312?B?z+TX08zhsruz9sC0?=\r\n\
Message-ID: <one@example.com>\r\n\
In-Reply-To: <2026-DAL-P000001.abc.def@port.example>\r\n\
References: <zero@example.com> <2026-DAL-P000001.abc.def@port.example>\r\n\
MIME-Version: 1.0\r\n\
Content-Type: multipart/mixed; boundary=\"b\"\r\n\
\r\n\
--b\r\n\
Content-Type: multipart/alternative; boundary=\"c\"\r\n\
\r\n\
--c\r\n\
Content-Type: text/plain; charset=utf-8\r\n\
Content-Transfer-Encoding: base64\r\n\
\r\n\
566x5a2Q5Zyo5aCG5Zy6\r\n\
--c\r\n\
Content-Type: text/html\r\n\
\r\n\
<p onclick=\"x()\">html</p>\r\n\
--c--\r\n\
--b\r\n\
Content-Type: application/pdf; name=\"a.pdf\"\r\n\
Content-Disposition: attachment; filename=\"a.pdf\"\r\n\
Content-Transfer-Encoding: base64\r\n\
\r\n\
JVBERg==\r\n\
--b--\r\n";

#[test]
fn a_letter_with_a_file_is_read() {
    let mail = read(LETTER.as_bytes());
    assert_eq!(
        (mail.id.as_str(), mail.from.as_str(), mail.name.as_str()),
        ("one@example.com", "zhang@example.com", "张三")
    );
    assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("箱子提不出来", "箱子在堆场"));
    assert_eq!(mail.answers, ["2026-DAL-P000001.abc.def@port.example", "zero@example.com"]);
    assert_eq!(mail.files, [("a.pdf".to_owned(), b"%PDF".to_vec())]);
    assert_eq!((mail.automatic, mail.loops.len()), (None, 0));
}

#[test]
fn machines_and_lists_are_known() {
    let plain = |head: &str| read(format!("From: a@example.com\r\nMessage-ID: <x@y>\r\n{head}\r\n\r\ntext").as_bytes());
    for (head, why) in [
        ("Auto-Submitted: auto-replied", "Auto-Submitted"),
        ("Auto-Submitted: auto-generated; type=x", "Auto-Submitted"),
        ("Precedence: bulk", "Precedence"),
        ("List-Id: <list.example.com>", "List-Id"),
        ("Return-Path: <>", "Return-Path"),
    ] {
        assert_eq!(plain(head).automatic, Some(why), "{head}");
    }
    assert_eq!(plain("Auto-Submitted: no").automatic, None);
    assert_eq!(read(b"From: MAILER-DAEMON@example.com\r\n\r\nx").automatic, Some("From"));
    assert_eq!(plain("X-Loop: pratique-problems").loops, ["pratique-problems"]);
}

#[test]
fn what_is_no_letter_gives_an_empty_one() {
    for bytes in [&b""[..], b"\0\xff\xfe", b"no header at all", &[b'a'; 100_000]] {
        let mail = read(bytes);
        assert!(mail.id.is_empty() && mail.from.is_empty());
    }
}

#[test]
fn html_alone_is_read_as_text() {
    let mail = read(b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n<p>one</p><script>two</script>");
    assert!(mail.text.contains("one") && !mail.text.contains('<'), "{}", mail.text);
}
