/**
 * The help. It is made from the declarations by which the command line and the environment are read.
 *
 * @module
 */
import { version } from '../base/version.ts'
import { environmentHelp } from '../server/config/text.ts'
import { type CommandName, commands, commonFlags, type FlagName, flags } from './args.ts'

/** Help for one command, or for all of them. */
export function helpText(command?: CommandName): string {
  return command ? commandHelp(command) : mainHelp()
}

function mainHelp(): string {
  const names = Object.values(commands).map(({ usage, summary }) => `  ${usage.padEnd(40)} ${summary}`)
  return `cloudways-tools ${version}: tools with which an AI agent runs a Cloudways hosting account.
Unofficial: not affiliated with Cloudways.

Usage: cloudways-tools [COMMAND] [FLAGS]

Commands:
${names.join('\n')}

Flags of every command:
${flagLines(commonFlags)}

Try it without an account:
  cloudways-tools call list_servers --sandbox
  cloudways-tools http --sandbox

Environment. Malformed values and misspelt names are refused.

${environmentHelp()}
`
}

function commandHelp(name: CommandName): string {
  const { summary, usage, flags: own, ...rest } = commands[name]
  const paragraphs = [
    summary,
    `Usage: cloudways-tools ${usage} [FLAGS]`,
    'details' in rest ? rest.details : undefined,
    `Flags:\n${flagLines([...own, ...commonFlags])}`,
    name === 'http' || name === 'stdio'
      ? `Environment:\n\n${environmentHelp()}`
      : 'cloudways-tools --help lists the environment variables.',
  ]
  return `${paragraphs.filter(Boolean).join('\n\n')}\n`
}

function flagLines(names: readonly FlagName[]): string {
  return names
    .map((name) => {
      const flag: { about: string; value?: string; short?: string } = flags[name]
      const form = `--${name}${flag.value ? ` ${flag.value}` : ''}${flag.short ? `, -${flag.short}` : ''}`
      return `  ${form.padEnd(20)} ${flag.about}`
    })
    .join('\n')
}
