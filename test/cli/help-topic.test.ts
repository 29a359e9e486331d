import { readFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { forTerminal } from '../../src/cli/markdown.ts'
import { readPage, topics } from '../../src/cli/pages.ts'
import { run } from './run.ts'
import { runHere } from './run-here.ts'

describe('help', () => {
  it('lists the pages, each with its line', async () => {
    const { code, stdout, stderr } = await run(['help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const topic of topics) expect(stdout).toContain(`  ${topic.padEnd(18)} ${readPage(topic).summary}\n`)
  })

  it('prints a page as it is into a pipe', async () => {
    const page = readFileSync('src/docs/safety.md', 'utf8')
    expect(await runHere(['help', 'safety'])).toEqual({ code: 0, stdout: page, stderr: '' })
  })

  it('helps with a command that has no page', async () => {
    expect((await runHere(['help', 'keygen'])).stdout).toBe((await runHere(['keygen', '--help'])).stdout)
  })
})

const shown = (markdown: string, width = 60) => stripVTControlCharacters(forTerminal(markdown, width))

describe('a page on a terminal', () => {
  it('has its paragraphs and lists in the width, and lines of code as they are', () => {
    const long = 'one two three four five six seven eight nine ten eleven twelve thirteen'
    const text = shown(`# Title\n\n${long}\n\n- ${long}\n  more\n1. first\n\n\`\`\`sh\n${long}\n\`\`\`\n`)
    expect(text).toBe(`Title

one two three four five six seven eight nine ten eleven
twelve thirteen

- one two three four five six seven eight nine ten eleven
  twelve thirteen more
1. first

  ${long}
`)
  })

  it('has tables with columns, the widest of which gives way', () => {
    const table =
      '| Name | About |\n| --- | --- |\n| `a` | x \\| y |\n| bb | a long text that has no place in one line of this width at all |\n'
    expect(shown(table, 40)).toBe(`Name  About
a     x | y
bb    a long text that has no place in
      one line of this width at all
`)
  })

  it('tells where a link leads, and hides comments', () => {
    const text =
      '<!-- x:start -->\nSee [Safety](safety.md#audit), [npm](https://npmjs.com) and **`code` here**.\n![A picture](a.svg)\n'
    expect(shown(text, 200)).toBe(
      'See Safety (cloudways-tools help safety), npm (https://npmjs.com) and code here. [picture: A picture]\n',
    )
  })

  it.each(topics)('%s fits the window, but for code', (topic) => {
    const prose = readPage(topic).text.replaceAll(/^```[\s\S]*?^```$/gm, '')
    const lines = shown(prose, 100).split('\n')
    expect(lines.filter((line) => line.length > 100 && !/^\(?https:/.test(line))).toEqual([])
    expect(lines.join('\n')).not.toMatch(/\]\(|\*\*|<!--/)
  })
})
