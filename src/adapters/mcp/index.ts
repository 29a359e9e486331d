/** The tools for clients of the Model Context Protocol: `cloudways-tools/mcp`. @module */
export type { Caller } from './answer.ts'
export type { McpFace } from './describe.ts'
export { createMcpHandler, type McpHandlerOptions } from './http.ts'
export { type NodeHandler, type NodeRequest, type NodeResponse, toNodeHandler } from './node.ts'
export { type McpServerLike, registerTools } from './register.ts'
export { createMcpServer, type McpServerOptions } from './server.ts'
export { type StdioServer, serveStdio, type UrlAnswer, type UrlRequest } from './stdio.ts'
