// Walks pages in Chromium and judges each one: node tests/browser/run.mjs --base URL [--gallery] [--only PART]
//
// With --gallery the addresses come from the sample server (crates/web/examples/gallery.rs); otherwise the list in
// pages.json is walked, signing in where a role is named. Every page is opened at 1280 and 320 px, in Chinese and in
// English, with script on and off. Judged: answer, accessibility (axe, WCAG 2.2 AA and best practice), no sideways
// scrolling, no errors on the console, no violation of the content security policy. Pictures go to target/screens.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { serveByKeysAlone } from './counter.mjs'
import { keepTheDisplay } from './display.mjs'
import { keepTheGate } from './gate.mjs'
import { keepOnTheDevice } from './kept.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const option = (name) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? undefined : (process.argv[at + 1] ?? '')
}
const base = option('base')
if (!base) {
  console.error('usage: node tests/browser/run.mjs --base URL [--gallery] [--only PART]')
  process.exit(2)
}
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const screens = join(here, '../../target/screens')
mkdirSync(screens, { recursive: true })

const WIDTHS = [1280, 320]
const LANGUAGES = ['zh', 'en']
const BLAMED = ['moderate', 'serious', 'critical']
const config = JSON.parse(readFileSync(join(here, 'pages.json'), 'utf8'))

const profile = mkdtempSync(join(tmpdir(), 'pratique-browser-'))
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync']
}).then((context) => context.browser() ?? context)

let passed = 0
const failures = []
const judge = (name, complaints) => {
  if (complaints.length === 0) passed += 1
  else failures.push(`${name}\n    ${complaints.join('\n    ')}`)
}

const walks = process.argv.includes('--gallery') ? await gallery() : config.walks
for (const walk of walks) {
  for (const script of [true, false]) {
    const context = await newContext(script)
    const page = await context.newPage()
    try {
      if (walk.role) await signIn(page, walk.role)
      for (const address of await addresses(page, walk)) await visit(page, walk, address, script)
    } catch (fault) {
      judge(`${walk.role ?? 'public'}, script ${script ? 'on' : 'off'}`, [String(fault.message).split('\n')[0]])
    }
    await context.close()
  }
}
if (!process.argv.includes('--gallery') && [undefined, 'keys'].includes(option('only'))) {
  await byKeysAlone()
  judge('a report without an account, kept on the device', await keepOnTheDevice({ newContext, base }))
  judge('the counter, by keys alone', await serveByKeysAlone({ newContext, base, account: config.accounts.clerk }))
}
if (!process.argv.includes('--gallery') && [undefined, 'gate'].includes(option('only'))) {
  judge('a gate without a connection', await keepTheGate({ newContext, base, signIn }))
}
if (!process.argv.includes('--gallery') && [undefined, 'display'].includes(option('only'))) {
  judge('a display that lost its connection', await keepTheDisplay({ newContext, base, signIn }))
}
await browser.close()
rmSync(profile, { recursive: true, force: true })
for (const failure of failures) console.log(`FAILED ${failure}`)
console.log(`${passed} passed, ${failures.length} failed`)
process.exit(failures.length === 0 ? 0 : 1)

function newContext(javaScriptEnabled) {
  return browser.newContext({ javaScriptEnabled, viewport: { width: 1280, height: 900 }, locale: 'zh-CN', bypassCSP: false })
}

async function gallery() {
  const all = await (await fetch(`${base}/samples.json`)).json()
  return [{ pages: all }]
}

async function signIn(page, role) {
  const account = config.accounts[role]
  await page.goto(`${base}/sign-in`)
  await page.fill('input[name=name]', account.name)
  await page.fill('input[name=password]', account.password)
  await Promise.all([page.waitForURL((url) => !url.pathname.startsWith('/sign-in')), page.click('main form button')])
}

/** The operator takes a report down by keys alone: each field is reached by its access key or Tab, and chosen by arrows. */
async function byKeysAlone() {
  const context = await newContext(true)
  const page = await context.newPage()
  const complaints = []
  const protocol = await context.newCDPSession(page)
  // The browser looks for an access key by the letter without its modifier, which the page's keyboard does not send.
  const press = async (key) => {
    const letter = key.toUpperCase()
    const of = { modifiers: 1, key, code: `Key${letter}`, windowsVirtualKeyCode: letter.charCodeAt(0), unmodifiedText: key }
    await protocol.send('Input.dispatchKeyEvent', { type: 'keyDown', ...of })
    await protocol.send('Input.dispatchKeyEvent', { type: 'keyUp', ...of })
  }
  const reach = async (key, field) => {
    await press(key)
    const at = await page.evaluate(() => document.activeElement?.name || document.activeElement?.id)
    if (at !== field) complaints.push(`Alt+${key} leads to ${at}, not to ${field}`)
  }
  try {
    await signIn(page, 'portoffice')
    await page.goto(`${base}/report?topic=terminal-gate&lang=en`)
    await reach('c', 'caller')
    await page.keyboard.type('sample-agency-a')
    await Promise.all([page.waitForNavigation(), press('f')])
    if (await page.locator('input[name=firm]:checked').getAttribute('value') !== 'sample-agency-a') complaints.push('the caller is not chosen')
    await reach('t', 'topic')
    await page.keyboard.type('Fees')
    await Promise.all([page.waitForNavigation(), press('q')])
    await reach('w', 'words')
    await page.keyboard.type('charged twice for one box')
    await reach('i', 'impact')
    await page.keyboard.press('ArrowDown')
    await reach('u', 'urgency')
    await page.keyboard.press('ArrowDown')
    await Promise.all([page.waitForNavigation(), press('s')])
    if (!/-P\d{6}/.test(await page.locator('main dd.code').first().innerText({ timeout: 3000 }).catch(() => ''))) complaints.push(`no number: ${page.url()}`)
    await page.emulateMedia({ media: 'print' })
    if (await page.locator('main .act').first().isVisible()) complaints.push('buttons are printed')
    if (!await page.locator('main svg.qr').isVisible()) complaints.push('the code is not printed')
    for (const word of ['Number', 'Secret', 'Receipt']) {
      if (!await page.locator('main dt', { hasText: word }).first().isVisible()) complaints.push(`${word} is not printed`)
    }
    await page.pdf({ path: join(screens, 'reported.pdf'), format: 'A4' }).catch((fault) => complaints.push(`printing: ${fault.message}`))
    await page.emulateMedia({ media: 'screen' })
    await Promise.all([page.waitForNavigation(), press('n')])
    if (new URL(page.url()).pathname !== '/report') complaints.push(`Alt+n leads to ${page.url()}`)
  } catch (fault) {
    complaints.push(String(fault.message).split('\n')[0])
  }
  judge('the operator, by keys alone', complaints)
  await context.close()
}

/** The addresses of a walk; `{on, follow}` goes on from an address by the first link that each selector finds. */
async function addresses(page, walk) {
  const found = []
  for (const entry of walk.pages) {
    if (typeof entry === 'string') {
      found.push(entry)
      continue
    }
    let address = entry.on
    for (const selector of entry.follow) {
      await page.goto(`${base}${address}${address.includes('?') ? '&' : '?'}lang=en`)
      const href = await page.locator(selector).first().getAttribute('href', { timeout: 3000 }).catch(() => null)
      if (!href) {
        judge(`${walk.role}: ${address} → ${selector}`, ['no such link on the page'])
        address = undefined
        break
      }
      const url = new URL(href, base + address)
      address = url.pathname + url.search
    }
    if (address && !found.includes(address)) found.push(address)
  }
  const only = option('only')
  return only ? found.filter((address) => address.includes(only)) : found
}

async function visit(page, walk, address, script) {
  for (const language of LANGUAGES) {
    const complaints = []
    const hear = (message) => {
      const expected = /status of (4|5)\d\d/.test(message.text()) && (walk.status?.[address] ?? 200) >= 400
      if (message.type() === 'error' && !expected) complaints.push(`console: ${message.text()}`)
    }
    const caught = (fault) => complaints.push(`script: ${fault.message}`)
    page.on('console', hear)
    page.on('pageerror', caught)
    await page.setViewportSize({ width: WIDTHS[0], height: 900 })
    const answer = await page.goto(`${base}${address}${address.includes('?') ? '&' : '?'}lang=${language}`)
    const status = walk.status?.[address] ?? 200
    if (answer.status() !== status) complaints.push(`answered ${answer.status()}, not ${status}`)
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 })
      const name = `${(walk.role ?? 'page')}${address.replaceAll(/[^a-zA-Z0-9]+/g, '-')}-${language}-${width}${script ? '' : '-noscript'}`
      if (script) await page.waitForTimeout(30)
      await page.screenshot({ path: join(screens, `${name}.png`), fullPage: true })
      judge(name, [...complaints, ...await measure(page, width), ...(script ? await accessibility(page) : [])])
    }
    page.off('console', hear)
    page.off('pageerror', caught)
  }
}

/** Words that are missing, sideways scrolling, and targets smaller than 24 px that do not stand in running text. */
function measure(page, width) {
  return page.evaluate((width) => {
    const complaints = []
    const missing = /⟨[^⟩]*⟩/.exec(document.documentElement.textContent)
    if (missing) complaints.push(`no words for ${missing[0]}`)
    const wide = document.documentElement.scrollWidth
    if (wide > width) {
      const culprit = [...document.querySelectorAll('main *, header *, footer *')].find((e) => e.getBoundingClientRect().right > width + 1 && !e.closest('.scroll'))
      complaints.push(`${wide} px wide at ${width}: ${culprit?.outerHTML.slice(0, 120)}`)
    }
    const small = [...document.querySelectorAll('button, .btn, nav a, .who a, select, summary')].filter((e) => {
      const box = e.getBoundingClientRect()
      return box.width > 2 && box.height > 2 && (box.height < 23.5 || box.width < 23.5) && !e.closest('.crumb') && !e.matches('.hidden-text')
    })
    for (const e of small) complaints.push(`target smaller than 24 px: ${e.outerHTML.slice(0, 100)}`)
    return complaints
  }, width)
}

async function accessibility(page) {
  await page.evaluate(axe)
  const found = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']
  }))
  return found.violations.filter((violation) => BLAMED.includes(violation.impact))
    .map((violation) => `axe ${violation.id} (${violation.impact}): ${violation.nodes.slice(0, 2).map((node) => node.html.slice(0, 140)).join(' | ')}`)
}
