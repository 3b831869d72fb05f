# Pages of officers.

queue-title = Work queue: { $unit }
queue-overdue = { $n ->
    [one] 1 overdue
   *[other] { $n } overdue
}
queue-overdue-more = more than { $n } overdue
queue-claim-next = Claim the next
queue-claim = Claim
queue-claimed = { $who } (claimed { $span })
queue-release = Give back
queue-limit = Limit
queue-ship = Ship and call
queue-matter = Matter
queue-changed = Changed since last seen
queue-others = Other organs
queue-owner = Who has it
queue-none = Nothing waits for you.
queue-no-limit = no limit
queue-filter-state = State
queue-filter-matter = Matter
queue-filter-text = Ship, IMO number or call number
queue-filter = Filter
queue-unclaimed = nobody yet

decide-facts = What was filed
decide-changed = Changed since last seen
decide-others = Other organs
decide-action = Your decision
decide-text = Words to the agent
decide-item = What is missing or to be mended, one item a line
decide-ground = Ground
decide-reason = Listed reason
decide-reason-hint = Needed when no listed reason is chosen, or when the reason asks for more. Then the legal basis too.
decide-basis = Legal basis
decide-conditions = Conditions, one a line
decide-until = Answer until
decide-lift = Who lifts it
decide-phase = Phase
decide-source = National system
decide-source-number = Its number there
decide-source-at = Decided there at
decide-mirror-note = This page only mirrors it, with source, number, recorder and time; it is not shown as decided here.
decide-hidden = What your organ has no need to know is not shown.
act-accept = Take in charge
act-accept-hint = The legal clock starts now.
act-return = Return for completion
act-return-hint = Name everything that is missing at once.
act-approve = Approve
act-approve-hint = The agent and the other organs are told at once.
act-conditions = Approve with conditions
act-conditions-hint = The conditions travel with the decision.
act-ask = Ask
act-ask-hint = List all questions; each is answered and closed by itself.
act-hold = Hold
act-hold-hint = A cleared call opens again.
act-board = Order boarding
act-board-hint = Boarding is the exception and needs a listed ground.
act-refuse = Refuse
act-refuse-hint = Needs a reason and its legal basis; the way to appeal is told.
act-sign = Sign
act-sign-hint = Signs your organ’s part.
act-mirror = Mirror a decision of the national system
act-mirror-hint = When the decision was made there.

board-title = Port overview
board-berths = Berths
board-berths-table = Berths as a table
board-berth = Berth
board-ship = Ship
board-from = From
board-to = To
board-overdue = Overdue
board-overdue-none = Nothing is overdue.
board-overdue-matter = Matter
board-overdue-who = Who must act
board-overdue-by = Overdue by
board-organs = Load of each organ
board-organ = Organ
board-open = Open
board-late = Overdue
board-legend-done = alongside
board-legend-organ = working
board-legend-plan = planned
board-legend-hold = held
claim-mine = You have claimed this matter until { $at }.
claim-other = { $who } has claimed this matter until { $at }.
claim-other-hint = While that stands, your decision is refused. If your colleague cannot go on, take the matter over.
claim-take = Take it over
claim-nobody = Nobody has claimed this matter.
decide-outcome = Outcome there
decide-mirror-words = Conditions, what is missing or the reason, one a line; not needed for a plain grant
decide-cause = Cause that the law lists
decide-suspended = The legal clock stands still since { $at }
decide-suspended-hint = It runs on from where it stood when you resume it.
decide-standing = Your unit’s decision
decide-questions = Your unit’s questions
decide-asked = Asked
decide-answer = Answer
act-suspend = Suspend the legal clock
act-suspend-hint = Only for a cause that the law lists; the time does not count towards your limit.
act-resume = Resume the legal clock
act-resume-hint = The limit moves by the time for which the clock stood still.
queue-other-none = nothing waits
queue-other-state = { $n ->
    [one] { $state }
   *[other] { $state }, { $n } matters
}
filter-all = All
board-overlap-more = { $n ->
    [one] 1 more pair
   *[other] { $n } more pairs
}
board-overdue-more = More than { $n } in all; the oldest { $shown } are shown.
board-overdue-shown = { $n } in all; the oldest { $shown } are shown.
act-beside = At this berth at that time
act-beside-hint = Tick a ship if both are meant to lie there; the journal says that you knew.
act-distress-said = Reported { $at }: { $report }
board-overlap = { $one } overlaps with { $other }
queue-done = Done
queue-first = at once
decide-closes = { $n ->
    [one] 1 answered item of your questions is closed with it.
   *[other] { $n } answered items of your questions are closed with it.
}
withdrawn-tag = Withdrawn
withdrawn-when = The agent withdrew it { $at }; nothing is to be decided any more.
withdrawn-why = Reason given: { $reason }
withdrawn-due = It is still due for this call. When it is filed again, it comes back to your queue.
withdrawn-not-due = It is not due for this call any more.
queue-priority = goes first · class { $n }
board-waiting = Requests of berths that wait, in their order
board-planned = Planned berth
board-not-planned = none yet
board-arrives = Expected
priorities-title = Who went first
priorities-intro = Each time when a ship or goods with a priority went before others in a queue: whom, why, and by whose approval.
priorities-from = From
priorities-until = Until
priorities-at = When, where
priorities-first = Went first
priorities-over = Went before
priorities-why = Why
priorities-approver = Approved by
priorities-none = Nobody went first in these days.
priority-tag = Queue
priority-first = She goes first: { $class }
priority-approved = Approved by { $who }, { $at }
priority-measure = The measure
priority-overtaken = { $n ->
    [one] One ship with a priority went before this one
   *[other] { $n } ships with a priority went before this one
 }
priority-overtaken-why = By a measure in force. Each case is kept with its reason and who approved it; the port office can be asked about it.
priority-goods-first = Goes first: { $class } · class { $n }
priority-goods-overtaken = { $n ->
    [one] One with a priority went before this one
   *[other] { $n } with a priority went before this one
}
priority-put-first = Put it first: { $measure }
priority-take-back = Take the priority back: { $class }
step-declaration = Declaration of goods
step-consignment-tally = Question of the tally
step-consignment-alarm = Alarm of the gate
step-consignment-release = Terminal’s release
step-consignment-return = Sending goods back
step-consignment-sale = Goods to be sold
step-consignment-payout = Claim on a sale
step-consignment-sending = To be sent back
step-consignment-load = Loading
step-consignment-look-answer = Joint inspection: does the time fit?
step-consignment-look-propose = Joint inspection: a time is missing
step-consignment-look = Joint inspection: look, and say what was found
