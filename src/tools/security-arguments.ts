/** Arguments of the security suite. @module */
import * as z from 'zod'
import { tags } from '../core/declare/marks.ts'
import { ip } from './params.ts'

const scanId = z.coerce
  .string<string | number>()
  .max(15)
  .regex(/^[1-9]\d{0,14}$/, { error: 'must be the id of a scan; list_malware_scans lists them' })

tags.add(scanId, { names: 'scan' })

export const scanRef = () => scanId

export const pageArguments = {
  offset: z.number().int().min(0).optional(),
  limit: z.number().int().min(1).max(100).optional(),
}

export const ruleList = z.enum(['allow', 'block'])

/** Single addresses: nobody knows who is in a network. */
export const ips = z.array(ip()).min(1).max(100)

export const reason = () => z.string().trim().min(3).max(300)

export const countries = z
  .array(
    z
      .string()
      .max(2)
      .regex(/^[A-Z]{2}$/, { error: 'must be a code of two capital letters, for example DE' }),
  )
  .min(1)
  .max(50)
  .describe('ISO codes, for example DE')

/** Where a runtime has no names of countries, the codes stand alone. */
export function countryNames(codes: readonly string[]): string {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' })
  return codes
    .map((code) => {
      const name = names.of(code)
      return name && name !== code ? `${name} (${code})` : code
    })
    .join(', ')
}
