/** Places, sizes, apps and packages that the platform offers for servers. @module */
import { type Json, object, readRows, textOf } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { checkOffered, keysIn, type Offer, offersIn, readOffers, textsIn } from './offers.ts'

interface Place {
  cloud: string
  region: string
  instance_type: string
}

/** @throws InputError when the provider has no such region or size. */
export async function checkPlace(tool: string, place: Place, context: RunContext): Promise<void> {
  const { cloud, region } = place
  const body = await readOffers('/regions', context)
  const regions = offersIn(object(body?.regions)?.[cloud])
  checkOffered({ tool, argument: 'region', value: region, by: cloud }, regions)
  await checkSize(tool, place, context)
}

/** The sizes of a provider, in its order; `undefined` when they can't be read. */
export async function sizesOf(cloud: string, context: RunContext): Promise<Offer[] | undefined> {
  const body = await readOffers('/server_sizes', context)
  return textsIn(object(body?.sizes)?.[cloud])
}

/** @throws InputError when the provider has no such size. */
export async function checkSize(
  tool: string,
  { cloud, instance_type }: Omit<Place, 'region'>,
  context: RunContext,
): Promise<void> {
  const sizes = await sizesOf(cloud, context)
  checkOffered({ tool, argument: 'instance_type', value: instance_type, by: cloud }, sizes)
}

/** Every version of every app: a map by label, or a list of labels with versions. `undefined`: not wholly readable. */
function versionsIn(apps: unknown): Json[] | undefined {
  const map = object(apps)
  const groups: unknown[] | undefined = Array.isArray(apps)
    ? apps.map((one) => object(one)?.versions)
    : map && Object.values(map)
  const rows = groups?.map((group) => {
    const found = readRows(group)
    return found?.length === (group as unknown[] | undefined)?.length ? found : undefined
  })
  if (!rows || rows.length === 0 || rows.some((group) => group === undefined)) return undefined
  const all = rows.flatMap((group) => group ?? [])
  return all.every((row) => textOf(row.application) && textOf(row.app_version)) ? all : undefined
}

/** @throws InputError when the platform installs no such app, or not in this version. */
export async function checkApp(
  tool: string,
  { application, app_version }: { application: string; app_version: string },
  context: RunContext,
): Promise<void> {
  const versions = versionsIn((await readOffers('/apps', context))?.apps)
  const names = versions && [...new Set(versions.map((row) => textOf(row.application)))]
  const by = 'Cloudways'
  checkOffered(
    { tool, argument: 'application', value: application, by },
    names?.map((id) => ({ id })),
  )
  if (app_version === 'latest') return
  const own = versions?.filter((row) => textOf(row.application) === application)
  const offers = own?.map((row) => ({ id: textOf(row.app_version) }))
  checkOffered({ tool, argument: 'app_version', value: app_version, by: application }, offers)
}

interface Package {
  package_name: string
  package_version: string
  /** The release of the operating system. */
  release: string
  /** The PHP version of now, when PHP is changed. */
  from?: string
}

/** The versions of a package: one map, or one for each release. `undefined`: nobody knows those of this release. */
function versionsOf(found: unknown, release: string): Offer[] | undefined {
  const map = object(found)
  const isByRelease = map !== undefined && Object.values(map).some((value) => object(value) !== undefined)
  return keysIn(isByRelease ? map[release] : map)
}

/** @throws InputError when there is no such package or version, or PHP can't step to it. */
export async function checkPackage(
  tool: string,
  { package_name, package_version, release, from }: Package,
  context: RunContext,
): Promise<void> {
  const body = await readOffers('/packages', context)
  const packages = object(body?.packages) ?? body
  if (!packages) return
  const { phpConfig, ...rest } = packages
  checkOffered({ tool, argument: 'package_name', value: package_name, by: 'Cloudways' }, keysIn(rest))
  const asked = { tool, argument: 'package_version', value: package_version }
  checkOffered({ ...asked, by: package_name }, versionsOf(rest[package_name], release))
  const steps = from && object(object(phpConfig)?.[release])?.[from]
  if (package_name !== 'php' || !steps) return
  checkOffered({ ...asked, by: `PHP ${from} on this server` }, textsIn(steps) ?? keysIn(steps))
}
