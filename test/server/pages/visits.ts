/** Visits to the pages of a server at the width of a phone, each page checked as it is shown. */
import { mkdirSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import { deep } from '../../support/deep.ts'
import { unreached, violations } from './accessibility.ts'
import { createPages } from './chromium.ts'

/** Set it to look at the pages. */
const folder = process.env.PAGE_SHOTS

export function createVisits(browser: () => Browser) {
  const open = createPages(browser)
  if (folder) mkdirSync(folder, { recursive: true })
  return {
    async visit(person = '') {
      // Without motion no colour fades over while it is measured.
      const page = await open({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' }, person)
      /** Checks what the page shows now, dark and light. */
      const check = async (name: string, keyboard = true) => {
        for (const colorScheme of ['dark', 'light'] as const) {
          await page.emulateMedia({ colorScheme })
          if (folder) await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png`, fullPage: true })
          expect
            .soft(await violations(page, colorScheme === 'light' && !deep), `${name}, ${colorScheme}`)
            .toEqual([])
        }
        expect.soft(await page.evaluate('document.documentElement.scrollWidth'), name).toBe(390)
        if (keyboard) expect.soft(await unreached(page), name).toEqual([])
      }
      return { page, check }
    },
  }
}

export async function signIn(page: Page, accessToken: string): Promise<void> {
  await page.locator('#access_token:focus').waitFor()
  await page.keyboard.type(accessToken)
  await page.keyboard.press('Enter')
}

/** Goes to a button as a keyboard does. */
export async function press(page: Page, name: string): Promise<void> {
  await expect
    .poll(async () => {
      await page.keyboard.press('Tab')
      return page.evaluate('document.activeElement.textContent.trim()')
    })
    .toBe(name)
  await page.keyboard.press('Enter')
}
