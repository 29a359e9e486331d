/** The audit lines of a log, in both of its formats. */

export interface AuditLine {
  time: string
  event: string
  reason?: string
  client?: string
  account?: string
  address?: string
}

export function auditLines(log: string): AuditLine[] {
  return log.split('\n').flatMap((line) => {
    if (line.startsWith('{')) {
      const { message, ...facts } = JSON.parse(line) as AuditLine & { message: string }
      return message === 'audit' ? [facts] : []
    }
    const [, time, rest] = /^(\S+) \w+ +audit (.*)$/.exec(line) ?? []
    if (!time || !rest) return []
    const facts = [...rest.matchAll(/(\w+)=("(?:[^"\\]|\\.)*"|\S+)/g)].map(([, name, value = '']) => [
      name,
      value.startsWith('"') ? (JSON.parse(value) as string) : value,
    ])
    return [{ time, ...(Object.fromEntries(facts) as Omit<AuditLine, 'time'>) }]
  })
}
