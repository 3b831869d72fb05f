// A clerk serves a visitor who has nothing but paper, from the number to the receipt sheet, by the keyboard alone: function
// keys, access keys, Tab, Space and Enter. No mouse, and nothing is set by script.
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'

/** A scan as a scanner makes it: what is looked at are its first bytes. */
const SCAN = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n')
/** So many presses of Tab lead anywhere on a page. */
const TABS = 250

/** Serves the visitor; gives the complaints. */
export async function serveByKeysAlone({ newContext, base, account }) {
  const complaints = []
  const folder = mkdtempSync(join(tmpdir(), 'pratique-scan-'))
  const scan = join(folder, 'licence.pdf')
  writeFileSync(scan, SCAN)
  const context = await newContext(true)
  const page = await context.newPage()
  // Choosers of files are caught from the beginning: one that opens before the browser was told so is caught by nobody.
  page.on('filechooser', () => {})
  const protocol = await context.newCDPSession(page)
  const expect = (what, holds) => { if (!holds) complaints.push(`${what}: ${page.url()}`) }
  const says = async (what, words) => expect(what, (await page.locator('main').innerText()).includes(words))
  // The browser looks for an access key by the letter without its modifier, which the page's keyboard does not send.
  const alt = async (key) => {
    const letter = key.toUpperCase()
    const of = { modifiers: 1, key, code: `Key${letter}`, windowsVirtualKeyCode: letter.charCodeAt(0), unmodifiedText: key }
    await protocol.send('Input.dispatchKeyEvent', { type: 'keyDown', ...of })
    await protocol.send('Input.dispatchKeyEvent', { type: 'keyUp', ...of })
  }
  const going = (press) => Promise.all([page.waitForNavigation({ timeout: 10000 }), press()])
  /** Goes on with Tab until what a selector names has the focus; true when it does. */
  const reach = async (selector) => {
    const at = () => page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, selector)
    for (let press = 0; press < TABS; press += 1) {
      if (await at()) return true
      await page.keyboard.press('Tab')
    }
    complaints.push(`Tab does not lead to ${selector}: ${page.url()}`)
    return false
  }
  const enter = async (selector) => { if (await reach(selector)) await going(() => page.keyboard.press('Enter')) }
  const type = async (selector, words) => { if (await reach(selector)) await page.keyboard.type(words) }
  try {
    // The visitor draws a number at the door, on another screen.
    const door = await context.newPage()
    await door.goto(`${base}/hall/ticket?lang=en`)
    await Promise.all([door.waitForNavigation(), door.click('form:has(input[name=service][value=S]) button')])
    const number = (await door.locator('main strong').first().innerText()).trim()

    await page.goto(`${base}/sign-in?lang=en`)
    await type('input[name=name]', account.name)
    await type('input[name=password]', account.password)
    await going(() => page.keyboard.press('Enter'))
    await page.goto(`${base}/hall/desk`)
    await enter('main a[href="/hall/desk/1"]')
    // Whoever waits from before is called first.
    const before = async () => (await page.locator('main section.holding h2').first().innerText()).trim().split(/\s/)[0]
    for (let called = 0; called < 20 && await before() !== number; called += 1) await going(() => page.keyboard.press('F2'))
    expect('the number is called', await before() === number)
    await going(() => page.keyboard.press('F7'))

    // A firm that comes for the first time: it is looked for, not found, and recorded.
    await going(() => alt('v'))
    expect('the clerk asks who comes', new URL(page.url()).pathname === '/hall/visit')
    const code = `paper-${Date.now().toString(36)}`
    await type('input[name=q]', code)
    await going(() => page.keyboard.press('Enter'))
    await says('no firm fits', 'No firm fits')
    await reach('details summary')
    await page.keyboard.press('Enter')
    await type('input[name=code]', code)
    await type('input[name=name_zh]', '样例纸面贸易行')
    await type('input[name=name_en]', 'Sample Paper Traders')
    await type('input[name=phone]', '0411-5550123')
    await going(() => page.keyboard.press('Enter'))
    await says('the firm is recorded, and its visit begun', 'Sample Paper Traders')

    // What every organ wants, at once; one paper is scanned, one shown, one follows.
    await reach('input[name=service]')
    await page.keyboard.press('Space')
    await going(() => alt('s'))
    const missing = () => page.locator('main .tag.stop').count()
    const all = await missing()
    expect('papers are named as missing', all > 0)
    if (await reach('input[type=file]')) {
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')])
      await chooser.setFiles(scan)
      await enter('form[enctype="multipart/form-data"] button')
    }
    expect('a scan is kept', await page.locator('main a[href*="/papers/"]').count() > 0 && await missing() === all - 1)
    for (const what of ['shown', 'later']) {
      const left = await missing()
      if (left > 0) {
        await enter(`button[value=${what}]`)
        expect(`a paper is ${what}`, await missing() === left - 1)
      }
    }

    // The visitor signs, and the clerk acts for the firm: she reports what it came for.
    await type('input[name=name]', 'Sample Visitor')
    await going(() => page.keyboard.press('Enter'))
    await says('the firm has consented', 'may act for it until')
    await enter('main a[href="/report"]')
    await reach('select[name=topic]')
    await page.keyboard.type('Fees')
    await enter('main form button')
    await type('textarea[name=words]', 'charged twice for one box')
    for (const name of ['impact', 'urgency']) {
      await reach(`[name=${name}]`)
      await page.keyboard.press('ArrowDown')
    }
    await going(() => alt('s'))
    expect('what she reported has its number', /-P\d{6}/.test(await page.locator('main').innerText()))

    // The receipt sheet has what was done with its receipt, and a code that opens it.
    await enter('.notice a[href^="/hall/visit/"]')
    await going(() => alt('p'))
    await page.emulateMedia({ media: 'print' })
    expect('the sheet has a code', await page.locator('main svg.qr').isVisible())
    expect('the sheet has a receipt', await page.locator('main a[href^="/receipts/"]').count() > 0)
    await page.emulateMedia({ media: 'screen' })
    await enter('main a[href^="/hall/visit/"]')
    await going(() => alt('e'))
    expect('the visit has ended', new URL(page.url()).pathname === '/hall/desk')
    await enter('main a[href="/hall/desk/1"]')
    await going(() => page.keyboard.press('F9'))
    await says('the desk is free', 'Nobody is before you')

    // The visitor rates it on her own screen.
    await door.reload()
    await Promise.all([door.waitForNavigation(), door.click('a[href^="/hall/rate/"]')])
    await Promise.all([door.waitForNavigation(), door.click('button[value=good]')])
    expect('the rating is recorded', (await door.locator('main').innerText()).includes('thank you'))
  } catch (fault) {
    complaints.push(`${String(fault.message).split('\n')[0]}: ${page.url()}`)
  }
  await context.close()
  rmSync(folder, { recursive: true, force: true })
  return complaints
}
