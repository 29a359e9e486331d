/**
 * Writes `src/sandbox/contract.json` from the reference contract.
 *
 * Run: npx tsx test/scripts/derive-contract.ts path/to/openapi.yaml
 *
 * `npm run contract` tells before what would change. The output depends on nothing but that file: same input, same bytes.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { contractOf } from './contract-of.ts'

const [input] = process.argv.slice(2)
if (!input) {
  console.error('usage: npx tsx test/scripts/derive-contract.ts path/to/openapi.yaml')
  process.exit(2)
}

const { head, operations } = contractOf(readFileSync(input))
const lines = [
  ...Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},`),
  '  "operations": [',
  operations.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n'),
  '  ]',
]
const target = new URL('../../src/sandbox/contract.json', import.meta.url)
writeFileSync(target, `{\n${lines.join('\n')}\n}\n`)
console.log(`${operations.length} operations written`)
