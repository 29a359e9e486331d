/**
 * The checks of the official client, compiled once for the tests of a worker: a client by itself compiles the output
 * schemas of all tools whenever it lists them.
 */
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv'
import type { JsonSchemaType, JsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/types.js'

const ajv = new AjvJsonSchemaValidator()
const compiled = new Map<string, JsonSchemaValidator<unknown>>()

/** Options of a client. */
export const keptValidators = {
  jsonSchemaValidator: {
    getValidator<T>(schema: JsonSchemaType): JsonSchemaValidator<T> {
      const text = JSON.stringify(schema)
      const validator = compiled.get(text) ?? ajv.getValidator(schema)
      compiled.set(text, validator)
      return validator as JsonSchemaValidator<T>
    },
  },
}
