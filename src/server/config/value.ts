/**
 * What an environment variable is, and the way from its text to its value. A refusal names the nearest value that is
 * accepted.
 *
 * @module
 */
import type * as z from 'zod'
import { nearest } from '../../base/options.ts'
import { redactText } from '../../core/answer/secret-net.ts'
import { InputError } from '../../errors.ts'

/** One environment variable. */
export interface Variable {
  /** What the value must be. The message of a check becomes the sentence `NAME: message`. */
  /** Made when it is needed: making all of them costs a short command as much time as its work. */
  schema: () => z.ZodNumber | z.ZodBoolean | z.ZodEnum | z.ZodArray<z.ZodString> | z.ZodString | z.ZodURL
  /** One sentence for the person who sets the variable. */
  about: string
  /** The value of the variable when it is not set. Without a default, that is `undefined`. */
  default?: string | number | boolean
  example?: string
  /** The variable limits what may happen. If it is set but empty, it is refused: the limit would be off unseen. */
  guard?: true
  /** The value is never printed. */
  secret?: true
  /** The end of the name stands for a name that the person chooses: `CLOUDWAYS_ACCESS_TOKEN_SHOP`. */
  family?: true
  /** The value is the path of a file that holds the value of this other variable. */
  fileOf?: string
  /** The value is a URL that may hold a password: it is printed without the password. */
  password?: true
}

/** Some variables, by name. */
export type Variables = Readonly<Record<string, Variable>>

/**
 * Blanks and line ends around a value come from files and from copying, and no value of ours begins or ends with one.
 *
 * @throws InputError that never repeats the value of a secret.
 */
export function parseValue(name: string, variable: Variable, given: string): unknown {
  const text = given.trim()
  const schema = variable.schema()
  const result = schema.safeParse(fromText(schema, text))
  if (result.success) return result.data
  const [problem, next = 'Fix it, or unset it.'] = refusal(variable, text, result.error.issues[0]?.message)
  throw new InputError(`${name}: ${problem}`, next, { variable: name })
}

const booleans: Record<string, boolean> = { true: true, 1: true, false: false, 0: false }
const entriesOf = (text: string) => text.split(',').map((entry) => entry.trim())

/** What the schema checks. A text that can't be converted stays a text, and the schema refuses it. */
function fromText({ type }: ReturnType<Variable['schema']>, text: string): unknown {
  // Number() would also accept '0x10', '1e3' and ' '.
  if (type === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (type === 'boolean') return booleans[text] ?? text
  return type === 'array' ? entriesOf(text) : text
}

/** What is wrong with the text, and what to do about it. */
function refusal(variable: Variable, text: string, message = ''): [problem: string, next?: string] {
  const { example = variable.default } = variable
  const schema = variable.schema()
  const standard = variable.default === undefined ? undefined : `The default is ${variable.default}.`
  switch (schema.type) {
    case 'number': {
      const [min, max] = [schema.minValue as number, schema.maxValue as number]
      const whole = schema.format === 'safeint'
      // `30s` and `1e3` say nearly what they mean.
      const meant = Number.parseFloat(text)
      const near = whole ? Math.round(meant) : meant
      return [
        `${quote(text)} is not a ${whole ? 'whole ' : ''}number from ${min} to ${max}.`,
        Number.isNaN(near)
          ? standard
          : near > max
            ? `The largest is ${max}.`
            : near < min
              ? `The smallest is ${min}.`
              : `Did you mean ${near}?`,
      ]
    }
    case 'boolean': {
      const meant = /^(t|y|on|en)/i.test(text) ? true : /^(f|n|of|dis)/i.test(text) ? false : undefined
      return [
        `${quote(text)} is neither true nor false (1 and 0 are accepted too).`,
        meant === undefined ? 'Set true or false.' : `Did you mean ${meant}?`,
      ]
    }
    case 'enum': {
      const values = schema.options as string[]
      const begun = (value: string) => text.length > 2 && value.toLowerCase().startsWith(text.toLowerCase())
      const meant = nearest(text, values) ?? values.find(begun)
      return [`${quote(text)} is none of ${values.join(', ')}.`, meant ? `Did you mean ${meant}?` : standard]
    }
    case 'array': {
      const entries = entriesOf(text)
      if (entries.includes('')) return ['has an empty entry.', 'Separate the names with one comma each.']
      const odd = entries.find((entry) => !schema.element.safeParse(entry).success) as string
      return [`${quote(odd)} is not what it takes: ${message}.`]
    }
    default:
      return [message, schema.format === 'url' ? `For example ${example}.` : undefined]
  }
}

/** The text as it may be repeated: without what looks like a secret, since a token may be in the wrong variable. */
const quote = (text: string) => `'${redactText(text).replaceAll(/\s+/g, ' ').slice(0, 60)}'`
