/** A restore is to one restore point that is there, told with its age before and after. */
import { describe, expect, it } from 'vitest'
import { failure, json, startUpstream, toolkit } from '../support/upstream.ts'

const ids = { server_id: '70011', app_id: '90021' }
const days = (count: number) => new Date(Date.now() - count * 86_400_000).toISOString().slice(0, 19)
const [newest, older, oldest] = [days(3), days(4), days(40)] as [string, string, string]

async function platform(dates: unknown = [older, null, newest, 'soon', oldest.replace('T', ' ')]) {
  const app = { id: '90021', label: 'store', cname: 'www.example.com' }
  const upstream = await startUpstream({
    'GET /server': json({ servers: [{ id: '70011', label: 'shop', status: 'running', apps: [app] }] }),
    'GET /app/manage/backup': json({ operation_id: 7 }),
    'GET /operation/7': json({
      operation: { id: 7, is_completed: 1, parameters: JSON.stringify({ backup_dates: dates }) },
    }),
    'POST /app/manage/restore': json({ operation_id: 8 }),
    'GET /operation/8': json({ operation: { id: 8, is_completed: 1 } }),
  })
  const kit = toolkit(upstream.url, { backupHours: 0 })
  return { upstream, kit, sent: () => upstream.requests('POST /app/manage/restore') }
}

const plus2 = (time: string) => new Date(Date.parse(`${time}Z`) + 7_200_000).toISOString().slice(0, 19)

describe('the restore point of restore_app', () => {
  it.each<[string, string, string]>([
    ['its time', older, older],
    ['its time with a blank', older.replace('T', ' '), older],
    ['its time in UTC', `${older}Z`, older],
    ['its time in another zone', `${plus2(older)}+02:00`, older],
    ['its time without seconds', older.slice(0, 16), older],
    ['its day', older.slice(0, 10), older],
    ['latest', 'latest', newest],
    ['latest, as a person writes it', ' Latest ', newest],
    ['before a time', `before ${newest}`, older],
    ['before a day, with a colon', `before: ${days(10).slice(0, 10)}`, oldest.replace('T', ' ')],
  ])('is exact in the plan and in what is sent: %s', async (_, time, exact) => {
    const { kit, sent } = await platform()
    const plan = await kit.plan('restore_app', { ...ids, time })
    expect(plan.input.time).toBe(exact)
    expect(plan.request?.body).toMatchObject({ time: exact })
    await kit.call('restore_app', { ...ids, time })
    expect(sent().map(({ form }) => form.get('time'))).toEqual([exact])
  })

  it('is told with its age and its assumed zone, before and after', async () => {
    const { kit } = await platform()
    const input = { ...ids, time: 'latest' }
    const { impact } = await kit.plan('restore_app', input)
    expect(impact).toContain(`back to ${newest}Z (UTC, assumed: Cloudways writes no time zone), 3 days ago`)
    const answer = await kit.call('restore_app', input)
    expect(answer).toMatchObject({
      restore_point: { time: `${newest}Z`, age: '3 days', time_zone: expect.stringContaining('assumed') },
    })
  })

  it.each<[string, string, RegExp]>([
    ['a time that none has', days(3.5), /there is no restore point of/],
    ['a time before all of them', 'before 2001-01-01', /no restore point before 2001-01-01T00:00:00Z/],
    ['a day that no month has', '2026-02-30T10:00:00', /not a time that exists/],
    ['an hour that no day has', '2026-02-20 25:00', /not a time that exists/],
  ])('is refused by the preview already, with the nearest ones: %s', async (_, time, words) => {
    const { kit, sent } = await platform()
    const nearest = /2001/.test(time) ? oldest : newest
    const input = { ...ids, time }
    for (const way of [() => kit.plan('restore_app', input), () => kit.call('restore_app', input)]) {
      const error = await failure(way())
      expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(words) })
      expect((error as Error).message).toContain(`${nearest}Z`)
    }
    expect(sent()).toEqual([])
  })

  it('is one, although an answer has it twice', async () => {
    const { kit } = await platform([older, older])
    expect((await kit.plan('restore_app', { ...ids, time: older })).input.time).toBe(older)
  })

  it('is refused when several fit', async () => {
    const { kit } = await platform(['2026-08-05T01:00:00', '2026-08-05T23:00:00'])
    const error = await failure(kit.plan('restore_app', { ...ids, time: '2026-08-05' }))
    expect((error as Error).message).toMatch(/fits several.*2026-08-05T23:00:00Z, 2026-08-05T01:00:00Z/)
  })

  it.each([
    ['there is none', [], 'invalid_input'],
    ['nobody can read them', 'yesterday', 'upstream_failed'],
    ['an answer has none', undefined, 'upstream_failed'],
  ])('is refused when %s', async (_, dates, code) => {
    const { kit, sent } = await platform(dates === undefined ? null : dates)
    expect(await failure(kit.call('restore_app', { ...ids, time: 'latest' }))).toMatchObject({ code })
    expect(sent()).toEqual([])
  })

  it.each(['now', 'before', 'yesterday', 'latest 2026-08-05', '2026-8-5'])('is no %s', async (time) => {
    const { kit, upstream } = await platform()
    expect(await failure(kit.call('restore_app', { ...ids, time }))).toMatchObject({ code: 'invalid_input' })
    expect(upstream.seen).toEqual([])
  })
})
