//! Sample declarations of goods, each brought to a state of its own by those who would bring it there.

use domain::{
    Instant, Value,
    declaration::{Act, Boxes, Licence},
    matter::Party,
};
use office::{Actor, DeclarationAct, Error, Office, Request, Role};
use rust_decimal::Decimal;

use crate::setup::Clock;

const HOUR: i64 = domain::instant::HOUR;
const TRADER: &str = "sample-agency-a";
const ACCOUNT: &str = "SAMPLE-G1";
const PERMIT: &str = "SAMPLE-PERMIT-1";

/// A sample declaration: how it is declared, what it holds, and how far it has come.
struct Scene {
    reference: &'static str,
    mode: &'static str,
    direction: &'static str,
    /// Code, what it is, origin, value.
    items: &'static [(&'static str, &'static str, &'static str, i64)],
    /// Hours ago.
    ago: i64,
    reach: Reach,
}

#[derive(Clone, Copy, PartialEq)]
enum Reach {
    Lodged,
    Asked,
    Answered,
    Paid,
    Secured,
    Examined,
}

/// Makes the sample declarations and a guarantee account.
pub async fn make(office: &Office, clock: &Clock) -> Result<(), Error> {
    clock.shift(-60 * HOUR);
    let expires = Instant(office.now().0 + 365 * 24 * HOUR);
    let account = office::guarantee(ACCOUNT, TRADER, Decimal::from(500_000), expires)?;
    office.set_guarantee(&officer(), &account).await?;
    let day = |days: i64| Instant(office.now().0 + days * 24 * HOUR);
    let permit = Licence {
        kind: "Q".to_owned(),
        number: PERMIT.to_owned(),
        firm: TRADER.to_owned(),
        goods: "1005".to_owned(),
        origin: "BR".to_owned(),
        quantity: Decimal::from(2_000_000),
        from: day(-40),
        until: day(300),
        ..Licence::default()
    };
    office.set_licence(&officer(), &permit).await?;
    for scene in scenes() {
        play(office, clock, &scene).await?;
    }
    clock.shift(0);
    Ok(())
}

fn scenes() -> [Scene; 7] {
    let computers: &[_] = &[
        ("8471300000", "SAMPLE PORTABLE COMPUTERS", "KOR", 182_400),
        ("8473309000", "SAMPLE PARTS OF COMPUTERS", "KOR", 20_500),
    ];
    let scene = |reference, mode, direction, items, ago, reach| Scene { reference, mode, direction, items, ago, reach };
    [
        scene("SAMPLE-1", "on_arrival", "import", computers, 50, Reach::Paid),
        scene("SAMPLE-2", "guaranteed", "import", &[("2204210000", "SAMPLE WINE", "FRA", 96_000)], 30, Reach::Secured),
        scene("SAMPLE-3", "on_arrival", "import", &[("8703234000", "SAMPLE CARS", "DEU", 6_480_000)], 28, Reach::Asked),
        scene(
            "SAMPLE-4",
            "on_arrival",
            "import",
            &[("9018193000", "SAMPLE INSTRUMENTS", "JPN", 5_200_000)],
            26,
            Reach::Answered,
        ),
        scene("SAMPLE-5", "advance", "import", &[("1005900000", "SAMPLE MAIZE", "BRA", 840_000)], 20, Reach::Lodged),
        scene(
            "SAMPLE-6",
            "on_arrival",
            "export",
            &[("8414304000", "SAMPLE COMPRESSORS", "CHN", 310_000)],
            6,
            Reach::Lodged,
        ),
        scene("SAMPLE-7", "on_arrival", "import", &[("2204210000", "SAMPLE WINE", "ITA", 64_000)], 27, Reach::Examined),
    ]
}

async fn play(office: &Office, clock: &Clock, scene: &Scene) -> Result<(), Error> {
    clock.shift(-scene.ago * HOUR);
    let trader = person(Party::Firm(TRADER.to_owned()), Role::Agent);
    let mut content = Value::from([
        ("reference", scene.reference.into()),
        ("direction", scene.direction.into()),
        ("partner", "SAMPLE TRADER ABROAD".into()),
        ("bill", "SAMPLEBL0001".into()),
        ("currency", office::CURRENCY.into()),
    ]);
    for (nth, (code, goods, origin, value)) in scene.items.iter().enumerate() {
        let mut set = |column: &str, value: Value| content.set(&format!("/items/{nth}/{column}"), value);
        set("code", (*code).into());
        set("description", (*goods).into());
        set("origin", (*origin).into());
        set("value", (*value).into());
        set("gross", 1_200.into());
        set("packages", 20.into());
        set("package", "CT".into());
        if code.starts_with("1005") {
            set("licence_type", "Q".into());
            set("licence", PERMIT.into());
            set("net", 480_000.into());
        }
    }
    let number = office.declare_by_form(&trader, &content, scene.mode, &request(scene, "lodge")).await?.number;
    let customs = officer();
    if matches!(scene.reach, Reach::Asked | Reach::Answered) {
        clock.shift((1 - scene.ago) * HOUR);
        let ask = DeclarationAct::Order {
            kind: "documents".to_owned(),
            limit: None,
            papers: vec!["invoice".to_owned(), "contract".to_owned()],
            words: "Please show how the price was agreed. 请说明成交价格。".to_owned(),
        };
        office.act_on_declaration(&customs, &number, &ask, &request(scene, "ask")).await?;
    }
    if scene.reach == Reach::Answered {
        clock.shift((2 - scene.ago) * HOUR);
        let answer = DeclarationAct::Answer {
            words: "Sample answer: the price list is enclosed. 随附价目表。".to_owned(),
            papers: vec![("invoice".to_owned(), paper("invoice.txt")), ("contract".to_owned(), paper("contract.txt"))],
        };
        office.act_on_declaration(&trader, &number, &answer, &request(scene, "answer")).await?;
    }
    if scene.reach == Reach::Examined {
        examine(office, clock, scene, (&trader, &customs), &number).await?;
    }
    if scene.reach == Reach::Paid {
        let pay = DeclarationAct::Other(Box::new(Act::Pay {
            reference: "SAMPLE-TAX-1".to_owned(),
            lines: None,
            amount: None,
            on: None,
        }));
        office.act_on_declaration(&customs, &number, &pay, &request(scene, "pay")).await?;
    }
    if scene.reach == Reach::Secured {
        let secure = DeclarationAct::Secure { account: ACCOUNT.to_owned() };
        office.act_on_declaration(&trader, &number, &secure, &request(scene, "secure")).await?;
    }
    Ok(())
}

/// The firm chose who is there, a scan told nothing for certain, and an opening is appointed for today.
async fn examine(
    office: &Office,
    clock: &Clock,
    scene: &Scene,
    (trader, customs): (&Actor, &Actor),
    number: &str,
) -> Result<(), Error> {
    let now = Instant(office.now().0 + scene.ago * HOUR);
    let plan = |method: &str, from: i64| {
        DeclarationAct::Other(Box::new(Act::Plan {
            method: method.to_owned(),
            place: "DYW-C3".to_owned(),
            from: Instant(now.0 + from * HOUR),
            until: Instant(now.0 + (from + 2) * HOUR),
            boxes: Boxes { twenty: 0, forty: 1 },
        }))
    };
    let order = DeclarationAct::Order {
        kind: "inspection".to_owned(),
        limit: None,
        papers: Vec::new(),
        words: "Sample: the labels are compared. 示例：核对标签。".to_owned(),
    };
    let attend = DeclarationAct::Other(Box::new(Act::Attend { how: "yard".to_owned() }));
    let find = DeclarationAct::Find {
        found: "unclear".to_owned(),
        words: "Sample: shapes differ in one row of cartons. 示例：一排纸箱影像不同。".to_owned(),
        papers: vec![("picture".to_owned(), scan())],
    };
    let steps = [
        (customs, "examine", 26, order),
        (trader, "attend", 24, attend),
        (customs, "scan", 23, plan("scan", -20)),
        (customs, "find", 18, find),
        (customs, "open", 17, plan("open", 3)),
    ];
    for (who, what, ago, act) in steps {
        clock.shift(-ago * HOUR);
        office.act_on_declaration(who, number, &act, &request(scene, what)).await?;
    }
    Ok(())
}

/// A picture such as a scanner gives, drawn for the sample.
fn scan() -> office::problems::Attachment {
    office::problems::Attachment { name: "scan.png".to_owned(), bytes: include_bytes!("scan.png").to_vec() }
}

fn paper(name: &str) -> office::problems::Attachment {
    office::problems::Attachment { name: name.to_owned(), bytes: b"SAMPLE".to_vec() }
}

fn request(scene: &Scene, what: &str) -> Request {
    let key = format!("sample-{}-{what}", scene.reference);
    Request::new("sample declaration", Some(key.clone()), key.as_bytes(), "page")
}

fn officer() -> Actor {
    person(Party::Organ("customs".to_owned()), Role::Officer)
}

fn person(party: Party, role: Role) -> Actor {
    let person = "sample".to_owned();
    Actor { name: person.clone(), person, party, role, language: "en".to_owned(), on_behalf: None }
}
