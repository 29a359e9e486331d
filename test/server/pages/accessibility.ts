/** Whether people who see badly, or use no mouse, can use a page: axe-core in the browser, and a walk with Tab. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const run = (
  options: object,
) => `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`

/** The rules of axe whose answer another colour changes. */
const ofColours = ['color-contrast', 'link-in-text-block']

/** Violations of serious or critical impact. The policy of the pages allows no script, so it comes by the protocol. */
export async function violations(page: Page, onlyColours = false): Promise<string[]> {
  const options = { resultTypes: ['violations'], ...(onlyColours && { runOnly: ofColours }) }
  const protocol = await page.context().newCDPSession(page)
  try {
    await protocol.send('Runtime.evaluate', { expression: `if (!window.axe) { ${axe} }` })
    const { result, exceptionDetails } = await protocol.send('Runtime.evaluate', {
      ...{ expression: run(options), awaitPromise: true, returnByValue: true },
    })
    if (exceptionDetails) throw new Error(exceptionDetails.text)
    return result.value as string[]
  } finally {
    await protocol.detach()
  }
}

const stops = `[...document.querySelectorAll('a[href], button, input:not([type=hidden]), summary, [tabindex]')]
  .filter((one) => !one.disabled && one.checkVisibility())`

/** What Tab does not reach, or reaches without a mark that shows it. */
export async function unreached(page: Page): Promise<string[]> {
  await page.evaluate('document.activeElement?.blur(); window.getSelection().collapse(document.body, 0)')
  const count = (await page.evaluate(`${stops}.length`)) as number
  const seen = new Set<number>()
  const unmarked: string[] = []
  // From the middle of a page, Tab has to go around once.
  for (let step = 0; step < 2 * count + 2 && seen.size < count; step++) {
    await page.keyboard.press('Tab')
    const [at, isMarked, text] = (await page.evaluate(`(() => {
      const one = document.activeElement
      const { outlineStyle, boxShadow } = getComputedStyle(one)
      return [${stops}.indexOf(one), outlineStyle !== 'none' || boxShadow !== 'none', one.outerHTML.slice(0, 80)]
    })()`)) as [number, boolean, string]
    if (at < 0) continue
    seen.add(at)
    if (!isMarked) unmarked.push(`without a mark: ${text}`)
  }
  const all = (await page.evaluate(`${stops}.map((one) => one.outerHTML.slice(0, 80))`)) as string[]
  return [...all.filter((_, at) => !seen.has(at)), ...new Set(unmarked)]
}
