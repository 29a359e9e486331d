import { begin, type Call, invalid, notFound, ok, type Routes, refused } from '../call.ts'
import { isAddress } from '../validate.ts'

const done = () => ok({ status: true })

/** A page of rows, by `offset` and `limit`. */
export function pageOf<Row>(call: Call, rows: readonly Row[]): Row[] {
  const from = call.has('offset') ? call.number('offset') : 0
  return rows.slice(from, from + (call.has('limit') ? call.number('limit') : 20))
}

const scanRow = ({ id, status }: { id: number; status: string }) => ({ id, status })

/** The list that the request names, and its one address. */
function ruleOf(call: Call) {
  const address = call.text('ips')
  const list = call.app.suite.rules[call.text('mode') as 'allow' | 'block']
  return { address, list, isWrong: !isAddress(address) }
}

const noAddress = () => invalid('ips', 'format', 'ips has to be one IP address.')

export const appSecurity: Routes = {
  security_suite_app_status_get: ({ app }) => ok({ status: true, data: { active: app.suite.active } }),

  security_suite_app_activate({ app }) {
    app.suite.active = true
    return done()
  },

  security_suite_app_deactivate({ app }) {
    app.suite.active = false
    return done()
  },

  security_suite_app_scans_list: (call) =>
    ok({ scans: pageOf(call, call.app.suite.scans).map(scanRow), pagination: {} }),

  security_suite_app_scan_start(call) {
    const scan = { id: call.newId(), status: 'running' as 'running' | 'completed', files: [] }
    call.app.suite.scans.unshift(scan)
    return begin(call, {
      type: 'malware_scan',
      finish() {
        scan.status = 'completed'
      },
    })
  },

  // An application that was never scanned has a state, too. Its word is not documented.
  security_suite_app_scan_status_get: ({ app }) => ok({ status: app.suite.scans[0]?.status ?? 'never' }),

  security_suite_app_scan_details_get(call) {
    const found = call.app.suite.scans.find(({ id }) => id === call.number('scan_id'))
    return found ? ok({ id: found.id, status: found.status, files: found.files }) : notFound()
  },

  security_suite_app_events_list: ({ app }) => ok({ events: app.suite.events }),
  security_suite_app_incidents_list: ({ app }) => ok({ incidents: app.suite.incidents }),

  security_suite_app_files_list: (call) =>
    ok({ files: pageOf(call, call.app.suite.quarantined), pagination: {} }),

  security_suite_app_files_restore(call) {
    const { suite } = call.app
    const [files, database] = ['files', 'db'].map((name) => call.text(name).split(',').filter(Boolean))
    const isAsked = ({ path, type }: { path: string; type: string }) =>
      (type === 'file' ? files! : database!).includes(path)
    const unknown = [...files!, ...database!].find(
      (path) => !suite.quarantined.some((one) => one.path === path),
    )
    if (unknown) return refused(`${unknown} is not in quarantine.`)
    suite.quarantined = suite.quarantined.filter((one) => !isAsked(one))
    return done()
  },

  security_suite_app_files_cleaned_diff_get: ({ app }) => ok({ diff: app.suite.cleaned }),

  security_suite_app_ips_update(call) {
    const { address, list, isWrong } = ruleOf(call)
    if (isWrong) return noAddress()
    if (!list.includes(address)) list.push(address)
    return done()
  },

  security_suite_app_ips_delete(call) {
    const { address, list, isWrong } = ruleOf(call)
    if (isWrong) return noAddress()
    list.splice(0, list.length, ...list.filter((one) => one !== address))
    return done()
  },
}
