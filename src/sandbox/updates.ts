/** The safe updates of a WordPress site. @module */

export interface Updates {
  enabled: boolean
  day: number
  slot: number
  core: 'yes' | 'no'
  plugins: string[]
  themes: string[]
  email: string
  notify: { pre_notification: string; successful_updates: string; failed_updates: string }
  /** What has a newer version. */
  available: { plugins: string[]; themes: string[]; core: 'yes' | 'no' }
  /** The latest first. */
  history: UpdateRun[]
}

export interface UpdateRun {
  id: string
  core: 'yes' | 'no'
  plugins: number
  themes: number
  at: string
}

/** The platform writes days and slots as a number in some calls and as words in others; which is which is not told. */
export const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
export const slots = ['00:01 - 06:00', '06:01 - 12:00', '12:01 - 18:00', '18:01 - 00:00']

export const newUpdates = (): Updates => ({
  enabled: false,
  day: 7,
  slot: 3,
  core: 'no',
  plugins: [],
  themes: [],
  email: 'ops@example.com',
  notify: { pre_notification: '1', successful_updates: '1', failed_updates: '1' },
  available: { plugins: [], themes: [], core: 'no' },
  history: [],
})
