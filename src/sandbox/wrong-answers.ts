import { contract } from './contract.ts'

interface Named {
  status: number
  type: string
  body: string
}

const json = (status: number, body: unknown): Named => ({
  status,
  type: 'application/json',
  body: JSON.stringify(body),
})
const page = (status: number, title: string, words: string): Named => ({
  status,
  type: 'text/html; charset=utf-8',
  body: `<!DOCTYPE html><html><head><title>${title}</title></head><body>${words}</body></html>`,
})

const running = {
  id: '58210001',
  type: 'restarting_server',
  estimated_time_remaining: '1',
  status: 'Process is initiated',
  is_completed: '0',
}

/** Wrong answers by name. The platform, its edge and proxies on the way are known to give them. */
export const answers = {
  /** A page of the platform's proxy instead of JSON. */
  html: page(502, '502 Bad Gateway', 'nginx'),
  /** The edge in front of the platform refuses the address or the user agent of the caller. It never saw the token. */
  firewall: page(403, 'Attention Required!', 'You have been blocked. Ray ID: 8f00ba4'),
  /** A proxy of the caller's own network answers in place of the platform, and says 200. */
  proxy: page(200, 'Sign in to the network', 'Please sign in to use the internet.'),
  /** JSON that ends in the middle. */
  truncated: { status: 200, type: 'application/json', body: '{"status": true, "servers": [{"id": "70' },
  /** No body. */
  empty: { status: 200, type: 'application/json', body: '' },
  /** The sentence for paths that the platform does not know. */
  'catch-all': { status: 200, type: 'text/plain', body: contract.catchAll },
  'catch-all-html': page(200, 'Cloudways', `<p>${contract.catchAll}</p>`),
  /** The sentence as a JSON text. */
  'catch-all-json': json(200, contract.catchAll),
  'catch-all-message': json(200, { message: contract.catchAll }),
  /** 200, but refused. */
  refused: json(200, { status: false, message: 'Not possible right now.' }),
  'status-0': json(200, { status: 0, message: 'Not possible right now.' }),
  'status-error': json(200, { status: 'error', message: 'Not possible right now.' }),
  error: json(200, { error: 'Not possible right now.' }),
  'error-flag': json(200, { error: true, message: 'Not possible right now.' }),
  'is-failed': json(200, { is_failed: true, message: 'Not possible right now.' }),
  /** 200 without the operation that the call starts. */
  'no-operation': json(200, []),
  /** 422 per field. */
  invalid: json(422, {
    server_id: [{ code: 'integer', message: 'server_id has to be a whole number.' }],
  }),
  /** The same with plain texts, and below `errors`. */
  'invalid-errors': json(422, {
    message: 'The given data was invalid.',
    errors: { server_id: ['The server id must be an integer.'] },
  }),
  /** The same with one text in place of a list. */
  'invalid-text': json(422, { server_id: 'The server id must be an integer.' }),
  /** 422 with a message. */
  rejected: json(422, { status: false, message: 'Not possible for this application.' }),
  'error-message': json(422, { error: { message: 'Not possible for this application.' } }),
  /** 422 with the operation that holds the server. */
  busy: json(422, { message: 'Another operation is running on this server.', operation: running }),
  /** 403 for the role of the token, with the word under `error`. */
  scope: json(403, { error: 'insufficient_scope', message: 'Token may not use this endpoint' }),
} as const satisfies Record<string, Named>
