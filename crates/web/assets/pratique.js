// What script adds to pages that work without it: drafts saved as they are typed, rows added in place, the end of the
// session foretold, news counted. Nothing here moves the focus, except to the error summary of a page just loaded.
'use strict'

const one = (selector, root = document) => root.querySelector(selector)
const all = (selector, root = document) => [...root.querySelectorAll(selector)]

// Errors first: the summary takes the focus when the page opens.
one('#errors')?.focus()

// A form that is sent twice by impatience is sent once.
document.addEventListener('submit', (event) => {
  if (event.target.dataset.sent) return event.preventDefault()
  event.target.dataset.sent = 'yes'
  setTimeout(() => delete event.target.dataset.sent, 4000)
})

// The other language asked for on top of a page whose form has been begun: the form's own button keeps what was typed.
let begun
document.addEventListener('input', (event) => { begun = event.target.form ?? begun })
for (const link of all('.who a[hreflang]')) {
  link.addEventListener('click', (event) => {
    const button = begun && one(`button[name=switch][value="${link.hreflang}"]`, begun)
    if (!button) return
    event.preventDefault()
    begun.requestSubmit(button)
  })
}

// Buttons that print.
for (const button of all('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}

// Drafts: saved a second after the last change, said politely, asked about only when something is unsaved.
const drafts = []
for (const form of all('form[data-draft]')) {
  const said = one('[data-saved]', form)
  let changed = false
  let timer = 0
  let saving = false
  const save = async () => {
    clearTimeout(timer)
    if (!changed) return
    // One at a time: the next one says which draft this one leaves.
    if (saving) { timer = setTimeout(save, 300); return }
    saving = true
    changed = false
    try {
      const answer = await fetch(form.dataset.draft, {
        method: 'POST', body: new URLSearchParams(new FormData(form)), credentials: 'same-origin',
        headers: { accept: 'application/json' }, redirect: 'error'
      })
      // Somebody else saved it meanwhile: hers stays on the page, and the button that saves says what differs.
      if (answer.status === 409) { changed = true; if (said) said.textContent = said.dataset.meanwhile; return }
      if (!answer.ok) throw new Error(String(answer.status))
      const { drawn } = await answer.json()
      if (drawn !== undefined && form.elements.drawn) form.elements.drawn.value = drawn
      const time = new Intl.DateTimeFormat(document.documentElement.lang, {
        hour: '2-digit', minute: '2-digit', hour12: false, timeZone: form.dataset.zone
      }).format(new Date())
      if (said) said.textContent = said.dataset.saved.replace('#', time)
    } catch {
      changed = true
      if (said) said.textContent = said.dataset.failed
      timer = setTimeout(save, 10000)
    } finally { saving = false }
  }
  drafts.push(save)
  form.addEventListener('input', () => {
    changed = true
    clearTimeout(timer)
    timer = setTimeout(save, 1000)
  })
  form.addEventListener('change', save)
  form.addEventListener('submit', () => { changed = false; clearTimeout(timer) })
  document.addEventListener('visibilitychange', () => { if (document.hidden) save() })
  addEventListener('beforeunload', (event) => { if (changed) event.preventDefault() })
}

// A report without an account is kept on this device alone, for a week or until it is sent: with its key, so that it is one
// report however often it is sent. Files are chosen again.
const KEPT = 'pratique report '
const WEEK = 604800000
const device = (work) => { try { return work(localStorage) } catch { return undefined } }
if (one('[data-kept-sent]')) {
  device((kept) => { for (const name of Object.keys(kept)) if (name.startsWith(KEPT)) kept.removeItem(name) })
}
for (const form of all('form[data-kept]')) {
  const name = KEPT + form.dataset.kept
  const said = one('[data-kept-said]', form)
  const gone = one('[data-kept-gone]', form)
  const tell = (at) => {
    const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: '2-digit', minute: '2-digit', hour12: false })
    said.textContent = said.dataset.keptSaid.replace('#', clock.format(at))
    gone.hidden = false
  }
  const typed = () => [...new FormData(form)].filter(([field, value]) => typeof value === 'string' && !['csrf', 'topic'].includes(field))
  const kept = device((of) => JSON.parse(of.getItem(name)))
  // What the server sent back after a fault, or in another language, is newer than what lies here.
  const begun = typed().some(([field, value]) => field === 'words' && value)
  if (kept && Date.now() - kept.at < WEEK && !begun) {
    for (const [field, value] of kept.fields) {
      for (const of of all(`[name="${CSS.escape(field)}"]`, form)) {
        if (['radio', 'checkbox'].includes(of.type)) of.checked ||= of.value === value
        else if (of.type !== 'file' && (!of.value || field === 'key')) of.value = value
      }
    }
    tell(kept.at)
  }
  let timer = 0
  form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      const now = { at: Date.now(), fields: typed() }
      if (device((of) => { of.setItem(name, JSON.stringify(now)); return true })) tell(now.at)
    }, 1000)
  })
  gone.addEventListener('click', () => {
    clearTimeout(timer)
    device((of) => of.removeItem(name))
    location.reload()
  })
}

// Rows of a list: the button that would ask the server for one more takes it from the template instead.
for (const list of all('[data-rows]')) {
  const template = one('template', list)
  let next = Number(list.dataset.next)
  list.addEventListener('click', (event) => {
    const add = event.target.closest('button[data-add]')
    const remove = event.target.closest('button[data-remove]')
    if (add && template) {
      event.preventDefault()
      const holder = document.createElement('div')
      holder.append(template.content.cloneNode(true))
      holder.innerHTML = holder.innerHTML.replaceAll('__n__', String(next)).replaceAll('__no__', String(next + 1))
      next += 1
      const row = holder.firstElementChild
      one('[data-rows-here]', list).append(row)
      one('input, select, textarea', row)?.focus()
    } else if (remove) {
      event.preventDefault()
      const row = remove.closest('details.row')
      const before = row.previousElementSibling
      row.remove()
      ;(before ? one('summary', before) : one('button[data-add]', list))?.focus()
    } else {
      return
    }
    list.dispatchEvent(new Event('change', { bubbles: true }))
  })
}

// The end of the session, told two minutes before, counted from the server's clock rather than this machine's.
const ends = document.body.dataset.sessionEnds
if (ends) {
  const box = one('#expiry')
  const opened = Date.now()
  let left = Date.parse(ends) - Date.parse(document.body.dataset.now)
  const spent = () => Date.now() - opened
  const watch = setInterval(() => {
    if (left - spent() < 150000) box.hidden = false
    if (left - spent() < 0) {
      one('#expiry-words').hidden = true
      one('#expiry-gone').hidden = false
      one('button', box).hidden = true
      clearInterval(watch)
    }
  }, 5000)
  one('button', box).addEventListener('click', async () => {
    const answer = await fetch('/session', {
      method: 'POST', credentials: 'same-origin', redirect: 'error',
      body: new URLSearchParams({ csrf: one('input[name=csrf]')?.value ?? '' })
    }).catch(() => undefined)
    if (!answer?.ok) return
    left = spent() + (Number((await answer.json()).seconds) || 0) * 1000
    box.hidden = true
  })
}

// News: counted in one line that the reader may follow or leave; the list below stays as it is.
const news = one('#news[data-live]')
if (news && 'EventSource' in window) {
  let count = 0
  let stream
  let last = ''
  const show = (words, link) => {
    news.replaceChildren()
    const part = document.createElement(link ? 'a' : 'span')
    part.textContent = words
    if (link) part.href = location.href
    news.append(part)
    news.hidden = false
  }
  const listen = () => {
    const address = new URL(news.dataset.live, location.href)
    if (last) address.searchParams.set('after', last)
    stream = new EventSource(address)
    stream.addEventListener('changed', (event) => {
      last = event.lastEventId || last
      count += 1
      show(count === 1 ? news.dataset.one : news.dataset.more.replace('#', String(count)), true)
    })
    stream.addEventListener('error', () => { if (stream.readyState === EventSource.CLOSED) show(news.dataset.lost, true) })
  }
  // One stream a visible tab: browsers allow few connections to one host.
  document.addEventListener('visibilitychange', () => {
    stream?.close()
    if (!document.hidden) listen()
  })
  if (!document.hidden) listen()
}

// A choice that opens its own fields.
for (const choice of all('[data-opens]')) {
  const update = () => {
    for (const other of all(`input[name="${choice.name}"][data-opens]`)) {
      const part = document.getElementById(other.dataset.opens)
      if (part) part.open = other.checked
    }
  }
  choice.addEventListener('change', update)
}

// Who else has this case open: the page tells each minute that it still is, and at once when somebody begins to write.
const present = one('#present[data-present]')
if (present) {
  let writing = false
  const tell = async () => {
    const answer = await fetch(present.dataset.present, {
      method: 'POST', credentials: 'same-origin', redirect: 'error',
      body: new URLSearchParams({ csrf: one('input[name=csrf]')?.value ?? '', writing: writing ? 'yes' : 'no' })
    }).catch(() => undefined)
    if (!answer?.ok) return
    const there = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('#present')
    if (there && there.textContent !== present.textContent) present.replaceChildren(...there.childNodes)
  }
  document.addEventListener('input', (event) => {
    if (writing || !event.target.closest('#acts')) return
    writing = true
    tell()
  })
  setInterval(() => { if (!document.hidden) tell() }, 60000)
}

// A page that looks anew at one of its parts, for example a number of the queue; a telephone trembles when it is called.
const fresh = one('#fresh[data-fresh]')
if (fresh) {
  const look = async () => {
    if (document.hidden) return
    const answer = await fetch(location.href, { credentials: 'same-origin', redirect: 'error' }).catch(() => undefined)
    if (!answer?.ok) return
    const there = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('#fresh')
    if (!there || there.innerHTML === fresh.innerHTML) return
    const before = one('[data-state]', fresh)?.dataset.state
    fresh.replaceChildren(...there.childNodes)
    if (before === 'waiting' && one('[data-state]', fresh)?.dataset.state === 'called') navigator.vibrate?.([300, 100, 300])
  }
  setInterval(look, Number(fresh.dataset.fresh) * 1000)
  document.addEventListener('visibilitychange', look)
}

// Function keys of a desk: they are no letters, so that nothing that is typed is taken for one.
document.addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return
  const button = one(`button[data-key="${CSS.escape(event.key)}"]`)
  if (!button) return
  event.preventDefault()
  button.click()
})

// The display: numbers come by a stream, are read aloud in both languages once somebody allowed the voice, and a silence of
// fifteen seconds is said to be one. The stream opens itself again.
const display = one('[data-display]')
if (display && 'EventSource' in window) {
  const lost = one('#display-lost')
  const voice = one('[data-voice]')
  let heard = Date.now()
  let aloud = false
  const known = new Set(all('[data-call]', display).map((row) => row.dataset.call))
  if ('speechSynthesis' in window) {
    voice.hidden = false
    voice.addEventListener('click', () => {
      aloud = true
      voice.hidden = true
      speechSynthesis.speak(new SpeechSynthesisUtterance(''))
    })
  }
  const say = (words, lang) => {
    const said = new SpeechSynthesisUtterance(words)
    said.lang = lang
    speechSynthesis.speak(said)
  }
  const look = async () => {
    const answer = await fetch(location.href, { credentials: 'same-origin' }).catch(() => undefined)
    if (!answer?.ok) return
    const there = new DOMParser().parseFromString(await answer.text(), 'text/html')
    for (const id of ['#display-board', '#display-lines']) {
      const [from, to] = [one(id, there), one(id)]
      if (from && to && from.innerHTML !== to.innerHTML) to.replaceChildren(...from.childNodes)
    }
    for (const row of all('[data-call]', display).reverse()) {
      if (known.has(row.dataset.call)) continue
      known.add(row.dataset.call)
      if (!aloud) continue
      say(row.dataset.zh, 'zh-CN')
      say(row.dataset.en, 'en')
    }
  }
  let stream
  const listen = () => {
    stream?.close()
    stream = new EventSource(display.dataset.display)
    const alive = () => {
      if (!lost.hidden) look()
      heard = Date.now()
      lost.hidden = true
    }
    stream.addEventListener('beat', alive)
    stream.addEventListener('called', () => { alive(); look() })
    stream.addEventListener('open', look)
  }
  listen()
  setInterval(() => {
    if (Date.now() - heard < 15000) return
    lost.hidden = false
    // A stream that was refused does not try again by itself.
    if (stream.readyState === EventSource.CLOSED) listen()
  }, 3000)
  setInterval(look, 20000)
}

// A clerk's screen that is left alone locks itself: what was typed is saved as a draft, or kept as a form that was begun,
// first, and who signs in again goes on there.
const lock = one('#lock[data-after]')
if (lock) {
  let used = Date.now()
  for (const sign of ['keydown', 'pointerdown', 'input', 'scroll']) addEventListener(sign, () => { used = Date.now() }, { passive: true })
  setInterval(() => { if (Date.now() - used > Number(lock.dataset.after) * 60000) lock.requestSubmit() }, 5000)
  lock.addEventListener('submit', async (event) => {
    event.preventDefault()
    await Promise.all(drafts.map((save) => save()))
    const way = begun && one('[formaction^="/begun/"]', begun)
    if (way) {
      const to = new URL(way.formAction).searchParams.get('to')
      try {
        const kept = await fetch(`/begun/keep?${new URLSearchParams({ to })}`, { method: 'POST', body: new FormData(begun), credentials: 'same-origin' })
        const { pathname, search } = new URL(kept.url)
        if (kept.ok) lock.elements.place.value = pathname + search
      } catch { /* The screen is locked whatever becomes of the form. */ }
    }
    lock.submit()
  })
}

// Remote help, for who asked: who looks and at what she points is told as it happens; the field is marked, the focus stays.
const help = one('#help[data-help]')
if (help && 'EventSource' in window) {
  const mark = () => {
    for (const before of all('.pointed')) before.classList.remove('pointed')
    const at = one('[data-point]', help)
    const field = at && document.getElementById(at.dataset.point)
    if (!field) return
    for (let part = field.closest('details'); part; part = part.parentElement.closest('details')) part.open = true
    // What the field is called here, when this page is read in another language than the operator's copy.
    const label = one(`label[for="${CSS.escape(field.id)}"]`)
    if (label) at.textContent = label.textContent.trim()
    const group = field.closest('.govuk-form-group') ?? field
    group.classList.add('pointed')
    group.scrollIntoView({ block: 'center' })
  }
  const stream = new EventSource(help.dataset.help)
  stream.addEventListener('changed', async () => {
    const answer = await fetch('/help', { credentials: 'same-origin' }).catch(() => undefined)
    if (!answer?.ok) return
    const there = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('#help')
    if (!there) {
      stream.close()
      help.replaceChildren()
      mark()
      help.remove()
      return
    }
    help.replaceChildren(...there.childNodes)
    mark()
  })
  mark()
}

// Remote help, for the operator: the page is looked at anew when it changed; a field is pointed at by pressing it.
const lookedAt = one('#help-seen[data-stream]')
if (lookedAt && 'EventSource' in window) {
  const stream = new EventSource(lookedAt.dataset.stream)
  stream.addEventListener('changed', async () => {
    const answer = await fetch(location.href, { credentials: 'same-origin', redirect: 'error' }).catch(() => undefined)
    if (!answer?.ok) return
    const there = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('#help-seen')
    if (there) lookedAt.replaceChildren(...there.childNodes)
  })
  lookedAt.addEventListener('click', (event) => {
    const at = event.target.closest('[data-at]')
    const form = at && one('#pointing', lookedAt)
    const option = form && all('option', form).find((of) => of.value.startsWith(`${at.dataset.at} `))
    if (!option) return
    event.preventDefault()
    option.selected = true
    form.requestSubmit(one('button', form))
  })
}
