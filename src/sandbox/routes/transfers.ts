/** Offers of servers to other accounts. Nobody accepts one here. */
import { ok, type Routes, refused } from '../call.ts'

export const transfers: Routes = {
  // PHP writes an empty object as `[]`.
  server_transfer_status_get: ({ server }) => ok({ share: false, transfer: server.transfer ?? [] }),

  server_transfer_request(call) {
    const email = call.text('email')
    if (email.toLowerCase() === call.account.email.toLowerCase())
      return refused('The server belongs to this account already.')
    call.server.transfer = { id: '5', name: 'Sam Example', email }
    return ok({ status: true })
  },

  server_transfer_cancel({ server }) {
    if (!server.transfer) return refused('There is no transfer to cancel.')
    server.transfer = null
    return ok({ status: true })
  },
}
