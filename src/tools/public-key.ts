/** Public keys of SSH: the one line of a `.pub` file. @module */
import * as z from 'zod'
import { oneLine } from '../core/send/inventory.ts'
import { bytesOf } from './pem.ts'

const types = [
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
]

/** A key in PEM form, of PuTTY, or the inside of an OpenSSH file: `b3Blbn...` is `openssh-key-v1`. */
const isPrivate = (text: string) => /PRIVATE KEY|PuTTY-User-Key-File|b3BlbnNzaC1rZXktdjE/i.test(text)

const partsOf = (text: string) => {
  const [type = '', blob = '', ...comment] = text.trim().split(/[ \t]+/)
  return { type, blob, comment: comment.join(' ') }
}

/** The key itself says once more which type it is of. */
function isPublic(text: string): boolean {
  const { type, blob } = partsOf(text)
  const bytes = types.includes(type) ? bytesOf(blob) : undefined
  if (!bytes || bytes.length < 32 || /[\r\n]/.test(text.trim())) return false
  const inside = String.fromCharCode(...bytes.slice(0, 4 + type.length))
  return inside === `\0\0\0${String.fromCharCode(type.length)}${type}`
}

/** The argument that holds a public key. A private one is refused, and never repeated. */
export const publicKey = () =>
  z
    .string()
    .max(20_000)
    .refine((text) => !isPrivate(text), {
      error:
        'must be the public key, and this is a private one: do not send it again. Whoever saw it can use it, so a person makes a new pair; the line of its .pub file belongs here',
      abort: true,
    })
    .refine(isPublic, {
      error: 'must be a public key of SSH: the one line of a .pub file, for example ssh-ed25519 AAAA... name',
    })
    .describe('Public: the line of the .pub file')

/** A key as a person knows it: its type, and the comment that its owner gave it. */
export function keyInWords(text: string): string {
  const { type, comment } = partsOf(text)
  return comment ? `${type}, "${oneLine(comment.replaceAll('"', "'"), 60)}"` : type
}
