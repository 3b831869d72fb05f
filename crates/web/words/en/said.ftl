# What the fold of a call says in codes, said for people.

who-agent = Agent
who-nobody = Nobody
who-clock = Clock
step-permit = Departure permit, re-examination
step-distress = Ship in distress
status-announced = Announced
status-entry-approved = Entry approved
status-entry-cleared = Entry cleared
status-in-port-not-cleared = In port, not cleared
status-in-port = In port
status-exit-cleared = Exit cleared
status-permit-issued = Departure permitted
status-reexamination-due = Re-examination due
status-departed = Sailed
status-ended = Cancelled or diverted
step-not-filed = Not filed yet
step-returned = Returned
step-questions = Questions open
step-under-review = With the organs
step-refused = Refused
step-met = Accepted
review-filed = Filed
review-in-charge = In charge
review-returned = Returned
review-granted = Granted
review-conditions = Granted with conditions
review-refused = Refused
holding-hold = A hold stands; { $who } can lift it
holding-answer = { $n ->
    [one] 1 item about { $what } waits for the agent's answer
   *[other] { $n } items about { $what } wait for the agent's answer
}
holding-close-question = { $who } reads the answers about { $what }
holding-boarding = { $who } boards the ship
holding-file = { $what } is to be filed
holding-returned = { $what } was returned for completion
holding-refused = { $what } was refused
holding-review = { $what } is with { $who }
holding-reexamine = The departure permit must be examined again by { $who } before she sails
holding-sail = Cleared: she may sail
holding-done = Everything that is due now is done
entry-opened = Call opened
entry-copied = Copied from { $number }
entry-assessed = { $n ->
    [one] What is due was assessed: 1 formality
   *[other] What is due was assessed: { $n } formalities
}
entry-filed = { $what }, version { $n } filed
entry-filed-by = { $warnings ->
    [0] { $channel }
    [one] { $channel }, 1 warning
   *[other] { $channel }, { $warnings } warnings
}
channel-page = by page
channel-api = by API
channel-workbook = by workbook
channel-paxlst = by PAXLST
channel-clock = by clock
channel-upload = by upload
entry-withdrawn = { $what } withdrawn
entry-in-charge-by-silence = { $who } said nothing in time: { $what } counts as accepted, and is not granted
entry-in-charge = { $who } took { $what } in charge
entry-decide-until = Decision due { $at }
entry-granted = { $who } granted { $what }
entry-conditions = { $who } granted { $what } with conditions
entry-refused = { $who } refused { $what }
entry-returned = { $who } returned { $what } for completion
entry-recorded = Recorded here by { $who }
entry-mirrored = Decided in { $source }, number { $number }, { $at }; recorded here by { $who }
entry-reopened = { $what } is open again with { $who }
entry-suspended = Legal clock of { $who } for { $what } suspended
entry-resumed = Legal clock of { $who } for { $what } runs again
entry-passed = A limit of { $who } passed
entry-passed-due = It was due { $at }
entry-asked = { $n ->
    [one] { $who } asks 1 item about { $what }
   *[other] { $who } asks { $n } items about { $what }
}
entry-answered = Item { $n } of question { $question } answered
entry-closed = Item { $n } of question { $question } closed
entry-hold = { $who } placed a hold
entry-hold-lifted = A hold was lifted
entry-boarding = { $who } orders boarding
entry-boarding-finished = Boarding finished
entry-permit = Permit { $number } issued
entry-reexamination = Permit { $number } must be examined again
entry-permit-confirmed = Permit { $number } confirmed
entry-time = { $event }, { $kind }: { $at }
entry-berth = Berth planned: { $berth }
entry-shift = Shift planned to { $berth }
entry-berth-times = { $from } to { $until }
entry-agent = { $who } is now the agent
entry-distress-known = { $who } knows of the distress
entry-distress = Distress reported; told at once: { $told }
entry-cancelled = Call cancelled
entry-diverted = Ship diverted
event-arrival = Arrival
event-pilot = Pilot
event-berth = Berthing
event-unberth = Unberthing
event-departure = Departure
event-left-last-port = Left last port
time-estimated = estimated
time-requested = requested
time-planned = planned
time-actual = actual
cause-changed = { $what } changed
cause-changed-departure = The sailing was put off
cause-changed-requirements = What is due has changed
cause-changed-agent = The agent changed
cause-asked = A question was asked
cause-asked-about = A question about { $what } was asked
cause-hold = A hold was placed
cause-boarding = A boarding was ordered
cause-redo = Maritime safety ordered the exit formalities to be done again
cause-not-sailed = She had not sailed in time
cause-filed-again = Filed again
call-arriving = { $ship }, from { $port }
call-boarding-rule = Entry is not cleared: only officials and the pilot may board.
call-eta = arrives { $at }
call-etd = sails { $at }
call-distress = Ship in distress: she may come in at once; formalities follow
lane-filed = filed
lane-with = with the organ
lane-asked = waits for the agent
lane-done = granted
lane-berth = berth planned
do-file = File it
do-answer = Answer
do-upload = Upload a workbook
do-copy = New call from this one
do-decide = Decide
do-permit = Permit
do-open = Open the call
do-lift = Lift
check-then-organs = { $organs } will look at it; their legal clocks start when they take it in charge.
check-then-page = You see each step on the page of the call.
section-acts = What you can do
who-you = You
do-more = Other acts
question-closed = Closed
question-answered = Answered
question-left = { $n ->
    [one] 1 to answer
   *[other] { $n } to answer
}
question-items = { $n ->
    [one] 1 item
   *[other] { $n } items
}
phase-entry = Entry
phase-exit = Exit
time-said = { $who }, recorded { $at }
time-reason = delay { $code }: { $name }
time-late = later than stated before, and no reason is given
time-by = { $who }: { $at }
lane-hold = held
calls-new-etd = Expected departure, if known
calls-new-last-port = Last port (UN/LOCODE)
calls-new-left = When she left, or leaves, the last port
calls-new-left-hint = Decides the limit of the entry application: seven days before arrival, or on leaving the last port where the voyage is shorter
calls-new-report = Report of distress
calls-new-report-hint = For a ship in distress alone: what happened, and where. Maritime safety, border inspection, customs, coast guard and police are told at once.
calls-new-next-port = Next port (UN/LOCODE)
not-due = Not due
do-amend = Amend
act-title-time = State a time
act-title-berth = Plan a berth
act-title-hold = Place a hold
act-title-lift = Lift a hold
act-title-board = Order boarding
act-title-boarded = Boarding finished
act-title-confirm = Confirm the permit
act-title-redo = Have the exit formalities done again
act-title-withdraw = Withdraw a filing
act-title-agent = Change of agent
act-title-end = Cancel or divert
act-title-acknowledge = Distress: say that you know
act-distress-words = What happened, and where; maritime safety, border inspection, customs, coast guard and police are told at once
act-time-kind = How sure
act-time-at = When
act-time-replies = Answers which statement
act-time-delay-hint = Needed when you put off a time that you stated before
act-time-delay = Reason of a delay (SMDG code)
act-berth-closed = not open to foreign ships
act-hold-kind = Kind of hold
act-reference-order = Number of the order or release
act-boarding-words = Reason in words (for other special circumstances)
act-reference = Reference
act-boarding-result = Result
act-why = Why
act-new-agent = The new agent
act-diverted-to = Port to which she is diverted, if any
queue-open = { $n ->
    [one] 1 matter waits
   *[other] { $n } matters wait
}
queue-open-more = More than { $n } matters wait
task-filed = new
task-in-charge = in charge
task-answered = answered
task-reexamine = re-examination due
task-distress = distress: say that you know
act-missing = { $name }: missing, or it cannot be read.
task-waiting = waits for the agent
step-answers = Answers to question { $n }
step-answers-any = Answers to questions
act-consulted = Consulted before confirming
act-consulted-hint = Tick each organ that you have in fact consulted; the journal records it under your name.
lane-answered = reads the answers
lane-mirrored = { $what }: { $mirror }
status-in-distress = In distress
holding-distress = { $n ->
    [one] Ship in distress: { $who } has not said yet that they know
   *[other] Ship in distress: { $n } of the authorities that were told have not said yet that they know, { $who } among them
}
distress-tag = DISTRESS
distress-told = Reported { $at }. Told at once:
distress-who = Who was told
distress-state = Acknowledged
distress-known = knows of it
distress-unknown = not yet
act-title-distress = Report distress
act-title-refuse = Refuse
act-do-time = State this time
act-do-berth = Plan this berth
act-do-hold = Place the hold
act-do-lift = Lift the hold
act-do-board = Order the boarding
act-do-boarded = Record the result
act-do-confirm = Confirm the permit
act-do-redo = Have them done again
act-do-withdraw = Withdraw the filing
act-do-distress = Report distress now
act-do-agent = Hand the call over
act-do-end = Cancel or divert the call
act-do-acknowledge = Say that we know
act-do-refuse = Refuse
act-sure-redo = Every organ’s signature for the exit is opened again, and the permit does not hold until all have signed anew.
act-sure-withdraw = The organs stop working on it and look again at what rests on it. What was filed stays in the journal; you may file it again, prefilled with the last version.
act-sure-agent = From then on the call is the other firm’s alone: you neither see nor change it any more.
act-sure-end = The call ends. No filing, decision or time can be added to it any more; if the ship comes after all, open a new one.
act-sure-refuse = The firm is told at once, with your reason and the legal basis. Only a new filing opens the matter again.
sure-title = Please look once more
sure-back = Go back and change it
held-title = Your form has been kept
held-tag = Not sent yet
held-why = Your session had ended when you sent it. Nothing has been done with it. Look at it and send it now, or throw it away.
held-typed = What you typed
held-more = … and { $n } more
held-send = Send it now
held-discard = Throw it away
time-reason-choice = { $code } { $name }
value-with-code = { $name } ({ $code })
words-kept = (words that are kept for those concerned, or were erased)
step-departure = Sailed without clearance
status-distress-over = Distress over, not coming in by it
status-sailed-uncleared = Sailed without clearance
holding-distress-open = Distress under way: { $who } says when it is over
holding-distress-over = The distress is over and the ship does not come in by it: end the call, or apply for entry if she comes after all
holding-sailed-uncleared = { $n ->
    [one] Sailed without clearance: { $who } has not said yet what it does about it
   *[other] Sailed without clearance: { $n } organs have not said yet what they do about it, { $who } among them
}
entry-beside = { $n ->
    [one] The agent was told that the ship has 1 other open call
   *[other] The agent was told that the ship has { $n } other open calls
}
entry-passed-of = { $what }: the limit of { $who } passed
limit-filing = Filing of { $what }
limit-acceptance = Acceptance of { $what }
limit-decision = Decision on { $what }
limit-distress = Answer to the distress
entry-distress-ended = { $who }: distress over ({ $how })
entry-uncleared = She sailed without clearance; told: { $told }
entry-departure-noted = { $who } said what it does about the departure
entry-not-sailed = { $who } found that she has not sailed; the call goes on
call-distress-in-port = Ship in distress, in port: formalities follow
call-distress-entered = The distress is over: she came in by it, formalities follow
call-distress-over = The distress is over
distress-tag-over = DISTRESS OVER
distress-ended = { $at }, { $who }: { $how }
same-ship-tag = another open call
same-ship = This ship has another open call at overlapping times
same-ship-foreign = Another agent has an open call of this ship. Ask whether one is a correction or a change of agent; maritime safety sees both and lets her in by one alone.
same-ship-open = { $agent }, { $number }: { $from } to { $until }, no leave to enter yet
same-ship-let-in = { $agent }, { $number }: { $from } to { $until }, let in by this call
same-ship-more = { $n ->
    [one] 1 more open call of this ship
   *[other] { $n } more open calls of this ship
}
same-ship-unsaid = not said
berth-twice-more = { $n ->
    [one] 1 more ship
   *[other] { $n } more ships
}
berth-twice-tag = berth planned twice
berth-twice = { $berth } is planned for another ship as well
uncleared-what = What stood against it, and what the organs do about it
uncleared-noted = { $who }: { $words }
uncleared-open = { $who }: told, nothing said yet
call-ship-record = ship’s record, version { $n }
do-note = Say what is done
act-title-over = Distress: say that it is over
act-do-over = The distress is over
act-over-how = How it ended
act-over-hint = That she came in can be said once her actual arrival is stated.
act-over-words = What happened
act-title-sailed = Sailed without clearance
act-do-sailed = Record it
act-sailed-what = What you found
act-sailed-noted = She sailed; this is what we do about it
act-sailed-error = She has not sailed: the statement is wrong, and the call goes on
act-sailed-words = What is done, or how the mistake was found
act-title-sail = She sailed without clearance?
act-sure-sail = What is listed above stands against her sailing. If she really sailed, the departure is recorded as a departure without clearance, the call ends, and the organs are told. If she has not, go back.
act-do-sail = Yes, she sailed
task-distress-open = distress under way: say when it is over
task-sailed-uncleared = say what you do about it
entry-priority = { $who } put the call first: { $class }
entry-priority-ended = { $who } took the priority back
act-title-priority = Put the call first
act-do-priority = Put it first
act-title-priority-end = Take the priority back
act-do-priority-end = Take it back
entry-moved-suspend = A measure stopped a clock
entry-moved-suspend-of = A measure stopped a clock: { $what }
entry-moved-extend = A measure made a limit longer
entry-moved-extend-of = A measure made a limit longer: { $what }
limit-suspend = stands still by { $measure }: { $from } became { $until }
limit-extend = longer by { $measure }: { $from } became { $until }
