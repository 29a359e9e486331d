/** Two servers with names of every kind, and tools that tell what a name became. */
import { type CloudwaysOptions, createCloudways, defineTools } from 'cloudways-tools'
import { expect } from 'vitest'
import * as z from 'zod'
import { app, server, serverApp } from '../../src/tools/params.ts'
import { token } from './upstream.ts'

interface App {
  id: string
  label: string
  cname?: string
  app_fqdn?: string
  aliases?: unknown
  sys_user?: string
}

export interface Server {
  id: string
  label: string
  public_ip?: string
  apps: App[] | null
}

export const estate: Server[] = [
  {
    id: '70011',
    label: 'nordlicht-prod',
    public_ip: '203.0.113.12',
    apps: [
      { id: '1', label: 'nordlicht-shop', cname: 'www.nordlicht.example', sys_user: 'abcdefghij' },
      { id: '2', label: 'nordlicht-shop-stg', app_fqdn: 'wordpress-70011-2.cloudwaysapps.com' },
      { id: '3', label: 'wineclub-blog', cname: 'blog.wine.example', aliases: ['wine.example', 'WINE.test'] },
    ],
  },
  {
    id: '70012',
    label: 'podcast-hub',
    public_ip: '203.0.113.13',
    apps: [{ id: '4', label: 'podhub-site', cname: 'podhub.example', sys_user: 'klmnopqrst' }],
  },
]

const ours = {
  one_app: { input: serverApp },
  one_server: { input: { server_id: server() } },
  app_alone: { input: { app_id: app() } },
  perhaps: { input: { server_id: server().optional(), app_id: app().optional() } },
}

/** Tools that answer what they were given, on an account with these servers. `reads` counts the lists that were read. */
export function answering(servers: unknown, options: CloudwaysOptions = {}) {
  const seen = { reads: 0 }
  const tools = Object.entries(ours).map(([name, { input }]) => [
    name,
    {
      title: 'Mine',
      description: 'Answers what it was given, for the test.',
      risk: 'read',
      input,
      output: z.looseObject({}),
      run: async (got: object) => ({ got }),
    },
  ])
  const cloudways = createCloudways({
    credentials: { accessToken: token },
    extraTools: defineTools('mine', Object.fromEntries(tools) as never),
    fetch: async (url) => {
      seen.reads += 1
      expect(String(url)).toMatch(/\/server$/)
      return Response.json({ status: true, servers })
    },
    ...options,
  } as CloudwaysOptions)
  const call = (name: keyof typeof ours, input: object) =>
    cloudways.call(name as never, input as never) as Promise<{ got: object }>
  return { call, seen }
}
