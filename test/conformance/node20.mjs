// The suite imports `globSync` of `fs`, which Node 20 has not; it uses it for TypeScript checks of clients only.
import { register } from 'node:module'

const fs = 'data:text/javascript,export * from "node:fs"; export const globSync = () => []'
const hook = `export const resolve = (specifier, context, next) =>
  /^(node:)?fs$/.test(specifier) && /conformance.dist/.test(context.parentURL)
    ? { url: ${JSON.stringify(fs)}, shortCircuit: true }
    : next(specifier, context)`

register(`data:text/javascript,${encodeURIComponent(hook)}`)
