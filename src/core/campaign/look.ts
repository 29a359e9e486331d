/** The look at the sites of a wave, as a visitor sees them. @module */
import type { AcceptedCall } from '../types/call.ts'
import type { CampaignItem } from '../types/campaign.ts'
import type { OutsideView } from '../types/outside.ts'

/** Looks at once. Each takes some seconds at most. */
const atOnce = 5

/** What a visitor gets first: over HTTPS, else over HTTP; `undefined`: nothing. */
export const statusOf = ({ https, http }: OutsideView): number | undefined =>
  [https, http].flatMap((one) => ('status' in one ? [one.status] : []))[0]

/** Whether there is a domain that somebody can ask for. */
export const isHost = (domain: string | null | undefined): domain is string =>
  typeof domain === 'string' && domain !== '' && !domain.startsWith('*.')

/** What is wrong with a site; `undefined`: a visitor gets an answer. */
export function problemOf({ addresses, https, http }: OutsideView): string | undefined {
  if ('why' in addresses || addresses.length === 0) return 'its domain leads nowhere'
  if ('why' in https && 'why' in http) return `it does not answer: ${https.why}`
  const answers = [https, http].flatMap((one) => ('status' in one ? [one.status] : []))
  return answers.every((status) => status >= 500) ? `it answers ${answers.join(' and ')}` : undefined
}

/** The places of those apps of a wave that do not answer, and why. Nothing where the operator allows no looks. */
export async function looksFailed(
  { api, signal }: Pick<AcceptedCall, 'api' | 'signal'>,
  wave: readonly { place: number; item: CampaignItem | undefined }[],
): Promise<{ place: number; why: string }[]> {
  const { outside } = api
  const sites = wave.flatMap(({ place, item }) => {
    const domain = item?.state === 'done' ? item.row?.app?.domain : undefined
    return isHost(domain) ? [{ place, domain }] : []
  })
  if (!outside) return []
  const found: { place: number; why: string }[] = []
  for (let from = 0; from < sites.length; from += atOnce) {
    const looks = sites.slice(from, from + atOnce).map(async ({ place, domain }) => {
      const why = problemOf(await outside(domain))
      if (why !== undefined) found.push({ place, why: `The change was made; then the site failed: ${why}.` })
    })
    await Promise.all(looks)
    signal.throwIfAborted()
  }
  return found
}
