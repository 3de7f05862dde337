/** Draws service times. */

import { drawExponential, seededUniform, type Uniform } from '../../../src/demo/service-time.ts';
import type { ServiceTime } from './server-model.ts';

/** A source of service times, ms, of a distribution. */
export function serviceDraw(service: ServiceTime, uniform: Uniform): () => number {
  switch (service.kind) {
    case 'exponential':
      return () => service.meanMs * drawExponential(uniform);
    case 'deterministic':
      return () => service.meanMs;
    case 'lognormal':
      return lognormal(service, uniform);
    case 'hyperexponential':
      return hyperexponential(service, uniform);
    case 'mixed':
      return () => {
        const ms = uniform() < service.slowShare ? service.slowMs : service.ms;
        return ms * (0.5 + uniform());
      };
  }
}

/** Source of uniform numbers for one purpose. @param seed integer 0..2^53-1  @param stream integer 0..1023 */
export function uniformFor(seed: number, stream: number): Uniform {
  return seededUniform(seed % 0x100000000, stream * 0x200000 + Math.floor(seed / 0x100000000));
}

/** sigma^2 = ln(1 + cv^2), mu = ln(mean) - sigma^2 / 2; normal numbers by Box and Muller (1958). */
function lognormal({ meanMs, cv }: { meanMs: number; cv: number }, uniform: Uniform): () => number {
  const variance = Math.log1p(cv * cv);
  const sigma = Math.sqrt(variance);
  const scale = meanMs * Math.exp(-variance / 2);
  return () => {
    const radius = Math.sqrt(2 * drawExponential(uniform));
    return scale * Math.exp(sigma * radius * Math.cos(2 * Math.PI * uniform()));
  };
}

/** Balanced means: Whitt, "Approximating a Point Process by a Renewal Process, I", Operations Research 30 (1982). */
function hyperexponential({ meanMs, cv }: { meanMs: number; cv: number }, uniform: Uniform): () => number {
  const square = Math.max(1, cv * cv);
  const share = (1 + Math.sqrt((square - 1) / (square + 1))) / 2;
  const [fastMs, slowMs] = [meanMs / (2 * share), meanMs / (2 * (1 - share))];
  return () => (uniform() < share ? fastMs : slowMs) * drawExponential(uniform);
}
