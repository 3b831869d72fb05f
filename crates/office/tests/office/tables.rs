//! Changes of tables by officers: drafted, checked, approved by other eyes, published on a day, withdrawn before it.

use std::{
    fs,
    path::Path,
    sync::{Arc, atomic::Ordering},
};

use domain::{Instant, Value, measure::Fits, ship_call::Party};
use jiff::civil::{Date, date};
use office::{Actor, Drafted, Drift, Error, Office, Role, Rules, TableAct, profiles::Source};
use uuid::Uuid;

use crate::harness::{NOON, Place, agent, request};

/// The day after the tests' today.
const TOMORROW: Date = date(2026, 11, 25);
const TABLE: &str = "formalities-due";
const MEASURE: &str = "eligibility-02-green-lane";

fn organ(code: &str, person: &str, role: Role) -> Actor {
    Actor {
        person: person.to_owned(),
        name: person.to_owned(),
        party: Party::Organ(code.to_owned()),
        role,
        language: "en".to_owned(),
        on_behalf: None,
    }
}

/// A person of an organ who can sign in.
async fn officer(place: &Place, code: &str, person: &str) -> Actor {
    let role = if code == "port_office" { Role::Coordinator } else { Role::Officer };
    let actor = organ(code, person, role);
    place.office.add_user(person, "a long password", &actor.party, role.code(), "en").await.expect("added");
    actor
}

/// A table with another row, after the last one.
fn with_row(text: &str, row: &str) -> String {
    format!("{}\n{row}\n", text.trim_end())
}

/// The row of an id, copied under another id and day, and the first one closed on that day.
fn replaced(text: &str, id: &str, new: &str, from: Date, change: impl Fn(String) -> String) -> String {
    let old = text.lines().find(|line| line.starts_with(&format!("| {id} |"))).expect("the row");
    let cells: Vec<&str> = old.split('|').collect();
    let header = text.lines().find(|line| line.starts_with("| row |")).expect("the heading");
    let place = |name: &str| header.split('|').position(|cell| cell.trim() == name).expect("a column");
    let with = |pairs: &[(&str, String)]| {
        let mut cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        for (name, value) in pairs {
            cells[place(name)] = format!(" {value} ");
        }
        cells.join("|")
    };
    let closed = with(&[("until", from.to_string())]);
    let next = change(with(&[("row", new.to_owned()), ("from", from.to_string())]));
    text.replace(old, &format!("{closed}\n{next}"))
}

async fn text(place: &Place, table: &str) -> String {
    place.office.clone().table(&organ("port_office", "x", Role::Coordinator), table).await.expect("a table").text
}

fn drafted(text: String) -> Drafted {
    Drafted { text, valid_from: Some(TOMORROW), words: "a reason".to_owned(), ..Drafted::default() }
}

async fn edit(place: &Place, actor: &Actor, id: Uuid) -> i64 {
    place.office.table_change(actor, id).await.expect("a change").version.edit
}

async fn act(place: &Place, actor: &Actor, id: Uuid, act: TableAct) -> Result<(), Error> {
    let edit = edit(place, actor, id).await;
    place.office.clone().act_on_table(actor, id, edit, act, "seen").await
}

fn code(outcome: Result<(), Error>) -> String {
    outcome.expect_err("a refusal").faults()[0].code.clone()
}

/// Another process's office on the same store.
fn beside(place: &Place, source: Source) -> Office {
    let now = place.clock.clone();
    let clock = Arc::new(move || Instant(now.fetch_add(1, Ordering::Relaxed)));
    let rules = Rules::of(source).expect("a profile");
    Office::new(place.office.store.clone(), rules, place.office.keys.clone(), clock, Arc::new(|| [3; 32]))
}

/// The same with a profile's folder in which words of a file are others.
fn with_folder(place: &Place, file: &str, from: &str, to: &str) -> Office {
    let copy = place.folder.join("port");
    copied(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ports/dalian"), &copy);
    let text = fs::read_to_string(copy.join(file)).expect("the file");
    assert!(text.contains(from), "{from} stands in {file}");
    fs::write(copy.join(file), text.replace(from, to)).expect("written");
    beside(place, Source::from_folder(&copy).expect("the folder"))
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copied(&path, &target);
        } else {
            fs::copy(&path, &target).expect("copied");
        }
    }
}

/// The greenest measure: key goods go on application; from tomorrow raw materials do too.
async fn wider(place: &Place) -> String {
    let text = text(place, MEASURE).await;
    replaced(&text, "other-goods", "other-goods-2026", TOMORROW, |row| row.replace("\"no\"", "\"on_application\""))
}

/// The same, by choice.
fn chosen(wider: &str) -> String {
    let line = |line: &str| match line.starts_with("| other-goods-2026 |") {
        true => line.replace("on_application", "by_choice"),
        false => line.to_owned(),
    };
    wider.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_change_is_drafted_approved_by_other_eyes_and_counts_from_its_day() {
    let place = Place::open().await;
    let (li, wang) = (officer(&place, "port_office", "li").await, officer(&place, "port_office", "wang").await);
    let id = place.office.draft_table(&li, MEASURE, &drafted(wider(&place).await)).await.expect("drafted");
    assert_eq!(code(act(&place, &wang, id, TableAct::Publish).await), "PQ-TABLE-018", "not proposed yet");
    act(&place, &li, id, TableAct::Propose).await.expect("proposed");
    assert_eq!(code(act(&place, &li, id, TableAct::Publish).await), "PQ-TABLE-017", "four eyes");
    let stale = place.office.clone();
    act(&place, &wang, id, TableAct::Publish).await.expect("published");

    let office = place.office.clone();
    let measure = office.profile.register.measure("02-green-lane").expect("the measure");
    let facts = Value::from([("goods", "other".into())]);
    let fits = |office: &office::Office, day: Date| domain::measure::answer(&office.profile, measure, day, &facts).fits;
    assert_eq!(fits(&office, date(2026, 11, 24)), Fits::No, "today is decided by today's rules");
    assert_eq!(fits(&office, TOMORROW), Fits::OnApplication);
    assert_eq!(fits(&stale, TOMORROW), Fits::No, "what began before keeps its profile");

    let steps = office.table_change(&li, id).await.expect("a change").steps;
    let told: Vec<_> = steps.iter().map(|of| (of.kind.as_str(), of.who.as_str())).collect();
    let (one, other) = ("organ:port_office/li", "organ:port_office/wang");
    assert_eq!(told, [("drafted", one), ("proposed", one), ("published", other)]);
    for step in &steps {
        assert_eq!(step.hash, office.profile.tables[MEASURE].hash);
        let receipt = office.store.reach(store::Reach::Port).receipt(step.receipt).await.expect("read").expect("one");
        let stated = ledger::receipt::verify(&receipt, &office.keys.trust_list).expect("it verifies");
        assert_eq!(stated.statement.what, "administration");
    }
    assert_eq!(office.drift_of_tables().await.expect("read"), []);
    // A firm reads what counts, and who drafted it is not hers.
    let seen = office.table(&agent("blue"), MEASURE).await.expect("a table");
    assert_eq!((seen.versions.len(), seen.may_draft), (1, false));
}

#[tokio::test]
async fn who_approves_has_it_on_her_desk_and_a_change_that_is_sent_twice_is_one() {
    let place = Place::open().await;
    let (li, wang) = (officer(&place, "port_office", "li").await, officer(&place, "port_office", "wang").await);
    let hu = officer(&place, "msa", "hu").await;
    let sent = Drafted { request: Some(request("draft", "one")), ..drafted(wider(&place).await) };
    let id = place.office.draft_table(&hu, MEASURE, &sent).await.expect("drafted");
    assert_eq!(place.office.draft_table(&hu, MEASURE, &sent).await.expect("the same again"), id);
    let other =
        Drafted { request: Some(office::Request::new("draft", Some("one".to_owned()), b"other", "api")), ..sent };
    assert!(matches!(place.office.draft_table(&hu, MEASURE, &other).await, Err(Error::KeyReused)));

    let told = |office: Office, who: Actor| async move {
        let lines = office.notices(&who, None).await.expect("read").lines;
        let said = lines.into_iter().filter(|of| of.kind.starts_with("table."));
        said.map(|of| (of.kind.clone(), of.path())).collect::<Vec<_>>()
    };
    let path = format!("/tables/{MEASURE}");
    let desk = |office: Office, who: Actor| async move { office.changes_to_approve(&who).await.expect("read").len() };
    assert_eq!(desk(place.office.clone(), wang.clone()).await, 0, "a draft waits for nobody");
    act(&place, &hu, id, TableAct::Propose).await.expect("proposed");
    for who in [&li, &wang] {
        assert_eq!(desk(place.office.clone(), who.clone()).await, 1);
        assert_eq!(told(place.office.clone(), who.clone()).await, [("table.proposed".to_owned(), path.clone())]);
    }
    assert_eq!(
        (desk(place.office.clone(), hu.clone()).await, told(place.office.clone(), hu.clone()).await),
        (0, vec![])
    );
    act(&place, &wang, id, TableAct::Return).await.expect("returned");
    assert_eq!(desk(place.office.clone(), wang.clone()).await, 0);
    assert_eq!(told(place.office.clone(), hu.clone()).await, [("table.returned".to_owned(), path)]);
}

#[tokio::test]
async fn what_is_due_changes_from_the_day_and_not_before() {
    let place = Place::open().await;
    let (hu, wang) = (officer(&place, "msa", "hu").await, officer(&place, "port_office", "wang").await);
    let before = text(&place, TABLE).await;
    let crew =
        before.lines().find(|line| line.contains("\"crew_list\"")).expect("a row").split('|').nth(1).expect("an id");
    let longer = replaced(&before, crew.trim(), "crew-2026", TOMORROW, |row| {
        row.replace("[\"border\", ", "[\"port_group\", \"border\", ")
    });
    assert!(longer.contains("[\"port_group\", \"border\""), "{longer}");
    let id = place.office.draft_table(&hu, TABLE, &drafted(longer)).await.expect("drafted");
    act(&place, &hu, id, TableAct::Propose).await.expect("proposed");
    act(&place, &wang, id, TableAct::Publish).await.expect("published");

    let blue = agent("blue");
    let organs = |office: office::Office, number: String| async move {
        let call = office.call(&agent("blue"), &number).await.expect("a call").call;
        let due = call.requirements.into_iter().find(|due| due.formality.code() == "crew_list").expect("due");
        (due.organs, due.basis.rule.row.clone())
    };
    let office = place.office.clone();
    let today = office.open_call(&blue, &place.new_call(), &request("open", "one")).await.expect("opened").number;
    let (of_today, row) = organs(office.clone(), today.clone()).await;
    assert!(!of_today.contains(&"port_group".to_owned()) && row != "crew-2026", "{of_today:?} by {row}");
    place.clock.store(NOON + 24 * domain::instant::HOUR, Ordering::Relaxed);
    let tomorrow = office.open_call(&blue, &place.new_call(), &request("open", "two")).await.expect("opened").number;
    let (of_tomorrow, row) = organs(office.clone(), tomorrow).await;
    assert!(of_tomorrow.contains(&"port_group".to_owned()), "{of_tomorrow:?}");
    assert_eq!(row, "crew-2026");
    // The call of yesterday still says by which row it was due; folding it anew gives the same.
    assert_eq!(organs(office.clone(), today).await.0, of_today);
    office.rebuild(&|| ()).await.expect("made anew");
}

#[tokio::test]
async fn a_faulty_draft_is_kept_and_cannot_be_proposed() {
    let place = Place::open().await;
    let li = officer(&place, "port_office", "li").await;
    let before = text(&place, MEASURE).await;
    let lawless = with_row(&before, "| gifts | \"food\" | \"no\" | 2026-11-25 | | | 无 | none |");
    let id = place.office.draft_table(&li, MEASURE, &drafted(lawless.clone())).await.expect("kept");
    let refused = act(&place, &li, id, TableAct::Propose).await.expect_err("faults").faults();
    assert_eq!(refused[0].code, "PQ-TABLE-023");
    assert!(
        refused
            .iter()
            .any(|fault| fault.is_error() && fault.location.contains("row gifts") || fault.code == "PQ-RULES-CELLS"),
        "{refused:?}"
    );
    // A gap in what a measure answers.
    let gap = before.lines().filter(|line| !line.starts_with("| other-goods")).collect::<Vec<_>>().join("\n");
    let checked = place.office.check_table(&li, MEASURE, &gap, TOMORROW).expect("checked");
    assert!(checked.faults.iter().any(|fault| fault.code == "PQ-TABLE-005" && fault.location == "row other-goods"));
    assert!(checked.faults.iter().any(|fault| fault.code == "PQ-RULES-GAP" && fault.location == "column goods"));
    // A relief that no charge knows of: it is told, and whoever approves sees it.
    let storage = "eligibility-20-storage-and-detention";
    let before = text(&place, storage).await;
    let ended = before.replace("| \"no\" | - | 2020-05-01 |  |", "| \"no\" | - | 2020-05-01 | 2027-01-01 |");
    let promised = "| again | \"storage\", \"reefer\", \"detention\" | - | \"by_itself\" | 0.3 | 2027-01-01 | | 本口岸选择 choice of the port | 再减 | less again |";
    let checked = place.office.check_table(&li, storage, &with_row(&ended, promised), TOMORROW).expect("checked");
    let told: Vec<_> = checked.faults.iter().filter(|fault| fault.code == "PQ-TABLE-026").collect();
    assert!(ended != before && told.len() == 1 && !told[0].is_error(), "{:?}", checked.faults);
    assert_eq!(told[0].location, "row again");
    let none = place.office.check_table(&li, MEASURE, "<definitions/>", TOMORROW);
    assert_eq!(none.expect_err("no table").faults()[0].code, "PQ-TABLE-021");
    let workbook = place.office.check_table(&li, MEASURE, "PK\u{3}\u{4}\0\u{fffd}", TOMORROW);
    assert_eq!(workbook.expect_err("no text").faults()[0].code, "PQ-TABLE-021");
}

#[tokio::test]
async fn dmn_xml_is_a_draft_as_well() {
    let place = Place::open().await;
    let li = officer(&place, "port_office", "li").await;
    let wider = wider(&place).await;
    let table = rules::Table::parse(&wider).0.expect("a table");
    let xml = rules::dmn::Model::of_table(&table.source).to_xml();
    let checked = place.office.check_table(&li, MEASURE, &xml, TOMORROW).expect("checked");
    assert!(checked.is_sound(), "{:?}", checked.faults);
    assert_eq!(checked.reviewed.table.expect("a table").hash, table.hash);
}

#[tokio::test]
async fn who_drafts_and_approves_is_said_by_the_table() {
    let place = Place::open().await;
    let (hu, wang) = (officer(&place, "msa", "hu").await, officer(&place, "port_office", "wang").await);
    let border = officer(&place, "border", "bao").await;
    let refused = place.office.draft_table(&hu, "tariff-storage", &drafted(text(&place, "tariff-storage").await)).await;
    assert_eq!(code(refused.map(drop)), "PQ-TABLE-016");
    let id = place.office.draft_table(&hu, MEASURE, &drafted(wider(&place).await)).await.expect("drafted");
    act(&place, &hu, id, TableAct::Propose).await.expect("proposed");
    assert_eq!(code(act(&place, &border, id, TableAct::Publish).await), "PQ-TABLE-016");
    // A key of the port office acts for it, and has no eyes.
    let system = organ("port_office", "a-system", Role::Coordinator);
    assert_eq!(code(act(&place, &system, id, TableAct::Publish).await), "PQ-TABLE-017");
    for stranger in [agent("blue"), organ("court", "judge", Role::Officer)] {
        assert!(matches!(place.office.table_change(&stranger, id).await, Err(Error::NotFound)), "{stranger:?}");
        assert!(place.office.table(&stranger, MEASURE).await.expect("a table").versions.is_empty());
        let of_all = place.office.tables(&stranger).await.expect("tables");
        assert!(of_all.iter().all(|line| line.open.is_empty()));
    }
    let edit = edit(&place, &wang, id).await;
    let mute = place.office.clone().act_on_table(&wang, id, edit, TableAct::Return, " ").await;
    assert_eq!(code(mute), "PQ-TABLE-024");
    act(&place, &wang, id, TableAct::Return).await.expect("returned");
    assert_eq!(place.office.table_change(&hu, id).await.expect("a change").version.state, "draft");
}

#[tokio::test]
async fn of_two_drafts_the_second_takes_in_the_first() {
    let place = Place::open().await;
    let (li, wang) = (officer(&place, "port_office", "li").await, officer(&place, "port_office", "wang").await);
    let (one, other) = (wider(&place).await, chosen(&wider(&place).await));
    let first = place.office.draft_table(&li, MEASURE, &drafted(one)).await.expect("drafted");
    let second = place.office.draft_table(&li, MEASURE, &drafted(other.clone())).await.expect("drafted");
    for id in [first, second] {
        act(&place, &li, id, TableAct::Propose).await.expect("proposed");
    }
    let (of_first, of_second) = (edit(&place, &wang, first).await, edit(&place, &wang, second).await);
    let office = place.office.clone();
    let (won, lost) = tokio::join!(
        office.act_on_table(&wang, first, of_first, TableAct::Publish, ""),
        office.act_on_table(&wang, second, of_second, TableAct::Publish, ""),
    );
    assert_eq!([won.is_ok(), lost.is_ok()].iter().filter(|ok| **ok).count(), 1, "{won:?} {lost:?}");
    let later = if won.is_ok() { second } else { first };
    let office = place.office.clone();
    assert_eq!(code(act(&place, &wang, later, TableAct::Publish).await), "PQ-TABLE-019");
    act(&place, &wang, later, TableAct::Return).await.expect("returned");
    // Two who edit the same draft: the second is told.
    let read = edit(&place, &li, later).await;
    office.edit_table(&li, later, read, &drafted(other.clone())).await.expect("edited");
    let late = office.edit_table(&wang, later, read, &drafted(other)).await;
    assert_eq!(code(late), "PQ-TABLE-022");
    assert_eq!(
        office.table_change(&li, later).await.expect("a change").version.base,
        office.profile.tables[MEASURE].hash
    );
}

#[tokio::test]
async fn what_was_published_is_withdrawn_before_its_day_and_not_after() {
    let place = Place::open().await;
    let (li, wang) = (officer(&place, "port_office", "li").await, officer(&place, "port_office", "wang").await);
    let before = place.office.profile.tables[MEASURE].hash.clone();
    let publish = |text: String| {
        let (place, li, wang) = (&place, &li, &wang);
        async move {
            let id = place.office.clone().draft_table(li, MEASURE, &drafted(text)).await.expect("drafted");
            act(place, li, id, TableAct::Propose).await.expect("proposed");
            act(place, wang, id, TableAct::Publish).await.expect("published");
            id
        }
    };
    let first = publish(wider(&place).await).await;
    let later = chosen(&text(&place, MEASURE).await);
    let second = publish(later).await;
    assert_eq!(code(act(&place, &wang, first, TableAct::Withdraw).await), "PQ-TABLE-020", "another one rests on it");
    act(&place, &wang, second, TableAct::Withdraw).await.expect("withdrawn");
    act(&place, &wang, first, TableAct::Withdraw).await.expect("withdrawn");
    assert_eq!(place.office.clone().profile.tables[MEASURE].hash, before);
    let third = publish(wider(&place).await).await;
    place.clock.store(NOON + 24 * domain::instant::HOUR, Ordering::Relaxed);
    assert_eq!(code(act(&place, &wang, third, TableAct::Withdraw).await), "PQ-TABLE-020", "its day has come");
    // What an entry names can be read, withdrawn or not.
    let version = place.office.table_change(&li, second).await.expect("a change").version;
    let kept = place.office.table_by_hash(&agent("blue"), MEASURE, &version.hash).await.expect("kept");
    assert_eq!(kept, version.text);
}

/// Two processes on one store: the second has what the first published as soon as it asks.
#[tokio::test]
async fn another_process_takes_over_what_was_published() {
    let place = Place::open().await;
    let (li, wang) = (officer(&place, "port_office", "li").await, officer(&place, "port_office", "wang").await);
    let other = beside(&place, Source::sample());
    let id = place.office.draft_table(&li, MEASURE, &drafted(wider(&place).await)).await.expect("drafted");
    act(&place, &li, id, TableAct::Propose).await.expect("proposed");
    act(&place, &wang, id, TableAct::Publish).await.expect("published");
    let hash = place.office.clone().profile.tables[MEASURE].hash.clone();
    assert_ne!(other.clone().profile.tables[MEASURE].hash, hash);
    other.follow_tables().await.expect("followed");
    assert_eq!(other.clone().profile.tables[MEASURE].hash, hash);
    let read =
        store::published(&format!("sqlite:{}", place.folder.join("port.db").display()), &other.profile.port.code)
            .await
            .expect("read");
    assert_eq!(read.len(), 1);
    assert_eq!(rules::Table::parse(&read[0].1).0.expect("a table").hash, hash);
    // A folder that was changed underneath.
    let moved =
        with_folder(&place, "measures/02-green-lane/eligibility.table.md", "not among the key goods", "no key goods");
    moved.follow_tables().await.expect("followed");
    assert_eq!(moved.clone().profile.tables[MEASURE].hash, hash, "the published version counts");
    assert_eq!(moved.drift_of_tables().await.expect("read"), [Drift::Folder(MEASURE.to_owned())]);
}

#[tokio::test]
async fn the_difference_on_real_matters_is_counted_and_listed_for_who_sees_them() {
    let place = Place::open().await;
    let (hu, office) = (officer(&place, "msa", "hu").await, place.office.clone());
    let number =
        office.open_call(&agent("blue"), &place.new_call(), &request("open", "one")).await.expect("opened").number;
    let before = text(&place, TABLE).await;
    let crew =
        before.lines().find(|line| line.contains("\"crew_list\"")).expect("a row").split('|').nth(1).expect("an id");
    let longer = replaced(&before, crew.trim(), "crew-2026", TOMORROW, |row| {
        row.replace("[\"border\", ", "[\"port_group\", \"border\", ")
    });
    let checked = office.check_table(&hu, TABLE, &longer, TOMORROW).expect("checked");
    assert!(checked.tried > 20, "{} situations", checked.tried);
    let difference = office.table_difference(&hu, TABLE, &checked).await.expect("reckoned");
    assert_eq!((difference.matters, difference.asked, difference.differing), (1, 1, 1));
    let listed = &difference.listed[0];
    assert_eq!((listed.kind, listed.number.as_str()), ("ship_call", number.as_str()));
    assert!(listed.outcome.after.iter().any(|line| line.contains("port_group")), "{listed:?}");
    assert!(listed.outcome.before.iter().all(|line| !line.contains("port_group")), "{listed:?}");
    // What is a month old is not looked at.
    place.clock.store(NOON + 40 * 24 * domain::instant::HOUR, Ordering::Relaxed);
    let later: Date = Instant(NOON + 41 * 24 * domain::instant::HOUR).date(&office.profile.zone);
    let longer = longer.replace("2026-11-25", &later.to_string());
    let checked = office.check_table(&hu, TABLE, &longer, later).expect("checked");
    let difference = office.table_difference(&hu, TABLE, &checked).await.expect("reckoned");
    assert_eq!((difference.matters, difference.differing), (0, 0));
}
