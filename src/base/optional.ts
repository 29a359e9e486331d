/**
 * Optional packages, loaded at their first use.
 *
 * @module
 */

import { InputError } from '../errors.ts'

/**
 * Load an optional package.
 *
 * @param feature the feature that needs the package, as the first word of the error.
 * @param install name and version for `npm install`, such as `ioredis@5`.
 * @param load the import, with a literal specifier: bundlers and the type checker have to see it.
 * @throws InputError that says what to install.
 */
export async function loadOptional<T>(feature: string, install: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch {
    const name = install.slice(0, install.lastIndexOf('@'))
    throw new InputError(`${feature} needs the package '${name}'.`, `Run: npm install ${install}`)
  }
}
