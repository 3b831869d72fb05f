//! Brings in the style sheet and the scripts: npm packages at exact versions, of which a few dist files are taken,
//! transformed, joined, compressed and embedded under names that carry the hash of their content. Lists the templates
//! and words so that they are embedded too.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How often each piece that must not be shipped occurs in the style sheet of the version in package.json. An upgrade
/// that changes a count must be looked at by a person, so the build stops.
const FONT_FACES: usize = 2;
const FONT_STACKS: usize = 58;
const CRESTS: usize = 3;

fn main() {
    let home = PathBuf::from(setting("CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(setting("OUT_DIR"));
    for path in ["build.rs", "package.json", "package-lock.json", "assets", "templates", "words"] {
        println!("cargo:rerun-if-changed={path}");
    }
    if let Err(words) = build(&home, &out) {
        // One line on standard error is what cargo shows first of a failed build script.
        eprintln!("{words}");
        std::process::exit(1);
    }
}

fn build(home: &Path, out: &Path) -> Result<(), String> {
    install_packages(home)?;
    let packages = home.join("node_modules");
    let govuk = read(&packages.join("govuk-frontend/dist/govuk/govuk-frontend.min.css"))?;
    let htmx = read(&packages.join("htmx.org/dist/htmx.min.js"))?;
    let sse = read(&packages.join("htmx-ext-sse/dist/sse.min.js"))?;
    let files = [
        ("govuk.css", without_fonts_and_crest(&govuk)?),
        // One file in this order: as two deferred scripts the extension loses a race in some loads.
        ("htmx.js", format!("{htmx};\n{sse}")),
        ("pratique.css", read(&home.join("assets/pratique.css"))?),
        ("pratique.js", read(&home.join("assets/pratique.js"))?),
        ("gate.css", read(&home.join("assets/gate.css"))?),
        ("gate.js", read(&home.join("assets/gate.js"))?),
        ("flag.svg", read(&home.join("assets/flag.svg"))?),
    ];
    for (name, text) in &files {
        write(&out.join(name), text)?;
    }
    let hashes = pack(home, out, &files.each_ref().map(|(name, _)| *name))?;
    let mut table = asset_table(out, &hashes);
    table += &text_table("TEMPLATES", &home.join("templates"), "html")?;
    table += &text_table("WORDS", &home.join("words"), "ftl")?;
    write(&out.join("embedded.rs"), &table)
}

/// Runs `npm ci` unless the packages of exactly this lock file are there already.
fn install_packages(home: &Path) -> Result<(), String> {
    let lock = read(&home.join("package-lock.json"))?;
    let stamp = home.join("node_modules/.installed-from");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let status = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"])
        .current_dir(home)
        .stdout(Stdio::null())
        .status()
        .map_err(|_| "install Node.js 18 or later with npm: the pages' style sheet and scripts come as npm packages")?;
    if !status.success() {
        return Err(format!("`npm ci` failed in {}; run it there to see why", home.display()));
    }
    write(&stamp, &lock)
}

/// The style sheet of govuk-frontend without what may not be used outside gov.uk: its typeface and its crest.
fn without_fonts_and_crest(css: &str) -> Result<String, String> {
    let mut faces = 0;
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("@font-face{") {
        let length = rest[start..].find('}').ok_or("govuk-frontend: a @font-face block does not end")?;
        kept.push_str(&rest[..start]);
        rest = &rest[start + length + 1..];
        faces += 1;
    }
    kept.push_str(rest);
    expect("@font-face blocks", faces, FONT_FACES)?;
    let stack = "GDS Transport,arial,sans-serif";
    expect("font stacks", kept.matches(stack).count(), FONT_STACKS)?;
    let kept = kept.replace(stack, "var(--pq-font)");
    let crest = "url(/assets/images/govuk-crest.svg)";
    expect("crests", kept.matches(crest).count(), CRESTS)?;
    let kept = kept.replace(crest, "none");
    expect(
        "remaining mentions of the typeface or of files",
        kept.matches("GDS Transport").count() + kept.matches("url(/").count(),
        0,
    )?;
    Ok(kept)
}

fn expect(what: &str, found: usize, expected: usize) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    Err(format!(
        "govuk-frontend has {found} {what}, not {expected}: see what its upgrade changed, then mend crates/web/build.rs"
    ))
}

/// Compresses the files (`name.gz`, `name.br` beside each) and gives the hash of each one's content, in the same order.
fn pack(home: &Path, out: &Path, names: &[&'static str]) -> Result<Vec<(&'static str, String)>, String> {
    let output = Command::new("node")
        .arg(home.join("assets/pack.mjs"))
        .arg(out)
        .args(names)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|_| "install Node.js 18 or later: it compresses the pages' style sheet and scripts")?;
    let hashes = String::from_utf8_lossy(&output.stdout);
    let hashes: Vec<_> = names.iter().copied().zip(hashes.lines().map(str::to_owned)).collect();
    if !output.status.success() || hashes.len() != names.len() {
        return Err("assets/pack.mjs failed".to_owned());
    }
    Ok(hashes)
}

fn asset_table(out: &Path, hashes: &[(&str, String)]) -> String {
    let mut table = String::from("pub static ASSETS: &[Asset] = &[\n");
    for (name, hash) in hashes {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let path = out.join(name).display().to_string();
        let bytes = |suffix: &str| format!("include_bytes!({:?})", format!("{path}{suffix}"));
        let _ = writeln!(
            table,
            "Asset {{ name: {name:?}, file: \"{stem}-{hash}.{extension}\", identity: {}, gzip: {}, brotli: {} }},",
            bytes(""),
            bytes(".gz"),
            bytes(".br")
        );
    }
    table + "];\n"
}

/// A table of (path below `folder`, text) of every file with the extension.
fn text_table(name: &str, folder: &Path, extension: &str) -> Result<String, String> {
    let mut files = Vec::new();
    list(folder, extension, &mut files)?;
    files.sort();
    let mut table = format!("pub static {name}: &[(&str, &str)] = &[\n");
    for file in files {
        let below = file.strip_prefix(folder).map_err(|fault| fault.to_string())?;
        let below = below.to_string_lossy().replace('\\', "/");
        let _ = writeln!(table, "({below:?}, include_str!({:?})),", file.display().to_string());
    }
    Ok(table + "];\n")
}

fn list(folder: &Path, extension: &str, files: &mut Vec<PathBuf>) -> Result<(), String> {
    for entry in fs::read_dir(folder).map_err(|fault| format!("{}: {fault}", folder.display()))? {
        let path = entry.map_err(|fault| fault.to_string())?.path();
        if path.is_dir() {
            list(&path, extension, files)?;
        } else if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|fault| format!("{}: {fault}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|fault| format!("{}: {fault}", path.display()))
}

#[expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts through the environment")]
fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}
