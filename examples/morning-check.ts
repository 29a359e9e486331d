/**
 * The morning check: what is wrong, which certificates need somebody, and what has no recent backup.
 *
 *     npx tsx examples/morning-check.ts
 *
 * Without an account it runs on the sandbox. With your own: set CLOUDWAYS_ACCESS_TOKEN. It only reads.
 */
import { cloudwaysFunctions, createCloudways } from 'cloudways-tools'
import { createSandbox } from 'cloudways-tools/sandbox'

const accessToken = process.env.CLOUDWAYS_ACCESS_TOKEN
const sandbox = createSandbox({ operationSeconds: 0, backupAge: 30 })
const cloudways = createCloudways({
  ...(accessToken ? { credentials: { accessToken } } : { ...sandbox.options, pollSeconds: 0.1 }),
  readOnly: true,
})
const { account_health, list_certificates, backup_report } = cloudwaysFunctions(cloudways)

const [health, { certificates }, backups] = await Promise.all([
  account_health(),
  list_certificates({ problems_only: true }),
  backup_report({ older_than_hours: 24 }),
])

console.log('Health')
for (const { severity, kind, rows } of health.findings) {
  console.log(`  ${severity}: ${kind} at ${rows.map((row) => row.domain ?? row.server).join(', ')}`)
}

console.log('\nCertificates')
for (const { app, problems } of certificates) {
  console.log(`  ${app?.domain}: ${problems?.join(', ')}`)
}

console.log('\nNo backup of the last 24 hours')
for (const { app, latest, age_hours } of backups.without) {
  console.log(`  ${app}: ${latest ? `the latest is ${age_hours} hours old` : 'none at all'}`)
}

// What could not be read is unknown, and not fine.
for (const { what, why } of [...health.not_checked, ...backups.not_checked]) {
  console.log(`Not checked: ${what}. ${why}`)
}
