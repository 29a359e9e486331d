/** Arguments for every tool that changes something, as a model might send them: right, nearly right, and junk. */
import fc from 'fast-check'
import type { AnyTool } from '../../src/core/types/tool.ts'
import { type Input, inputFor, inputsFor } from '../tools/samples/index.ts'

/** The ways to write one id, and some texts that only look like it. */
export const idForms = (id: number): fc.Arbitrary<unknown> =>
  fc.constantFrom<unknown>(
    id,
    String(id),
    `0${id}`,
    `00000${id}`,
    ` ${id}`,
    `${id} `,
    `${id}\n`,
    `${id}.0`,
    `${id}e0`,
    `+${id}`,
    `0x${id.toString(16)}`,
    [id],
    [String(id)],
    { toString: () => String(id) },
    BigInt(id),
    String(id).replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    `70024,${id}`,
    `70024/../${id}`,
  )

/** Valid arguments in all their variants. */
export const valid = (tool: AnyTool): fc.Arbitrary<Input> => fc.constantFrom(...inputsFor(tool))

/** Valid arguments after some were replaced, left out, or added. */
const bent = (tool: AnyTool): fc.Arbitrary<Input> =>
  fc
    .tuple(
      valid(tool),
      fc.dictionary(
        fc.constantFrom(...Object.keys(inputFor(tool, 'all')), 'force', '__proto__'),
        fc.anything(),
        {
          maxKeys: 3,
        },
      ),
      fc.subarray(Object.keys(inputFor(tool, 'all')), {
        maxLength: Math.min(1, Object.keys(inputFor(tool, 'all')).length),
      }),
    )
    .map(([input, other, without]) => {
      const mixed: Input = { ...input, ...other }
      for (const name of without) delete mixed[name]
      return mixed
    })

export const arbitraryInput = (tool: AnyTool): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 4, arbitrary: valid(tool) },
    { weight: 4, arbitrary: bent(tool) },
    { weight: 1, arbitrary: fc.anything() },
  )
