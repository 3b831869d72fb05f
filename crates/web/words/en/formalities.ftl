# Pages of formalities.

form-saved = Saved { $clock }
form-not-saved = The draft could not be saved; trying again.
form-meanwhile = Somebody else saved this form meanwhile. What you typed is not saved: press the button that saves to see what differs.
form-autosave = Drafts are saved as you type.
form-save = Save draft
form-check = Check and submit
form-required = required
form-yes = Yes
form-no = No
form-choose = Choose
form-error = Error:
form-warning = Warning:
form-row = No. { $n }
form-add = Add one
form-remove = Remove no. { $n }
form-rows = { $n ->
    [one] 1 entry
   *[other] { $n } entries
}
form-versions = Versions
form-version = Version { $n }
form-upload = Upload a workbook
form-origin = From: { $source }
form-not-yet = This cannot be filed now
form-warnings-title = You may submit, but note
form-warnings-later = Note before it is filed
form-instant-hint = Local time of the port

filed-title-version = { $name }, version { $n }
filed-changed = Changed since the version before
filed-first = First version: nothing to compare.
filed-unchanged = Nothing has changed.
filed-content = What was filed
filed-by = Filed by { $who } on { $at }, { $channel }
filed-receipt = Receipt
filed-decisions = What the organs said

check-title = Check your answers
check-change = Change
check-change-of = Change { $name }
check-declare = By submitting you state that you are entitled to file this and that it is true and complete.
check-submit = Submit
check-back = Go back
check-next = What happens next

upload-title = Upload a workbook
upload-intro = Download the workbook prefilled for this call, complete it and upload it. One workbook may hold several forms.
upload-template = Download the prefilled workbook (XLSX)
upload-file = Choose a file
upload-limits = Accepted: { $kinds }. At most { $size } and { $rows } rows a file.
upload-send = Upload and file
upload-safe = What has no error is filed at once, with a receipt; what has errors is kept as a draft, and its rows are listed. What stands filed word for word is not filed again.
report-title = Upload report
report-file = { $file }, received { $at }
report-working = Checking: row { $n } of { $total }. You may leave this page and come back.
report-good = { $n ->
    [one] 1 row kept
   *[other] { $n } rows kept
}
report-bad = { $n ->
    [one] 1 row to mend
   *[other] { $n } rows to mend
}
report-warned = { $n ->
    [one] 1 row with a warning
   *[other] { $n } rows with warnings
}
report-sheets = Sheet by sheet
report-sheet = Sheet
report-rows = Rows
report-kept = Kept
report-mend = To mend
report-faults = What to mend
report-where = Where
report-what = What is wrong
report-how = How to mend it
report-times = { $n ->
    [one] once
   *[other] { $n } times
}
report-code = code { $code }
report-download = Download the workbook with the errors marked
report-again = Upload again

receipt-title = Receipt
receipt-number = Receipt number
receipt-received = Received
receipt-what = What was filed
receipt-by = Filed by
receipt-digest = Digest of the content (SHA-256)
receipt-log = Index in the log
receipt-log-pending = The index follows within a second
receipt-next = What happens next
receipt-download = Download the signed receipt (JSON)
receipt-back = Back to the call
receipt-keep = The port’s key has signed this receipt; it can be verified without a network.
print = Print

question-title = Questions and answers
question-once = { $organ } names everything that is missing at once.
question-answer = Your answer
question-open = Open
question-send = Send the answers
question-ask = Ask again
question-close = Close this item
question-file = Attachment (optional)
question-item = Item { $n }
form-withdrawn = You withdrew this on { $at }. The last version stands below as a draft: check it and submit it again.
report-nothing = Nothing was read
report-nothing-why = No row of this file could be read; nothing was filed and nothing was kept.
report-download-list = Download the list of errors (JSON)
report-mend-in = Mend “{ $what }” on the page
report-whole = the whole file
filed-original = The file as received
filed-appeal = Against a refusal you may apply for administrative reconsideration or go to court; the organ that decided tells where, and until when.
form-enter = Send
