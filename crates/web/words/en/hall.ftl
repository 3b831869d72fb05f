# The hall: services, appointments, tickets, the counter.

services-title = Services
services-intro = What the port does for you: who decides, what to bring, the limit of the law, the limit that we promise, and how long it really took in the last { $n } days.
services-service = Service
services-decides = Decided by
services-legal = Limit of the law
services-promised = What we promise
services-took = How long it took
services-took-days = How long it took in the last { $n } days
services-cases = { $n ->
    [one] { $n } case
   *[other] { $n } cases
}
services-no-cases = no case in these days
services-no-limit = none is set
services-median = Half of them within { $span }
services-nine = Nine of ten within { $span }
services-kept = The promise was kept in { $n } % of them
services-reckoned = Reckoned from the journals, { $at }.
services-papers = What to bring
services-paper = Paper
services-no-papers = Nothing.
services-wanted-by = Wanted by
services-form = In which form
services-law = Legal basis
services-limits = Limits
services-line = Line in the hall
services-online = Do it online
service-part-call = Calls of ships
service-part-problem = Problems and advice
service-part-measure = Measures and charges
service-part-firm = Firms and papers
service-form-online = typed or uploaded
service-form-copy = a copy or photograph
service-form-original = the original is shown
length-hours = { $n ->
    [one] { $n } hour
   *[other] { $n } hours
}
length-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}
