import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import { type Json, object, readRows, textOf, unknownShape } from '../../core/send/inventory.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { isOn } from '../effects.ts'
import { maybe, row } from '../outputs.ts'
import { domain } from '../params.ts'

const domainRow = row({
  domain: z.string(),
  spf: z.boolean(),
  mx: z.boolean(),
  dkim: z.boolean(),
  dmarc: z.boolean(),
  tracking: z.boolean(),
})

const sender = domain('Sender domain')

const rowOf = ({ domain, spf, mx, dkim, dmarc, tracking }: Json) => ({
  domain: textOf(domain) || null,
  ...{ spf: isOn(spf), mx: isOn(mx), dkim: isOn(dkim), dmarc: isOn(dmarc), tracking: isOn(tracking) },
})

async function readDomains({ send }: Pick<RunContext, 'send'>) {
  const body = object(await send({ method: 'GET', path: '/addon/elastic/domains' }))
  const rows = readRows(object(body?.data)?.domains)
  if (!rows) throw unknownShape('the sender domains')
  return rows.map(rowOf)
}

const settle = () => ({ tool: 'list_email_domains', input: {} })

export const mailDomains = defineTools(
  'addons',
  {
    list_email_domains: {
      title: 'Sender domains',
      description:
        'Lists the sender domains of the add-on Elastic Email, and which of their DNS records were found.',
      risk: 'read',
      aliases: ['addon_elastic_list_domains'],
      input: {},
      output: z.looseObject({ domains: z.array(domainRow) }),
      requests: 1,
      run: async (_, context) => ({ domains: await readDomains(context) }),
    },

    verify_email_domain: {
      title: 'Verify a sender domain',
      description:
        'Has Elastic Email look up the DNS records of a sender domain again. Answers which were found.',
      risk: 'write',
      aliases: ['addon_elastic_verify_domain'],
      input: { domain: sender },
      output: z.looseObject({ domain: domainRow.nullable() }),
      effects: {
        impact: ({ domain }) =>
          `Elastic Email looks up the records of ${domain} again; nothing changes for mail that arrives today.`,
        undo: null,
      },
      settle,
      request: (body) => ({ method: 'POST', path: '/addon/elastic/verify_domain', body }),
      answer: (body) => {
        const found = object(object(body)?.data)
        return { domain: found ? rowOf(found) : null }
      },
    },

    delete_email_domain: {
      title: 'Delete a sender domain',
      description: 'Deletes a sender domain of Elastic Email: mail from it stops.',
      risk: 'destructive',
      aliases: ['addon_elastic_delete_domain'],
      input: { domain: sender },
      output: z.looseObject({ message: maybe(z.string()) }),
      effects: {
        impact: ({ domain }) =>
          `Mail from ${domain} no longer goes out through Elastic Email: orders, passwords and receipts of its shops do not arrive.`,
        undo: 'verify_email_domain may add it again; nobody knows for certain',
        downtime: 'of mail from that domain, until it is verified again',
        now: async ({ domain }, context) =>
          (await readDomains(context)).find((one) => one.domain?.toLowerCase() === domain.toLowerCase()) ??
          null,
      },
      settle,
      request: (body) => ({ method: 'DELETE', path: '/addon/elastic/domain', body }),
      answer: (body) => ({ message: textOf(object(body)?.message) || null }),
    },
  },
  { core: false },
)
