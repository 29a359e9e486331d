import { edgeDomain } from './edge.ts'
import type { Planter } from './plant.ts'
import type { AccountState } from './state.ts'

/** What the first site of an account has of Cloudflare, the security suite, safe updates and Copilot. */
export function seedEdge(planter: Planter, account: AccountState): void {
  const [server] = account.servers
  const app = account.apps.find((one) => one.server_id === server?.id)
  if (!server || !app) return
  app.edge.domains = [
    edgeDomain('www.example.com', 1, 'activated'),
    edgeDomain('pending.example.com', 2, 'pending'),
  ]
  const path = 'public_html/wp-content/uploads/cache.php'
  app.suite = {
    active: true,
    scans: [{ id: 9, status: 'completed', files: [{ path, signature: 'php.backdoor' }] }],
    quarantined: [
      { path, type: 'file' },
      { path: 'public_html/wp-includes/old.php', type: 'file' },
      { path: 'wp_options:siteurl', type: 'database' },
    ],
    // A configuration file that was cleaned still shows what stood in it.
    cleaned: [
      {
        path: 'public_html/wp-config.php',
        removed: `define('DB_PASSWORD', '${planter.secret('wp-config')}'); ${planter.note('// note to the reader', 'malware')}`,
      },
    ],
    rules: { allow: [], block: [] },
    events: [
      {
        ip: '198.51.100.77',
        action: 'blocked',
        request: planter.note('/wp-login.php', 'attack'),
        created_at: '2026-11-20 08:30:00',
      },
    ],
    incidents: [{ type: 'malware', file: path, status: 'cleaned', created_at: '2026-11-20 08:31:00' }],
  }
  server.suite.found = [{ domain: 'blog.example.com', app_id: app.id }]
  Object.assign(app.updates, {
    enabled: true,
    plugins: ['breeze'],
    available: { plugins: ['breeze', 'woocommerce'], themes: ['storefront'], core: 'yes' },
    history: [{ id: '77', core: 'no', plugins: 1, themes: 0, at: '2026-11-15 13:00:00' }],
  })
  for (const other of account.apps.slice(2, 3)) other.updates.enabled = true
  account.copilot.insights = [
    {
      alert_id: 5,
      title: 'High CPU',
      description: planter.note('PHP takes most of it.', 'insight'),
      severity: 'warning',
    },
  ]
}
