/** Passwords of an app that are replaced. Nobody can put the old one back who does not know it. @module */
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import { newPassword, serverApp } from './params.ts'

export const appPasswords = defineTools(
  'apps',
  {
    set_app_db_password: {
      title: 'Set database password of an app',
      description:
        'Replaces the database password of an app. The site fails until a person writes the new one into its configuration (wp-config.php, .env): have that person ready.',
      risk: 'destructive',
      aliases: ['app_db_password_update'],
      input: { ...serverApp, password: newPassword() },
      output: operation,
      mayEndAtOnce: true,
      effects: {
        impact:
          'The site cannot reach its database, and shows errors to every visitor, until a person writes the new password into its configuration. Programs that use the database from outside are out, too.',
        undo: null,
        downtime: 'until the configuration of the app has the new password',
      },
      settle: null,
      request: (body) => ({ method: 'POST', path: '/app/manage/dbPassword', body }),
    },

    set_app_admin_password: {
      title: 'Set admin password of an app',
      description:
        'Replaces the password by which the admin of an app signs in to it (for example wp-admin; the user is app_user of get_app_details). Visitors notice nothing.',
      risk: 'destructive',
      aliases: ['app_admin_password_update'],
      input: { ...serverApp, password: newPassword() },
      output: operation,
      effects: {
        impact:
          'Whoever administers the site with the old password is locked out until somebody tells them the new one.',
        undo: null,
      },
      settle: null,
      request: (body) => ({ method: 'POST', path: '/app/creds/changeAdminCredentials', body }),
    },
  },
  { core: false },
)
