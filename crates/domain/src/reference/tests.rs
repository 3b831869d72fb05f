use super::{imo::*, *};

#[test]
fn a_country_is_found_by_either_code_and_by_name() {
    for text in ["KR", "kr", "KOR", "kor", "Korea, Republic of", "south korea", "韩国", " Republic of Korea "] {
        assert_eq!(country(text).map(|found| found.alpha2), Some("KR"), "{text}");
    }
    assert_eq!(country("CHN").map(|found| found.zh), Some("中国"));
    assert_eq!(country("中国香港").map(|found| found.alpha3), Some("HKG"));
    assert_eq!(country("United Arab Emirates").map(|found| found.alpha3), Some("ARE"));
    for text in ["", "X", "XX", "QQQ", "Atlantis", "é", "国"] {
        assert_eq!(country(text), None, "{text}");
    }
}

#[test]
fn every_row_of_every_table_finds_itself() {
    for table in
        [COUNTRIES, PLACES, UN_NUMBERS, UNITS, PACKAGES, DELAY_REASONS, VESSEL_TYPES, IMO_CLASSES, SEGREGATION_GROUPS]
    {
        for line in rows(table) {
            let [key] = fields(line);
            assert_eq!(find(table, key), Some(line));
        }
        assert_eq!((find(table, ""), find(table, "~")), (None, None));
    }
}

#[test]
fn countries_have_whole_codes_and_names() {
    let all: Vec<_> = countries().collect();
    assert_eq!(all.len(), 249);
    for here in all {
        assert!(here.alpha2.len() == 2 && here.alpha3.len() == 3 && !here.en.is_empty() && !here.zh.is_empty());
        assert_eq!(country(here.alpha3), Some(here));
        assert_eq!(country(here.en), Some(here));
    }
}

#[test]
fn places_are_found_by_code() {
    let dalian = locode("cn dal").unwrap();
    assert_eq!((dalian.code, dalian.name, dalian.zh, dalian.subdivision), ("CNDAL", "Dalian", Some("大连"), "LN"));
    assert!(dalian.seaport && dalian.airport && dalian.country().unwrap().alpha3 == "CHN");
    assert!(!locode("CNDLC").unwrap().seaport);
    assert_eq!(locode("JPARI").unwrap().name, "Ariake, Tokyo");
    for code in ["", "CN", "CNDALX", "ZZZZZ", "CNDÄ", "大连"] {
        assert_eq!(locode(code), None, "{code}");
    }
}

#[test]
fn places_are_found_by_what_people_type() {
    let codes = |text| search_places(text, 5).iter().map(|place| place.code).collect::<Vec<_>>();
    assert_eq!(codes("krpus"), ["KRPUS"]);
    assert_eq!(codes("Dalian")[0], "CNDAL");
    assert!(codes("大窑湾").contains(&"CNDYW"));
    assert!(codes("xingang").contains(&"CNTXG"), "a word inside the name");
    assert_eq!(search_places("a", 7).len(), 7);
    assert!(search_places("  ", 7).is_empty() && search_places("qqqqqq", 7).is_empty());
}

#[test]
fn codes_of_the_smaller_lists() {
    assert_eq!(un_number(1203).map(|found| found.class), Some("3"));
    assert_eq!(un_number(4).map(|found| found.class), Some("1"));
    assert_eq!((un_number(0), un_number(3001), un_number(65535)), (None, None, None));
    assert_eq!(unit("kgm").map(|found| (found.name, found.more)), Some(("kilogram", "kg")));
    assert_eq!(package("CT").map(|found| found.name), Some("Carton"));
    assert_eq!(delay_reason("WEA").map(|found| found.name), Some("Bad weather"));
    assert_eq!(vessel_type("CONT").map(|found| found.more), Some("511"));
    assert_eq!(segregation_group("18"), segregation_groups().find(|group| group.code == "18"));
    assert!(imo_class("1.4S").is_some() && imo_class("10").is_none());
}

#[test]
fn the_check_digit_of_a_ships_number() {
    for good in ["9074729", "IMO 9074729", "imo9319466"] {
        assert!(imo_number_ok(good), "{good}");
    }
    for bad in ["9074728", "907472", "90747299", "", "IMO", "9O74729", "９０７４７２９", "大连港"] {
        assert!(!imo_number_ok(bad), "{bad}");
    }
    assert_eq!(imo_number("IMO 9074729").as_deref(), Some("9074729"));
}
