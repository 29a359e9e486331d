/**
 * Writes all that is derived from the declarations of the tools: the generated parts of README.md, and the snapshots in
 * test/tools/snapshots.
 *
 * Usage: npm run docs
 */
import { writeSnapshots } from '../tools/snapshot.ts'
import { writeReadme } from './write-readme.ts'

await writeReadme()
await writeSnapshots()
