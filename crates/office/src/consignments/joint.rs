//! Joint inspections: what conveyance and yard leave room for, an organ that names goods which it does not see yet, customs' look
//! appointed on its declarations with the common appointment, and what follows when ship, goods or declaration move.

use domain::{
    Instant, Text,
    consignment::{Act, Consignment, Room, grounds},
    declaration::{Act as DeclarationAct, Boxes, Declaration},
    flight::Flight,
    manifest::Mode,
    matter::{Matter, Party},
    ship_call::ShipCall,
};
use store::Reach;
use uuid::Uuid;

use super::{
    ConsignmentAct,
    kept::{self, day_of, look_word, looks_word},
};
use crate::{
    Actor, Done, Error, Office, Request,
    acting::{Baggage, Step},
    kept::Kept as _,
    manifests::fault,
};

/// So many days are looked through for what else a yard has out; beyond, the yard is taken to be free.
const DAYS: i64 = 31;
/// So many consignments of one word are looked through.
const MANY: i64 = 1000;

impl Office {
    /// What the conveyance and the yard leave room for.
    async fn room_of(&self, of: &Consignment) -> Result<Room, Error> {
        let reach = self.store.reach(Reach::System("room for an inspection"));
        let mut room = Room::default();
        if let Some(stored) = reach.matter_by_number(&of.conveyance).await? {
            match of.mode {
                Mode::Sea if stored.kind == ShipCall::KIND => {
                    let call: ShipCall = self.unfold(stored).await?;
                    let planned = call.berths.last();
                    room.yard = planned
                        .and_then(|plan| self.profile.berth(&plan.berth))
                        .map_or_else(String::new, |berth| berth.area.en.clone());
                    let berths = call.expected("berth").or(planned.map(|plan| plan.from)).or(call.expected("arrival"));
                    let leaves = call.expected("unberth").or(planned.map(|plan| plan.until));
                    room.leaves = leaves.or(call.expected("departure"));
                    // Goods that go out do not come with the ship.
                    room.there = berths.filter(|_| of.direction == "import");
                }
                Mode::Air if stored.kind == Flight::KIND => {
                    let flight: Flight = self.unfold(stored).await?;
                    room.yard.clone_from(&self.profile.port.airport);
                    room.leaves = flight.expected("take_off");
                    room.there = flight.expected("landing").filter(|_| of.direction == "import");
                }
                _ => {}
            }
        }
        if let Some((at, yard)) = &of.arrived {
            (room.there, room.yard) = (Some(*at), yard.clone());
        }
        Ok(room)
    }

    /// What else a yard has out for inspection: from when until when, and how many boxes.
    async fn taken_of(&self, id: Uuid, yard: &str) -> Result<Vec<(Instant, Instant, i64)>, Error> {
        let reach = self.store.reach(Reach::System("room for an inspection"));
        let (mut taken, today) = (Vec::new(), day_of(self.now()));
        // One that begins the day before may reach into today.
        for day in today - 1..today + DAYS {
            for stored in reach.named(kept::CONSIGNMENT, &look_word(yard, day), None, MANY).await? {
                if stored.id == id {
                    continue;
                }
                let other: Consignment = self.unfold(stored).await?;
                let standing = other.joint.appointment.filter(|of| of.yard == yard && day_of(of.from) == day);
                taken.extend(standing.map(|of| (of.from, of.until, of.boxes)));
            }
        }
        Ok(taken)
    }

    /// The goods that an organ names to look into: those that it sees, or by a number that names one consignment.
    pub(super) async fn looked_into(&self, actor: &Actor, number: &str) -> Result<Uuid, Error> {
        match self.consignment(actor, number).await {
            Err(Error::NotFound) if matches!(actor.party, Party::Organ(_)) => {}
            other => return Ok(other?.id),
        }
        let reach = self.store.reach(Reach::System("an organ names goods to look into"));
        let word = number.trim().to_lowercase();
        let mut found = reach.named(kept::CONSIGNMENT, &word, None, MANY).await?;
        found.retain(|of| !matches!(of.row.state.as_str(), "gone" | "loaded" | "dropped"));
        match found.len() {
            0 => Err(Error::NotFound),
            1 => {
                let (id, of) = (found[0].id, self.unfold::<Consignment>(found.remove(0)).await?);
                // Who has no ground for these goods is not told that they are there.
                let on = grounds(&self.profile, actor.unit(), (of.mode, &of.told), self.now());
                if on.is_empty() { Err(Error::NotFound) } else { Ok(id) }
            }
            // Nor who has none for any goods, how many there are.
            _ if self.profile.codes("joint-inspection-grounds", "organ").iter().all(|of| of != actor.unit()) => {
                Err(Error::NotFound)
            }
            n => Err(Error::Invalid(vec![fault(
                "PQ-CARGO-046",
                "/number",
                Text::new(format!("该号码对应 {n} 票货物。"), format!("{n} consignments have this number.")),
                Text::new("请改用提（运）单号。", "Give the number of a bill."),
            )])),
        }
    }

    /// What is asked about a look, with what leaves room for it.
    pub(super) async fn look_act(
        &self,
        (id, read): (Uuid, &Consignment),
        wanted: &ConsignmentAct,
        baggage: &mut Baggage,
    ) -> Result<Act, Error> {
        Ok(match wanted {
            ConsignmentAct::WantLook { ground, containers } => Act::WantLook {
                ground: ground.clone(),
                containers: containers.iter().map(|of| of.trim().to_uppercase()).collect(),
                customs: self.customs_of(read).await?.0,
                room: self.guarded_room(id, read, baggage).await?,
            },
            ConsignmentAct::MoveLook { reason, after } => Act::MoveLook {
                reason: reason.clone(),
                after: *after,
                room: self.guarded_room(id, read, baggage).await?,
            },
            ConsignmentAct::Look { found, words } => {
                let words = self.seal_cargo_words(id, words, &mut baggage.documents)?;
                Act::Look { found: found.clone(), words }
            }
            _ => Act::ProposeLook { room: self.guarded_room(id, read, baggage).await? },
        })
    }

    /// The room, and a mark by which of two that look for a time of one yard at the same moment one looks again.
    async fn guarded_room(&self, id: Uuid, read: &Consignment, baggage: &mut Baggage) -> Result<Room, Error> {
        let mut room = self.room_of(read).await?;
        let mark = look_word(&room.yard, 0);
        let guard = self.store.guard(&mark).await?;
        room.taken = self.taken_of(id, &room.yard).await?;
        baggage.side.push(self.store.guard_side(&mark, guard));
        Ok(room)
    }

    /// Accepts the appointment. What customs ordered on declarations is appointed there with it, all or nothing.
    pub(super) async fn accept_look(
        &self,
        actor: &Actor,
        (id, read): (Uuid, Consignment),
        (method, boxes): (&str, Boxes),
        request: &Request,
    ) -> Result<Done, Error> {
        let ordered = read.joint.wants.get(actor.unit()).is_some_and(|want| want.ordered);
        let (_, declarations) = self.customs_of(&read).await?;
        let appointment = read.joint.appointment.clone().filter(|_| ordered);
        let request = &request.about(id, "");
        if let Some(done) = self.known_answer(actor, request).await? {
            return Ok(done);
        }
        let (received, key) = ((self.now().0, request.digest), self.idempotency_key(actor, request));
        let step = Step { id, read, acts: &[Act::AcceptLook] };
        let mut written = self.decided(actor, vec![step], request)?;
        let job = self.job(&mut written, key, received, &Baggage::default())?;
        let mut others = Vec::new();
        if let Some(of) = appointment {
            let plan = [DeclarationAct::Plan {
                method: method.to_owned(),
                place: of.yard.clone(),
                from: of.from,
                until: of.until,
                boxes,
            }];
            let mut steps = Vec::new();
            for declaration in declarations.into_iter().filter(Declaration::is_examined_here) {
                let (id, read) = self.find::<Declaration>(Reach::System("deciding"), declaration.number()).await?;
                steps.push(Step { id, read, acts: &plan });
            }
            let mut planned = self.decided(actor, steps, request)?;
            others.push(self.job(&mut planned, None, received, &Baggage::default())?);
        }
        self.commit_joined(id, job, others).await
    }

    /// What follows for looks when ship or goods move: an appointment before they are there is proposed anew, and one is looked
    /// for where none was.
    pub(crate) async fn looks_follow_times(&self, conveyance: &str, source: &str) -> Result<(), Error> {
        for (id, of) in self.looked_at(Reach::System("looks"), conveyance).await? {
            self.look_follows_times(id, &of, source).await?;
        }
        Ok(())
    }

    /// The same for goods that are there now.
    pub(crate) async fn look_follows_arrival(&self, id: Uuid, source: &str) -> Result<(), Error> {
        let of = self.read::<Consignment>(Reach::System("looks"), id).await?;
        if of.joint.is_open() { self.look_follows_times(id, &of, source).await } else { Ok(()) }
    }

    async fn look_follows_times(&self, id: Uuid, of: &Consignment, source: &str) -> Result<(), Error> {
        let room = self.room_of(of).await?;
        let early = |at: &Instant| room.there.is_none_or(|there| *at < there);
        let late = |at: &Instant| of.direction == "export" && room.leaves.is_some_and(|leaves| *at > leaves);
        let standing = of.joint.appointment.as_ref();
        if standing.is_some_and(|of| of.yard == room.yard && !early(&of.from) && !late(&of.until)) {
            return Ok(());
        }
        let mut baggage = Baggage::default();
        let room = self.guarded_room(id, of, &mut baggage).await?;
        self.follow_look(id, Act::ProposeLook { room }, source, &baggage).await
    }

    /// What customs ordered on a declaration, and settled there, is settled for the goods.
    pub(crate) async fn looks_follow_declaration(&self, declaration: Uuid, source: &str) -> Result<(), Error> {
        let read = self.read::<Declaration>(Reach::System("looks"), declaration).await?;
        for (id, of) in self.looked_at(Reach::System("looks"), read.number()).await? {
            let (customs, _) = self.customs_of(&of).await?;
            if customs.examines || !of.joint.wants.values().any(|want| want.ordered) {
                continue;
            }
            let looks = read.measures.iter().flat_map(|measure| &measure.inspection.looks);
            let found = looks.filter_map(|look| look.result.as_ref()).next_back().map(|of| of.found.clone());
            let act = Act::EndLook { found: found.unwrap_or_default() };
            self.follow_look(id, act, source, &Baggage::default()).await?;
        }
        Ok(())
    }

    /// What follows of itself; what changes nothing is refused, and that is well.
    async fn follow_look(&self, id: Uuid, act: Act, source: &str, baggage: &Baggage) -> Result<(), Error> {
        let key = format!("look/{source}");
        let request = Request::new("look follows", Some(key.clone()), key.as_bytes(), "clock");
        match self.act::<Consignment>(&Actor::clock(), &[(id, act)], &request, baggage).await {
            Ok(_) | Err(Error::Refused(_)) => Ok(()),
            Err(other) => Err(other),
        }
    }

    /// Goods that somebody wants to look into, by their conveyance or declaration.
    async fn looked_at(&self, reach: Reach, number: &str) -> Result<Vec<(Uuid, Consignment)>, Error> {
        let reach = self.store.reach(reach);
        let mut found = Vec::new();
        for stored in reach.named(kept::CONSIGNMENT, &looks_word(number), None, MANY).await? {
            found.push((stored.id, self.unfold(stored).await?));
        }
        Ok(found)
    }

    /// The consignments that a declaration names and somebody wants to look into, for who reads the declaration.
    ///
    /// # Errors
    /// The store's own.
    pub async fn looks_of_declaration(&self, actor: &Actor, number: &str) -> Result<Vec<Consignment>, Error> {
        Ok(self.looked_at(actor.cargo_reach(), number).await?.into_iter().map(|(_, of)| of).collect())
    }
}
