/**
 * What an environment variable is.
 *
 * @module
 */
import type * as z from 'zod'

/** One environment variable. */
export interface Variable {
  /** What the value must be. The message of a check becomes the sentence `NAME: message`. */
  schema: z.ZodNumber | z.ZodBoolean | z.ZodEnum | z.ZodArray<z.ZodString> | z.ZodString | z.ZodURL
  /** One sentence for the person who sets the variable. */
  about: string
  /** The value of the variable when it is not set. Without a default, that is `undefined`. */
  default?: string | number | boolean
  example?: string
  /** Values of a later version. This version refuses them with a sentence of their own. */
  planned?: readonly string[]
  /** The variable limits what may happen. If it is set but empty, it is refused: the limit would be off unseen. */
  guard?: true
  /** The value is never printed. */
  secret?: true
  /** The value is a URL that may hold a password: it is printed without the password. */
  password?: true
}

/** Some variables, by name. */
export type Variables = Readonly<Record<string, Variable>>
