/** A person who leaves, taken out of everything the platform tells: one campaign. @module */
import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import {
  fromPlace,
  handleOf,
  type Place,
  placesOf,
  readMembers,
  unknowable,
} from '../estate/access-places.ts'
import { doneOf, readEstate } from '../estate/rows.ts'
import { ipOrNetwork } from '../params.ts'
import { itemOfMember, itemsOfApp, itemsOfServer, remove, told, unreadPlace } from './leaver.ts'
import { included, includeProtected, policyOf, ready, unreadServers } from './ready.ts'

const text = (least: number) => z.string().trim().min(least).max(255)

export const offboardCampaigns = defineTools(
  'campaigns',
  {
    offboard_person: {
      title: 'Offboard a person',
      description:
        'Takes a person out of team, SSH keys, users of apps and allowed addresses, as one campaign. Ask who is never to be locked out.',
      risk: 'destructive',
      settle: ready.settle,
      output: ready.output,
      input: {
        person: z.array(text(3)).min(1).max(20).describe('Names, emails, users, key labels'),
        addresses: z.array(ipOrNetwork()).max(50).optional().describe('Used by nobody else'),
        never: z.array(text(1)).min(1).max(100),
        continue_from: fromPlace(),
        include_protected: includeProtected(),
      },
      effects: {
        impact:
          'A person and whoever uses the same keys, users and addresses is locked out. The plan lists each.',
        undo: 'undo_campaign puts addresses back. Members, users and keys are made anew, by hand.',
      },
      campaign: async (input, context) => {
        const { continue_from, include_protected } = input
        const servers = await readEstate(context)
        const [members] = await context.each(['members'], (_, own) => readMembers(own))
        const read = await context.each(placesOf(servers, continue_from), (place, own) =>
          'server' in place ? itemsOfApp(input, place, own) : itemsOfServer(input, place, own),
        )
        const { done, left } = doneOf(read)
        const items = done.flatMap((one) => ('value' in one ? one.value : [unreadPlace(one.item, one.why)]))
        return {
          title: 'Offboard a person',
          items: [
            ...(members && 'value' in members
              ? members.value.flatMap((member) => itemOfMember(input, member))
              : [told(remove, 'The members of the team', members?.why ?? 'They were not read.')]),
            ...items,
            ...(left ? [unreadPlace(left, noTime(left))] : []),
            ...unreadServers('delete_app_credential', servers),
            told(remove, 'What nobody here can see', unknowable),
          ],
          // One that fails must not leave the others open.
          policy: policyOf(500),
          includeProtected: included(include_protected, servers, items),
        }
      },
    },
  },
  { core: false },
)

const noTime = (place: Place) =>
  `There was no time to read it and what comes after it. Call again with continue_from: ${handleOf(place)}.`
