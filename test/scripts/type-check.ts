/**
 * Checks the types of the sources and of the TypeScript in the pages, in one program: what both need is checked once.
 * It also bounds the work, in instantiations of types. They are the same on every machine, while seconds are not.
 *
 * Usage: npm run check
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { typedBlocks } from '../support/page-sources.ts'

const repo = fileURLToPath(new URL('../..', import.meta.url))
const bounds = 'test/scripts/type-check.json'
const { mostInstantiations } = JSON.parse(readFileSync(join(repo, bounds), 'utf8'))

/** An example in a page need not use what it declares. */
const unused = new Set([6133, 6192, 6196, 6198])

/** The blocks as files of the repository, which are nowhere on the disk. */
const pages = new Map(typedBlocks.map((block, index) => [join(repo, `page-block-${index}.ts`), block]))

const { config } = ts.readConfigFile(join(repo, 'tsconfig.json'), ts.sys.readFile)
const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, repo)
const onDisk = ts.createCompilerHost(options)
const host: ts.CompilerHost = {
  ...onDisk,
  fileExists: (path) => pages.has(path) || onDisk.fileExists(path),
  readFile: (path) => pages.get(path)?.text ?? onDisk.readFile(path),
  getSourceFile(path, target, ...rest) {
    const page = pages.get(path)
    return page ? ts.createSourceFile(path, page.text, target) : onDisk.getSourceFile(path, target, ...rest)
  },
}

const program = ts.createProgram([...fileNames, ...pages.keys()], options, host)
const found = ts
  .getPreEmitDiagnostics(program)
  .filter(({ file, code }) => !(file && pages.has(file.fileName) && unused.has(code)))

const format: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (path) => path,
  getCurrentDirectory: () => dirname(join(repo, 'tsconfig.json')),
  getNewLine: () => '\n',
}
for (const one of found) {
  const page = pages.get(one.file?.fileName ?? '')
  // The line in a block is not the line in its page, so the page comes first.
  process.stderr.write(`${page ? `${page.at} ` : ''}${ts.formatDiagnostic(one, format)}`)
}

const count = program.getInstantiationCount()
const spelled = (value: number) => value.toLocaleString('en')
if (found.length > 0) process.exitCode = 1
else if (count > mostInstantiations) {
  console.error(
    `The types take ${spelled(count)} instantiations; at most ${spelled(mostInstantiations)} are allowed. ` +
      'Name a type that is worked out at many places, or give a function its return type: ' +
      '`npx tsc --noEmit --generateTrace FOLDER` shows where they are made. ' +
      `If the types are worth them, raise mostInstantiations in ${bounds}.`,
  )
  process.exitCode = 1
} else console.log(`Types are right: ${spelled(count)} of ${spelled(mostInstantiations)} instantiations.`)
