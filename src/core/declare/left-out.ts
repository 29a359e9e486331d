/** What the contract of the API has and no tool sends, with the reason; a test proves that nothing else is missing. @module */

interface LeftOut {
  readonly reason: string
  /** Method and path, as the contract writes them. */
  readonly calls: readonly string[]
}

export const leftOut: readonly LeftOut[] = [
  {
    reason:
      'The sign-in with email and API key uses it; Cloudways announced its end. No tool hands out a token.',
    calls: ['POST /oauth/access_token'],
  },
  {
    reason: 'list_servers and list_apps read GET /server, which tells all servers with their apps at once.',
    calls: ['GET /servers', 'GET /apps/flexible'],
  },
  {
    reason: 'Version 1 only, and replaced: get_app_monitoring_summary.',
    calls: ['GET /app/monitor/detail'],
  },
  {
    reason: 'The platform answers 500. A person edits cron jobs in the platform or over SSH.',
    calls: ['POST /app/manage/cronList'],
  },
  {
    reason: 'Version 1 only, and not in the newest list of paths. The help pages are public.',
    calls: ['GET /kb/search'],
  },
  {
    reason: 'Bot protection: reported as removed from version 2.',
    calls: [
      'GET /app/malcare',
      'GET /app/malcare/traffic',
      'GET /app/malcare/traffic/summary',
      'GET /app/malcare/logins',
      'GET /app/malcare/logins/summary',
      'GET /app/malcare/bots/bad',
      'GET /app/malcare/whitelisted_ips',
      'GET /app/malcare/whitelisted_bots',
      'PUT /app/malcare/enable',
      'PUT /app/malcare/disable',
      'PUT /app/malcare/whitelist_ip',
      'PUT /app/malcare/whitelist_bot',
    ],
  },
  {
    reason:
      'Known from one client only, and another call tells the same: GET /operation/{id}, GET /servers/{server_id}.',
    calls: ['GET /operation/task/{task_id}', 'GET /server/{server_id}'],
  },
  {
    reason: 'Hardly proven: nobody is known to have had an answer.',
    calls: ['GET /app/manage/cron_setting'],
  },
  {
    reason: 'Its parameters are not known.',
    calls: ['POST /app/manage/update_tls'],
  },
  {
    reason: 'Retired on the platform.',
    calls: [
      'POST /server/scaleResources',
      'POST /server/autoScalePolicy',
      'POST /server/manage/monitorGraph',
      'GET /security/csr',
      'POST /security/csr',
      'POST /security/crt',
      'GET /addon/getRackspaceMailboxes',
      'POST /staging/app/backupRollBack',
    ],
  },
  {
    reason: 'CloudwaysCDN: a retired product.',
    calls: [
      'GET /app/cdn',
      'POST /app/cdn',
      'POST /app/cdn/activate',
      'GET /app/cdn/bandwidth',
      'POST /app/cdn/purge',
      'PUT /app/cdn/{app_id}',
      'DELETE /app/cdn/{app_id}',
    ],
  },
]

/** What the official server has tools for, and the contract no call. */
export const withoutCall: readonly string[] = [
  'AgencyOS',
  'password protection of a live app',
  'WordPress multisite',
  'the switch of the stack',
  'the object cache',
]
