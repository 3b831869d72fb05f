//! Sample goods: a manifest whose consignments have come to different places on their way, each brought there by those who would
//! bring it.

use domain::{Instant, Value, consignment::Consignment, declaration::Act, manifest::Mode, matter::Party};
use office::{
    Actor, DeclarationAct, Error, Office, Request, Role,
    consignments::ConsignmentAct,
    manifests::{ManifestAct, Wanted},
    person_permits::GivenPassage,
};

use crate::setup::Clock;

const HOUR: i64 = domain::instant::HOUR;
const CARRIER: &str = "sample-agency-b";
const BUYER: &str = "sample-agency-a";
const HAULIER: &str = "SAMPLE HAULAGE";

/// How far goods have come.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Reach {
    /// On the ship's manifest alone.
    Manifested,
    /// There, and the tally differs.
    Differs,
    /// There, and two organs want to look into the box.
    Looked,
    /// A truck may fetch it.
    Ready,
    /// A truck has.
    Gone,
}

/// Goods of a bill: container, what they are, packages, dangerous goods, and how far they have come.
struct Scene {
    bill: &'static str,
    container: &'static str,
    goods: (&'static str, &'static str),
    packages: i64,
    dangerous: &'static str,
    reach: Reach,
}

fn scenes() -> [Scene; 5] {
    let scene = |bill, container, goods, packages, dangerous, reach| Scene {
        bill,
        container,
        goods,
        packages,
        dangerous,
        reach,
    };
    [
        scene("SAMPLEBL1001", "SMPU1000012", ("847330", "SAMPLE PARTS OF COMPUTERS"), 40, "", Reach::Gone),
        scene("SAMPLEBL1002", "SMPU1000028", ("847130", "SAMPLE PORTABLE COMPUTERS"), 20, "", Reach::Ready),
        scene("SAMPLEBL1003", "SMPU1000033", ("841430", "SAMPLE COMPRESSORS"), 60, "", Reach::Differs),
        scene("SAMPLEBL1004", "SMPU1000049", ("320820", "SAMPLE PAINT"), 80, "1263", Reach::Looked),
        scene("SAMPLEBL1005", "", ("940360", "SAMPLE FURNITURE"), 12, "", Reach::Manifested),
    ]
}

/// Makes the sample goods: of a ship that lies in port.
pub async fn make(office: &Office, clock: &Clock) -> Result<(), Error> {
    clock.shift(0);
    let carrier = firm(CARRIER);
    let now = office.now();
    let calls = office.open_calls(&carrier).await?;
    let mut berthed = calls.iter().filter_map(|of| Some((&of.call, of.call.expected("berth")?)));
    let Some((call, berth)) = berthed.find(|(_, berth)| *berth < now.plus_hours(-10)) else {
        return Ok(());
    };
    let lines = scenes().iter().map(line).collect();
    // Filed in time: a day before she was loaded, some hours from here.
    clock.shift(berth.0 - now.0 - 40 * HOUR);
    let wanted = Wanted {
        mode: Mode::Sea,
        direction: "import".to_owned(),
        conveyance: call.number.clone(),
        reference: "SAMPLE-MANIFEST-1".to_owned(),
        loading: Some(berth.plus_hours(-10)),
        lines: Value::List(lines),
    };
    let manifest = office.file_manifest(&carrier, &wanted, &request("manifest", "file")).await?.done.number;
    let bills: Vec<String> =
        scenes().iter().filter(|of| of.reach != Reach::Manifested).map(|of| of.bill.to_owned()).collect();
    let yard = office.yards(Mode::Sea).into_iter().next().map(|(code, _)| code).unwrap_or_default();
    clock.shift(-8 * HOUR);
    let arrive = ManifestAct::Arrive { bills, yard: yard.clone() };
    office.do_on_manifest(&terminal(Role::Operator), &manifest, &arrive, &request("manifest", "arrive")).await?;
    for scene in scenes().iter().filter(|of| of.reach != Reach::Manifested) {
        let number = consignment(office, &carrier, scene.bill).await?.number;
        Play { office, clock, scene, number, yard: &yard }.run().await?;
    }
    clock.shift(0);
    Ok(())
}

fn line(scene: &Scene) -> Value {
    let container = if scene.container.is_empty() { Value::Null } else { scene.container.into() };
    Value::from([
        ("master_bill", scene.bill.into()),
        ("container", container),
        ("seal", if scene.container.is_empty() { Value::Null } else { "SAMPLE1".into() }),
        ("packages", scene.packages.into()),
        ("package_kind", "CT".into()),
        ("gross_weight", (scene.packages * 25).into()),
        ("description", scene.goods.1.into()),
        ("hs_code", scene.goods.0.into()),
        ("un_number", if scene.dangerous.is_empty() { Value::Null } else { scene.dangerous.into() }),
        ("port_of_loading", "KRINC".into()),
        ("port_of_discharge", "CNDAL".into()),
        ("consignor", "SAMPLE TRADER ABROAD".into()),
        ("consignee", "SAMPLE BUYER".into()),
        ("consignee_firm", BUYER.into()),
    ])
}

async fn consignment(office: &Office, actor: &Actor, bill: &str) -> Result<Consignment, Error> {
    let found = office.consignments(actor, bill, None).await?.lines.into_iter().next().ok_or(Error::NotFound)?;
    Ok(office.consignment(actor, &found.row.number).await?.consignment)
}

/// Goods being played.
struct Play<'a> {
    office: &'a Office,
    clock: &'a Clock,
    scene: &'a Scene,
    number: String,
    yard: &'a str,
}

impl Play<'_> {
    async fn act(&self, actor: &Actor, what: &str, act: ConsignmentAct) -> Result<(), Error> {
        let request = request(self.scene.bill, what);
        self.office.do_on_consignment(actor, &self.number, &act, &request).await.map(drop)
    }

    async fn run(&self) -> Result<(), Error> {
        let (carrier, buyer, terminal) = (firm(CARRIER), firm(BUYER), terminal(Role::Operator));
        self.clock.shift(-7 * HOUR);
        if self.scene.reach == Reach::Differs {
            let tally = ConsignmentAct::Tally { packages: self.scene.packages - 2, damaged: 1 };
            return self.act(&terminal, "tally", tally).await;
        }
        let declaration = self.declare(&buyer).await?;
        self.act(&buyer, "declare", ConsignmentAct::Declare { declaration: declaration.clone() }).await?;
        if self.scene.reach == Reach::Looked {
            return self.looks(&declaration).await;
        }
        self.clear(&declaration).await?;
        self.clock.shift(-5 * HOUR);
        let until = Instant(self.office.now().0 + 20 * 24 * HOUR);
        self.act(&carrier, "order", ConsignmentAct::Order { to: BUYER.to_owned(), until }).await?;
        self.act(&terminal, "release", ConsignmentAct::Release).await?;
        self.clock.shift(-4 * HOUR);
        // One was fetched; the other's truck comes in some hours.
        let hours = if self.scene.reach == Reach::Gone { 2 } else { 8 };
        let from = Instant(self.office.now().0 + hours * HOUR);
        let (container, plate) = (self.scene.container.to_owned(), "辽B00001".to_owned());
        let book = ConsignmentAct::Book { container, packages: None, haulier: HAULIER.to_owned(), plate, from };
        self.act(&buyer, "book", book).await?;
        self.act(&buyer, "certify", ConsignmentAct::Certify { slot: 1 }).await?;
        if self.scene.reach == Reach::Gone { self.fetch().await } else { Ok(()) }
    }

    async fn declare(&self, buyer: &Actor) -> Result<String, Error> {
        let mut content = Value::from([
            ("reference", format!("SAMPLE-{}", self.scene.bill).into()),
            ("direction", "import".into()),
            ("partner", "SAMPLE TRADER ABROAD".into()),
            ("bill", self.scene.bill.into()),
            ("currency", office::CURRENCY.into()),
        ]);
        let mut set = |column: &str, value: Value| content.set(&format!("/items/0/{column}"), value);
        set("code", format!("{}0000", self.scene.goods.0).into());
        set("description", self.scene.goods.1.into());
        set("origin", "KOR".into());
        set("value", (self.scene.packages * 900).into());
        set("gross", (self.scene.packages * 25).into());
        set("packages", self.scene.packages.into());
        set("package", "CT".into());
        let request = request(self.scene.bill, "lodge");
        Ok(self.office.declare_by_form(buyer, &content, "on_arrival", &request).await?.number)
    }

    async fn customs(&self, declaration: &str, what: &str, act: DeclarationAct) -> Result<(), Error> {
        let request = request(self.scene.bill, what);
        self.office.act_on_declaration(&officer("customs"), declaration, &act, &request).await.map(drop)
    }

    /// The tax is paid, and what chance picked out is settled.
    async fn clear(&self, declaration: &str) -> Result<(), Error> {
        self.clock.shift(-6 * HOUR);
        let reference = format!("SAMPLE-TAX-{}", self.scene.bill);
        let pay = DeclarationAct::Other(Box::new(Act::Pay { reference, lines: None, amount: None, on: None }));
        self.customs(declaration, "pay", pay).await?;
        let found = self.office.declaration(&officer("customs"), declaration).await?;
        for kind in found.declaration.open_measures().map(|of| of.kind.clone()) {
            let settle = DeclarationAct::Other(Box::new(Act::Settle { kind: kind.clone(), originals: None }));
            self.customs(declaration, &kind, settle).await?;
        }
        Ok(())
    }

    /// Customs examines, maritime safety wants to look at dangerous goods, and the terminal has accepted the time.
    async fn looks(&self, declaration: &str) -> Result<(), Error> {
        self.clock.shift(-6 * HOUR);
        let order = DeclarationAct::Order {
            kind: "inspection".to_owned(),
            limit: None,
            papers: Vec::new(),
            words: "Sample: the drums are counted. 示例：清点桶数。".to_owned(),
        };
        self.customs(declaration, "examine", order).await?;
        let attend = DeclarationAct::Other(Box::new(Act::Attend { how: "yard".to_owned() }));
        let request = request(self.scene.bill, "attend");
        self.office.act_on_declaration(&firm(BUYER), declaration, &attend, &request).await?;
        self.clock.shift(-HOUR);
        let want = |ground: &str| ConsignmentAct::WantLook { ground: ground.to_owned(), containers: Vec::new() };
        self.act(&officer("msa"), "want", want("dangerous")).await?;
        self.act(&officer("customs"), "want", want("order")).await?;
        let accept = ConsignmentAct::AcceptLook { method: String::new(), boxes: domain::declaration::Boxes::default() };
        self.act(&terminal(Role::Operator), "accept", accept).await
    }

    /// The truck leaves by the yard's gate.
    async fn fetch(&self) -> Result<(), Error> {
        self.clock.shift(-HOUR);
        let gate = domain::consignment::yard_gate(self.yard);
        let passage = GivenPassage {
            id: format!("sample-{}", self.scene.bill),
            given: format!("{}-R01", self.number),
            direction: "out".to_owned(),
            at: Some(self.office.now()),
            offline: false,
            same_holder: Some(true),
        };
        self.office.gate_passages(&terminal(Role::Guard), &gate, 0, &[passage]).await.map(drop)
    }
}

fn request(about: &str, what: &str) -> Request {
    let key = format!("sample-{about}-{what}");
    Request::new("sample goods", Some(key.clone()), key.as_bytes(), "page")
}

fn firm(code: &str) -> Actor {
    person(Party::Firm(code.to_owned()), Role::Agent)
}

fn officer(organ: &str) -> Actor {
    person(Party::Organ(organ.to_owned()), Role::Officer)
}

fn terminal(role: Role) -> Actor {
    person(Party::Organ("port_group".to_owned()), role)
}

fn person(party: Party, role: Role) -> Actor {
    let person = "sample".to_owned();
    Actor { name: person.clone(), person, party, role, language: "en".to_owned(), on_behalf: None }
}
