//! A page of this program as somebody else may look at it: its content without anything that acts. Only tags and attributes that
//! are listed here pass, so that what is not known is not shown; and each field is named, to be pointed at.
//!
//! It reads what this program's own templates wrote, as HTML is read (html5gum), and writes what passes anew, escaped.

use std::fmt::Write as _;

use html5gum::{StartTag, Token, Tokenizer};
use minijinja::HtmlEscape;

/// A field of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id on the page.
    pub id: String,
    /// What its label says.
    pub label: String,
    /// True when the page says that something is wrong with it.
    pub wrong: bool,
}

/// What is seen of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mirror {
    /// Its content.
    pub html: String,
    /// Its fields, in their order.
    pub fields: Vec<Named>,
}

/// Tags that pass as they are.
const TAGS: [&str; 49] = [
    "b",
    "br",
    "caption",
    "circle",
    "code",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "fieldset",
    "figcaption",
    "figure",
    "g",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "input",
    "label",
    "legend",
    "li",
    "nav",
    "ol",
    "optgroup",
    "option",
    "p",
    "path",
    "rect",
    "section",
    "select",
    "small",
    "span",
    "strong",
    "summary",
    "svg",
    "table",
    "tbody",
    "td",
    "textarea",
    "th",
    "thead",
    "tr",
    "ul",
    "text",
    "line",
    "time",
];
/// Tags that pass under another name: nothing is sent or followed from here, and the page that shows it has a first heading.
const RENAMED: [(&str, &str); 4] = [("a", "span"), ("button", "span"), ("form", "div"), ("h1", "h2")];
/// Tags whose content is left out too.
const LEFT_OUT: [&str; 6] = ["script", "style", "template", "noscript", "datalist", "iframe"];
/// Attributes that pass.
const ATTRIBUTES: [&str; 27] = [
    "aria-hidden",
    "aria-invalid",
    "aria-label",
    "checked",
    "class",
    "colspan",
    "cx",
    "cy",
    "d",
    "fill",
    "height",
    "hidden",
    "lang",
    "open",
    "r",
    "role",
    "rows",
    "rowspan",
    "scope",
    "selected",
    "stroke",
    "stroke-width",
    "type",
    "value",
    "viewbox",
    "width",
    "x",
];
/// What an id becomes, so that it is none of the page around it.
const PREFIX: &str = "at-";

/// What is seen of a page's main part.
pub fn mirror(page: &str) -> Mirror {
    let mut seen = Seen::default();
    for Ok(token) in Tokenizer::new(page) {
        match token {
            Token::StartTag(tag) if &**tag.name == b"main" => seen.inside = true,
            Token::EndTag(tag) if &**tag.name == b"main" => seen.inside = false,
            _ if !seen.inside => {}
            Token::StartTag(tag) => seen.begins(&Tag::of(&tag)),
            Token::EndTag(tag) => seen.ends(&text(&tag.name)),
            Token::String(words) => seen.words(&text(&words)),
            // Comments, and what is no HTML.
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    for field in &mut seen.mirror.fields {
        field.wrong = seen.wrong.contains(&field.id);
    }
    seen.mirror
}

/// What has been read of a page.
#[derive(Default)]
struct Seen {
    mirror: Mirror,
    /// True within the main part.
    inside: bool,
    /// The tag whose content is left out, and how deep it stands in its like.
    out: Option<(String, usize)>,
    /// The field whose label is being read, and the label's words.
    label: Option<(String, String)>,
    /// Fields with which something is wrong.
    wrong: Vec<String>,
}

impl Seen {
    fn begins(&mut self, tag: &Tag) {
        if let Some((name, deep)) = &mut self.out {
            *deep += usize::from(*name == tag.name);
            return;
        }
        if LEFT_OUT.contains(&tag.name.as_str()) {
            self.out = Some((tag.name.clone(), 1));
        } else if write_tag(&mut self.mirror.html, tag) {
            if let Some(id) = tag.value("for").filter(|_| tag.name == "label") {
                self.label = Some((id.to_owned(), String::new()));
            }
            if tag.value("aria-invalid") == Some("true") {
                self.wrong.extend(tag.value("id").map(str::to_owned));
            }
        }
    }

    fn ends(&mut self, name: &str) {
        if let Some((of, deep)) = &mut self.out {
            *deep -= usize::from(of == name);
            if *deep == 0 {
                self.out = None;
            }
            return;
        }
        if let Some((id, words)) = self.label.take_if(|_| name == "label")
            && !self.mirror.fields.iter().any(|of| of.id == id)
        {
            let label = words.split_whitespace().collect::<Vec<_>>().join(" ");
            self.mirror.fields.push(Named { id, label, wrong: false });
        }
        if let Some(name) = passes_as(name) {
            put(&mut self.mirror.html, format_args!("</{name}>"));
        }
    }

    fn words(&mut self, words: &str) {
        if self.out.is_some() {
            return;
        }
        put(&mut self.mirror.html, format_args!("{}", HtmlEscape(words)));
        if let Some((_, label)) = &mut self.label {
            label.push_str(words);
        }
    }
}

struct Tag {
    name: String,
    /// `<path/>`: what is drawn stands beside what follows, not around it.
    empty: bool,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn of(tag: &StartTag<()>) -> Tag {
        let attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(value))).collect();
        Tag { name: text(&tag.name), empty: tag.self_closing, attributes }
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Writing to a String cannot fail.
fn put(out: &mut String, what: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(what);
}

/// The name under which a tag passes; none where it does not.
fn passes_as(name: &str) -> Option<&'static str> {
    let renamed = RENAMED.iter().find(|(of, _)| *of == name).map(|(_, to)| *to);
    renamed.or_else(|| TAGS.iter().copied().find(|of| *of == name))
}

/// Writes a tag as it passes; false when it does not.
fn write_tag(out: &mut String, tag: &Tag) -> bool {
    let Some(name) = passes_as(&tag.name) else { return false };
    // What is hidden in a form is for the program alone, and what is secret for nobody.
    if tag.name == "input" && matches!(tag.value("type"), Some("hidden" | "password" | "file")) {
        return false;
    }
    put(out, format_args!("<{name}"));
    let mut attribute = |name: &str, value: &str| match value {
        "" => put(out, format_args!(" {name}")),
        _ => put(out, format_args!(" {name}=\"{}\"", HtmlEscape(value))),
    };
    for (of, value) in &tag.attributes {
        if ATTRIBUTES.contains(&of.as_str()) && !(name != tag.name && matches!(of.as_str(), "type" | "value")) {
            attribute(of, value);
        }
    }
    let field = matches!(tag.name.as_str(), "input" | "select" | "textarea");
    if let Some(id) = tag.value("for").or(tag.value("id").filter(|_| field)) {
        attribute("data-at", id);
    }
    if let Some(id) = tag.value("id").filter(|_| field) {
        attribute("id", &format!("{PREFIX}{id}"));
    }
    if let Some(id) = tag.value("for") {
        attribute("for", &format!("{PREFIX}{id}"));
    }
    if field {
        attribute("tabindex", "-1");
        let chosen = tag.name == "select" || matches!(tag.value("type"), Some("checkbox" | "radio"));
        attribute(if chosen { "disabled" } else { "readonly" }, "");
    }
    out.push_str(if tag.empty { "/>" } else { ">" });
    true
}

#[cfg(test)]
mod tests {
    use super::{Named, mirror};

    const PAGE: &str = r##"<body><nav><a href="/">home</a></nav><main class="wrap" id="main">
<h1 onclick="x()">Crew &amp; list</h1><script>alert("</p>")</script><!-- a > b --><style>p{}</style>
<form method="post" action="/calls"><input type="hidden" name="csrf" value="secret-token"><label class="l" for="name">Name <span>(must)</span></label>
<input id="name" name="name" value="a &quot;b&quot; > c" aria-invalid="true" accesskey="n" autofocus data-key="F2"><select id="s"><option value="1" selected>one</option></select>
<label for="s">Kind</label><input type="password" id="p" value="hush"><button name="do" value="go" data-key="F9">Go</button></form>
<a href="javascript:x()" class="btn">on</a><img src="/x"><svg viewBox="0 0 1 1"><path d="M0"/><circle r="1"/></svg><template><p>no</p></template></main><footer>foot</footer>"##;

    #[test]
    fn nothing_that_acts_passes_and_every_field_is_named() {
        let seen = mirror(PAGE);
        for gone in [
            "script",
            "alert",
            "secret-token",
            "hush",
            "href",
            "onclick",
            "action",
            "name=\"do\"",
            "accesskey",
            "autofocus",
            "data-key",
            "<form",
            "<button",
            "<a ",
            "<h1",
            "<img",
            "template",
            "style",
            "home",
            "foot",
            " id=\"name\"",
        ] {
            assert!(!seen.html.contains(gone), "{gone} in {}", seen.html);
        }
        for there in [
            "<h2>Crew &amp; list</h2>",
            "value=\"a &quot;b&quot; &gt; c\"",
            "data-at=\"name\" id=\"at-name\" tabindex=\"-1\" readonly>",
            "<option selected value=\"1\">one</option>",
            "<span class=\"btn\">on</span>",
            "<span>Go</span>",
            "<svg viewbox=\"0 0 1 1\"><path d=\"M0\"/><circle r=\"1\"/></svg>",
        ] {
            assert!(seen.html.contains(there), "{there} in {}", seen.html);
        }
        let field = |id: &str, label: &str, wrong| Named { id: id.to_owned(), label: label.to_owned(), wrong };
        assert_eq!(seen.fields, [field("name", "Name (must)", true), field("s", "Kind", false)]);
    }

    #[test]
    fn a_page_that_is_cut_anywhere_is_read_to_its_end() {
        for (at, _) in PAGE.char_indices() {
            let seen = mirror(&PAGE[..at]);
            assert!(!seen.html.contains("secret-token") && !seen.html.contains("<script"), "{at}");
        }
    }
}
