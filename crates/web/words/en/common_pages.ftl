# Sign-in, home, permits, ships, companies, account, status and error pages.

signin-title = Sign in
signin-name = User name
signin-password = Password
signin-show-hint = You may paste it or use a password manager.
signin-button = Sign in
signin-forgot = Password forgotten? Ask your own administrator or the port service desk, telephone 95198.
signin-no-account = Without an account
signin-verify = Check a permit
signin-what = One filing for a ship’s call; every organ decides its own part at the same time.
signin-demo = Sample accounts
signin-demo-who = Who
signin-demo-account = Account

home-title = What needs you today
home-nothing = Nothing needs you today.
home-needs-more = { $n ->
    [one] 1 more thing waits; the list of calls has it
   *[other] { $n } more things wait; the list of calls has them
}
home-needs = Waits for you
home-until = Until
home-matter = Matter
home-do = Act
home-drafts = Drafts
home-arrivals = Arriving next
home-news = News
home-stuck = Stuck? Tell the port office

permit-title = Departure permit
permit-valid = Valid
permit-title-shuttle = Periodic permit of a shuttle ship
permit-holds = Valid
permit-early = Not valid yet
permit-expired = Expired
permit-holds-from = Valid from
permit-holds-until = Valid until
permit-reexamine = Re-examination due
permit-revoked = Revoked
permit-superseded = Stands no longer
permit-mirrored = Issued in the organ’s national system
permit-mirrored-why = This permit was issued there and is only recorded here: it has no code of this port. Verify it in that system, under its number there.
permit-recorder = Recorded here by
permit-issued = Issued
permit-issuer = Issued by
permit-scan = Scan to verify; no network is needed.
permit-qr = QR code of the permit
permit-signed = Signed by each organ (linking form for exit formalities)
permit-organ = Organ
permit-officer = Officer
permit-signed-at = Signed
permit-rule = If the ship has not sailed within 24 hours, or facts have changed, maritime safety decides with the others whether formalities are done again.

verify-title = Check a permit
verify-intro = Scan the QR code of the permit, or paste or type its text; or type its number alone. No account is needed.
verify-code = Text of the QR code, or the permit’s number
verify-button = Check
verify-pass = VALID
verify-stop = NOT VALID
verify-check = CHECK
verify-checked = Checked at
verify-next = Check another

ships-title = Ships
ships-search = IMO number or name
ships-search-button = Search
ships-none = No ship found.
ships-name = Name
ships-flag = Flag
ships-type = Type
ships-last = Last call
ship-facts = Particulars
ship-certificates = Certificates
ship-certificate = Certificate
ship-expires = Expires
ship-calls = Calls
ship-certificate-state = State
company-facts = Particulars
company-mandates = Mandates
company-principal = Principal
company-from = From
company-to = To
company-state = State
company-people = People
company-person = Name
company-role = Role

account-title = Account
account-language = Language
account-language-hint = For pages and messages to you.
account-dense = Dense tables
account-save = Save
account-keys = API keys
account-keys-hint = For your own systems. A key is shown once only.
account-key-name = Name
account-key-scopes = Scopes
account-key-scopes-hint = Tick nothing for both.
account-key-made = Made
account-key-revoke = Revoke
account-key-new = New key
account-key-create = Create the key
account-key-secret = Copy it now and keep it safe:
account-sessions = Sessions
account-session-here = this one
account-session-end = End
account-session-where = Where
account-session-since = Since
account-action = Action

status-title = Service status
status-all-well = Everything works
status-trouble = Some parts do not work
status-part = Part
status-state = State
status-since = Since
status-fallback = What to do meanwhile
status-incidents = Recent incidents
status-incidents-none = None in the last 30 days.
status-backlog = Received and waiting
status-aside = Clocks set aside (pratique doctor names them)

fault-code = Code
fault-remedy = What you can do
fault-help = Who can help
fault-reference = Request number
fault-back = Go to the start page
fault-status = The page cannot be shown ({ $status })
