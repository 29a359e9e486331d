/**
 * The two algorithms of Fernet: of `node:crypto` where the runtime has it, otherwise of Web Crypto, which hands every
 * text to another thread. For the short texts of this library, that takes five times as long.
 *
 * @module
 */

type Bytes = Uint8Array<ArrayBuffer>
type Soon<T> = T | Promise<T>

/** A key of 32 bytes: 16 to sign, 16 to encrypt. */
export interface Key {
  /** HMAC-SHA256. */
  sign(bytes: Bytes): Soon<Bytes>
  /** Compares in constant time. */
  verify(signature: Bytes, bytes: Bytes): Soon<boolean>
  /** AES-128-CBC with the padding of PKCS #7. */
  encrypt(iv: Bytes, plain: Bytes): Soon<Bytes>
  /** @throws when the padding is wrong. */
  decrypt(iv: Bytes, cipher: Bytes): Soon<Bytes>
}

/** What is used of `node:crypto`. This folder is compiled for runtimes without it too. */
interface NodeCrypto {
  createHmac(hash: string, key: Bytes): { update(bytes: Bytes): { digest(): Bytes } }
  createCipheriv(name: string, key: Bytes, iv: Bytes): NodeCipher
  createDecipheriv(name: string, key: Bytes, iv: Bytes): NodeCipher
  timingSafeEqual(one: Bytes, other: Bytes): boolean
}
interface NodeCipher {
  update(bytes: Bytes): Bytes
  final(): Bytes
}

interface Process {
  getBuiltinModule?: (name: string) => NodeCrypto | undefined
}

/** Without an import, so that no bundler looks for it. */
function nodeCrypto(): NodeCrypto | undefined {
  const { process } = globalThis as { process?: Process }
  return process?.getBuiltinModule?.('node:crypto')
}

export async function importKey(bytes: Bytes): Promise<Key> {
  const [signing, encrypting] = [bytes.slice(0, 16), bytes.slice(16)]
  const node = nodeCrypto()
  if (node) {
    try {
      const key = nodeKey(node, signing, encrypting)
      // Some runtimes have the functions by name only, and throw.
      await key.encrypt(new Uint8Array(16), bytes)
      return key
    } catch {}
  }
  return webKey(signing, encrypting)
}

function nodeKey(node: NodeCrypto, signing: Bytes, encrypting: Bytes): Key {
  const sign = (bytes: Bytes) => node.createHmac('sha256', signing).update(bytes).digest()
  const through = (cipher: NodeCipher, bytes: Bytes) => joined(cipher.update(bytes), cipher.final())
  return {
    sign,
    verify: (signature, bytes) => node.timingSafeEqual(signature, sign(bytes)),
    encrypt: (iv, plain) => through(node.createCipheriv('aes-128-cbc', encrypting, iv), plain),
    decrypt: (iv, cipher) => through(node.createDecipheriv('aes-128-cbc', encrypting, iv), cipher),
  }
}

async function webKey(signing: Bytes, encrypting: Bytes): Promise<Key> {
  const { subtle } = crypto
  const [mac, aes] = await Promise.all([
    subtle.importKey('raw', signing, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']),
    subtle.importKey('raw', encrypting, 'AES-CBC', false, ['encrypt', 'decrypt']),
  ])
  const bytesOf = async (buffer: Promise<ArrayBuffer>) => new Uint8Array(await buffer)
  return {
    sign: (bytes) => bytesOf(subtle.sign('HMAC', mac, bytes)),
    verify: (signature, bytes) => subtle.verify('HMAC', mac, signature, bytes),
    encrypt: (iv, plain) => bytesOf(subtle.encrypt({ name: 'AES-CBC', iv }, aes, plain)),
    decrypt: (iv, cipher) => bytesOf(subtle.decrypt({ name: 'AES-CBC', iv }, aes, cipher)),
  }
}

/** That of @noble/hashes would make this part of the package a tenth larger. */
function joined(one: Bytes, other: Bytes): Bytes {
  const all = new Uint8Array(one.length + other.length)
  all.set(one)
  all.set(other, one.length)
  return all
}
