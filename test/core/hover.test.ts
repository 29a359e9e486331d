import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { deep, isTurn } from '../support/deep.ts'

/** What an editor shows: the language service of TypeScript, asked about the places that have a mark in `text`. */
const root = fileURLToPath(new URL('../../', import.meta.url))
/** In memory only. */
const file = `${root}test/core/in-memory.ts`

const text = `
import { cloudwaysFunctions, createCloudways } from 'cloudways-tools'
import { cloudwaysTools } from 'cloudways-tools/ai'
const /*toolkit*/cloudways = createCloudways()
const /*functions*/functions = cloudwaysFunctions(cloudways)
const /*aiTools*/aiTools = cloudwaysTools(cloudways)
functions./*restart*/restart_server
functions.restart_server.tool./*description*/description
cloudways./*members*/tools
cloudways.select({ toolsets: ['/*toolsets*/'], tools: ['/*tools*/'] })
createCloudways({ toolsets: ['/*ownToolsets*/'], excludeTools: ['/*excluded*/'] })
createCloudways({ /*misspelt*/readonly: true })
`
const at = (mark: string) => text.indexOf(`/*${mark}*/`) + mark.length + 4

const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile)
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
/** The types of all tools take ten seconds more. Others than a deep run are shown those of a few files. */
const listOfTools = `${root}src/tools/index.ts`
const others = /^import { (?:\w+ as )?(\w+) } from '\.\/(?!apps\.|git\.|servers\.).*/gm
const read = (name: string) => {
  const content = name === file ? text : ts.sys.readFile(name)
  return name === listOfTools && !deep ? content?.replaceAll(others, 'const $1 = {}') : content
}

const service = ts.createLanguageService({
  getCompilationSettings: () => ({ ...options, noUnusedLocals: false }),
  getScriptFileNames: () => [file],
  getScriptVersion: () => '1',
  getScriptSnapshot: (name) => {
    const content = read(name)
    return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content)
  },
  jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  getCurrentDirectory: () => root,
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: (name) => name === file || ts.sys.fileExists(name),
  readFile: ts.sys.readFile,
  readDirectory: ts.sys.readDirectory,
  directoryExists: ts.sys.directoryExists,
  getDirectories: ts.sys.getDirectories,
})

const hover = (mark: string) =>
  ts.displayPartsToString(service.getQuickInfoAtPosition(file, at(mark))?.displayParts)
const completions = (mark: string) =>
  service.getCompletionsAtPosition(file, at(mark), {})?.entries.map(({ name }) => name) ?? []

// One day in four: to read the types takes eight seconds.
describe.runIf(isTurn(0, 4))('an editor', () => {
  it.each([
    ['toolkit', 'const cloudways: Cloudways<CoreTools>'],
    ['functions', 'const functions: ToolFunctions<CoreTools>'],
    ['aiTools', 'const aiTools: CloudwaysToolSet<CoreTools>'],
  ])('shows the short name of the type of the %s', (mark, shown) => expect(hover(mark)).toBe(shown))

  it('finds the declaration of a tool from its function', () => {
    const [definition] = service.getDefinitionAtPosition(file, at('restart')) ?? []
    expect(definition?.fileName).toBe(`${root}src/tools/servers.ts`)
    expect(hover('description')).toContain('description: string')
  })

  it('completes on a toolkit what people use', () => {
    expect(completions('members').sort()).toEqual(
      ['adapter', 'call', 'closeAccess', 'list', 'plan', 'select', 'tools', 'withCredentials'].sort(),
    )
  })

  it.each(['toolsets', 'ownToolsets'])('completes the names of toolsets (%s)', (mark) =>
    expect(completions(mark)).toEqual(expect.arrayContaining(['servers', 'apps', 'git'])),
  )

  it.each(['tools', 'excluded'])('completes the names of tools (%s)', (mark) =>
    expect(completions(mark)).toEqual(expect.arrayContaining(['restart_server', 'list_apps'])),
  )

  it('says which option is misspelt, in one sentence', () => {
    const messages = service
      .getSemanticDiagnostics(file)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
    expect(messages).toEqual([
      "Object literal may only specify known properties, but 'readonly' does not exist in type 'CloudwaysOptions<NoTools>'. Did you mean to write 'readOnly'?",
    ])
  })
})
