/** The table of variables as text: the help, and the configuration in force. @module */
import { type Config, optionOf } from './config.ts'
import type { Variable } from './value.ts'
import { accountPrefix, variableGroups, variableList } from './variables.ts'

/** The values that a variable accepts, where its description does not list them. */
export function accepts(variable: Variable): string {
  const schema = variable.schema()
  if (schema.type === 'enum') return ` (${schema.options.join(' | ')})`
  return schema.type === 'boolean' ? ' (true | false)' : ''
}

/** The environment section of the help. */
export function environmentHelp(): string {
  return variableGroups
    .map(([title, variables]) => {
      const lines = Object.entries(variables).map(([name, variable]) => {
        const standard = variable.default === undefined ? '' : ` [${variable.default}]`
        return `  ${name.padEnd(30)} ${variable.about}${accepts(variable)}${standard}`
      })
      return `${title}:\n${lines.join('\n')}`
    })
    .join('\n\n')
}

/**
 * The configuration in force, one `NAME=value` a line, with secrets masked. A variable that is not set is commented
 * out: an empty guard would be refused when the text is read as a configuration.
 */
export function printConfig(config: Config): string {
  const further = Object.keys(config.furtherTokens)
  const tokens = further.map((name) => `${accountPrefix}${name.toUpperCase()}=[hidden]\n`)
  return variableList
    .flatMap(([name, variable]) => {
      // When tools are chosen by name, the preset is not in force.
      const off = name === 'PRESET' && config.preset !== 'search' && (config.toolsets || config.tools)
      // A secret in a file is told by its file.
      const file = variableList.find(([, { fileOf }]) => fileOf === name)?.[0]
      const value = off || (file && config[optionOf(file)]) ? undefined : config[optionOf(name)]
      const line = value === undefined ? `# ${name}=\n` : `${name}=${shown(variable, String(value))}\n`
      return name === 'CLOUDWAYS_ACCESS_TOKEN' ? [line, ...tokens] : [line]
    })
    .join('')
}

function shown(variable: Variable, value: string): string {
  if (variable.secret) return '[hidden]'
  return variable.password ? withoutPassword(value) : quoted(value)
}

/** In quotes where a shell would take the text after a blank as a command, and lose the variable. */
export function quoted(text: string): string {
  if (!/[\s#]/.test(text)) return text
  const mark = text.includes("'") ? '"' : "'"
  return `${mark}${text}${mark}`
}

/** From the parts of the URL, not with a pattern: a password may hold any character. */
function withoutPassword(text: string): string {
  const { protocol, username, password, host, pathname, search } = new URL(text)
  const user = username || password ? `${username}${password && ':[hidden]'}@` : ''
  return `${protocol}//${user}${host}${pathname}${search && '?[hidden]'}`
}
