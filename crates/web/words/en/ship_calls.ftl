# Pages of ship calls.

calls-title = Ship calls
calls-new = New call
calls-search = IMO number, ship’s name or call number
calls-search-button = Search
calls-state = State
calls-none = No call matches.
calls-found-more = More than { $n } calls
calls-found = { $n ->
    [one] 1 call
   *[other] { $n } calls
}
calls-column-call = Call
calls-column-ship = Ship
calls-column-arrives = Arrives
calls-column-holding = What is holding it
calls-column-state = State
calls-new-title = New ship call
calls-new-intro = File once: maritime safety, customs, border inspection and the port group all receive it.
calls-new-how = How do you want to start?
calls-new-from-previous = From a previous call
calls-new-from-previous-hint = Copies what still holds, and shows field by field what was copied and what changed.
calls-new-previous = Previous call
calls-new-blank = Blank call
calls-new-blank-hint = Three facts are enough to begin; the rest can follow.
calls-new-imo = IMO number
calls-new-imo-hint = Seven digits. Name, flag and the rest come from the ships’ register.
calls-new-kind = Kind of call
calls-new-kind-hint = Decides what is due for the call; you tick nothing.
calls-new-enter-ship = Enter her record (opens in a new tab; what you typed here stays)
calls-new-eta = Expected arrival
calls-new-copy = Copy and start
calls-new-start = Start the call

call-who-holds = Who holds it
call-due = What is due for this call
call-due-formality = Formality
call-due-organs = For
call-due-until = Until
call-due-state = State
call-due-why = Why
call-journal = Journal
call-journal-all = The whole journal
call-questions = Questions
call-questions-item = Question
call-holds = Holds
call-holds-issuer = Issued by
call-holds-lift = Lifted by
call-holds-since = Since
call-times = Times
call-times-event = Event
call-times-estimated = Estimated
call-times-requested = Requested
call-times-planned = Planned
call-times-actual = Actual
call-times-conflict = Conflict
call-until = until { $at }, { $left }
call-since = since { $at }, for { $span }
lanes-now = now { $clock }
lanes-still = now
lanes-legend-filed = filed, not yet accepted
lanes-legend-organ = with the organ
lanes-legend-open = waits for the agent
lanes-legend-done = done
lanes-legend-hold = held
lanes-legend-plan = planned
lanes-step = { $from } to { $to }: { $what }

copied-title = What was copied
copied-intro = Copied from { $call }. Check each line and mend what has changed; what was copied stays here to compare with.
copied-change = Changed since
copied-same = nothing has changed
copied-left-out = Not copied
copied-save = Confirm and go on
lanes-idle = Free: { $names }
lanes-legend-answer = with the organ, reading answers
copied-draft = draft, not filed yet
copied-gone = neither drafted nor filed
copied-mend = Mend
copied-nothing = Nothing of it was copied.
copied-none = The earlier call had filed nothing that could be copied.
calls-new-sure = The arrival has passed
calls-new-sure-yes = I open this call afterwards; the time is right
calls-new-port-left-open = Left open: that of the previous call.
lanes-steps = { $n ->
    [one] 1 step
   *[other] All { $n } steps
}
