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
    const found = await kept.match(request.url.split('#')[0]) ?? await kept.match(request.url.split('#')[0], { ignoreSearch: true })
    return found ?? Response.error()
  } finally {
    clearTimeout(timer)
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { pathname, origin } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (request.mode === 'navigate' && pathname === '/gate') event.respondWith(page(request))
  else if (FILES.includes(pathname)) event.respondWith(caches.match(pathname).then((found) => found ?? fetch(request)))
})
