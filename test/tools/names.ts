/** The names that clients and documents rely on. Data: written down once more on purpose. */
export const coreNames = `
ping customer_info rate_limit_status list_servers get_server_details get_app_details get_app_credentials
get_app_settings get_app_monitoring_summary list_projects list_team_members get_alerts get_ssh_keys
get_available_providers get_available_regions get_available_server_sizes get_available_apps
get_available_packages start_server stop_server restart_server backup_server get_server_settings
get_server_disk_usage optimize_server_disk get_server_services_status change_service_state
manage_server_varnish get_server_monitoring_detail get_server_analytics clone_app backup_app restore_app
rollback_app_restore clear_app_cache get_app_varnish_settings manage_app_varnish
reset_app_file_permissions enforce_app_https update_app_cname delete_app_cname get_app_analytics_traffic
get_app_analytics_php get_app_analytics_mysql get_whitelisted_ips_ssh get_whitelisted_ips_mysql
update_whitelisted_ips check_ip_blacklisted allow_ip_siab allow_ip_adminer install_ssl_certificate
remove_ssl_certificate install_letsencrypt renew_letsencrypt set_letsencrypt_auto_renewal
revoke_letsencrypt generate_git_ssh_key get_git_ssh_key git_clone git_pull get_git_deployment_history
get_git_branch_names
`
  .trim()
  .split(/\s+/)

/** Besides the 62. */
export const furtherNames = [
  'get_app_backup_status',
  'get_app_fpm_settings',
  'get_app_varnish_status',
  'list_apps',
  'get_operation',
  'preview_change',
]
