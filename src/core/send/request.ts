/**
 * What a request does: whether it reads or changes.
 *
 * @module
 */

import type { ApiRequest } from '../types/api.ts'

/** Whether a request may change something: everything but a GET, and but a POST that is declared to read. */
export const isChange = ({ method, reads }: ApiRequest): boolean =>
  method !== 'GET' && !(method === 'POST' && reads)

/** Whether a request may be repeated, and shared by simultaneous callers: it changes nothing and starts no work. */
export const isRead = (request: ApiRequest): boolean => !isChange(request) && !request.startsJob
