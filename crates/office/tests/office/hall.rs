//! What the hall does by itself as time passes: reminders go out once, and nobody waits for what has passed.

use std::sync::atomic::Ordering;

use domain::{Instant, instant::HOUR};
use office::{
    Actor,
    hall::{Wanted, Who},
};

use crate::harness::{NOON, Place, agent};

const SERVICE: &str = "crew-list";

async fn told(place: &Place, actor: &Actor) -> Vec<String> {
    place.office.look_at_hall().await.expect("looked");
    let page = place.office.notices(actor, None).await.expect("notices");
    page.lines.into_iter().map(|notice| notice.kind).collect()
}

#[tokio::test]
async fn who_has_a_place_is_reminded_and_who_waited_in_vain_is_told_so() {
    let place = Place::open().await;
    let (office, actor) = (&place.office, agent("blue"));
    let who = Who { name: "Visitor".to_owned(), phone: "0411 8260 0001".to_owned(), ..Who::default() };
    let of = |wanted: Wanted| Wanted { service: SERVICE.to_owned(), who: who.clone(), ..wanted };
    // 24 November 2026 is a Tuesday: two days ahead the desks are open.
    let days = office.hall_days();
    let slot = office.places(SERVICE, days[2]).await.expect("places").swap_remove(0);
    let place_taken = of(Wanted { slot: Some((slot.desk.clone(), slot.at)), ..Wanted::default() });
    let booked = office.book(Some(&actor), &place_taken).await.expect("booked").secret;
    let on_day = of(Wanted { day: days[1].to_string(), ..Wanted::default() });
    let waits = office.book(Some(&actor), &on_day).await.expect("waits").secret;
    let wish = Instant(NOON).plus_hours(6);
    let outside = of(Wanted { off_hours: Some(("medical".to_owned(), wish)), ..Wanted::default() });
    let asked = office.book(Some(&actor), &outside).await.expect("asked").secret;
    assert!(told(&place, &actor).await.is_empty(), "nothing is near yet");

    // Nobody answered the request before its hour.
    place.clock.store(wish.0 + 1, Ordering::Relaxed);
    assert_eq!(told(&place, &actor).await, ["hall.lapsed"]);
    assert_eq!(office.appointment(&asked).await.expect("seen").row.state, "lapsed");
    // A day before hers she is reminded, once.
    place.clock.store(slot.at.0 - 23 * HOUR, Ordering::Relaxed);
    assert_eq!(told(&place, &actor).await.iter().filter(|kind| *kind == "hall.reminder").count(), 1);
    assert_eq!(told(&place, &actor).await.iter().filter(|kind| *kind == "hall.reminder").count(), 1);
    // The day for which she waited is over.
    place.clock.store(slot.at.0 + 2 * HOUR, Ordering::Relaxed);
    assert_eq!(told(&place, &actor).await.iter().filter(|kind| *kind == "hall.lapsed").count(), 2);
    let state = async |secret: &str| office.appointment(secret).await.expect("seen").row.state;
    assert_eq!([state(&waits).await, state(&booked).await], ["lapsed", "missed"]);
    // What has lapsed counts no more against what one telephone may hold.
    for nth in 0..3 {
        let places = office.places(SERVICE, office.hall_days()[4]).await.expect("places");
        let slot = places.get(nth).expect("a place");
        let wanted = of(Wanted { slot: Some((slot.desk.clone(), slot.at)), ..Wanted::default() });
        office.book(None, &wanted).await.expect("a place");
    }
}
