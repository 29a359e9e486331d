/** The toolset `addons`: paid extras, and the sender domains of one of them. @module */
import { accountAddons } from './account.ts'
import { mailDomains } from './mail.ts'
import { serverAddons } from './servers.ts'

export const addons = { ...accountAddons, ...serverAddons, ...mailDomains }
