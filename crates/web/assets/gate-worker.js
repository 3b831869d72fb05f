// Keeps the gate's page, its style and its script, so that they open without a connection. Everything else goes to the port.
'use strict'

const KEPT = 'gate-page-1'
const FILES = __FILES__
const PATIENCE = 4000

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(FILES)).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  const old = (name) => name.startsWith('gate-page-') && name !== KEPT
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => self.clients.claim()))
})

// The page as the port draws it, while it answers in time; else as it was drawn last.
const page = async (request) => {
  const kept = await caches.open(KEPT)
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), PATIENCE)
  try {
    const answer = await fetch(request.url, { credentials: 'same-origin', signal: stop.signal })
    const own = new URL(answer.url)
    if (answer.ok && own.pathname === '/gate') await kept.put(request.url.split('#')[0], answer.clone())
    return answer
  } catch {
    // Who is on board is told by the port alone: without it that page, too, is the gate's, which says that there is no connection.
    const gate = new URL(request.url)
    gate.pathname = '/gate'
    gate.hash = ''
    // The same gate however its address is written, and in whichever language; another one only where it was never open.
    const isSame = ({ url }) => new URL(url).pathname === '/gate' && new URL(url).searchParams.get('gate') === gate.searchParams.get('gate')
    const same = (await kept.keys()).find(isSame) ?? gate.href
    const found = await kept.match(gate.href) ?? await kept.match(same) ?? await kept.match(gate.href, { ignoreSearch: true })
    return found ?? Response.error()
  } finally {
    clearTimeout(timer)
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { pathname, origin } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (request.mode === 'navigate' && ['/gate', '/gate/aboard'].includes(pathname)) event.respondWith(page(request))
  else if (FILES.includes(pathname)) event.respondWith(caches.match(pathname).then((found) => found ?? fetch(request)))
})
