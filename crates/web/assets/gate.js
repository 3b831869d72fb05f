// The gate with script: scans by the camera, answers without loading a page, and without a connection by the signed list
// that was fetched last, whose age it shows. What is recorded meanwhile is kept and sent when the port answers again.
'use strict'

;(() => {
  const home = document.querySelector('[data-gate]')
  if (!home) return
  const pick = (selector) => document.querySelector(selector)
  const words = Object.fromEntries([...document.querySelectorAll('#gate-words li')].map((li) => [li.dataset.word, li.textContent]))
  const gate = home.dataset.gate
  const listAt = `/gate/list?${new URLSearchParams({ gate })}`
  const form = pick('#ask')
  const ORGAN_LIST = 'PQG1:'
  const PERMIT = 'PQP1:'

  // --- What is kept on the phone: passages to be sent, the signer of the trust list, by how much the clock is ahead.
  const read = (name, none) => { try { return JSON.parse(localStorage.getItem(name)) ?? none } catch { return none } }
  const write = (name, value) => localStorage.setItem(name, JSON.stringify(value))
  const queue = () => read('gate-queue', [])
  const clockAhead = () => read('gate-ahead', 0)
  // Seconds by the port's clock, as far as this phone knows it.
  const now = () => Date.now() / 1000 - clockAhead()

  // --- Bytes: Base45 (RFC 9285), CBOR as far as permits use it (RFC 8949), COSE_Sign1 (RFC 9052).
  const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
  const base45 = (text) => {
    const bytes = []
    for (let at = 0; at < text.length; at += 3) {
      const digits = [...text.slice(at, at + 3)].map((letter) => ALPHABET.indexOf(letter))
      const value = digits.reduce((sum, digit, nth) => sum + digit * 45 ** nth, 0)
      if (digits.includes(-1) || digits.length === 1 || value > (digits.length === 3 ? 65535 : 255)) throw new Error('base45')
      if (digits.length === 3) bytes.push(value >> 8)
      bytes.push(value & 255)
    }
    return Uint8Array.from(bytes)
  }
  const cbor = (bytes) => {
    let at = 0
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const size = (low) => {
      if (low < 24) return low
      const width = { 24: 1, 25: 2, 26: 4, 27: 8 }[low]
      if (!width) throw new Error('cbor')
      const value = { 1: () => view.getUint8(at), 2: () => view.getUint16(at), 4: () => view.getUint32(at), 8: () => Number(view.getBigUint64(at)) }[width]()
      at += width
      return value
    }
    const item = () => {
      const first = bytes[at++]
      if (first === undefined) throw new Error('cbor')
      const n = size(first & 31)
      const slice = () => { if (at + n > bytes.length) throw new Error('cbor'); at += n; return bytes.slice(at - n, at) }
      switch (first >> 5) {
        case 0: return n
        case 1: return -1 - n
        case 2: return slice()
        case 3: return new TextDecoder('utf-8', { fatal: true }).decode(slice())
        case 4: return Array.from({ length: n }, item)
        case 5: return new Map(Array.from({ length: n }, () => [item(), item()]))
        case 6: return { tag: n, value: item() }
        default: throw new Error('cbor')
      }
    }
    const value = item()
    if (at !== bytes.length) throw new Error('cbor')
    return value
  }
  const head = (major, n) => n < 24 ? [major << 5 | n] : n < 256 ? [major << 5 | 24, n] : n < 65536 ? [major << 5 | 25, n >> 8, n & 255] : [major << 5 | 26, n >>> 24, n >> 16 & 255, n >> 8 & 255, n & 255]
  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  const fromBase64url = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0))
  const utf8 = (text) => new TextEncoder().encode(text)
  const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]))
  // A long payload is joined without a list of its bytes.
  const concat = (parts) => {
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of parts) { out.set(part, at); at += part.length }
    return out
  }
  const isSigned = async (key, signature, message) => {
    const own = await crypto.subtle.importKey('raw', fromBase64url(key.public_key), { name: 'Ed25519' }, false, ['verify'])
    return crypto.subtle.verify({ name: 'Ed25519' }, own, signature, message)
  }

  // --- The trust list: signed by the port's key, which the phone keeps from the first time it saw it.
  const trustList = async (text) => {
    const signed = JSON.parse(text)
    const key = signed.list.keys.find((key) => key.kid === signed.kid && key.purposes.includes('trust_list'))
    const message = joined(utf8('pratique trust list v1\n'), utf8(JSON.stringify(signed.list)))
    if (!key || !await isSigned(key, fromBase64url(signed.signature), message)) throw new Error('trust')
    const pinned = read('gate-port-key', null) ?? signed.kid
    if (pinned !== signed.kid) throw new Error('trust')
    write('gate-port-key', pinned)
    return signed.list
  }

  // Reads a signed message, and verifies it by the key of the trust list that it names.
  const signedMessage = async (text, prefix, type, trust) => {
    const message = cbor(base45(text.slice(prefix.length)))
    const [protectedBytes, , payload, signature] = message.value
    const header = cbor(protectedBytes)
    const key = trust.keys.find((key) => key.kid === hex(header.get(4)))
    if (message.tag !== 18 || header.get(16) !== type || header.get(1) !== -8 || !key) throw new Error('key')
    const parts = [Uint8Array.from(head(4, 4)), Uint8Array.from(head(3, 10)), utf8('Signature1'), Uint8Array.from(head(2, protectedBytes.length)), protectedBytes, Uint8Array.from([0x40]), Uint8Array.from(head(2, payload.length)), payload]
    if (!await isSigned(key, signature, concat(parts))) throw new Error('signature')
    const claims = cbor(payload)
    const counts = key.purposes.includes('permit') && key.holder === claims.get(1) && key.revoked_at === null
    if (!counts) throw new Error('key')
    return { claims, key }
  }

  const stored = async () => (await caches.open('gate-list-1'))
  const knowledge = async () => {
    const kept = await stored()
    const [trustText, listText] = await Promise.all(['/trust-list', listAt].map(async (at) => (await kept.match(at))?.text()))
    if (!trustText || !listText) throw new Error('list')
    const trust = await trustList(trustText)
    const { claims } = await signedMessage(listText, ORGAN_LIST, 'application/vnd.pratique.gate-list+cwt', trust)
    if (claims.get(3) !== gate) throw new Error('list')
    const rows = new Map(claims.get(-65610).map(([number, kind, state, bits, from, until, binding]) => [number, { number, kind, state, bits, from, until, binding: hex(binding) }]))
    return { trust, rows, issuedAt: claims.get(6), until: claims.get(4) }
  }
  let known = null
  const know = async () => { known ??= await knowledge(); return known }

  // --- The verdict without a connection.
  const bindingOf = async (number, document) => {
    const tail = [...document.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '')].slice(-4).join('')
    return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(`${number}|${tail}`))).slice(0, 8))
  }
  const isTruck = (kind) => kind === 'release' || kind === 'air_release'
  const offlineAnswer = async (given, document, inward) => {
    const reasons = []
    const say = (answer, reason) => reasons.push([reason, answer])
    let basis
    try { basis = await know() } catch { return { answer: 'check', reasons: ['no_list'], offline: true } }
    let permit
    if (given.includes(':')) {
      let genuine
      try {
        genuine = await signedMessage(given, PERMIT, 'application/vnd.pratique.person-permit+cwt', basis.trust)
      } catch (why) {
        // Where the browser cannot verify, nobody is told that a code is forged.
        const cannot = why?.name === 'NotSupportedError'
        return { answer: cannot ? 'check' : 'stop', reasons: [cannot ? 'cannot_verify' : 'forged'], offline: true }
      }
      const { claims, key } = genuine
      if (!key.permit_kinds.includes(claims.get(-65537))) return { answer: 'stop', reasons: ['forged'], offline: true }
      permit = { number: claims.get(2), kind: claims.get(-65537), from: claims.get(5), until: claims.get(4), issued: claims.get(6), bits: claims.get(-65554), binding: hex(claims.get(-65553)), holder: claims.get(-65552), place: claims.get(-65551) }
    }
    const number = permit?.number ?? given.toUpperCase()
    const row = basis.rows.get(number)
    if (!permit && !row) return { answer: 'stop', reasons: ['unknown'], offline: true }
    // Ashore by a permit to land, on board by one to board. Goods go out: what is no matter for who comes back stops a truck.
    const truck = isTruck((permit ?? row).kind)
    const outward = Boolean((permit ?? row).bits & 8)
    const enters = inward !== outward
    const gone = enters || truck ? 'stop' : 'check'
    if (!row) say(permit.issued > basis.issuedAt ? 'check' : gone, permit.issued > basis.issuedAt ? 'newer_than_list' : 'elsewhere')
    permit ??= row
    const mine = queue().filter((passage) => passage.number === number && passage.at / 1e6 - clockAhead() >= basis.issuedAt - 60)
    const inside = mine.length ? mine.at(-1).direction === (outward ? 'out' : 'in') : Boolean(row && row.bits & 4)
    const used = row?.state === 2 || (permit.bits & 1 && mine.some((passage) => passage.direction === (truck || outward ? 'out' : 'in')))
    if (row?.state === 1) say(gone, 'revoked')
    if (used && (enters || truck)) say('stop', 'used')
    if (now() < permit.from) say(gone, 'early')
    if (now() >= permit.until) say(gone, 'expired')
    if (enters && inside && !(permit.bits & 1)) say('check', outward ? 'twice_out' : 'twice_in')
    if (!enters && !inside && !truck) say('check', outward ? 'not_out' : 'not_in')
    let same = null
    if (document) {
      same = await bindingOf(number, document) === permit.binding
      if (!same) say('stop', 'holder_differs')
    } else if (permit.bits & 2) say('check', 'holder_unseen')
    if (now() > basis.until) say('check', 'list_old')
    const order = ['pass', 'check', 'stop']
    const answer = order[Math.max(0, ...reasons.map(([, answer]) => order.indexOf(answer)))]
    return { answer, reasons: reasons.map(([reason]) => reason), number, kind: permit.kind, holder: permit.holder, place: permit.place, until: permit.until * 1e6, holder_bound: Boolean(permit.bits & 2), outward, same, offline: true }
  }

  // --- Asking the port, and not waiting for ever.
  const ask = async (url, options = {}) => {
    const stop = new AbortController()
    const timer = setTimeout(() => stop.abort(), 5000)
    try {
      return await fetch(url, { credentials: 'same-origin', redirect: 'error', signal: stop.signal, ...options })
    } finally { clearTimeout(timer) }
  }
  let csrf = form.elements.csrf.value
  // A page that was kept has the token of a session that may have ended: the page of the session that stands has the right one.
  const freshToken = async () => {
    const page = new DOMParser().parseFromString(await (await ask(`/gate?${new URLSearchParams({ gate })}`)).text(), 'text/html')
    csrf = page.querySelector('#ask [name=csrf]')?.value ?? csrf
  }

  let online = navigator.onLine
  const clock = (seconds) => new Intl.DateTimeFormat(document.documentElement.lang, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false, timeZone: home.dataset.zone }).format(new Date(seconds * 1000))
  const age = (seconds) => seconds < 5400 ? words['age-minutes'].replace('#', Math.max(0, Math.round(seconds / 60))) : words['age-hours'].replace('#', Math.round(seconds / 3600))
  const showState = async () => {
    const line = pick('#gate-state')
    let basis = null
    try { basis = await know() } catch { /* no list yet */ }
    const waiting = queue().length
    const parts = [words[online ? 'online' : 'offline'], basis ? `${words.list} ${clock(basis.issuedAt)} · ${age(now() - basis.issuedAt)}` : words.no_list_yet]
    if (waiting) parts.push(words.waiting.replace('#', waiting))
    if (Math.abs(clockAhead()) > 120) parts.push(words.clock_off.replace('#', Math.round(Math.abs(clockAhead()) / 60)))
    line.textContent = parts.join(' · ')
    line.classList.toggle('stop', !online || Math.abs(clockAhead()) > 120 || Boolean(basis && now() > basis.until))
    line.hidden = false
  }

  const refresh = async () => {
    try {
      const [trust, list] = await Promise.all([ask('/trust-list'), ask(listAt)])
      if (!trust.ok || !list.ok) throw new Error(String(list.status))
      const date = Date.parse(list.headers.get('date') ?? '')
      if (!Number.isNaN(date)) write('gate-ahead', Math.round((Date.now() - date) / 1000))
      const kept = await stored()
      await Promise.all([kept.put('/trust-list', trust), kept.put(listAt, list)])
      known = null
      online = true
      await send()
    } catch (why) { online = why?.name === 'Error' && /^4/.test(why.message) }
    await showState()
  }

  // --- Passages: kept first, then sent; the port records each once.
  let sending = false
  const send = async () => {
    const waiting = queue()
    if (sending || !waiting.length) return
    sending = true
    try {
      const some = waiting.slice(0, 200)
      const body = () => JSON.stringify({ csrf, gate, now: Date.now() * 1000, passages: some.map(({ number, ...passage }) => passage) })
      const post = () => ask('/gate/passages', { method: 'POST', headers: { 'content-type': 'application/json' }, body: body() })
      let answer = await post()
      if (answer.status === 403) { await freshToken(); answer = await post() }
      if (!answer.ok) throw new Error(String(answer.status))
      const { passages } = await answer.json()
      const done = new Set(passages.map((passage) => passage.id))
      write('gate-queue', queue().filter((passage) => !done.has(passage.id)))
      const doubts = passages.flatMap((passage) => passage.fault ? [passage.fault[document.documentElement.lang.startsWith('zh') ? 'zh' : 'en'] ?? words.refused] : [])
      if (doubts.length) pick('#gate-said').textContent = words.refused
    } finally { sending = false }
  }
  const record = async (direction) => {
    const { given, number, same, reasons } = shown
    const passage = { id: crypto.randomUUID(), given, number, direction, at: Date.now() * 1000, offline: !online, same_holder: same ?? null }
    write('gate-queue', [...queue(), passage])
    pick('#verdict').replaceChildren()
    pick('#gate-said').textContent = words[direction === 'in' ? 'done_in' : 'done_out']
    form.reset()
    form.elements.given.focus()
    void reasons
    try { await send() } catch { online = false }
    await refreshQuietly()
  }
  let quiet = 0
  const refreshQuietly = async () => { clearTimeout(quiet); quiet = setTimeout(refresh, 500); await showState() }

  // --- Showing.
  let shown = null
  const icons = { pass: 'ok', check: 'wait', stop: 'stop' }
  const put = (tag, face, text) => { const made = document.createElement(tag); if (face) made.className = face; if (text) made.textContent = text; return made }
  const show = (answer, given, document_) => {
    const inward = form.elements.direction.value !== 'out'
    const differs = answer.reasons.includes('holder_differs')
    shown = { given, number: answer.number ?? given, same: document_ ? !differs : null, reasons: answer.reasons }
    const box = pick('#verdict')
    const card = put('section', `verdict ${icons[answer.answer]}`)
    card.append(pick(`#icon-${answer.answer}`).content.cloneNode(true), put('strong', '', words[answer.answer]))
    const why = put('ul', 'why')
    // Who mistyped the last four types them again; a permit that stops whoever holds it asks for none.
    const stopped = answer.answer === 'stop' && !differs
    for (const reason of answer.reasons.filter((reason) => !stopped || reason !== 'holder_unseen')) why.append(put('li', '', answer.fault && reason === 'unknown' ? answer.fault.text[document.documentElement.lang.startsWith('zh') ? 'zh' : 'en'] : words[`why-${reason}`] ?? reason))
    card.append(why)
    const facts = put('section', 'card')
    if (answer.holder) facts.append(put('p', 'who-is', answer.holder))
    if (answer.number) facts.append(put('p', 'code', answer.number))
    const kind = [answer.kind && words[`kind-${answer.kind}`], answer.place, answer.until && `${words.until} ${clock(answer.until / 1e6)}`].filter(Boolean)
    if (kind.length) facts.append(put('p', '', kind.join(' · ')))
    box.replaceChildren(card, ...(facts.childElementCount ? [facts] : []))
    if (answer.number && answer.holder_bound && (!document_ || differs) && !stopped) {
      const label = put('label', 'govuk-label', isTruck(answer.kind) ? words.plate : words.tail)
      label.htmlFor = 'tail-now'
      const input = put('input', 'govuk-input tail')
      Object.assign(input, { id: 'tail-now', maxLength: 20, autocomplete: 'off', autocapitalize: 'characters' })
      input.addEventListener('keydown', (event) => { if (event.key === 'Enter') { event.preventDefault(); compare() } })
      const compare = () => check(input.value.trim())
      const button = put('button', 'btn quiet', words.compare)
      button.type = 'button'
      button.addEventListener('click', compare)
      facts.append(label, input, button)
    }
    // On STOP nobody begins, on board or ashore; who comes back is recorded whatever the permit says. A truck's plate is
    // compared first.
    const may = answer.answer !== 'stop'
    const begins = inward !== Boolean(answer.outward)
    if (answer.number && (isTruck(answer.kind) ? may && shown.same : may || !begins)) {
      const button = put('button', 'btn', words[inward ? 'record_in' : 'record_out'])
      button.type = 'button'
      button.addEventListener('click', () => record(inward ? 'in' : 'out'), { once: true })
      facts.append(button)
    }
    pick('#gate-said').textContent = ''
    navigator.vibrate?.(answer.answer === 'pass' ? 60 : [200, 100, 200])
    box.scrollIntoView({ block: 'start' })
  }
  // What was compared is this person's: the next one who is looked at has shown nothing yet.
  const check = async (document_ = '') => {
    const given = form.elements.given.value.trim()
    if (!given) return form.elements.given.focus()
    const post = () => ask('/gate/answer', { method: 'POST', body: new URLSearchParams({ csrf, gate, given, document: document_, direction: form.elements.direction.value }) })
    let answer
    // What is not sent yet, the port does not know: then the phone knows more.
    if (!queue().length || navigator.onLine) {
      try {
        await send()
        let reply = await post()
        if (reply.status === 403) { await freshToken(); reply = await post() }
        if (!reply.ok) throw new Error(String(reply.status))
        answer = await reply.json()
        online = true
      } catch { online = false }
    }
    answer ??= await offlineAnswer(given, document_, form.elements.direction.value !== 'out')
    show(answer, given, document_)
    await showState()
  }
  form.addEventListener('submit', (event) => { event.preventDefault(); event.stopPropagation(); check() })

  // --- The camera, where the browser reads codes.
  const scan = pick('#scan')
  if ('BarcodeDetector' in window && navigator.mediaDevices?.getUserMedia) {
    scan.hidden = false
    let stream = null
    const end = () => { stream?.getTracks().forEach((track) => track.stop()); stream = null; pick('#camera').hidden = true }
    scan.addEventListener('click', async () => {
      if (stream) return end()
      const video = pick('#camera')
      try { stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }) } catch { pick('#gate-said').textContent = words.no_camera; return }
      video.srcObject = stream
      video.hidden = false
      await video.play()
      const detector = new BarcodeDetector({ formats: ['qr_code'] })
      const look = async () => {
        if (!stream) return
        const [found] = await detector.detect(video).catch(() => [])
        if (!found) return setTimeout(look, 150)
        end()
        form.elements.given.value = found.rawValue
        check()
      }
      look()
    })
  }

  addEventListener('online', refresh)
  addEventListener('offline', () => { online = false; showState() })
  // The worker keeps the page from the next time it is opened; this time the page keeps itself.
  if (navigator.serviceWorker) {
    navigator.serviceWorker.register('/gate/worker.js', { scope: '/gate' })
      .then(() => navigator.serviceWorker.ready)
      .then(async () => (await caches.open('gate-page-1')).add(location.href.split('#')[0]))
      .catch(() => {})
  }
  setInterval(() => { if (!document.hidden) refresh() }, 20000)
  refresh()
})()
