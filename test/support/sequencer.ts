import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The longest first, so that no worker is left with one of them while the others have nothing to do. */
const longest = [
  'server/http/control',
  'package/examples',
  'cli/stop-changes',
  'server/pages/accessibility',
  'server/self-hosting/chaos',
  'core/campaign/crashes',
  'tools/odd-values',
  'cli/call',
  'cli/stdio-sign-in',
  'cli/every-tool',
  'cli/stdio-unchecked',
  'cli/wrong-state',
  'core/campaign/many',
  'safety/no-mutation',
  'storage/processes',
  'server/http/listeners',
  'adapters/modern-stdio',
  'server/pages/scale',
  'safety/canaries',
  'server/pages/page',
  'server/approval/browser',
  'core/budget',
  'server/self-hosting/rotation',
  'adapters/http-accept',
  'cli/serve',
  'adapters/halves',
]

const rankOf = ({ moduleId }: TestSpecification) => {
  const rank = longest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`))
  return rank < 0 ? longest.length : rank
}

/** By length, and all files of a project together: a worker is kept only while the next file may share it. */
export default class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = (await super.sort(files)).sort((one, other) => rankOf(one) - rankOf(other))
    const alone = sorted.filter(({ project }) => project.config.isolate)
    return [...alone, ...sorted.filter((file) => !alone.includes(file))]
  }
}
