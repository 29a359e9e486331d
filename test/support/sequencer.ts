import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The longest first, so that no worker is left with one of them while the others have nothing to do. */
const longest = [
  'package/packed',
  'cli/every-tool',
  'tools/odd-values',
  'safety/no-mutation',
  'safety/canaries',
  'package/examples',
  'server/self-hosting/chaos',
  'cli/terminal',
  'cli/doctor',
  'cli/call',
  'cli/usage',
  'cli/serve',
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
