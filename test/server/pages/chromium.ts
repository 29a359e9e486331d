/** A real browser, if one is installed. The one without windows takes half of the time of the other. */
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

export const executablePath = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
].find((path) => path && existsSync(path))
if (!executablePath) {
  const missing =
    'Chromium is missing. Install it: apt-get install chromium-headless-shell, or set CHROMIUM_PATH'
  if (process.env.CI === 'true') throw new Error(missing)
  console.warn(`Tests in a browser are skipped: ${missing}`)
}

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const launch = (more: string[] = []) =>
  chromium.launch({ executablePath, args: [...args, ...more], timeout: 100_000 })

/**
 * Opens pages that know nothing of those before. A new one takes Chromium half a second: who wants the same options gets
 * the same page again. @param person whose browser it is, where there are two.
 */
export function createPages(browser: () => Browser) {
  const kept = new Map<string, Page>()
  return async ({ colorScheme = 'light', ...options }: BrowserContextOptions, person = ''): Promise<Page> => {
    const key = person + JSON.stringify(options)
    const page = kept.get(key) ?? (await browser().newPage(options))
    kept.set(key, page)
    await page.context().clearCookies()
    await page.goto('about:blank')
    // Before a page is there: its colours would fade over.
    await page.emulateMedia({ colorScheme })
    return page.removeAllListeners('console') as Page
  }
}

/** Runs in the page: all texts with their contrast, the lowest first. */
export const contrasts = `(() => {
  const part = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
  const numbers = (color) => color.match(/[\\d.]+/g).map(Number)
  const behind = (element) => {
    for (; element; element = element.parentElement) {
      const color = numbers(getComputedStyle(element).backgroundColor)
      if (color[3] !== 0) return color
    }
    return [255, 255, 255]
  }
  const found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim()
    if (!text) continue
    const element = walker.currentNode.parentElement
    const [a, b] = [light(numbers(getComputedStyle(element).color)), light(behind(element))]
    found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), text])
  }
  return found.sort((one, two) => one[0] - two[0])
})()`
