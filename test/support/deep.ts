/** A run before a release tries more of what is drawn at random, and every combination where others try a part. */
export const deep = process.env.DEEP_TESTS === 'true'

/** The number of random cases: all of them in a deep run, otherwise a half. */
export const runs = (all: number) => (deep ? all : Math.ceil(all / 2))
