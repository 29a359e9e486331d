import { ai } from './ai.ts'
import { bundle } from './bundle.ts'
import { next, vite } from './bundlers.ts'
import { deep } from './deep.ts'
import { esbuild } from './esbuild.ts'
import { frameworks } from './frameworks.ts'
import { licences } from './licences.ts'
import { recipes } from './recipes.ts'
import { bun, deno, node20, node22, node24 } from './runtimes.ts'
import { site } from './site.ts'
import { types } from './types.ts'
import { workerd } from './workerd.ts'

/** In the order in which they run. */
export const jobs = [
  node20,
  node22,
  node24,
  bun,
  deno,
  workerd,
  ai,
  frameworks,
  recipes,
  esbuild,
  vite,
  next,
  types,
  licences,
  site,
  bundle,
  deep,
]
