/** How well the net tells secrets from other texts. @module */
import { redactText } from 'cloudways-tools'
import { innocents } from './innocents.ts'
import { secrets } from './secrets.ts'

/** Pieces of a secret of this length tell too much. */
const piece = 12

const leaks = (text: string, secret: string) => {
  const safe = redactText(text)
  const last = Math.max(0, secret.length - piece)
  for (let at = 0; at <= last; at += 4) if (safe.includes(secret.slice(at, at + piece))) return true
  return false
}

/** The samples that the net gets wrong, and the shares that it gets right, in percent. */
export function score() {
  const missed = secrets.filter(({ text, secret }) => leaks(text, secret))
  const changed = innocents.filter((text) => redactText(text) !== text)
  const percent = (wrong: number, all: number) => Math.round((1000 * (all - wrong)) / all) / 10
  return {
    missed,
    changed,
    caught: percent(missed.length, secrets.length),
    kept: percent(changed.length, innocents.length),
  }
}
