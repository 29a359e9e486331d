import { change, ok, type Routes, refused } from '../call.ts'

/** `May 1, 2026`, as the platform writes the day of a scan. */
const day = (now: number) => new Date(now).toLocaleDateString('en-US', { dateStyle: 'long', timeZone: 'UTC' })

const wordpressOnly = () => refused('Only WordPress applications are scanned.')

export const vulnerabilities: Routes = {
  app_vulnerabilities_list: ({ app }) =>
    app.vulnerabilities ? ok({ status: true, data: app.vulnerabilities }) : wordpressOnly(),

  app_vulnerabilities_refresh(call) {
    const { vulnerabilities } = call.app
    if (!vulnerabilities) return wordpressOnly()
    return change(call, 'scan_vulnerabilities', () => {
      vulnerabilities.last_fetched_date = day(call.now)
    })
  },
}
