fn main() {
    for path in std::env::args().skip(1) {
        let r = messages::read(&path, &std::fs::read(&path).unwrap());
        println!("{path} {:?} {:?}", r.kind, r.documents.iter().map(|d| &d.0).collect::<Vec<_>>());
        for f in &r.faults {
            println!("  {:?} {} {} | {} | {}", f.severity, f.code, f.location, f.text.en, f.remedy.en);
        }
    }
}
