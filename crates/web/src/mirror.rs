//! A page of this program as somebody else may look at it: its content without anything that acts. Only tags and attributes that
//! are listed here pass, so that what is not known is not shown; and each field is named, to be pointed at.
//!
//! It reads what this program's own templates wrote (`dispatch` of `pages/hall/help.rs`), never another's page.

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
    "viewBox",
    "width",
    "x",
];
/// What an id becomes, so that it is none of the page around it.
const PREFIX: &str = "at-";

/// What is seen of a page's main part.
pub fn mirror(page: &str) -> Mirror {
    let main = page.split_once("<main").and_then(|(_, rest)| rest.split_once('>')).map_or("", |(_, rest)| rest);
    let mut rest = main.split_once("</main>").map_or(main, |(main, _)| main);
    let mut mirror = Mirror::default();
    // The label that is being read, and where its words begin.
    let mut label: Option<(String, usize)> = None;
    let mut wrong = Vec::new();
    while let Some((words, after)) = rest.split_once('<') {
        mirror.html.push_str(words);
        let Some((tag, after)) = tag_of(after) else { return mirror };
        rest = after;
        if LEFT_OUT.contains(&tag.name.as_str()) && !tag.closes {
            let end = format!("</{}>", tag.name);
            rest = rest.split_once(end.as_str()).map_or("", |(_, after)| after);
            continue;
        }
        if tag.closes
            && tag.name == "label"
            && let Some((id, from)) = label.take()
        {
            let words = plain(&mirror.html[from..]);
            if !mirror.fields.iter().any(|of| of.id == id) {
                mirror.fields.push(Named { id, label: words, wrong: false });
            }
        }
        if !write_tag(&mut mirror.html, &tag) {
            continue;
        }
        if tag.name == "label"
            && let Some(id) = tag.value("for")
        {
            label = Some((id.to_owned(), mirror.html.len()));
        }
        if tag.value("aria-invalid") == Some("true") {
            wrong.extend(tag.value("id").map(str::to_owned));
        }
    }
    mirror.html.push_str(rest.split('<').next().unwrap_or_default());
    for field in &mut mirror.fields {
        field.wrong = wrong.contains(&field.id);
    }
    mirror
}

struct Tag {
    name: String,
    closes: bool,
    /// `<path/>`: what is drawn stands beside what follows, not around it.
    empty: bool,
    attributes: Vec<(String, Option<String>)>,
}

impl Tag {
    fn value(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(of, _)| of == name).and_then(|(_, value)| value.as_deref())
    }
}

/// The tag behind a `<`, and what follows it; none where the text ends within it.
fn tag_of(text: &str) -> Option<(Tag, &str)> {
    if let Some(comment) = text.strip_prefix("!--") {
        let after = comment.split_once("-->").map_or("", |(_, after)| after);
        return Some((Tag { name: String::new(), closes: true, empty: false, attributes: Vec::new() }, after));
    }
    let (closes, mut text) = text.strip_prefix('/').map_or((false, text), |text| (true, text));
    let ends = |of: char| of.is_whitespace() || matches!(of, '>' | '/' | '=');
    let end = text.find(ends)?;
    let name = text[..end].to_ascii_lowercase();
    text = &text[end..];
    let mut attributes = Vec::new();
    loop {
        let before = text;
        text = text.trim_start_matches(|of: char| of.is_whitespace() || of == '/');
        if let Some(after) = text.strip_prefix('>') {
            let empty = before[..before.len() - text.len()].ends_with('/');
            return Some((Tag { name, closes, empty, attributes }, after));
        }
        let end = text.find(ends)?;
        let attribute = text[..end].to_owned();
        text = text[end..].trim_start();
        let mut value = None;
        if let Some(after) = text.strip_prefix('=') {
            let after = after.trim_start();
            let (quote, after) = match after.chars().next()? {
                quote @ ('"' | '\'') => (Some(quote), &after[1..]),
                _ => (None, after),
            };
            let end = after.find(|of: char| quote.map_or(of.is_whitespace() || of == '>', |quote| of == quote))?;
            value = Some(after[..end].replace('"', "&quot;"));
            text = &after[end + usize::from(quote.is_some())..];
        } else if attribute.is_empty() {
            // A stray sign: it is passed over, so that reading ends.
            text = text.get(text.chars().next()?.len_utf8()..)?;
        }
        attributes.push((attribute, value));
    }
}

/// Writes a tag as it passes; false when it does not.
fn write_tag(out: &mut String, tag: &Tag) -> bool {
    let renamed = RENAMED.iter().find(|(of, _)| *of == tag.name).map(|(_, to)| *to);
    let name = match renamed {
        Some(name) => name,
        None if TAGS.contains(&tag.name.as_str()) => tag.name.as_str(),
        None => return false,
    };
    // What is hidden in a form is for the program alone, and what is secret for nobody.
    if tag.name == "input" && matches!(tag.value("type"), Some("hidden" | "password" | "file")) {
        return false;
    }
    out.push('<');
    if tag.closes {
        out.push('/');
        out.push_str(name);
        out.push('>');
        return true;
    }
    out.push_str(name);
    let mut put = |name: &str, value: Option<&str>| {
        out.push(' ');
        out.push_str(name);
        if let Some(value) = value {
            out.push_str("=\"");
            out.push_str(value);
            out.push('"');
        }
    };
    for (attribute, value) in &tag.attributes {
        if ATTRIBUTES.contains(&attribute.as_str())
            && !(renamed.is_some() && matches!(attribute.as_str(), "type" | "value"))
        {
            put(attribute, value.as_deref());
        }
    }
    let field = matches!(tag.name.as_str(), "input" | "select" | "textarea");
    let named = tag.value("for").or(tag.value("id").filter(|_| field));
    if let Some(id) = named {
        put("data-at", Some(id));
    }
    if let Some(id) = tag.value("id").filter(|_| field) {
        put("id", Some(&format!("{PREFIX}{id}")));
    }
    if let Some(id) = tag.value("for") {
        put("for", Some(&format!("{PREFIX}{id}")));
    }
    if field {
        put("tabindex", Some("-1"));
        put(
            if matches!(tag.name.as_str(), "select") || matches!(tag.value("type"), Some("checkbox" | "radio")) {
                "disabled"
            } else {
                "readonly"
            },
            None,
        );
    }
    out.push_str(if tag.empty { "/>" } else { ">" });
    true
}

/// The words of a piece of a page.
fn plain(html: &str) -> String {
    let mut words = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        words.push_str(before);
        rest = after.split_once('>').map_or("", |(_, after)| after);
    }
    words.push_str(rest);
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2f;", "/"),
        ("&amp;", "&"),
    ];
    let words = entities.iter().fold(words, |words, (entity, letter)| words.replace(entity, letter));
    words.split_whitespace().collect::<Vec<_>>().join(" ")
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
            "value=\"a &quot;b&quot; > c\"",
            "data-at=\"name\" id=\"at-name\" tabindex=\"-1\" readonly>",
            "<option value=\"1\" selected>one</option>",
            "<span class=\"btn\">on</span>",
            "<span>Go</span>",
            "<svg viewBox=\"0 0 1 1\"><path d=\"M0\"/><circle r=\"1\"/></svg>",
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
