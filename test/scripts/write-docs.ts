/**
 * Writes all that is derived: the generated parts of README.md and of the pages, and the snapshots in
 * test/tools/snapshots from the declarations of the tools, src/tools/calls.json from what they send, src/skills/skills.json
 * from the SKILL.md files, .claude-plugin from package.json, and the pictures of the last results of the benchmark.
 *
 * Usage: npm run docs
 */
import { writeCalls } from '../tools/sent-calls.ts'
import { writeSnapshots } from '../tools/snapshot.ts'
import { writeCharts } from './performance.ts'
import { writeManifests } from './release/manifests.ts'
import { writePages } from './write-pages.ts'
import { writeSkills } from './write-skills.ts'

await writePages()
await writeCharts()
await writeSkills()
await writeCalls()
await writeSnapshots()
await writeManifests()
