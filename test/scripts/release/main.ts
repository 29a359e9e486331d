/**
 * Makes a release: checks, builds, tests, packs, writes the changelog and the manifests, commits and tags. Nothing
 * leaves this machine; the last lines say what publishes it.
 *
 * Usage: npm run release -- VERSION [--dry-run]
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { makeBundle } from './bundle.ts'
import { changesOf, commitsSince, lastTag, withVersion } from './changelog.ts'
import { readManifest, serverJson, writeManifests } from './manifests.ts'

const repo = fileURLToPath(new URL('../../../', import.meta.url))
const changelog = `${repo}.github/CHANGELOG.md`
/** Ignored by git: what is uploaded. */
const out = `${repo}.release`

const run = (command: string, ...args: string[]) => {
  console.log(`\n> ${command} ${args.join(' ')}`)
  execFileSync(command, args, { cwd: repo, stdio: 'inherit' })
}
const git = (...args: string[]) => execFileSync('git', args, { cwd: repo, encoding: 'utf8' }).trim()

/** End with one line about what is wrong. Nothing was changed before. */
function refuse(why: string): never {
  console.error(`release: ${why}`)
  process.exit(1)
}

const { values, positionals } = parseArgs({
  options: { 'dry-run': { type: 'boolean', default: false } },
  allowPositionals: true,
})
const [version = ''] = positionals
const parts = /^(\d+)\.(\d+)\.(\d+)$/.exec(version)?.slice(1).map(Number)
if (!parts) refuse('say which version: npm run release -- 1.2.3')
const last = lastTag()
const before = last?.slice(1).split('.').map(Number)
const isHigher = (one: number[], other: number[]) => {
  const place = one.findIndex((part, index) => part !== other[index])
  return place >= 0 && (one[place] ?? 0) > (other[place] ?? 0)
}
if (before && !isHigher(parts, before)) refuse(`${version} is not above ${last}.`)
if (git('status', '--porcelain') !== '') refuse('there are changes that are not committed.')

const part = changesOf(version, new Date().toISOString().slice(0, 10), commitsSince(last))
if (values['dry-run']) {
  console.log(`${part}\n\n${JSON.stringify(serverJson({ ...(await readManifest()), version }), null, 2)}`)
  process.exit(0)
}

run('npm', 'version', version, '--no-git-tag-version', '--allow-same-version')
mkdirSync(`${repo}.github`, { recursive: true })
let old = ''
try {
  old = readFileSync(changelog, 'utf8')
} catch {}
writeFileSync(changelog, withVersion(old, part))
await writeManifests()
run('npm', 'test')
run('npm', 'run', 'release:check')
run('npm', 'audit', '--omit=dev')
rmSync(out, { recursive: true, force: true })
mkdirSync(out)
run('npm', 'pack', '--pack-destination', out)
const manifest = await readManifest()
writeFileSync(`${out}/server.json`, `${JSON.stringify(serverJson(manifest), null, 2)}\n`)
console.log(`\nbundle: ${await makeBundle(manifest, out)}`)
rmSync(`${out}/bundle`, { recursive: true })
run('git', 'add', '--all')
run('git', 'commit', '--message', `chore: release ${version}`)
run('git', 'tag', '--annotate', `v${version}`, '--message', version)
console.log(`
Released here as v${version}. To publish it:
  git push --follow-tags          the workflow of the tag publishes to npm, with provenance
  cd .release && mcp-publisher publish
  upload .release/*.mcpb to the release of the tag`)
