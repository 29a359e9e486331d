/**
 * The text of .env.example, made from the table of variables. `npx vitest run --config test/vitest.config.ts -u
 * test/server/config` writes the file.
 */
import { accepts, quoted } from '../../src/server/config/text.ts'
import { variableGroups } from '../../src/server/config/variables.ts'

export function envExample(): string {
  const sections = variableGroups.map(([title, variables]) => {
    const lines = Object.entries(variables).map(([name, variable]) => {
      const value = quoted(String(variable.default ?? variable.example ?? ''))
      return `\n# ${variable.about}${accepts(variable)}\n# ${name}=${value}\n`
    })
    return `\n## ${title}\n${lines.join('')}`
  })
  return `# Generated from src/server/config/variables.ts. Nothing here is required.
# Copy to .env, then: npx cloudways-tools http --config .env
${sections.join('')}`
}
