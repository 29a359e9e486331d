/**
 * Two accounts in one toolkit: what each has, one report over both, and a change on one of them.
 *
 *     npx tsx examples/two-accounts.ts
 *
 * Without an account it runs on the sandbox, which has two. With your own: set CLOUDWAYS_ACCESS_TOKEN for one, and
 * CLOUDWAYS_ACCESS_TOKEN_SHOP for the other, and nothing is changed.
 */
import { cloudwaysFunctions, createCloudways, isCloudwaysError } from 'cloudways-tools'
import { createSandbox } from 'cloudways-tools/sandbox'

const { CLOUDWAYS_ACCESS_TOKEN: token, CLOUDWAYS_ACCESS_TOKEN_SHOP: shopToken } = process.env
const isReal = token !== undefined && shopToken !== undefined
const sandbox = createSandbox({ operationSeconds: 0 })

const cloudways = createCloudways({
  credentials: { accessToken: isReal ? token : sandbox.credentials.accessToken },
  accounts: { shop: { accessToken: isReal ? shopToken : sandbox.credentials.otherAccessToken } },
  fetch: isReal ? undefined : sandbox.fetch,
  readOnly: isReal,
  // The plan says on which account a change would be made. Here a program says yes; in yours, a person does.
  onConfirm: (plan) => {
    console.log(`\n${plan.title} on account ${plan.account}? ${plan.impact}`)
    return true
  },
})
const { list_servers, account_health, get_server_details, restart_server } = cloudwaysFunctions(cloudways)

// Each row says whose it is.
const { servers } = await list_servers({ account: 'all', fields: ['id', 'label'] })
console.table(servers)

const { findings } = await account_health({ account: 'all' })
for (const { account, severity, kind, count } of findings as unknown as Record<string, unknown>[]) {
  console.log(`${account}: ${severity}, ${kind} (${count})`)
}

// A read finds the account by what it names.
const ofShop = servers.findLast(({ id }) => id !== undefined) as unknown as { id: string; label: string }
const { account } = (await get_server_details({ server_id: ofShop.label })) as { account?: unknown }
console.log(`\n${ofShop.label} is on account ${account}`)

if (!isReal) {
  // A change names its account, and an id of one account is refused in another before anything is sent.
  for (const name of [undefined, 'default', 'shop']) {
    try {
      const { state } = await restart_server({ server_id: ofShop.id, account: name })
      console.log(`restart on ${name}: ${state}`)
    } catch (error) {
      if (!isCloudwaysError(error)) throw error
      console.log(`\n${error.message} ${error.next}`)
    }
  }
}
