//! One ship, several calls: everybody is told, and one of them alone lets her in.

use domain::ship_call::{Act, Refusal, ReviewState, SameShip, Status, require_only_entry};

use crate::story::{Story, conclude, file, grant, time, time_fact};

fn other(status: Status, from: Option<&str>, until: Option<&str>) -> SameShip {
    SameShip {
        number: "2026-DAL-000499".to_owned(),
        agent: "other-agency".to_owned(),
        status,
        from: from.map(time),
        until: until.map(time),
    }
}

/// The story's call is from 25 September, 12:00, to 27 September, 12:00.
#[test]
fn entry_is_granted_to_one_of_two_calls_that_overlap() {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    let decide = |others: &[SameShip], act: &Act| require_only_entry(&story.call, act, others);
    let grants = grant("entry_application");
    let within = |status| other(status, Some("2026-09-26T08:00"), Some("2026-09-28T08:00"));
    let twice = Err(Refusal::LetInElsewhere(vec!["2026-DAL-000499".to_owned()]));
    for status in Status::ALL {
        let open = matches!(status, Status::Announced | Status::DistressOver) || status.is_over();
        let expected = if open { Ok(()) } else { twice.clone() };
        assert_eq!(decide(&[within(status)], &grants), expected, "{status:?}");
    }
    let approved = Status::EntryApproved;
    assert_eq!(decide(&[other(approved, Some("2026-09-27T12:00"), None)], &grants), Ok(()), "the next trip");
    assert_eq!(decide(&[other(approved, None, Some("2026-09-25T12:00"))], &grants), Ok(()), "the trip before");
    assert_eq!(decide(&[other(approved, None, None)], &grants), twice, "nobody has said when");
    assert_eq!(decide(&[within(approved)], &conclude("entry_application", ReviewState::Returned)), Ok(()));
    assert_eq!(decide(&[within(approved)], &conclude("entry_application", ReviewState::GrantedWithConditions)), twice);
    // What lets nobody in is granted as ever.
    let crew = file("crew_list", &[("eta", time_fact("2026-09-25T12:00"))]);
    assert_eq!(decide(&[within(approved)], &crew), Ok(()));
    assert_eq!(decide(&[within(approved)], &grant("crew_list")), Ok(()));
    let fault = Refusal::LetInElsewhere(vec!["2026-DAL-000499".to_owned()]).fault(crate::port::dalian());
    assert_eq!(fault.code, "PQ-CALL-035");
    assert!(fault.text.zh.contains("2026-DAL-000499") && fault.text.en.contains("2026-DAL-000499"));
}

#[test]
fn the_same_call_is_no_other_one() {
    let story = Story::opened("ordinary");
    let same = SameShip { number: story.call.number.clone(), ..other(Status::EntryApproved, None, None) };
    assert!(!story.call.overlaps(&same));
    assert!(story.call.overlaps(&other(Status::Announced, None, None)), "two that are only announced are told as well");
}
