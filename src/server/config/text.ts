/**
 * The table of variables as text: `.env.example`, the help, and the configuration in force.
 *
 * @module
 */
import { type Config, optionOf } from './config.ts'
import { type Group, groups, type Variable, variableList } from './variables.ts'

function byGroup<T>(render: (name: string, variable: Variable) => T): [string, T[]][] {
  return (Object.keys(groups) as Group[]).map((group) => [
    groups[group],
    variableList
      .filter(([, variable]) => variable.group === group)
      .map(([name, variable]) => render(name, variable)),
  ])
}

/** What a variable accepts, when the meaning does not say it. */
function accepts({ kind, values }: Variable): string {
  if (values) return ` (${values.join(' | ')})`
  return kind === 'boolean' ? ' (true | false)' : ''
}

/** The text of `.env.example`. */
export function envExample(): string {
  const sections = byGroup((name, variable) => {
    const value = quoted(String(variable.default ?? variable.example ?? ''))
    return `# ${variable.meaning}${accepts(variable)}\n# ${name}=${value}\n`
  })
  return [
    '# Generated from src/server/variables.ts. Nothing here is required.',
    '# Copy to .env, then: npx cloudways-tools http --config .env',
    '',
    ...sections.flatMap(([title, lines]) => [`## ${title}`, '', ...lines]),
  ]
    .join('\n')
    .replace(/\n+$/, '\n')
}

/** The environment section of the help. */
export function environmentHelp(): string {
  const sections = byGroup((name, variable) => {
    const standard = variable.default === undefined ? '' : ` [${variable.default}]`
    return `  ${name.padEnd(30)} ${variable.meaning}${accepts(variable)}${standard}`
  })
  return sections.map(([title, lines]) => `${title}:\n${lines.join('\n')}`).join('\n\n')
}

/**
 * The configuration in force, one `NAME=value` a line; secrets are masked. What is not set is commented out: read in
 * again, a guard without a value would be refused.
 */
export function printConfig(config: Config): string {
  return variableList
    .map(([name, variable]) => {
      // Where tools are chosen by name, the preset is not in force.
      const off = name === 'PRESET' && (config.toolsets || config.tools)
      const value = off ? undefined : config[optionOf(name)]
      return value === undefined ? `# ${name}=\n` : `${name}=${shown(variable, value)}\n`
    })
    .join('')
}

function shown(variable: Variable, value: unknown): string {
  if (variable.kind === 'secret') return '[hidden]'
  if (variable.password) return withoutPassword(String(value))
  return quoted(Array.isArray(value) ? value.join(',') : String(value))
}

/** A shell that reads the file takes what follows a blank for a command, and leaves the variable out. */
function quoted(text: string): string {
  if (!/[\s#]/.test(text)) return text
  const mark = text.includes("'") ? '"' : "'"
  return `${mark}${text}${mark}`
}

/** By parts, not by pattern: a password may hold any character. */
function withoutPassword(text: string): string {
  const { protocol, username, password, host, pathname, search } = new URL(text)
  const user = username || password ? `${username}${password && ':[hidden]'}@` : ''
  return `${protocol}//${user}${host}${pathname}${search && '?[hidden]'}`
}
