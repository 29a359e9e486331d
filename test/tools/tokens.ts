/** What a tool costs in the list that a model is shown. */
import { encode } from 'gpt-tokenizer/encoding/o200k_base'

interface Shown {
  name: string
  description: string
  inputSchema: object
}

/** The tokens of name, description and input schema, as the tokenizer o200k_base of OpenAI counts them. */
export const tokensOf = ({ name, description, inputSchema }: Shown): number =>
  encode(JSON.stringify({ name, description, inputSchema })).length
