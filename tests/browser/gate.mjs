// A guard works one-handed on a telephone of 320 pixels whose connection fails: PASS, CHECK and STOP by the list that border
// inspection signed, whose age the page shows; the page opens again without a connection; who went in and out is kept on the
// telephone, and sent once when the port answers again. The permits of the sample port's gang are used, and left as they were.
const WIDTH = 320

/** Walks the gate; gives the complaints. */
export async function keepTheGate({ newContext, base, signIn }) {
  const complaints = []
  const expect = (what, holds) => { if (!holds) complaints.push(what) }
  const [office, telephone] = [await newContext(true), await newContext(true)]
  try {
    // The agent prints the gang's permits: their codes, and for which ship they hold.
    const agent = await office.newPage()
    await signIn(agent, 'agent')
    await agent.goto(`${base}/person-permits?lang=en`)
    const links = await agent.locator('#permits tbody th a').evaluateAll((all) => all.map((link) => link.getAttribute('href')))
    let found
    for (const href of links) {
      await agent.goto(`${base}${href}?lang=en`)
      const imo = /IMO (\d{7})/.exec(await agent.locator('main').innerText())?.[1]
      await agent.goto(`${base}${href}/print?lang=en`)
      const codes = await agent.locator('[data-code]').evaluateAll((all) => all.map((code) => code.textContent.trim()))
      const printed = await agent.locator('main').innerText()
      // Workers of the gang have identity cards of eighteen digits.
      const [documents, numbers] = [printed.match(/\b\d{18}\b/g) ?? [], printed.match(/\b\d{4}-\w{3}-B\d{6}-\d{2}\b/g) ?? []]
      if (imo && codes.length >= 2 && documents.length === codes.length) found ??= { href, imo, codes, documents, numbers }
    }
    if (!found) throw new Error('no permits of a gang that may board a ship')
    const { href: application, imo, codes, numbers } = found
    const tails = found.documents.map((document) => document.slice(-4))
    const passages = async () => {
      await agent.goto(`${base}${application}?lang=en`)
      return (await agent.locator('main').innerText()).split('Recorded at a gate').length - 1
    }
    const before = await passages()

    const page = await telephone.newPage()
    await page.setViewportSize({ width: WIDTH, height: 640 })
    const caught = (fault) => complaints.push(`script: ${fault.message}`)
    page.on('pageerror', caught)
    await signIn(page, 'guard')
    const gate = `${base}/gate?gate=ship:${imo}&lang=en`
    await page.goto(gate)
    const state = () => page.locator('#gate-state').innerText()
    const until = (words) => page.waitForFunction((words) => document.querySelector('#gate-state')?.textContent.includes(words), words, { timeout: 15000 })
    await until('Connected')
    await until('min old')
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
    await page.reload()
    await until('min old')

    /** Types a code or number, and perhaps the last four of the document; gives the word and the reasons. */
    const ask = async (given, tail, direction = 'in') => {
      await page.check(`#ask input[name=direction][value=${direction}]`)
      await page.fill('#given', given)
      await page.evaluate(() => document.querySelector('#verdict').replaceChildren())
      await page.click('#ask button.btn:not([type=button])')
      const word = page.locator('#verdict section.verdict strong')
      await word.waitFor({ timeout: 15000 })
      if (tail) {
        await page.fill('#tail-now', tail)
        await page.evaluate(() => document.querySelector('#verdict .verdict').remove())
        await page.press('#tail-now', 'Enter')
        await word.waitFor({ timeout: 15000 })
      }
      return { word: await word.innerText(), why: await page.locator('#verdict .why').innerText() }
    }
    const says = async (what, given, tail, direction, word, why) => {
      const said = await ask(given, tail, direction)
      expect(`${what}: ${word}${why ? `, ${why}` : ''}; not ${said.word}, ${said.why}`, said.word === word && said.why.includes(why ?? ''))
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(`${what}: ${wide} px wide at ${WIDTH}`, wide <= WIDTH)
      expect(`${what}: no icon`, await page.locator('#verdict .verdict svg').count() === 1)
    }
    await says('a code, connected', codes[0], '', 'in', 'CHECK', 'Compare the last four')
    await says('its holder, connected', codes[0], tails[0], 'in', 'PASS')

    // The connection fails; the telephone is put away and the page opened again.
    await telephone.setOffline(true)
    await page.reload()
    expect('the page opens without a connection', await page.locator('#ask').count() === 1)
    await until('No connection')
    expect('nothing is reached', await page.evaluate(() => fetch('/status', { cache: 'no-store' }).then(() => false, () => true)))
    expect(`the list's age is shown: ${await state()}`, /List of .+ · \d+ min old/.test(await state()))
    await says('a code, without a connection', codes[1], '', 'in', 'CHECK', 'Compare the last four')
    await says('another’s document', codes[1], 'ZZZZ', 'in', 'STOP', 'not the holder’s')
    const at = codes[1].length - 20
    const altered = codes[1].slice(0, at) + (codes[1][at] === '7' ? '8' : '7') + codes[1].slice(at + 1)
    await says('an altered code', altered, '', 'in', 'STOP', 'forged or altered')
    await says('a number that is none', '2026-DAL-B999999-01', '', 'in', 'STOP', 'no such permit')
    await says('a number of the list', numbers[1], tails[1], 'in', 'PASS')
    await says('a holder, without a connection', codes[1], tails[1], 'in', 'PASS')
    await page.locator('#verdict button', { hasText: 'Record IN' }).click()
    await until('1 to be sent')
    await says('a photographed code', codes[1], tails[1], 'in', 'CHECK', 'Inside already')
    // A list of yesterday vouches for nobody.
    await page.evaluate(() => localStorage.setItem('gate-ahead', String(-13 * 3600)))
    await page.reload()
    await until('h old')
    await says('a list of yesterday', codes[0], tails[0], 'in', 'CHECK', 'too old')
    await page.evaluate(() => localStorage.removeItem('gate-ahead'))
    await page.reload()
    await until('1 to be sent')
    await says('her way out', codes[1], tails[1], 'out', 'PASS')
    await page.locator('#verdict button', { hasText: 'Record OUT' }).click()
    await until('2 to be sent')
    const kept = await page.evaluate(() => localStorage.getItem('gate-queue'))

    // The port answers again: both are sent, and once more as if the answer had been lost on the way.
    const sent = () => page.waitForFunction(() => JSON.parse(localStorage.getItem('gate-queue') ?? '[]').length === 0, null, { timeout: 30000 })
    await telephone.setOffline(false)
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await sent()
    await until('Connected')
    await page.evaluate((kept) => { localStorage.setItem('gate-queue', kept); dispatchEvent(new Event('online')) }, kept)
    await sent()
    const after = await passages()
    expect(`each passage is recorded once: ${before} before, ${after} after`, after === before + 2)
  } catch (fault) {
    complaints.push(String(fault.message).split('\n')[0])
  }
  await office.close()
  await telephone.close()
  return complaints
}
