import { createCloudways } from 'cloudways-tools'
import { createMcpHandler } from 'cloudways-tools/mcp'

/** wrangler secret put CLOUDWAYS_ACCESS_TOKEN; in wrangler.toml: compatibility_flags = ["nodejs_compat"] */
interface Env {
  CLOUDWAYS_ACCESS_TOKEN: string
}

let handler: ((request: Request) => Promise<Response>) | undefined

export default {
  fetch(request: Request, { CLOUDWAYS_ACCESS_TOKEN: accessToken }: Env): Promise<Response> {
    const cloudways = () => createCloudways({ credentials: { accessToken }, readOnly: true })
    handler ??= createMcpHandler({ cloudways: cloudways(), headerAuth: false })
    return handler(request)
  },
}
