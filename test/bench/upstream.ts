/**
 * A small HTTP server in a process of its own, so that its CPU is not counted: a small answer, and a large estate.
 *
 *     upstream.ts [SERVERS] [APPS]    of the estate; default 20 servers with 10 apps each
 */
import { createServer } from 'node:http'
import { estate } from './estate.ts'

const [servers = '20', apps = '10'] = process.argv.slice(2)
const small = JSON.stringify({ key: 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ example' })
const large = JSON.stringify(estate(Number(servers), Number(apps)))

const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(request.url?.includes('/server') ? large : small)
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 })
})
