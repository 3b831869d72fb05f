// The display on the wall loses its connection: it says so in two languages, goes on by itself when the port answers again, and
// shows what was called meanwhile.
import { connect, createServer } from 'node:net'

/** A wire between the display and the port that can be cut: a browser that is told to be offline keeps a stream that is open. */
async function wire(base) {
  const { hostname, port } = new URL(base)
  const open = new Set()
  let isCut = false
  const server = createServer((near) => {
    if (isCut) return near.destroy()
    const far = connect(Number(port), hostname)
    for (const [from, to] of [[near, far], [far, near]]) {
      open.add(from)
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => { open.delete(from); to.destroy() })
    }
  })
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    cut: () => { isCut = true; for (const end of open) end.destroy() },
    mend: () => { isCut = false },
    end: () => { for (const end of open) end.destroy(); server.close() }
  }
}

/** Walks it; gives the complaints. */
export async function keepTheDisplay({ newContext, base, signIn }) {
  const complaints = []
  const expect = (what, holds) => { if (!holds) complaints.push(what) }
  const [wall, hall, line] = [await newContext(true), await newContext(true), await wire(base)]
  try {
    const display = await wall.newPage()
    const caught = (fault) => complaints.push(`script: ${fault.message}`)
    display.on('pageerror', caught)
    await display.goto(`${line.address}/hall/display`)
    const lost = display.locator('#display-lost')
    await display.waitForTimeout(6000)
    expect('connected, it says nothing', !await lost.isVisible())
    const clerk = await hall.newPage()
    await signIn(clerk, 'clerk')
    /** Draws a number and calls until it is before the clerk; gives its name. */
    const call = async () => {
      const door = await hall.newPage()
      await door.goto(`${base}/hall/ticket?lang=en`)
      await Promise.all([door.waitForNavigation(), door.click('form:has(input[name=service][value=S]) button')])
      const name = (await door.locator('main strong').first().innerText()).trim()
      await door.close()
      await clerk.goto(`${base}/hall/desk/1?lang=en`)
      const before = async () => (await clerk.locator('main section.holding h2').first().innerText()).trim().split(/\s/)[0]
      for (let called = 0; called < 20 && await before() !== name; called += 1) {
        await Promise.all([clerk.waitForNavigation(), clerk.keyboard.press('F2')])
      }
      return name
    }
    const shows = (name) => display.locator('#display-board tr.now', { hasText: name })
    await shows(await call()).waitFor({ timeout: 10000 })
    line.cut()
    await lost.waitFor({ state: 'visible', timeout: 30000 })
    const said = await lost.innerText()
    expect(`it says so in two languages: ${said}`, /[一-鿿]/.test(said) && /[a-z]{4}/.test(said))
    const meanwhile = await call()
    expect('nothing comes without a connection', await shows(meanwhile).count() === 0)
    line.mend()
    await shows(meanwhile).waitFor({ timeout: 30000 })
    await lost.waitFor({ state: 'hidden', timeout: 30000 })
    // The desk is left as it was.
    for (const key of ['F7', 'F9']) await Promise.all([clerk.waitForNavigation(), clerk.keyboard.press(key)])
  } catch (fault) {
    complaints.push(String(fault.message).split('\n')[0])
  }
  await wall.close()
  await hall.close()
  line.end()
  return complaints
}
