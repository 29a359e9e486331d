/** What registries and clients read is made from package.json, and keeps their limits. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { changesOf, readCommit, withVersion } from '../scripts/release/changelog.ts'
import {
  bundleManifest,
  icon,
  ownManifests,
  plugin,
  readManifest,
  serverJson,
} from '../scripts/release/manifests.ts'

const manifest = await readManifest()
const repo = new URL('../../', import.meta.url)

it('the files in .claude-plugin are what package.json makes of them', () => {
  for (const [path, text] of Object.entries(ownManifests(manifest)))
    expect(JSON.parse(readFileSync(new URL(path, repo), 'utf8')), 'Run npm run docs.').toEqual(
      JSON.parse(text),
    )
})

it('the plugin has skills where it says', () => {
  expect(existsSync(new URL(`${plugin(manifest).skills}cloudways-safe-change/SKILL.md`, repo))).toBe(true)
})

it('server.json has the name that npm shows, and a description that the registry takes', () => {
  const { name, description, packages } = serverJson(manifest)
  expect(name).toMatch(/^[a-z0-9.-]+\/[a-z0-9-]+$/)
  expect(name).toBe(manifest.mcpName)
  expect(description.length).toBeLessThanOrEqual(100)
  expect(packages[0]).toMatchObject({ identifier: manifest.name, version: manifest.version })
})

it('the bundle sets only variables that exist, and has an icon', async () => {
  const { variableList } = await import('../../src/server/config/variables.ts')
  const known = variableList.map(([name]) => name)
  for (const name of Object.keys(bundleManifest(manifest).server.mcp_config.env))
    expect(known).toContain(name)
  expect(icon().subarray(1, 4).toString()).toBe('PNG')
})

it('the changelog has what users see, what breaks first', () => {
  const commits = [
    ['a'.repeat(40), 'feat(cli): install writes a file'],
    ['b'.repeat(40), 'fix: a lost answer is unknown'],
    ['c'.repeat(40), 'test: more cases'],
    ['d'.repeat(40), 'feat!: other names\n\nBREAKING CHANGE: ping is gone'],
    ['e'.repeat(40), 'no type at all'],
  ].flatMap(([hash = '', message = '']) => readCommit(hash, message) ?? [])
  const part = changesOf('1.0.0', '2026-12-01', commits)
  expect(part).toBe(
    [
      '## 1.0.0 (2026-12-01)',
      '### Breaking\n\n- other names (ddddddd)',
      '### New\n\n- **cli**: install writes a file (aaaaaaa)',
      '### Fixed\n\n- a lost answer is unknown (bbbbbbb)',
    ].join('\n\n'),
  )
  const first = withVersion('', part)
  expect(withVersion(first, '## 1.1.0').match(/^## /gm)).toHaveLength(2)
  expect(withVersion(first, '## 1.1.0').match(/^# /gm)).toHaveLength(1)
})
