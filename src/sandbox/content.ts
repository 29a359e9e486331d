/** What an application holds, and what became of it by copies and syncs. */
export interface Content {
  /** The application whose files and whose database these were first. */
  files: string
  database: string
  /** The paths that the last sync left out. */
  left_out: string[]
  /** The log of copies and syncs, newest first. */
  logs: { datetime: string; description: string }[]
  /** The name and the password that a staging copy asks for. */
  login: { username: string; password: string } | null
}

export const newContent = (id: string): Content => ({
  files: id,
  database: id,
  left_out: [],
  logs: [],
  login: null,
})
