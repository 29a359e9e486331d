/** `cloudways-tools help`: the list of pages, or one of them. @module */
import { stripVTControlCharacters } from 'node:util'
import { nearest } from '../base/options.ts'
import { InputError } from '../errors.ts'
import { type CommandName, commands, type Invocation } from './args.ts'
import { helpText } from './help.ts'
import { chapters, readPage, type Topic, topics } from './pages.ts'

export async function runHelp({ arguments: [topic] }: Invocation): Promise<number> {
  if (topic === undefined) process.stdout.write(list())
  else if (isTopic(topic)) process.stdout.write(await pageText(topic))
  else if (Object.hasOwn(commands, topic)) process.stdout.write(helpText(topic as CommandName))
  else throw unknown(topic)
  return 0
}

const isTopic = (name: string): name is Topic => topics.some((topic) => topic === name)

/** The longest line that is comfortable to read. */
const comfortable = 100

/** As it is for a program that reads it, and laid out for a person. */
async function pageText(topic: Topic): Promise<string> {
  const { text } = readPage(topic)
  const { isTTY, columns = comfortable } = process.stdout
  if (!isTTY) return text
  const { forTerminal } = await import('./markdown.ts')
  const laidOut = forTerminal(text, Math.min(columns, comfortable))
  return process.env.NO_COLOR ? stripVTControlCharacters(laidOut) : laidOut
}

function list(): string {
  const parts = Object.entries(chapters).map(([title, pages]) => {
    const lines = pages.map((topic) => `  ${topic.padEnd(18)} ${readPage(topic).summary}`)
    return `${title}:\n${lines.join('\n')}`
  })
  return `Pages, each shown by cloudways-tools help TOPIC.

${parts.join('\n\n')}

cloudways-tools --help tells the commands, their flags and the variables of the environment.
`
}

function unknown(topic: string): InputError {
  const meant = nearest(topic, [...topics, ...Object.keys(commands)])
  const shown = topic.replaceAll(/\s+/g, ' ').slice(0, 60)
  return new InputError(
    `There is no page '${shown}'.`,
    meant ? `Did you mean ${meant}?` : `Pages: ${topics.join(', ')}.`,
  )
}
