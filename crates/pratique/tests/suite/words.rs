//! Pages speak in words of the reader's language: no code of a firm, a place, a type or a law of the other language.

use serde_json::json;

use crate::harness::{ASKED, LEAVING, Port, SAILED, numbered};

#[test]
fn officers_read_words_in_their_language() {
    let port = Port::open();
    let [asked, leaving, sailed] = [ASKED, LEAVING, SAILED].map(|sample| numbered(&port, sample));
    let border = port.person("border");
    for page in [
        format!("/calls/{asked}"),
        format!("/calls/{leaving}"),
        format!("/calls/{asked}/crew_list/decide"),
        format!("/calls/{asked}/arrival_report"),
        format!("/calls/{sailed}/permits/{sailed}-D1"),
        "/ships".to_owned(),
        "/queue".to_owned(),
        "/board".to_owned(),
    ] {
        let text = border.get(&format!("{page}?lang=zh")).text();
        for code in
            ["sample-agency-a", "Decree 175", "Incheon<", "来自Incheon", "lng_carrier", "vehicle_carrier", " art. "]
        {
            assert!(!text.contains(code), "{page} in Chinese: {code}");
        }
        let text = border.get(&format!("{page}?lang=en")).text();
        for code in ["sample-agency-a", "检查办法", "lng_carrier", "vehicle_carrier"] {
            assert!(!text.contains(code), "{page} in English: {code}");
        }
    }
    assert!(border.get(&format!("/calls/{asked}?lang=zh")).text().contains("来自仁川"));
    let report = border.get(&format!("/calls/{asked}/arrival_report?lang=zh")).text();
    assert!(report.contains("仁川（KRINC）"), "the code stands beside the name");
    assert!(report.contains("大窑湾") && report.contains("（DYW-"), "berths too");
    let permit = border.get(&format!("/calls/{sailed}/permits/{sailed}-D1?lang=zh")).text();
    assert!(permit.contains("口岸检查办法》（2019年修订）第十二条、第十三条"), "laws as they are cited here");
}

#[test]
fn who_acknowledges_a_distress_reads_what_was_reported() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let report = json!({"act": "report_distress", "report": {"zh": "机舱进水", "en": "water in the engine room"}});
    let reported = port.system("agent").call("POST", &format!("/api/v1/calls/{number}/acts"), "mayday", &report);
    assert!((200..300).contains(&reported.status), "{}", reported.text());
    for (language, words) in [("zh", "机舱进水"), ("en", "water in the engine room")] {
        let page = port.person("customs").get(&format!("/calls/{number}/do?lang={language}"));
        let form = page.between("id=\"acknowledge\"", "</section>").expect("the form");
        assert!(form.contains(words), "{form}");
    }
}
