# Sign-in, receipts, questions, uploads, permits, records, account, status and board: words that their handlers choose.

signin-wrong = The user name or the password is wrong
signin-wrong-remedy = Check capital letters and the keyboard’s language. After ten wrong tries you have to wait a quarter of an hour.

receipt-state = Received

question-empty = Write an answer to at least one item
question-withheld = Only the organ that asked and the ship’s agent read these words, until they are erased

upload-no-file = Choose a file
upload-too-large = The file is larger than 16 MB
upload-broken = The file did not arrive whole. Send it again.

permit-number = Number of the permit
permit-ship = Ship
permit-imo = IMO number
permit-call = Call
permit-port = Port
permit-until = Sail before
permit-next-port = Next port
permit-condition = Condition
permit-law = Legal basis
verify-kind = Kind
verify-empty = Paste or type the text of the QR code, or the number
verify-is-valid = This permit is genuine and counts now
verify-is-reexamined = Genuine, but it must be examined again: ask maritime safety before she sails
verify-is-early = Genuine, but it does not count yet
verify-is-expired = Genuine, but it has run out
verify-is-revoked = Genuine, but it was withdrawn

ships-new = Register a ship
ships-edit = Change the record
ship-record-title = Record of a ship
ship-imo = IMO number
ship-name = Name
ship-name-zh = Name in Chinese
ship-flag = Flag (two letters)
ship-call-sign = Call sign
ship-mmsi = MMSI
ship-gross-tonnage = Gross tonnage
ship-deadweight = Deadweight
ship-length = Length overall
ship-port-of-registry = Port of registry
ship-owner = Owner
ship-operator = Operator
ship-record-save = Save the record
record-source = Source
certificate-valid = Valid
certificate-soon = Expires within 30 days
certificate-expired = Expired
companies-title = Companies
companies-none = No company is on record.
company-name = Name
company-code = Code
company-kind = Kind
company-registration = Registration number
company-phone = Telephone
company-stands = In force
company-ended = Not in force

account-scope-read = Read calls, filings and journals
account-scope-write = File, answer, decide
account-key-name-wrong = Give a name of 1 to 40 Latin letters, digits, hyphens, dots or underscores

status-works = Works
status-fails = Does not work
status-late = Late
status-reading = Looking things up
status-reading-fallback = Telephone the port service desk, 95198
status-filing = Filing and deciding
status-filing-fallback = Drafts wait; file on paper at the port service desk where a limit is near
status-log = Evidence log
status-log-fallback = Receipts count at once; their proof follows
status-verifying = Checking permits
status-verifying-fallback = Check them without a network by the program’s own command
status-clocks = Legal clocks
status-clocks-fallback = Limits run on; what passed is recorded with its own instant as soon as it can be

board-summary-more = More than { $calls } calls are open; { $stays ->
    [one] 1 ship lies at a berth or is planned to
   *[other] { $stays } ships lie at berths or are planned to
}
board-summary = { $calls ->
    [one] 1 call is open
   *[other] { $calls } calls are open
}; { $stays ->
    [one] 1 ship lies at a berth or is planned to
   *[other] { $stays } ships lie at berths or are planned to
}
board-conflict = Overlaps with { $ship }
api-title = Interface for systems (API)
api-intro = The same rules, words and receipts as the pages, for the systems of agents and organs.
api-openapi = Description for programs (OpenAPI 3.1)
api-how = How it is used
api-how-key = Make a key on the page “Account” and send it along:
api-how-retry = Send a key of your own with each submission; a repeated one gets the same receipt:
api-how-principal = Act for a principal by a mandate:
api-how-problem = What is refused comes back with every fault, its place and its remedy:
api-address = Address
api-what = What it does
api-calls = Calls
api-formalities = Formalities
api-formalities-hint = PUT files a version, GET reads one. The fields stand in the description for programs.
api-code = Code
api-source = Source
api-acts = Acts
api-acts-hint = An act names itself in the member “act”; a question mark follows members that may be left out.
api-members = Members
api-everybody = For everybody, without a key
verify-by-number = Checked by its number
verify-by-number-why = Only whether it is valid and the ship’s name are told; scan the code to compare everything
password-title = Change your password
password-intro = Your sessions on other devices end when you change it.
password-forced = Somebody else made your password. Choose your own before you go on.
password-present = Present password
password-new = New password (12 characters at least)
password-again = New password again
password-save = Change the password
record-source-operator = the operator
record-source-sample = sample data
acting-for = You act for { $who }: what you do is recorded as done on its behalf.
acting-change = Change
acting-title = Acting for others
acting-label = For which firm you act
acting-hint = Firms whose mandate stands now. After signing out you act for your own firm again.
acting-own = My own firm alone
entry-on-behalf = on behalf of { $who }
permit-used = Used: she sailed { $at }
verify-is-used = Genuine, and used: the ship has sailed on it. It lets nobody sail a second time.
receipt-same = Nothing differs from what stands filed. Nothing was filed again; this receipt of the version that stands holds.
ship-unconfirmed = not confirmed yet
ship-confirmed = confirmed by { $who }
ship-proposal = Proposed change
ship-proposal-open = waits for confirmation
ship-proposal-confirmed = confirmed
ship-proposal-refused = not confirmed
ship-proposal-by = Proposed by { $who }, { $at }
ship-proposal-words = Why it is not confirmed (needed to refuse)
ship-confirm = Confirm
ship-refuse = Do not confirm
ship-confirm-title = This record has not been confirmed
ship-confirm-hint = Compare it with the ship’s certificates before you confirm it.
ship-record-proposes = The record stays as it is until maritime safety confirms your change.
ship-record-first = Calls can be opened for the ship at once; maritime safety compares the record with her certificates.
ship-record-propose = Propose the change
ship-record-version = Version
ships-waiting = { $n ->
    [one] 1 proposed change waits for your confirmation
   *[other] { $n } proposed changes wait for your confirmation
}
