/** The rows of `impossible.ts`. The more special row stands first. @module */
/** One thing that people ask for and no listed tool does. */
export interface Cannot {
  /** What it is, as the end of a sentence: create an app. */
  readonly what: string
  /** Groups of words. A name that means this has a word of each group, and no word that is in none. */
  readonly words: readonly string[]
  /** Words that may stand beside. */
  readonly also?: string
  /** The tools that do it, where they are listed. The first is the nearest. */
  readonly tools: readonly string[]
  /** Where a person does it: the way through the menus of the platform. */
  readonly where: string
  /** It is not done in the platform. */
  readonly elsewhere?: true
  /** What these tools do before or after it, or must not be taken for it. Said where the tools that it names are listed. */
  readonly besides?: string
  /** Asked for so often that a model is told before its first call. */
  readonly often?: true
}

const make = 'create add new install make launch provision setup spin'
const remove = 'delete remove destroy drop terminate erase uninstall'
const move = 'move migrate transfer relocate'
const copy = 'clone copy duplicate'
const change = 'set change update edit modify configure switch upgrade downgrade'
const read = 'get list show read view find check'
const app = 'app application site website webapp wordpress woocommerce magento laravel drupal joomla'
const server = 'server vps vm instance droplet machine host node'
const elsewhere = `${server} another other different new destination`

export const cannots: readonly Cannot[] = [
  {
    what: 'create an app',
    words: [make, app],
    also: 'on server empty fresh',
    tools: ['create_app'],
    where: 'Applications, Add Application',
    besides:
      'Afterwards update_app_cname, install_letsencrypt and enforce_app_https bring it live. A copy (clone_app) is no new site.',
    often: true,
  },
  {
    what: 'delete an app',
    words: [remove, app],
    tools: ['delete_app'],
    where: 'the application in the list of Applications, Delete',
    besides: 'backup_app keeps its last state before.',
    often: true,
  },
  {
    what: 'move an app to another server',
    words: [move, app],
    also: elsewhere,
    tools: ['clone_app_to_server', 'move_app'],
    where:
      'the application, Clone App to the other server; then domain, certificate and DNS; then Delete of the old one',
    besides:
      'clone_app copies on the same server only. backup_app keeps the state before; diagnose_app checks afterwards.',
    often: true,
  },
  {
    what: 'copy an app to another server',
    words: [copy, app, elsewhere],
    tools: ['clone_app_to_server'],
    where: 'the application, Clone App to the other server',
    besides: 'clone_app copies on the same server only.',
  },
  {
    what: 'create a server',
    words: [make, server],
    tools: ['create_server'],
    where: 'Servers, Add Server. It costs from that moment on',
    often: true,
  },
  {
    what: 'delete a server',
    words: [remove, server],
    tools: ['delete_server'],
    where: 'the server in the list of Servers, Delete. A stopped server is billed all the same',
    besides: 'backup_server keeps its last state before.',
    often: true,
  },
  {
    what: 'clone, move or transfer a server',
    words: [`${move} ${copy}`, server],
    also: 'another other account provider region',
    tools: ['clone_server', 'request_server_transfer'],
    where: 'the server in the list of Servers, Clone Server or Transfer Server',
  },
  {
    what: 'resize a server',
    words: [
      'resize scale upgrade downgrade grow shrink enlarge increase reduce vertical extend expand',
      `${server} disk storage volume ram memory cpu size block`,
    ],
    also: 'scaling up down vertical size plan',
    tools: ['scale_server', 'scale_server_volume', 'scale_server_storage'],
    where: 'the server, Vertical Scaling. It takes the server offline and changes the bill',
    besides: 'disk_report shows what fills the disk.',
  },
  {
    what: 'unblock an address',
    words: ['unblock unban deblock delist unblacklist unlock pardon'],
    also: 'ip ips address visitor customer client user country server app firewall',
    tools: ['unblock_ip', 'remove_server_ip_rules', 'remove_app_ip_rule'],
    where: 'the server, Security; or the support chat, when the platform itself blocks it',
    besides:
      'check_ip_blacklisted tells whether it is blocked. update_whitelisted_ips is for SSH, SFTP and MySQL, and lifts no block.',
    often: true,
  },
  {
    what: 'block an address',
    words: ['block ban deny blacklist reject'],
    also: 'ip ips address visitor bot crawler country user agent server app firewall',
    tools: ['add_app_ip_rule', 'add_server_ip_rules', 'block_countries'],
    where: 'the application, Security; or the firewall of its CDN',
    besides: 'get_app_analytics_traffic shows which addresses and bots come.',
  },
  {
    what: 'run a command',
    words: ['exec shell bash ssh terminal command cmd cli wpcli composer artisan npm migration script drush'],
    also: 'run execute remote server app wp magento',
    tools: ['run_command'],
    where: 'over SSH, or in the browser terminal (the server, Master Credentials, Launch SSH Terminal)',
    elsewhere: true,
    besides:
      'get_app_credentials shows the users of SSH; update_whitelisted_ips and allow_ip_siab let an address in.',
    often: true,
  },
  {
    what: 'read or edit files',
    words: [
      `${read} ${change} ${make} ${remove} write upload download put save append`,
      'file folder directory htaccess env dotenv wpconfig',
    ],
    also: 'content server app path wp php env',
    tools: ['read_file', 'write_file'],
    where: 'over SFTP',
    elsewhere: true,
    besides: 'get_app_credentials shows the users of SFTP; update_whitelisted_ips lets an address in.',
    often: true,
  },
  {
    what: 'edit cron jobs',
    words: ['cron crontab cronjob scheduler schedule', `${make} ${remove} ${change}`],
    also: 'job task app server backup',
    tools: ['create_cron_job'],
    where: 'the application, Cron Job Management; or crontab over SSH',
    besides: 'list_app_cron_jobs shows them.',
  },
  {
    what: 'list cron jobs',
    words: ['cron crontab cronjob scheduler schedule'],
    also: `${read} job task app server backup`,
    tools: ['list_app_cron_jobs'],
    where: 'the application, Cron Job Management',
  },
  {
    what: 'change DNS',
    words: ['dns nameserver zone mx txt record'],
    also: `${make} ${remove} ${change} ${read} record domain zone entry a cname`,
    tools: [
      'add_dns_records',
      'update_dns_record',
      'delete_dns_records',
      'delete_dns_domains',
      'add_dns_domains',
      'list_dns_records',
      'list_dns_domains',
    ],
    where:
      'where the DNS of the domain is kept: its registrar, Cloudflare, or DNS Made Easy under Add-ons of the platform',
    elsewhere: true,
    besides: 'get_server_details shows the address that the domain has to point at.',
    often: true,
  },
  {
    what: 'buy a domain',
    words: ['domain', 'buy register order purchase'],
    tools: [],
    where: 'at a registrar',
    elsewhere: true,
  },
  {
    what: 'show bills and costs',
    words: ['invoice billing bill cost price pricing balance payment spending subscription'],
    also: `${read} account server month monthly current`,
    tools: ['get_billing'],
    where: 'the account, Billing',
    besides: 'list_addons tells the prices of add-ons.',
  },
  {
    what: 'make access tokens',
    words: ['token apikey'],
    also: `${make} ${remove} ${change} ${read} rotate revoke refresh access api key role`,
    tools: [],
    where: 'API Integration, by the primary account owner (https://platform.cloudways.com/api)',
  },
  {
    what: 'query, import or export a database',
    words: [
      'database db sql mysql mariadb',
      'query import export dump run execute create delete drop backup restore optimize repair',
    ],
    also: 'query table app data from to',
    tools: ['query_database'],
    where: 'the application, Access Details, Launch Database Manager',
    besides: 'allow_ip_adminer opens it to an address; get_app_analytics_mysql shows slow queries.',
  },
  {
    what: 'show logs',
    words: ['log errorlog accesslog'],
    also: `${read} tail error access php nginx apache mysql server app application system debug file`,
    tools: ['get_app_logs'],
    where: 'the application, Monitoring, Logs; or over SSH',
    besides: 'get_app_analytics_php and get_app_analytics_mysql show slow pages and queries.',
  },
  {
    what: 'manage the team',
    words: [`${make} ${remove} ${change} invite`, 'member user team collaborator teammate'],
    also: 'team member role permission account',
    tools: ['add_team_member', 'remove_team_member', 'update_team_member'],
    where: 'the account, Team',
    besides: 'who_has_access shows who can get in.',
  },
  {
    what: 'manage SSH keys and users of an app',
    words: [`${make} ${remove} ${change} rotate reset`, 'key credential password sftp ssh'],
    also: 'user app application server public master admin ssh key sftp password mysql',
    tools: [
      'add_ssh_key',
      'delete_ssh_key',
      'create_app_credential',
      'delete_app_credential',
      'update_app_credential',
      'set_master_password',
      'set_app_admin_password',
    ],
    where: 'the application, Access Details; of a server: Master Credentials',
  },
  {
    what: 'change the versions of PHP and MySQL',
    words: [change, 'php mysql mariadb redis package version'],
    also: 'version server app setting package memory limit',
    tools: ['change_server_package', 'update_server_settings'],
    where: 'the server, Settings & Packages. The versions are those of the whole server',
  },
  {
    what: 'make a staging app',
    words: [`${make} push pull sync deploy ${copy}`, 'staging stage'],
    also: `${app} environment live production to from`,
    tools: ['create_staging_app', 'pull_live_to_staging', 'push_staging_to_live'],
    where: 'the application, Clone App/Create Staging; later Staging Management',
  },
  {
    what: 'update plugins and themes',
    words: ['plugin theme core safeupdate'],
    also: `${change} ${make} ${remove} ${read} activate deactivate enable disable wordpress wp app safe`,
    tools: ['run_safeupdates', 'list_app_updates', 'list_safeupdates_apps', 'set_safeupdates_status'],
    where: 'WordPress itself; or the application, SafeUpdates',
  },
  {
    what: 'make projects',
    words: [`${make} ${remove} ${change} rename`, 'project'],
    tools: ['create_project', 'delete_project', 'update_project'],
    where: 'Projects',
  },
  {
    what: 'set up mail',
    words: ['email mail mailbox smtp'],
    also: `${make} ${remove} ${change} ${read} send test account addon domain server app`,
    tools: ['enable_addon_on_server', 'list_email_domains', 'delete_email_domain'],
    where: 'Add-ons',
  },
  {
    what: 'restore what was deleted',
    words: ['restore recover undelete', 'deleted'],
    also: `${app} ${server}`,
    tools: [],
    where: 'the support chat. Backups of deleted apps and servers are kept for 14 days',
  },
]
