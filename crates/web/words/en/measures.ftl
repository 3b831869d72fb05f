# Pages of the register of measures.

nav-measures = Measures
measures-title = Measures for firms
measures-intro = Each measure of the port: what you get, who can have it, who decides, and on which ground.
measures-check = Which measures fit us?
measures-check-intro = A few answers do, without signing in, and nothing is kept. What you leave out does not matter for the other measures.
measures-want = We want to
measures-want-any = anything
measures-on = Day of the event
measures-on-hint = The day that each measure names; today by default.
measures-measure = Measure
measures-gets = What you get
measures-validity = Validity
measures-none = No measure fits.
measures-show-ended = Show { $n ->
    [one] one that has ended
   *[other] { $n } that have ended
} as well
measures-open-data = Open data:
measures-use = Use it
measures-who = Ground and decision
measures-issuer = Issued by
measures-decides = Decided by
measures-law = Legal basis
measures-event = The day that counts
measures-stacking = Beside other measures
measures-not-with = Not beside:
measures-refund = What was paid already
measures-clawback = Taken back
measures-papers = Documents for the application
measures-table = Who is eligible
measures-table-versions = The table with its versions
measures-table-intro = It depends on: { $facts }
measures-conditions = Conditions
measures-answer = Answer
measures-reason = Reason and law
measures-always = none
measures-colon = :{" "}
measures-missing = Still to be known: { $facts }
measures-row-by-row = The reason, row by row
measures-decides-row = (this row decides)
measures-facts = About you
measures-facts-hint = Answer what concerns you; leave out the rest.
measures-ask = Show what fits
measure-from-record = From your firm’s record
measure-coming = Begins later
measure-in-force = In force
measure-ended = Ended
measure-from-to = { $from } to { $to }
measure-from = from { $from }
measure-fits-by-itself = Applies by itself
measure-fits-on-application = On application
measure-fits-by-choice = Yours to use
measure-fits-unknown = Cannot be told yet
measure-fits-no = Does not fit
measure-fits-not-in-force = Not in force that day
measure-group-fit = What fits ({ $n })
measure-group-unknown = Cannot be told yet ({ $n })
measure-group-no = Does not fit ({ $n })
measure-group-not-in-force = Not begun, or ended, on that day ({ $n })
measure-change-charge = Charge
measure-change-clock = Time limit
measure-change-mode = Way of doing it
measure-change-priority = Priority
measure-change-certificate = Certificate
measure-change-service = Service
measure-output-share = less
measure-output-complete-within = to be completed within
measure-output-originals-within = originals within
measure-output-effective-expiry = holds until
measure-output-most = at most
measure-output-class = class
measure-output-plan = a late instalment bears
measure-output-extends = runs longer
measure-output-late-payment-interest = interest for late payment
measure-output-names = names
measure-output-coordinator = a person of the organ
measure-output-relieves = makes less
measure-output-late-declaration-fee = the late-declaration fee
measure-output-guarantee = the guarantee
measure-class-inspection = inspected first
measure-class-green-lane = green lane
measure-class-key-ship = ship with key goods
measure-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
measure-working-days = { $n ->
    [one] { $n } working day
   *[other] { $n } working days
}
measure-months = { $n ->
    [one] { $n } month
   *[other] { $n } months
}
measure-condition = { $fact }: { $test }
measure-verdict-holds = holds
measure-verdict-not = does not hold
measure-verdict-unknown = not said
decide-extensions = Certificates that a measure extends
decide-extensions-hint = Their printed expiry comes before she sails; the anniversary date stays.
decide-printed = printed expiry { $day }
decide-effective = holds until { $day }
application-apply = Apply
application-about = What it is about
application-about-hint = The number of a ship’s call, a declaration or a consignment, or a guarantee account; leave it empty where there is none
application-words = What you want to say
application-said = What the firm says
application-send = Send the application
application-see-measure = The measure
application-waits-for = Waits for { $who }
application-firm = the firm
application-what = What was applied for
application-trace = What the table says
application-do = What can be done
application-granted = Granted
application-refused = Refused
application-was-revoked = Taken back
application-appeal = Appeal
application-appeal-until = An appeal is possible until
application-appeal-stands = The decision stands
application-appeal-anew = To be decided anew
application-question = What is missing, told once
application-answer = Answer
application-answer-until = To be answered by
application-conditions = Conditions, if any
application-saved = Paid less (yuan)
application-hours = Hours saved
application-until = Holds until
application-why = Why
application-law = Law
application-what-is-missing = What is missing (all of it)
application-more-papers = A further document
application-done-filed = The application has been sent and its receipt signed.
application-done-act = Done, and its receipt signed.
application-act-grant = Grant
application-act-ask = Ask for what is missing
application-act-refuse = Refuse
application-act-answer = Answer
application-act-withdraw = Withdraw
application-act-appeal = Appeal
application-act-appeal-stands = The decision stands
application-act-appeal-anew = Have it decided anew
application-act-revoke = Take back
application-state-filed = To be decided
application-state-asked = The firm is asked
application-state-granted = Granted
application-state-applied = Applied by itself
application-state-refused = Refused
application-state-appealed = Appealed
application-state-revoked = Taken back
application-state-withdrawn = Withdrawn
application-state-lapsed = Lapsed with its measure
application-entry-filed = Filed by { $who }
application-entry-applied = Recorded by { $who }: it applied by itself
application-entry-asked = { $who } asked for what is missing
application-entry-answered = { $who } answered
application-entry-granted = Granted by { $who }
application-entry-refused = Refused by { $who }
application-entry-withdrawn = Withdrawn by { $who }
application-entry-lapsed = The measure was withdrawn before anything was decided; what was filed is kept ({ $who })
application-entry-appealed = { $who } appealed
application-entry-appeal-decided = { $who } decided on the appeal
application-entry-revoked = Taken back by { $who }
application-entry-measure-changed = The measure changed, and the firm is told ({ $who })
application-entry-measure-ended = The measure ended; what was granted stands ({ $who })
application-entry-limit-passed = A limit passed ({ $who })
applications-title = Applications
applications-number = Number
applications-firm = Firm
applications-state = State
applications-filed = Filed
applications-mine = Only what waits for us
applications-none = There is no such application.
applications-of-measure = Applications under this measure
effect-title = What the measures did
effect-intro = Applications by the month of filing, uses by the month of use, bills by the month of the days that decide; money and hours by what stands. Firms that are eligible are counted by what their records say.
effect-drawing = By measure
effect-table = By measure and month
effect-month = Month
effect-eligible = eligible
effect-told = told
effect-applied = applied
effect-by-itself = by itself
effect-granted = granted
effect-refused = refused
effect-open = open
effect-fell-away = fell away
effect-late = late
effect-saved = paid less (yuan)
effect-hours = hours saved
effect-yuan = yuan
effect-bar = { $eligible ->
    [one] { $eligible } firm
   *[other] { $eligible } firms
} eligible, { $firms } had something of it
effect-total = Total
effect-bar-counts = { $granted } granted, { $used ->
    [one] { $used } use
   *[other] { $used } uses
}, { $itself } by itself
effect-bar-hours = { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
} saved
effect-bar-with = entry with it: { $hours } h on the mean of { $n ->
    [one] { $n } call
   *[other] { $n } calls
}
effect-bar-without = other calls: { $hours } h on the mean of { $n }
effect-months = By month
effect-used = uses
effect-firms = firms that had it
effect-none = There are no applications yet.
licence-extension = The tonnage-tax licence could be extended by { $n ->
    [one] { $n } day
   *[other] { $n } days
}
licence-proposed = The licence ends on { $expiry }; extended, on { $proposed }
licence-goes-on = still
licence-evidence = Evidence: a paper of { $who }; in this call: { $source }
licence-condition = Customs decides; only where neither cargo nor passengers were handled meanwhile, and each day counts once.
application-day = Day of the event: { $event }
application-entry-limit-moved = A measure moved the limit
effect-users = Entry of calls with it
effect-others = Entry of other calls
effect-clearance = { $hours } h ({ $n })
effect-back = taken back: { $yuan }
application-entry-part-granted = { $who } granted its part
application-part-granted = granted
application-part-open = not decided yet
application-parts = Who decides
application-back = Paid after all, yuan
application-revoked-back = Paid after all: { $yuan } yuan
application-act-pay-instalment = Instalment paid
application-billed = Day of the tax bill
application-plan = Payment plan
application-person = Who is named
company-named = Named by a measure
application-percent-hint = Empty: as much as the measure allows. What the declaration is charged less is reckoned by the price list where no amount is given
application-plan-hint = An instalment on each line: day and amount in yuan, as “2026-07-15 12,000.00”
application-instalment = Instalment
application-paid-on = Paid on
application-payment = Reference of the payment
application-extended = Guarantee { $account } runs longer
application-entry-instalment-paid = { $who } recorded a payment
application-entry-instalment-missed = An instalment was not paid in time; interest runs ({ $who })
instalment-due = Due
instalment-amount = Yuan
instalment-state = State
instalment-interest = Interest, yuan
instalment-open = open
instalment-paid = paid
instalment-paid-late = paid late
instalment-missed = not paid in time
instalment-of = Instalment { $nth }, { $on }
instalment-nth = Instalment { $nth }
application-code = Code of what was granted
application-code-why = Signed by the organ that decided. Whoever reads it can verify it at “Verify”, or without a network by the command “verify release”.
application-code-text = The code as text
company-stated = What organs say of the firm
company-stated-hint = Measures ask this; the firm finds it filled in.
company-stated-by = { $who } says it
company-stated-unknown = nothing said
company-stated-save = Save
