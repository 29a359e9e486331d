/** What a sample of a tool needs besides what its schema tells. */
export type Input = Record<string, unknown>
type Call = [tool: string, input: Input]

export interface Special {
  /** Instead of the samples above. An argument that is `undefined` is left out. */
  input?: Input
  /** Other valid arguments, for those that do not go with the ones above. */
  further?: Input
  /** A call without which this one fails. */
  after?: Call
  /** A call without which there is nothing to change: the sandbox has already what is asked for. */
  changesAfter?: Call
  /** Arguments that change something, where the samples ask for what the sandbox has already. */
  changesWith?: Input
  /** Why the read that `settle` proposes shows no difference by itself. */
  unseen?: string
}
