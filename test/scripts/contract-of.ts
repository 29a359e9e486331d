/** The contract of the sandbox, from the reference contract: the only place that reads the YAML. Same input, same output. */
import { createHash } from 'node:crypto'
import { parse } from 'yaml'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type Dict = { [key: string]: Json }

/** The file that is read: references point into it. */
let document: Dict = {}

const dict = (value: Json | undefined): Dict =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {}
const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])

function resolve(value: Json | undefined): Dict {
  let node = dict(value)
  while (typeof node.$ref === 'string') {
    let target: Json | undefined = document
    for (const key of node.$ref.slice(2).split('/')) target = dict(target)[key]
    node = dict(target)
  }
  return node
}

/** Leaves out missing facts and those that are the rule, so that a line shows only the exceptions. */
function compact(value: { [key: string]: Json | undefined }): Dict {
  const out: Dict = {}
  for (const [key, fact] of Object.entries(value)) {
    if (fact === undefined || fact === false || (Array.isArray(fact) && fact.length === 0)) continue
    out[key] = fact
  }
  return out
}

function parameter(name: string, where: string, declared: Dict, required: boolean): Dict {
  const schema = resolve(declared.schema ?? declared)
  const items = resolve(schema.items)
  const sensitive = declared['x-sensitive'] === true || schema['x-sensitive'] === true
  return compact({
    name,
    in: where,
    type: schema.type ?? 'any',
    items: schema.items ? (items.type ?? 'any') : undefined,
    enum: schema.enum ?? items.enum,
    known: schema['x-known-values'],
    format: schema.format ?? schema['x-format'] ?? items.format,
    default: schema.default,
    required,
    sensitive,
  })
}

/** The dotted paths of the answer that the schema marks as secret: `servers[].master_password`. */
function secretPaths(schema: Dict, at: string, seen: Dict[] = []): string[] {
  if (seen.includes(schema)) return []
  if (schema['x-sensitive'] === true) return [at]
  const deeper = [...seen, schema]
  const alternatives = [...list(schema.anyOf), ...list(schema.oneOf), ...list(schema.allOf)]
  return [
    ...Object.entries(dict(schema.properties)).flatMap(([key, value]) =>
      secretPaths(resolve(value), at ? `${at}.${key}` : key, deeper),
    ),
    ...(schema.items ? secretPaths(resolve(schema.items), `${at}[]`, deeper) : []),
    ...alternatives.flatMap((value) => secretPaths(resolve(value), at, deeper)),
    ...(dict(schema.additionalProperties) === schema.additionalProperties
      ? secretPaths(resolve(schema.additionalProperties), `${at}.*`, deeper)
      : []),
  ]
}

function operation(method: string, path: string, declared: Dict): Dict {
  const inUrl = list(declared.parameters).map((entry) => {
    const found = resolve(entry)
    return parameter(String(found.name), String(found.in), found, found.required === true)
  })
  const [[mime, body] = ['', {}]] = Object.entries(dict(dict(declared.requestBody).content))
  const kind = mime === '' ? undefined : mime === 'application/json' ? 'json' : 'form'
  const schema = resolve(dict(body).schema)
  const required = list(schema.required)
  const inBody = Object.entries(dict(schema.properties)).map(([name, value]) => {
    const found = resolve(value)
    const wire = kind === 'form' ? String(found['x-wire-name'] ?? name) : name
    return parameter(wire, kind ?? 'form', found, required.includes(name))
  })
  const answer = dict(dict(resolve(dict(declared.responses)['200']).content)['application/json'])
  const facts = compact({
    id: declared.operationId,
    method: method.toUpperCase(),
    path,
    tag: list(declared.tags)[0],
    kind: declared['x-kind'],
    params: [...inUrl, ...inBody],
    body: kind,
    bodyEvidence: list(declared['x-body-evidence']),
    async: declared['x-async'],
    startsJob: declared['x-starts-job'],
    disruptive: declared['x-disruptive'],
    cost: declared['x-cost'],
    replacesWhole: declared['x-replaces-whole'],
    operationIdPath: declared['x-operation-id-path'],
    versions: declared['x-api-versions'],
    confidence: declared['x-confidence'],
    otherCalls: list(declared['x-alternative-calls']).map((one) => {
      const { path, fields } = dict(one)
      return { path: path ?? '', fields: fields ?? [] }
    }),
    otherAnswer: dict(answer['x-alternative-answer']).example,
    deprecated: declared.deprecated,
    secrets: [...new Set(secretPaths(resolve(answer.schema), ''))].sort(),
  })
  // Outside of `compact`: an empty list is an answer, not a missing fact.
  return answer.example === undefined ? facts : { ...facts, example: answer.example }
}

const methods = ['get', 'post', 'put', 'patch', 'delete']

/** What stands above the operations, and the operations. */
export function contractOf(yaml: Buffer): { head: Dict; operations: Dict[] } {
  document = parse(yaml.toString('utf8')) as Dict
  const operations = Object.entries(dict(document.paths)).flatMap(([path, entry]) =>
    methods.flatMap((method) =>
      dict(entry)[method] ? [operation(method, path, dict(dict(entry)[method]))] : [],
    ),
  )
  const info = dict(document.info)
  const rate = dict(document['x-rate-limit'])
  const polling = dict(document['x-polling'])
  const head: Dict = {
    note: {
      title: info.title ?? '',
      version: info.version ?? '',
      sha256: createHash('sha256').update(yaml).digest('hex'),
      official: false,
      text: 'Unofficial: compiled from public client code and reports of live use, not published by Cloudways.',
    },
    servers: list(document.servers).map((server) => dict(server).url ?? ''),
    rateLimit: {
      perMinute: rate.default_per_minute ?? 100,
      countedBy: rate.counted_by ?? '',
      overrides: rate.overrides ?? {},
      longerWindows: rate.longer_windows ?? {},
      retryHeader: rate.retry_header ?? 'Retry-After',
    },
    catchAll: document['x-catch-all-200'] ?? '',
    polling: {
      operation: polling.operation ?? '',
      field: polling.field ?? '',
      running: list(polling.running),
      done: list(polling.done),
      failed: list(polling.failed),
      failureWords: list(polling.failure_words_in_status),
      intervalSeconds: polling.suggested_interval_seconds ?? 5,
    },
  }
  return { head, operations }
}
