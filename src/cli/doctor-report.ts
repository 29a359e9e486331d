/** How `cloudways-tools doctor` tells what it found: a line each, or JSON with stable names. @module */
import { isCloudwaysError } from '../errors.ts'
import { printJson } from './output.ts'

/** The checks, with the names that people read. Those of the JSON stay as they are. */
const titles = {
  node: 'Node.js',
  configuration: 'Configuration',
  tools: 'Tools',
  packages: 'Packages',
  http: 'HTTP',
  port: 'Port',
  proxy: 'Proxy',
  outgoing_proxy: 'Proxy',
  discovery: 'Discovery',
  confirmation: 'Confirmation',
  audit_file: 'Audit file',
  state: 'State',
  cloudways: 'Cloudways',
  clock: 'Clock',
  account: 'Account',
  quota: 'Quota',
  changes: 'Changes',
  names: 'Names',
} as const

export type CheckName = keyof typeof titles

/** The result of one check: `note` is worth reading, and no fault. */
export interface Finding {
  state: 'ok' | 'note' | 'FAIL'
  text: string
  /** What to do about it. */
  fix?: string
}

export interface Report {
  /**
   * Make one check. What it throws is its failure.
   *
   * @param tell what to say about the value. Default: the value itself.
   */
  check<T>(
    name: CheckName,
    look: () => T | Promise<T>,
    tell?: (value: T) => string | Finding,
    account?: string,
  ): Promise<T | undefined>
  /** Print what is left to print. @returns how many checks failed. */
  end(): number
}

export function createReport(asJson: boolean): Report {
  const found: {
    check: CheckName
    account?: string
    ok: boolean
    note: boolean
    detail: string
    fix?: string
  }[] = []

  function add(check: CheckName, account: string | undefined, { state, text, fix }: Finding): void {
    const facts = { ok: state !== 'FAIL', note: state === 'note', detail: text, ...(fix && { fix }) }
    found.push({ check, ...(account !== undefined && { account }), ...facts })
    if (asJson) return
    const title = account === undefined ? titles[check] : `${titles[check]} ${account}`
    process.stdout.write(`${state.padEnd(4)}  ${title.padEnd(13)}  ${text}${fix ? ` ${fix}` : ''}\n`)
  }

  return {
    async check(name, look, tell = (value) => value as string | Finding, account) {
      try {
        const value = await look()
        const said = tell(value)
        add(name, account, typeof said === 'string' ? { state: 'ok', text: said } : said)
        return value
      } catch (error) {
        if (!isCloudwaysError(error)) throw error
        add(name, account, { state: 'FAIL', text: error.message, fix: error.next })
        return undefined
      }
    },
    end() {
      const failed = found.filter(({ ok }) => !ok).length
      if (asJson) printJson({ ok: failed === 0, checks: found })
      return failed
    },
  }
}
