/** The bundle for Claude Desktop: the built command, its manifest and its icon in one file. @module */
import { execFile } from 'node:child_process'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bundleManifest, icon, type Manifest } from './manifests.ts'

const run = promisify(execFile)
const repo = fileURLToPath(new URL('../../../', import.meta.url))

/** The tool that validates and packs bundles. It is needed for a release only. */
const mcpb = ['-y', '@anthropic-ai/mcpb@2.1.2']

/**
 * Make `NAME-VERSION.mcpb` in a folder. `dist` has to be built.
 *
 * @returns the file.
 */
export async function makeBundle(manifest: Manifest, folder: string): Promise<string> {
  const stage = join(folder, 'bundle')
  await mkdir(stage, { recursive: true })
  await cp(join(repo, 'dist/cli'), join(stage, 'server'), { recursive: true })
  await cp(join(repo, 'LICENSE'), join(stage, 'LICENSE'))
  await writeFile(join(stage, 'icon.png'), icon())
  const { name, version } = manifest
  await writeFile(join(stage, 'package.json'), JSON.stringify({ name, version, type: 'module' }))
  await writeFile(join(stage, 'manifest.json'), JSON.stringify(bundleManifest(manifest), null, 2))
  const file = join(folder, `${name}-${version}.mcpb`)
  await run('npx', [...mcpb, 'validate', join(stage, 'manifest.json')])
  await run('npx', [...mcpb, 'pack', stage, file])
  return file
}

export async function unpackBundle(file: string, folder: string): Promise<void> {
  await run('npx', [...mcpb, 'unpack', file, folder])
}
