//! The words of questions and answers are read by who asked and who answers, and by nobody else.

use domain::{Value, formality::Formality};
use office::{Asked, Submission};

use crate::harness::{Place, agent, officer, request};

#[tokio::test]
async fn only_the_asking_organ_and_the_agent_read_the_words() {
    let place = Place::open().await;
    let (office, firm) = (&place.office, agent("blue"));
    let done = office.open_call(&firm, &place.new_call(), &request("open call", "a")).await.expect("opened");
    let formality = Formality::WasteNotification;
    let waste = Submission { formality, content: Value::from([("delivering", "none".into())]), original: None };
    office.file(&firm, done.id, &waste, &request("file", "b")).await.expect("filed");
    let call = office.call(&firm, &done.number).await.expect("read").call;
    let asker = call.requirement(formality).expect("due").organs[0].clone();
    let asked = Asked { formality, items: vec!["Who is the sick man?".to_owned()], due: None };
    office.ask(&officer(&asker), done.id, &asked, &request("ask", "c")).await.expect("asked");
    office.answer(&firm, done.id, (1, 0), "The cook.", &request("answer", "d")).await.expect("answered");

    let call = office.call(&firm, &done.number).await.expect("read").call;
    let question = call.questions.first().expect("it stands");
    let item = &question.items[0];
    let answer = item.answer.clone().expect("answered");
    for (actor, reads) in [
        (firm.clone(), true),
        (officer(&asker), true),
        (officer("border"), asker == "border"),
        (officer("port_group"), false),
        (officer("court"), false),
        (agent("red"), false),
    ] {
        let asked = office.words_of(&actor, &item.document).await.ok();
        let answered = office.words_of(&actor, &answer).await.ok();
        let both = (asked.as_deref(), answered.as_deref());
        let expected = if reads { (Some("Who is the sick man?"), Some("The cook.")) } else { (None, None) };
        assert_eq!(both, expected, "{:?}", actor.party);
    }
    // A document that is not the question's is not read by this way.
    let filed = &call.filings[&formality].versions[0].document;
    assert!(office.words_of(&officer(&asker), filed).await.is_err());
}
