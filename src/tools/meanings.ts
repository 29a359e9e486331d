/**
 * What people call a task, for words that the description of its tool has no room for. One line a tool; the words in
 * other languages stand in `vocabulary.ts`. No sentences, no names of anybody: words as a stranger would use them.
 *
 * @module
 */
export const meaningRows: Readonly<Record<string, string>> = {
  // access
  get_whitelisted_ips_ssh:
    'who may log in ssh sftp which addresses ips allowed whitelist allow list shell firewall',
  get_whitelisted_ips_mysql:
    'who may reach database remote remotely which addresses ips allowed whitelist allow list external connection',
  update_whitelisted_ips:
    'whitelist open let in office ip address connect database remote outside external home vpn allow add remove allow list mysql ssh sftp port 3306 firewall',
  check_ip_blacklisted:
    'blocked banned blacklisted locked out ip address cannot reach timeout fail2ban customer visitor refused ban',
  allow_ip_siab: 'web terminal console shell in browser shellinabox command line open let',
  allow_ip_adminer: 'phpmyadmin adminer database manager gui browser open let tables',
  get_ssh_keys: 'public keys authorized keys list who key ssh on server',
  get_app_ssh_access: 'ssh shell allowed enabled possible on for app users',
  set_app_ssh_access: 'turn ssh shell access on off enable disable allow forbid app users',
  add_ssh_key:
    'public key give grant ssh access let in developer authorized id_rsa ed25519 laptop upload key',
  rename_ssh_key: 'label of key rename call relabel name',
  delete_ssh_key: 'revoke remove ssh key take off drop lock out former developer old laptop lost stolen',
  create_app_credential:
    'new ftp sftp ssh user account login access for one site freelancer contractor designer agency give grant developer only',
  update_app_credential:
    'change reset ftp sftp ssh user password login of app rotate new password rename user',
  delete_app_credential: 'remove ftp sftp ssh user login account of app freelancer gone revoke access',
  // account
  ping: 'connected connection works reachable token api key valid credentials test authentication signed in alive hello',
  customer_info: 'who am i which account email address logged in identity customer registered owner',
  rate_limit_status:
    'rate limit api calls requests left quota remaining throttled too many requests 429 per minute',
  get_operation: 'status of operation task job done finished progress number id result',
  wait_for_operation: 'wait until operation task job done finished ready complete',
  list_operations: 'running jobs tasks operations started finished in progress recent still going done copy',
  list_changes:
    'what did you change history log audit journal yesterday done so far undo last actions who changed record',
  list_projects: 'projects groups clients folders sorted organized which project',
  list_team_members:
    'team people members users colleagues staff who has access account permissions roles logins',
  get_alerts: 'alerts warnings notifications messages notices unseen unread new problems inbox bot',
  // addons
  list_addons:
    'addons extras price cost offers packages smtp elastic email dns made easy support available book buy',
  activate_addon:
    'book buy order subscribe addon extra email elastic smtp dns made easy account purchase get',
  change_addon_package: 'addon package plan upgrade downgrade larger smaller more mails switch tier',
  deactivate_addon: 'cancel end unsubscribe addon stop paying extra get rid of account',
  enable_addon_on_server:
    'smtp mail email sending outgoing server does not arrive deliver gmail sendgrid mailgun relay elastic mails not sent configure addon server turn on',
  disable_addon_on_server: 'turn off smtp mail email addon on one server stop sending outgoing disable',
  request_addon: 'ask support team service order magento upgrade application upgrade hire people engineer',
  list_email_domains: 'sender domains mail sending verified spf dkim elastic email which',
  verify_email_domain: 'verify check sender domain mail sending spf dkim elastic email confirm again',
  delete_email_domain: 'remove sender domain mail sending elastic email stop take out',
  // alerts
  list_alert_integrations:
    'where do alerts warnings notifications go slack email webhook recipients configured notified',
  list_alert_channels:
    'which alert notification channels possible slack email webhook hipchat events kinds can choose',
  mark_alerts_read: 'mark alerts warnings notifications read seen clear dismiss acknowledge all',
  create_alert_integration:
    'send alerts warnings notifications to slack email webhook notify inform tell me when server down set up channel teams sms',
  update_alert_integration:
    'change pause alerts warnings notifications slack channel email webhook recipient events mute other address',
  delete_alert_integration:
    'stop remove alerts warnings notifications slack email webhook channel no longer unsubscribe',
  // apps
  list_apps:
    'list all sites websites apps applications wordpress shops stores domains which on server how many show',
  get_app_details:
    'details information about site app everything id system user folder document root size fields database name',
  get_app_credentials:
    'login data credentials ftp sftp ssh user password host port username database name user password access data connect how sign in filezilla',
  get_app_settings:
    'settings of app site switches configuration https redirect cors options webp xmlrpc enabled',
  get_app_fpm_settings:
    'php fpm pool config configuration limits memory_limit max_children children app site show',
  get_app_varnish_settings:
    'varnish rules exclusions excluded exceptions urls cookies not cached bypass which pages',
  clone_app: 'duplicate copy clone site app same server second one template twin sandbox',
  clear_app_cache:
    'clear purge flush empty delete wipe nuke cache caches stale old content outdated version still shows changes not visible invalidate everything redis object page site visitors see',
  reset_app_file_permissions:
    'file permissions owner ownership chmod chown denied permission cannot write upload fails rights folder 403 forbidden fix writable',
  get_app_state: 'site app enabled disabled online offline live on off is maintenance mode',
  list_app_cron_jobs: 'cron cronjobs jobs scheduled tasks schedule crontab wp-cron timer which run list',
  change_app_state:
    'site app offline online disable enable take down maintenance mode suspend pause deactivate put back hide visitors switch off turn off',
  create_app:
    'new site app website wordpress install fresh installation woocommerce laravel magento php add blog shop set up create start',
  clone_app_to_server:
    'copy clone move migrate transfer duplicate site app to another other different server machine relocate',
  rename_app: 'rename app site label name call title change',
  delete_app: 'delete remove destroy erase site app website for good get rid of permanently drop old unused',
  set_app_switch:
    'webp images pictures convert geoip country header xmlrpc xml-rpc brute force mobile device detection cache cron optimizer wp-cron turn on off disable enable feature',
  set_ignore_query_string:
    'query string parameters utm fbclid gclid campaign tracking url cache ignore same page',
  set_php_direct_execution: 'php execution upload folder uploads run scripts block security wp-content',
  set_app_cors_header:
    'cors cross origin access-control-allow-origin header api other domains browser blocked fonts',
  set_app_webroot:
    'webroot document root docroot public folder directory served laravel symfony subfolder path web root',
  set_app_symlink: 'symlink symbolic link current release folder deployer envoyer capistrano zero downtime',
  update_app_fpm_settings:
    'php memory limit memory_limit max_execution_time upload size post_max_size max_children pm timeout raise increase bump one app site fpm pool max_input_vars',
  update_app_varnish_settings:
    'exclude page url cookie from cache never cache do not bypass exception varnish rule checkout cart account skip caching path',
  set_app_db_password: 'change reset rotate new database mysql db password of app site',
  set_app_admin_password:
    'wp-admin wordpress admin login backend dashboard password forgot forgotten reset lost change new administrator cannot log in',
  // backups
  backup_app:
    'backup save copy snapshot secure before update app site shop blog make take create now on demand restore point',
  get_app_backup_status:
    'restore points backups available list when last latest backup copy site app dates times which exist history',
  restore_app:
    'restore bring back put back roll back recover revert reset to earlier yesterday last night previous state version backup copy database files only deleted accidentally lost go back undo update broken',
  rollback_app_restore:
    'undo revert restore wrong backup restored worse take back reverse cancel last restore before the restore mistake',
  // catalog
  get_available_providers:
    'cloud providers digitalocean aws amazon google linode vultr offered which choose hosts',
  get_available_regions:
    'regions locations data centers datacenter cities countries frankfurt london new york where place server',
  get_available_server_sizes:
    'server sizes plans ram cpu gb cores prices cost how big machines instance types offered',
  get_available_apps:
    'install one click apps applications wordpress magento laravel drupal joomla versions which can installable',
  get_available_packages:
    'php versions mysql mariadb redis elasticsearch node packages versions available possible which can choose pick supported',
  list_accepted_values:
    'allowed valid values options time zones timezone character sets error levels frequencies country codes graph targets',
  // cloudflare
  get_cloudflare_details: 'cloudflare enterprise cdn status domains which on behind active state',
  get_cloudflare_domain_setup:
    'cloudflare dns txt records to set verification ownership setup cname what enter registrar',
  get_cloudflare_smart_purge: 'cloudflare smart purge automatic cache emptying on plugin full page cache is',
  get_cloudflare_settings:
    'cloudflare settings configuration image optimization polish mirage scrape shield minify early hints edge caching cdn show',
  get_cloudflare_analytics:
    'cloudflare statistics attacks blocked stopped threats waf bandwidth saved hit rate requests cdn numbers ddos bots edge',
  add_cloudflare_domain:
    'put domain behind cloudflare cdn enterprise activate enable set up ddos protection waf add',
  verify_cloudflare_domain: 'cloudflare verify check domain dns txt record again activate pending stuck',
  delete_cloudflare_domains:
    'remove domain cloudflare off cdn take away disable deactivate leave cancel enterprise',
  move_cloudflare_domains: 'move transfer domain cloudflare to other new app switch over',
  purge_cloudflare_cache: 'flush purge clear empty edge cdn cache cloudflare worldwide visitors',
  deploy_cloudflare_smart_purge:
    'cloudflare smart purge automatic empty cache by itself when page post changes enable install plugin set up turn on',
  update_cloudflare_settings:
    'cloudflare settings change turn on off image optimization polish mirage minify edge caching full page cdn under attack enable',
  // copilot
  get_copilot_subscription: 'copilot ai assistant helper plan plans which subscription credits left have',
  get_copilot_billing: 'copilot ai assistant helper bill cost price invoice pay month charges spend',
  get_copilot_server_settings: 'copilot ai assistant helper insights which servers on off enabled watch',
  list_copilot_insights:
    'copilot ai assistant helper insights tips suggestions advice recommendations findings noticed new',
  get_copilot_insight:
    'copilot ai assistant helper insight tip detail explain more about one suggestion says cause',
  subscribe_copilot: 'copilot ai assistant helper subscribe book buy order start plan sign up get',
  change_copilot_plan: 'copilot ai assistant helper plan upgrade downgrade bigger smaller switch change',
  unsubscribe_copilot: 'copilot ai assistant helper cancel end stop unsubscribe quit subscription no longer',
  set_copilot_insights: 'copilot ai assistant helper insights on off turn enable disable for server',
  // discovery
  search_tools: 'search find which tool fits what can you do tools',
  // dns
  list_dns_domains: 'dns domains zones nameservers managed which dns made easy list have',
  get_dns_domain_details: 'dns domain zone status active queries usage how many nameserver propagated',
  add_dns_domains: 'add domain dns zone nameservers new manage host dns made easy take over',
  delete_dns_domains: 'delete remove dns domain zone whole dns made easy',
  list_dns_records: 'dns records entries a mx txt cname spf dkim nameserver domain zone show which point',
  add_dns_records:
    'add create new dns record entry a aaaa mx txt cname spf dkim srv verification subdomain google verify set domain point',
  delete_dns_records: 'delete remove dns record entry a mx txt cname old',
  update_dns_record:
    'change edit correct dns record entry a mx txt cname spf dkim ttl value wrong mail server point switch other ip',
  // domains
  update_app_cname:
    'primary main domain set change point www address go live site under new name apex connect own domain',
  delete_app_cname: 'remove primary main domain take off detach disconnect site from its address',
  enforce_app_https:
    'https redirect force http secure ssl always everyone visitors padlock not secure mixed switch on off',
  update_app_aliases:
    'additional further extra second domain alias subdomain add remove site names www another parked point',
  // estate
  account_overview:
    'overview summary how many servers sites apps total everything have which running stopped inventory account numbers',
  account_health:
    'health check everything ok all right on fire problems issues anything wrong broken status all servers sites morning check red down urgent attention',
  find_resource:
    'find where is which server is site on look up search locate whose domain ip id belongs lives hosted',
  diagnose_app:
    'slow down broken error 500 502 503 504 white screen wsod not loading does not open unreachable loads forever why cause reason problem trouble investigate wrong critical error hangs timeout crashed bad gateway sluggish offline happened database connection performance kaputt',
  list_certificates:
    'certificates ssl tls expire expires expired expiry run out valid until which sites without missing padlock browser warning list when',
  disk_report:
    'disk space storage full fullest what eats uses biggest largest sites free left out of room gb servers percent how much',
  backup_report:
    'backups of all sites overdue missing without backup last saved when every client current older schedule check report recent latest',
  who_has_access:
    'who has access can get in still audit ssh sftp keys people former employee left agency person user everything permissions login into offboarding',
  compare_settings:
    'compare difference differ same settings between two servers apps versus like other configuration drift identical',
  unblock_ip:
    'unblock unban ip address let back in blocked banned locked out cannot reach blacklist lift release firewall visitor customer',
  // git
  generate_git_ssh_key: 'new deploy key create generate pair git github gitlab bitbucket regenerate rotate',
  get_git_ssh_key: 'show public deploy key github gitlab bitbucket git paste register copy repository',
  git_clone:
    'deploy set up connect first time repository repo github gitlab bitbucket clone from git url code into app',
  git_pull:
    'deploy pull latest newest code branch commit main master git update release publish rollout ship stand old code',
  get_git_deployment_history:
    'last deployment deployments history commit branch deployed when went out result failed succeeded release log',
  get_git_branch_names: 'branches which branch exist repository list git choose',
  // monitoring
  get_server_monitoring_detail:
    'graph chart cpu ram memory load disk io bandwidth usage free last hours days history trend curve server utilization load average idle pegged monitoring',
  get_server_analytics:
    'which app site uses most cpu ram memory now per app hog consumer load server eating resources',
  get_app_monitoring_summary: 'how big large size of app site database disk space largest tables mb',
  get_app_analytics_traffic:
    'visitors traffic hits requests visits bots crawlers crawling top ips addresses urls pages status codes 404 most visited hammer access log who requests',
  get_app_analytics_php:
    'slow php pages scripts processes slowest urls duration response time performance plugin php-fpm workers slow log',
  get_app_analytics_mysql: 'slow sql mysql database queries slowest running processlist query long heavy db',
  get_app_analytics_traffic_details:
    'details of ip bot url visitor requests traffic what did address ask drill one',
  get_app_analytics_cron: 'cron jobs ran runs executed how often last time wp-cron did run',
  // projects
  create_project: 'create new project group client sites together folder heading bundle collect sort',
  update_project: 'project add app site to move into rename group client sort assign take out',
  delete_project: 'delete remove project group dissolve folder',
  // safe_updates
  list_app_updates:
    'updates available pending outdated plugins themes wordpress core newer version waiting old which need',
  list_safeupdates_apps: 'which sites apps automatic updates safeupdates on server scheduled auto update',
  get_safeupdates_settings:
    'when automatic updates safeupdates schedule settings of site next run day time what',
  list_safeupdates_history:
    'past updates history safeupdates last run result failed updated what plugins when log report',
  set_safeupdates_status:
    'automatic auto updates safeupdates turn on off enable disable activate stop pause plugins wordpress by themselves',
  update_safeupdates_settings:
    'automatic auto updates schedule safeupdates day time weekly night exclude plugin notify change when by themselves',
  run_safeupdates:
    'update upgrade plugins plugin theme themes wordpress core now run install newest version safely',
  // safety
  preview_change:
    'what would happen if preview dry run simulate before without doing consequences impact plan downtime break test first offline how long effect would',
  // security_suite
  get_app_security_status:
    'is protected protection security suite firewall malware scanner on active imunify app site',
  list_app_protection:
    'which sites apps protected protection security suite infected on server overview hacked',
  list_malware_scans: 'past malware virus scans list history when last scan scanned',
  get_malware_scan:
    'malware virus scan result findings found report infected files state last finished clean',
  list_quarantined_files: 'quarantine quarantined files infected isolated malware list',
  get_cleaned_file_diff:
    'what cleaned removed changed infected file diff malware code cleaner before after virus',
  list_app_security_events:
    'attacks attacked security events incidents attackers blocked hack attempts log app site week who logins',
  list_server_security_incidents: 'attacks security incidents attackers hack attempts server log brute force',
  get_server_ip_rules:
    'which ips addresses blocked allowed firewall rules black list white list block list server show',
  get_firewall_settings: 'firewall settings limits brute force weak passwords thresholds show sensitivity',
  get_server_security_stats: 'security statistics figures numbers attacks blocked count server',
  list_infected_domains: 'infected domains hacked sites malware which server list blacklisted',
  activate_app_security:
    'protect protection turn on enable activate security suite firewall malware scanner imunify app site book',
  deactivate_app_security:
    'turn off disable deactivate end security suite protection firewall malware scanner imunify app site stop',
  start_malware_scan:
    'scan search check look site app for malware virus viruses hacked infected backdoor trojan start run',
  restore_quarantined_files: 'restore put back bring back files from quarantine false positive wrongly',
  add_app_ip_rule:
    'block ban allow ip address one site app attacker blacklist whitelist login attempts shut out spammer',
  remove_app_ip_rule:
    'unblock remove delete ip address rule from block allow list one site app blacklist whitelist',
  add_server_ip_rules:
    'block ban allow ips addresses whole server attacker blacklist whitelist shut out firewall all sites',
  remove_server_ip_rules:
    'unblock remove delete ips addresses rule from block allow list server firewall blacklist whitelist take off',
  block_countries:
    'block ban countries country geo geoblocking visitors visits from russia china shut out lock out region traffic',
  unblock_countries: 'unblock allow countries country again geo let back in visitors from',
  update_firewall_settings:
    'firewall settings change limits brute force threshold stricter weak passwords login attempts looser',
  sync_infected_domains: 'refresh update infected domains list again look hacked',
  // servers
  list_servers:
    'list all servers machines boxes hosts vps which show have status running stopped off ip provider region size',
  get_server_details: 'server details information about machine specs ram size ip address everything one',
  start_server: 'start boot power on turn on server machine box up again',
  stop_server: 'stop shut down power off turn off halt server machine box',
  restart_server: 'restart reboot bounce kick server machine box whole power cycle hangs frozen',
  backup_server:
    'backup save everything whole server machine box all sites apps now on demand take create make',
  get_server_settings:
    'php settings of server max_execution_time memory_limit upload_max_filesize timezone mysql configuration versions which php version show set now',
  get_server_disk_usage: 'disk space usage used free storage full what eats measure server machine how much',
  optimize_server_disk:
    'clean up cleanup disk free space delete logs temp temporary files old get room housekeeping tidy full out of space make',
  create_server:
    'new server machine box vps spin up launch order set up provision create digitalocean aws google linode vultr london frankfurt gb',
  clone_server:
    'copy clone duplicate whole server machine box other region provider migrate second identical',
  delete_server:
    'delete remove destroy terminate get rid of server machine box for good cancel old unused decommission',
  scale_server:
    'resize upgrade downgrade bigger larger smaller more ram memory cpu cores server machine plan size scale vertical twice double gb',
  scale_server_volume:
    'larger bigger more disk space volume storage ebs data database amazon google extend grow enlarge',
  attach_server_storage: 'attach add block storage extra disk volume digitalocean more space server',
  scale_server_storage: 'grow enlarge extend block storage larger bigger more space digitalocean',
  rename_server: 'rename server machine box label name call title change',
  update_server_settings:
    'php settings whole server all sites memory_limit memory limit upload size max upload max_execution_time timeout timezone display errors raise increase bump opcache mysql max_connections wait_timeout apache nginx change',
  change_server_package:
    'upgrade update php version mysql mariadb redis elasticsearch node package install switch newer change downgrade whole server machine',
  change_master_username: 'rename master user main sftp ssh login username name of server change',
  set_master_password: 'change reset rotate new master password main sftp ssh login root of server forgot',
  get_maintenance_window: 'maintenance window when time day interrupt patches provider which hours',
  set_maintenance_window:
    'maintenance window set change move time day night weekend interrupt patches provider allowed',
  get_disk_cleanup_settings: 'automatic disk cleanup schedule settings is on does server clean by itself',
  update_disk_cleanup_settings:
    'automatic disk cleanup schedule turn on off enable disable weekly regularly clean by itself delete logs temp',
  // server_transfer
  get_server_transfer_status: 'transfer handover server other account status pending accepted offered who',
  request_server_transfer:
    'transfer hand over give server to client customer other account owner ownership move away',
  cancel_server_transfer: 'cancel withdraw stop transfer handover server other account take back offer',
  // backups of servers
  update_server_backup_settings:
    'backup schedule frequency how often every hours daily retention keep days weeks time nightly automatic change settings local',
  set_server_snapshot_frequency:
    'snapshots frequency how often snapshot aws amazon google cloud provider turn off daily',
  delete_app_local_backup: 'delete remove local backup copy of app site free space on server',
  delete_server_local_backups: 'delete remove all local backups on server free disk space old copies',
  // services
  get_server_services_status:
    'services running up down is mysql redis nginx apache php-fpm memcached elasticsearch status which alive state works',
  change_service_state:
    'restart start stop kick bounce service mysql mariadb redis nginx apache php-fpm php fpm memcached elasticsearch varnish database daemon hangs web server reload',
  manage_server_varnish:
    'varnish on off turn enable disable purge page cache all sites whole server machine caching layer',
  get_app_varnish_status: 'varnish on off is enabled active page cache app site status runs',
  manage_app_varnish:
    'varnish on off turn enable disable purge clear flush empty page cache app site caching bypass debug in front',
  // ssl
  install_letsencrypt:
    'free ssl certificate https lets encrypt install set up get issue new padlock secure tls domain wildcard',
  renew_letsencrypt: 'renew extend expired ssl certificate lets encrypt refresh again now prolong',
  set_letsencrypt_auto_renewal:
    'certificate renew itself automatically automatic auto renewal on off turn stop lets encrypt ssl',
  revoke_letsencrypt: 'revoke remove delete lets encrypt certificate ssl withdraw free uninstall',
  install_ssl_certificate:
    'own bought purchased paid custom ssl certificate crt key pem chain upload install comodo sectigo digicert positivessl ev',
  remove_ssl_certificate: 'remove delete own custom bought ssl certificate take off uninstall',
  create_wildcard_challenge:
    'wildcard certificate all subdomains dns record cname to set begin start ssl star *',
  verify_wildcard_challenge: 'wildcard certificate dns record check verify found set propagated ssl',
  // staging
  create_staging_app:
    'staging test copy site environment sandbox playground clone try out break development dev create make new preprod live shop',
  set_staging_password_prompt:
    'password prompt popup protection htaccess basic auth staging test site visitors take off remove on turn ask open look',
  set_staging_credentials:
    'username password of staging test site login htaccess basic auth change new credentials testers prompt',
  delete_staging_backup: 'delete backup of staging sync push free space remove',
  get_staging_logs: 'staging log sync push pull last happened history result between test production when',
  list_app_tables: 'database tables names list wp_options wp_posts prefix',
  push_staging_to_live:
    'push publish deploy staging test site to live production put live go live overwrite release only files not database sync copy redesign',
  pull_live_to_staging:
    'refresh update staging test site from live production data pull sync overwrite fresh today copy down',
  // team
  add_team_member:
    'invite add new colleague employee developer person member user to account team give access rights permissions intern freelancer joins only see grant',
  update_team_member:
    'change rights permissions role of member colleague person user promote restrict more less email name team servers may',
  remove_team_member:
    'remove delete fire colleague employee member person user from team account left leaves cut login revoke access offboard quit',
  // vulnerabilities
  list_app_vulnerabilities:
    'known vulnerabilities holes security issues unsafe insecure cve plugins themes wordpress vulnerable safe',
  scan_app_vulnerabilities:
    'scan check again vulnerabilities holes cve plugins themes insecure refresh new look',
  // workers
  list_worker_queues:
    'queue queues workers supervisor supervisord laravel horizon background jobs list running stuck state which',
  create_worker_queue:
    'queue worker supervisor supervisord laravel horizon background jobs process processes new start add create emails',
  restart_worker_queue:
    'queue workers worker restart bounce kick supervisor supervisord laravel horizon stuck hang reload after deploy',
  delete_worker_queue:
    'queue worker remove delete stop supervisor supervisord laravel horizon no longer needed',
}
