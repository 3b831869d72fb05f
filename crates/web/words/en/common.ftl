# Words of every page: times, spans, the frame, tones, buttons.

-brand = Pratique

time-month = { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
time-weekday = { $weekday ->
    [1] Mon
    [2] Tue
    [3] Wed
    [4] Thu
    [5] Fri
    [6] Sat
   *[7] Sun
}
time-at = { $day } { time-month } { $clock }
time-at-year = { $day } { time-month } { $year } { $clock }
time-date = { $day } { time-month }
time-date-year = { $day } { time-month } { $year }
time-full = { time-weekday } { $day } { time-month } { $clock } ({ $zone })
time-full-year = { time-weekday } { $day } { time-month } { $year } { $clock } ({ $zone })
time-now = now
time-in = in { $span }
time-ago = { $span } ago
time-left = { $span } left
time-overdue = overdue by { $span }
span-days = { $n } d
span-hours = { $n } h
span-minutes = { $n } min
span-moment = less than 1 min
list-comma = { ", " }
clause-comma = { ", " }

skip = Skip to the content
nav = Main
nav-today = Today
nav-calls = Calls
nav-ships = Ships
nav-companies = Companies
nav-queue = Work queue
nav-board = Board
nav-account = Account
nav-verify = Check a permit
nav-status = Service status
language-name-en = English
language-name-zh = 中文
sign-in = Sign in
sign-out = Sign out
sample-port = Sample port: firms, ships and persons are invented.
crumbs = You are here
pages = Pages
pages-previous = Previous
pages-next = Next
errors-prefix = Error:{ " " }
errors-title = { $n ->
    [one] There is a problem
   *[other] There are { $n } problems
}
errors-help = Who can help:
diff-field = Field
diff-before = Before
diff-after = Now
diff-nothing = nothing
news-one = 1 new. Show it
news-more = { $n } new. Show them
news-lost = Live updates have stopped. Refresh to see what is new.
foot-times = All times are local to the port ({ $zone }).
foot-drawn = Updated { $clock }.
foot-refresh = Refresh
foot-help = Port service desk, telephone 95198
expiry-words = For your safety you will be signed out at
expiry-gone = You are signed out. What you typed is kept as a draft: sign in and go on.
expiry-extend = Stay signed in
language-keep-zh = 用中文填写（保留已填内容）
language-keep-en = Go on in English (keeps what you typed)
