/** Other names of a tool. @module */

/** Another name of a tool. */
export type Alias =
  | string
  | {
      name: string
      /** A call by this name has these arguments: `service_start` is a change of a service with `state: 'start'`. */
      input?: Readonly<Record<string, string | boolean>>
      /**
       * `renamed`: the tool had this name before, and a call by it says so. `removed`: the name of a tool that is gone; a
       * call by it is refused and told to use this one.
       */
      was?: 'renamed' | 'removed'
    }
