/** One duration as a DogStatsD timer. */

import { metricName, type Naming, numberText, tagSection } from './naming.ts';

/** The line of a timer; of the ms six digits behind the point are kept, which are nanoseconds. */
export function timerLine(
  name: string,
  ms: number,
  { naming, tags }: { readonly naming: Naming; readonly tags: readonly (readonly [string, string])[] },
): string {
  return `${metricName(naming, name)}:${numberText(ms)}|ms${tagSection(naming, tags)}`;
}
