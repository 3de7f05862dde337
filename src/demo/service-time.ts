/**
 * How long a worker of the example system takes for one request: a stated distribution with a known mean,
 * drawn from a seeded source, so that the true capacity can be computed and a run repeated.
 */

/** The shapes on offer. Squared coefficient of variation: 1, 0, e - 1, 1/12. */
export const DISTRIBUTIONS = ['exponential', 'deterministic', 'lognormal', 'uniform'] as const;

export type Distribution = (typeof DISTRIBUTIONS)[number];

/** A source of uniform numbers in [0, 1). */
export type Uniform = () => number;

/**
 * A seeded source of uniform numbers in [0, 1): Chris Doty-Humphrey's sfc32 (PractRand, public domain).
 *
 * @param seed integer 0..2^32-1  @param stream integer, tells sources of one seed apart
 */
export function seededUniform(seed: number, stream: number): Uniform {
  let a = seed | 0;
  let b = stream | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // Close seeds start out alike: twelve rounds part them (the count PractRand uses for sfc32).
  for (let round = 0; round < 12; round += 1) next();
  return () => next() / 0x100000000;
}

/** An exponential number with mean 1, by inversion; 1 - u is never 0. */
export function drawExponential(uniform: Uniform): number {
  return -Math.log(1 - uniform());
}

/** A standard normal number by the Box-Muller transform (Annals of Mathematical Statistics, 1958). */
function drawNormal(uniform: Uniform): number {
  return Math.sqrt(2 * drawExponential(uniform)) * Math.cos(2 * Math.PI * uniform());
}

/** A service time with mean 1 of the given shape; lognormal has sigma 1, uniform spans 0.5 to 1.5. */
export function drawService(distribution: Distribution, uniform: Uniform): number {
  switch (distribution) {
    case 'exponential':
      return drawExponential(uniform);
    case 'deterministic':
      return 1;
    case 'lognormal':
      return Math.exp(drawNormal(uniform) - 0.5);
    case 'uniform':
      return 0.5 + uniform();
  }
}
