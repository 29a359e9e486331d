/** A run before a release tries more of what is drawn at random, and every combination where others try a part. */
export const deep = process.env.DEEP_TESTS === 'true'

/** The number of random cases: all of them in a deep run, otherwise a third. */
export const runs = (all: number) => (deep ? all : Math.ceil(all / 3))

/** Whether this is the turn of one among so many ways, another one each day; always in a deep run. */
export const isTurn = (way: number, ways: number): boolean =>
  share([...Array(ways).keys()], ways).includes(way)

const day = Math.floor(Date.now() / 86_400_000)

/** One of so many shares of the cases, another one each day; all of them in a deep run. @param from the share of day 0. */
export const share = <T>(all: readonly T[], shares: number, from = 0): T[] =>
  deep ? [...all] : all.filter((_, index) => (index + from + day) % shares === 0)
