/** Which rule decides about what. */
import { describe, expect, it } from 'vitest'
import { closedAt, type Thing, thingsOf, windowsOf } from '../../../../src/core/control/windows/decide.ts'
import { parseWindows, printWhen } from '../../../../src/core/control/windows/parse.ts'

const server = { id: '70011', label: 'Shop' }
const store: Thing = { named: [{ id: '90021', label: 'store' }, server] }
const whole: Thing = { named: [server] }
const nameless: Thing = { named: [] }

describe('of several rules', () => {
  it.each<[string, string, Thing, string]>([
    [
      'the unnamed ones decide about what no other names',
      'daily 01:00-02:00; blog: never',
      store,
      'daily 01:00-02:00 UTC',
    ],
    ['none means always', 'blog: never', store, 'always'],
    ['an id decides', 'never; 90021: always', store, 'always'],
    ['a label decides, in any case', 'always; SHOP: never', whole, 'never'],
    ['the rule of a server counts for its apps', 'always; shop: never', store, 'never'],
    ['that of the app comes first', 'store: always; shop: never', store, 'always'],
    ['a whole name comes before a pattern, even that of its app', '*: always; shop: never', store, 'never'],
    ['a longer pattern comes before a shorter one', '*: always; s*e: never', store, 'never'],
    [
      'rules for the same are alternatives',
      'shop: sat 01:00-02:00; 70011: sun 01:00-02:00',
      whole,
      'sat 01:00-02:00 UTC; sun 01:00-02:00 UTC',
    ],
    ['what has no name goes by the unnamed ones', 'never; *: always', nameless, 'never'],
    ['an id is no pattern', '9002: never', store, 'always'],
  ])('%s: %s', (_, text, thing, expected) => {
    expect(windowsOf(parseWindows(text), thing).map(printWhen).join('; ')).toBe(expected)
  })
})

const at = Date.parse('2026-11-28T01:30:00Z') // A Saturday.
const closed = (text: string, ...things: Thing[]) => closedAt(parseWindows(text), things, at)

describe('a change', () => {
  it('is let through when one of the alternatives is open, and not when one of them is never', () => {
    expect(closed('shop: sun 01:00-02:00; shop: sat 01:00-02:00', whole)).toBeUndefined()
    expect(closed('shop: never; shop: sat 01:00-02:00', whole)).toMatchObject({ opensAt: undefined })
  })

  it('of several things waits until all of them are open at once', () => {
    const text = 'shop: sat-sun 01:00-03:00; blog: sun 02:30-05:00'
    const blog = { named: [{ id: '90023', label: 'blog' }] }
    expect(closed(text, whole, blog)).toMatchObject({
      thing: blog,
      opensAt: Date.parse('2026-11-29T02:30:00Z'),
    })
    expect(closed('shop: sat 01:00-03:00; blog: sun 01:00-02:00', whole, blog)?.opensAt).toBeUndefined()
  })

  it('touches its app, or its server with all apps, and servers besides', () => {
    const shop = { ...server, status: 'running' }
    const app = { id: '90021', label: 'store', domain: null, cname: null }
    const names = (target: Parameters<typeof thingsOf>[0]) => thingsOf(target).map(({ name }) => name)
    expect(names({ server: shop, app, affected: [app] })).toEqual(['app 90021'])
    expect(names({ server: shop, affected: [app] })).toEqual(['server 70011', 'app 90021'])
    expect(names({ server: shop, app, affected: [app], otherServers: [{ ...shop, id: '70024' }] })).toEqual([
      'server 70024',
      'app 90021',
    ])
    expect(names({ affected: [] })).toEqual([undefined])
  })
})
