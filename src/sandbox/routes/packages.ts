/** The packages of a server: which versions there are, and which are installed. */
import { change, invalid, ok, type Routes, refused } from '../call.ts'
import type { Server } from '../state.ts'

const php = ['7.4', '8.1', '8.2', '8.3', '8.4']
const databases = ['mariadb,10.11', 'mariadb,11.4']
/** Packages without versions: installed or not. */
const switched = ['redis', 'elasticsearch']

const named = (versions: readonly string[], name: (version: string) => string) =>
  Object.fromEntries(versions.map((version) => [version, name(version)]))

const release = 'debian12'

const packages = {
  php: { [release]: named(php, (version) => `PHP ${version}`) },
  mysql: { [release]: named(databases, (version) => version.replace('mariadb,', 'MariaDB ')) },
  ...Object.fromEntries(switched.map((name) => [name, { 0: 'Uninstall', latest: 'Install' }])),
  // The steps that are possible: to any other version.
  phpConfig: { [release]: Object.fromEntries(php.map((from) => [from, php.filter((to) => to !== from)])) },
}

/** The unit of PHP-FPM is named by its version: `php8.3-fpm`. */
function renamePhpUnit({ services, package_versions }: Server, version: string): void {
  const [before, after] = [`php${package_versions.php}-fpm`, `php${version}-fpm`]
  const state = services[before] ?? 'running'
  delete services[before]
  services[after] = state
}

function install(server: Server, name: string, version: string): void {
  if (name === 'php') renamePhpUnit(server, version)
  // A database is named by what it is and its version: `mariadb,10.11`.
  const [kind = name, number = version] = version.includes(',') ? version.split(',') : [name, version]
  server.package_versions[kind] = number === '0' ? '' : number
}

const versionsOf = (name: string): string[] =>
  name === 'php' ? php : name === 'mysql' ? databases : switched.includes(name) ? ['0', 'latest'] : []

export const serverPackages: Routes = {
  get_available_packages: () => ok({ packages }),

  server_package_update(call) {
    const { server } = call
    const [name, version] = [call.text('package_name'), call.text('package_version')]
    const versions = versionsOf(name)
    if (versions.length === 0) return invalid('package_name', 'exists', `There is no package ${name}.`)
    if (!versions.includes(version))
      return invalid('package_version', 'exists', `There is no version ${version} of ${name}.`)
    if (server.package_versions[name] === version) return refused('This version is installed already.')
    return change(call, `update_${name}_package`, () => install(server, name, version))
  },
}
