# Firms, people, mandates, and what is past its term.

nav-administration = Administration
administration-title = Firms, people and mandates
administration-firms = Firms
administration-organs = Organs and units
administration-new-firm = Record a firm
administration-new-firm-hint = With a code that is known this is a new version of its record.
administration-record = Record
administration-name-zh = Chinese name
administration-name-en = English name
administration-name-hint = 1 to 40 Latin letters, digits, hyphens, underscores or dots
administration-manager = Manages the people of this unit
administration-is-manager = manages people
administration-nobody = Nobody signs in for this unit yet.
administration-add = Add a person
administration-may-sign-in = May sign in
administration-disabled = Disabled
administration-reset = New password
administration-disable = Disable
administration-appoint = Let manage people
administration-dismiss = No more manage people
administration-secret-password = The password of { $name }:
administration-secret-key = The key of { $name }:
administration-secret-once = It is shown this once; she chooses another when she signs in first.
administration-agent = Agent
administration-agent-hint = The agent’s code
administration-from = First day
administration-until = Last day (included)
administration-coming = Not yet
administration-end-mandate = End
administration-no-mandates = No mandates.
administration-give-mandate = Give a mandate
administration-give-mandate-hint = In this time the agent may file for this firm.
administration-no-systems = No system has a key.
administration-changes = Changes
administration-changes-hint = Each change stands in the log, so that a later alteration is found.
administration-no-changes = Nothing was changed.
role-agent = Files for the firm
role-officer = Officer
role-operator = Plans berths
role-coordinator = Coordinates the port
role-administrator = Administrator
change-firm-recorded = Firm { $about } recorded
change-user-added = { $about } added
change-user-reset = New password for { $about }
change-user-disabled = { $about } disabled
change-user-appointed = { $about } manages people
change-user-dismissed = { $about } manages people no more
change-user-password = { $about } changed her own password
change-mandate-given = Mandate given to { $about }
change-mandate-ended = Mandate of { $about } ended
change-key-made = Key made for the system { $about }
change-key-ended = Keys of the system { $about } revoked
change-documents-erased = Content of { $about } erased
change-documents-kept = { $about } kept: nothing of it is erased
change-documents-released = { $about } kept no longer
serves-question = Question
serves-answer = Answer
serves-words = Words of an act
serves-original = Uploaded file
serves-report = Report
serves-contact = Contact
serves-attachment = Attachment
serves-secret = Secret of a report
serves-notice = Notice
retention-title = Past their term
retention-count = { $n ->
    [one] The term of 1 document has passed.
   *[other] The term of { $n } documents has passed.
}
retention-gone = { $n ->
    [one] 1 document is erased.
   *[other] { $n } documents are erased.
}
retention-number = Number
retention-what = What
retention-filed = Filed
retention-until = Kept until
retention-rule = By which rule
retention-sure = Erase them: they cannot be read again.
retention-erase = Erase
account-manage = The people of your unit
change-bill-stated = Bill of { $about } stated
change-resumption-answered = Answer on the resumption of work, { $about }
