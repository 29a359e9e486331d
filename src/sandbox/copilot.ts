/** Copilot, which belongs to the whole account. @module */

export interface Copilot {
  /** The plan that is subscribed; null: none. */
  plan_id: number | null
  /** Servers whose insights were switched off. */
  off: string[]
  insights: { alert_id: number; title: string; description: string; severity: 'critical' | 'warning' }[]
}

export const plans = [
  { id: 1, name: 'Basic' },
  { id: 2, name: 'Advanced' },
]

export const newCopilot = (): Copilot => ({ plan_id: 1, off: [], insights: [] })
