/** Which tools a toolkit lists. @module */

/** The choices of tools that have a name. */
export const presets = ['core', 'all', 'search'] as const
export type Preset = (typeof presets)[number]

export interface Selection {
  /**
   * `core`, the default of `createCloudways`: what most people need, and tools of your own. `all`: every tool. Instead of
   * `toolsets` and `tools`. `search`: every tool, or those of `toolsets` and `tools`, can be called; a model is shown a
   * search for them and four tools that call them, one for each risk.
   */
  preset?: Preset
  /** Toolsets to include. */
  toolsets?: readonly string[]
  /** Tools to include by name, besides those of `toolsets`. */
  tools?: readonly string[]
  /** Tools to leave out. */
  excludeTools?: readonly string[]
  /** Only tools that change nothing. Default `false`. */
  readOnly?: boolean
}
