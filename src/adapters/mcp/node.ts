/**
 * From a function from `Request` to `Response` to a handler of Node: for `node:http`, Express, Fastify and Connect.
 *
 * The types are those parts of Node that are used. So a program for another runtime needs no types of Node.
 *
 * @module
 */
import { refuse } from './answer.ts'
import { type NodeResponse, writeAnswer } from './node-answer.ts'
import { type NodeRequest, toRequest } from './node-request.ts'

export type { NodeRequest, NodeResponse }

/** A request of Fastify. */
interface FastifyRequestLike {
  raw: NodeRequest
  body?: unknown
}

/** A reply of Fastify. */
interface FastifyReplyLike {
  raw: NodeResponse
  hijack(): unknown
  getHeaders(): Record<string, number | string | string[] | undefined>
}

/** A handler of Node. */
export interface NodeHandler {
  /** @param next of Express and Connect: told of an error of the handler. */
  (request: NodeRequest, response: NodeResponse, next?: (error?: unknown) => unknown): Promise<void>
  /** In a route of Fastify. An error of the handler is thrown to Fastify. */
  (request: FastifyRequestLike, reply: FastifyReplyLike): Promise<void>
}

/**
 * Serve a handler with `node:http`, Express, Fastify or Connect. It takes what {@link createMcpHandler} answers, and the
 * `fetch` of `createServer`.
 *
 * A body that a parser has read before (`express.json()`, Fastify) is taken from there. Answers are streamed. A client
 * that goes away aborts the request's signal. The handler sees the whole URL, also below a mounted router, and gets
 * `{ incoming, outgoing }` as its second argument, from which limits learn the client's address.
 *
 * @example
 * http.createServer(toNodeHandler(handler)).listen(7000)
 * express().use(express.json()).all('/mcp', toNodeHandler(handler))
 * fastify().all('/mcp', toNodeHandler(handler))
 */
export function toNodeHandler(
  handler: (request: Request, env?: unknown) => Response | Promise<Response>,
): NodeHandler {
  return async (
    request: NodeRequest | FastifyRequestLike,
    reply: NodeResponse | FastifyReplyLike,
    next?: (error?: unknown) => unknown,
  ): Promise<void> => {
    const fastify = 'hijack' in reply ? reply : undefined
    const outgoing = 'hijack' in reply ? reply.raw : reply
    const incoming = 'raw' in request ? request.raw : request
    const gone = new AbortController()
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) gone.abort()
    })
    try {
      const asked = toRequest(incoming, request.body, gone.signal)
      const response = await (asked ? handler(asked, { incoming, outgoing }) : notReadable())
      if (fastify) {
        fastify.hijack()
        for (const [name, value] of Object.entries(fastify.getHeaders())) {
          if (value !== undefined) outgoing.setHeader(name, typeof value === 'number' ? `${value}` : value)
        }
      }
      await writeAnswer(response, outgoing, asked?.method === 'HEAD')
      // Whoever keeps the connection has to have what is left of the body out of the way.
      incoming.resume()
    } catch (error) {
      if (fastify && !outgoing.headersSent) throw error
      if (next && !outgoing.headersSent) return void next(error)
      if (outgoing.headersSent) outgoing.destroy(error instanceof Error ? error : undefined)
      else await writeAnswer(failed(), outgoing)
      console.error(error)
    }
  }
}

const notReadable = () => refuse(400, -32600, 'The request has a method, host or path that can not be read.')
const failed = () => refuse(500, -32603, 'Something failed in this server. Its log has the details.')
