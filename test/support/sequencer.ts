import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The longest first, so that no worker is left with one of them while the others have nothing to do. */
const longest = [
  'tools/odd-values',
  'safety/canaries',
  'package/examples',
  'cli/every-tool',
  'cli/call',
  'server/self-hosting/chaos',
  'adapters/modern-stdio',
  'cli/wrong-state',
  'server/pages/accessibility',
  'cli/stop-changes',
  'safety/no-mutation',
  'safety/decision-table',
  'server/self-hosting/rotation',
  'server/pages/scale',
  'core/campaign/crashes',
  'cli/stdio-sign-in',
  'package/packed',
  'cli/serve',
  'server/http/control',
  'server/pages/page',
  'core/campaign/many',
  'tools/campaigns/crashes',
  'core/hover',
  'storage/processes',
  'cli/terminal',
  'conformance/server',
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
