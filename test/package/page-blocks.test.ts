import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parse } from 'smol-toml'
import { expect, onTestFinished, test } from 'vitest'
import { readArguments } from '../../src/cli/args.ts'
import { prelude, runningBlocks } from '../support/page-sources.ts'
import { blocks } from '../support/pages.ts'

const run = promisify(execFile)
const repo = fileURLToPath(new URL('../..', import.meta.url))
const of = (language: string) => blocks.filter((block) => block.language === language)

test('JSON and TOML can be read', () => {
  for (const { at, code } of of('json')) expect(() => JSON.parse(code), at).not.toThrow()
  for (const { at, code } of of('toml')) expect(() => parse(code), at).not.toThrow()
  expect(of('json').length + of('toml').length).toBeGreaterThan(8)
})

test('the commands exist', async () => {
  const { scripts } = JSON.parse(await readFile(join(repo, 'package.json'), 'utf8'))
  const lines = of('sh').flatMap(({ at, code }) =>
    code.split('\n').map((line) => [at, line.replace(/ #.*| -- .*/, '')]),
  )
  let seen = 0
  for (const [at, line = ''] of lines) {
    const ours = /(?:^|npx |npx -y )cloudways-tools((?: [^|&]+)?)$/.exec(line.trim().replace(/\)$/, ''))
    if (ours) {
      seen += 1
      expect(() => readArguments(ours[1]!.trim().split(/ +/).filter(Boolean)), `${at}: ${line}`).not.toThrow()
    }
    for (const [, script = ''] of line.matchAll(/npm (?:run )?(\w[\w:]*)/g)) {
      if (!['ci', 'install', 'start', 'test'].includes(script)) expect(scripts, at).toHaveProperty([script])
    }
    for (const [path] of line.matchAll(/\b(?:examples|test|src)\/[\w./-]+/g)) {
      expect(existsSync(join(repo, path)), `${at}: ${path}`).toBe(true)
    }
  }
  expect(seen).toBeGreaterThan(15)
})

/** A folder in which the packages are found, and the sources of this one. */
async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cloudways-tools-pages-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await symlink(join(repo, 'node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

// `npm run check` compiles it.
test('the TypeScript runs on the sandbox', async () => {
  expect(runningBlocks.length).toBeGreaterThan(15)
  const all = runningBlocks.map(
    ({ at }, index) =>
      `await import('./block-${index}.ts').catch((error) => console.log(${JSON.stringify(at)}, String(error)))`,
  )
  const folder = await folderOf({
    ...Object.fromEntries(runningBlocks.map(({ text }, index) => [`block-${index}.ts`, text])),
    'prelude.ts': prelude,
    'all.ts': `import './prelude.ts'\n${all.join('\n')}\nconsole.log('end')\nprocess.exit()`,
  })
  const { bundle } = await import('../support/build.ts')
  await bundle({ all: join(folder, 'all.ts') }, join(folder, 'built'))
  const { stdout, stderr } = await run(process.execPath, ['built/all.js'], {
    cwd: folder,
    timeout: 120_000,
  }).catch((error: { stdout: string; stderr: string }) => error)
  const wrong = stdout.split('\n').filter((line) => /^(\S+\.md:\d+ )/.test(line))
  expect(wrong, stderr).toEqual([])
  expect(stdout, stderr).toMatch(/end\n$/)
}, 180_000)
