/** Wait until `look` finds something. The bound only ends a test that hangs: a slow machine stays far below it. */
export async function until<T>(look: () => T | undefined | null | false, seconds = 60): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const found = look()
    if (found) return found
    if (Date.now() > deadline) throw new Error('it did not happen in time')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
