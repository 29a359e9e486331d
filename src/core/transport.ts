export type { Reach, SendOptions, Transport } from './types/api.ts'
