/** The tools about apps beyond those of the core preset. @module */
import { appFolders } from './app-folders.ts'
import { appFpm } from './app-fpm.ts'
import { appMaking } from './app-making.ts'
import { appPasswords } from './app-passwords.ts'
import { appState } from './app-state.ts'
import { appSwitches } from './app-switches.ts'
import { appVarnish } from './app-varnish.ts'

export const appChanges = {
  ...appState,
  ...appMaking,
  ...appSwitches,
  ...appFolders,
  ...appFpm,
  ...appVarnish,
  ...appPasswords,
}
