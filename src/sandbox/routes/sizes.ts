import type { Call } from '../call.ts'
import type { App } from '../state.ts'

export const dayMs = 86_400_000

export const appsOf = ({ account, server }: Call): App[] =>
  account.apps.filter((app) => app.server_id === server.id)

export const kilobytes = (size: number) => Math.round(size * 100) / 100
/** MB of so many KB, with one digit behind the point. */
export const megabytes = (size: number) => Math.round(size / 102.4) / 10

/**
 * The size of an application in KB. It follows from the id, so that each call tells the same size of the same
 * application.
 */
export function sizeOf(app: App): { home: number; mysql: number; total: number } {
  const unit = Number(app.id) % 100
  const [home, mysql] = [524_288 + unit * 1024, kilobytes(65_536.21 + unit * 102.4)]
  return { home, mysql, total: kilobytes(home + mysql) }
}

/** Whether the application was there when the server last measured the sizes. */
export const isMeasured = (app: App, measured: number) =>
  Date.parse(`${app.created_at.replace(' ', 'T')}Z`) < measured
