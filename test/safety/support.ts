/** What the tests of the rules share, besides the toolkit of test/support. */
import type { Sandbox } from 'cloudways-tools/sandbox'
import { memoryStorage } from 'cloudways-tools/storage'

export const ids = { server_id: 70011, app_id: 90021 }
export const clone = { ...ids, app_label: 'copy' }

/** The paths of the requests that changed something. */
export const sent = ({ mutations }: Sandbox) => mutations.map(({ path }) => path)

/** The requests that are no reads, whether the platform carried them out or not. */
export const changing = ({ requests }: Sandbox) => requests.filter(({ method }) => method !== 'GET')

/** The sandbox's `fetch`, with a function to run before each request and one after each answer. */
export const around =
  (
    { fetch }: Sandbox,
    { before, after }: { before?: (request: Request) => void; after?: (request: Request) => void },
  ): typeof globalThis.fetch =>
  async (input, init) => {
    const request = new Request(input, init)
    before?.(request)
    const response = await fetch(request)
    after?.(request)
    request.signal.throwIfAborted()
    return response
  }

export const isChange = ({ method }: Request) => method !== 'GET'

type Method = 'get' | 'set' | 'delete' | 'take' | 'lock'

/** A storage whose methods can be broken; a broken method does what `fail` does. */
export function breakable(fail: () => Promise<never>) {
  const whole = memoryStorage()
  let broken: readonly Method[] = []
  const storage = new Proxy(whole, {
    get: (target, name) =>
      broken.includes(name as Method) ? fail : Reflect.get(target, name as keyof typeof target),
  })
  return {
    storage,
    /** Break these methods from now on. Without arguments, all work again. */
    breaks(...methods: Method[]) {
      broken = methods
    },
  }
}
