// Somebody without an account begins a report, loses the page, goes on where she was, and sends it; then nothing of it is kept.

/** Begins, loses, goes on and sends; gives the complaints. */
export async function keepOnTheDevice({ newContext, base }) {
  const complaints = []
  const context = await newContext(true)
  const page = await context.newPage()
  const expect = (what, holds) => { if (!holds) complaints.push(`${what}: ${page.url()}`) }
  const open = () => page.goto(`${base}/report?topic=terminal-gate&lang=en`)
  const words = () => page.inputValue('textarea[name=words]')
  const key = () => page.inputValue('#report input[name=key]')
  try {
    await open()
    const first = await key()
    await page.fill('textarea[name=words]', 'the gate is shut')
    await page.check('input[name=impact][value=ordinary]')
    await page.waitForFunction(() => document.querySelector('[data-kept-said]').textContent !== '')
    await open()
    expect('what was typed is there again', await words() === 'the gate is shut')
    expect('what was chosen is there again', await page.isChecked('input[name=impact][value=ordinary]'))
    expect('it is the same report', await key() === first)
    await page.check('input[name=urgency][value=week]')
    await Promise.all([page.waitForNavigation(), page.click('#report .act > button.btn:not(.quiet)')])
    expect('the report is received', (await page.locator('main').innerText()).includes('We have your report'))
    await open()
    expect('nothing is kept of what was sent', await words() === '')
    await page.fill('textarea[name=words]', 'another')
    await page.waitForFunction(() => document.querySelector('[data-kept-said]').textContent !== '')
    await Promise.all([page.waitForNavigation(), page.click('[data-kept-gone]')])
    expect('what is cleared is gone', await words() === '')
  } catch (error) {
    complaints.push(String(error))
  } finally {
    await context.close()
  }
  return complaints
}
