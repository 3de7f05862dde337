/** Breaks a service and mends it, through the control endpoint of the example system or of one that speaks like it. */

import { UsageError } from '../../core/errors.ts';
import { redactUrl, safeText } from '../../core/text.ts';
import { ask } from './ask.ts';
import { DRILL_FAULTS, type DrillFaultName } from './faults.ts';

const PATH = '/control/faults';

/** A service that can be broken. */
export interface Control {
  /** Settles when the fault is in force. @throws UsageError when it is refused or nobody answers */
  readonly breakIt: () => Promise<void>;
  /** Ends the fault that is in force; nothing without one. @throws UsageError when that does not work */
  readonly mend: () => Promise<void>;
}

/** What is broken, how, and for how long at most. */
export interface ControlWish {
  /** As typed: an address alone gets the usual path. */
  readonly url: string;
  readonly fault: DrillFaultName;
  /** When the fault ends by itself, ms: a drill that is killed must not leave a service broken. */
  readonly forMs: number;
}

/** The control at an address. @throws UsageError when it is no http or https URL */
export function controlAt({ url, fault, forMs }: ControlWish): Control {
  const place = placeOf(url);
  let id: number | null = null;
  let isBroken = false;
  return {
    breakIt: async () => {
      const order = { ...DRILL_FAULTS[fault].order, for: `${Math.ceil(forMs)}ms` };
      // It may be in force though its answer was lost.
      isBroken = true;
      id = idOf(await told({ method: 'POST', url: place, body: order }));
    },
    mend: async () => {
      if (!isBroken) return;
      const one = new URL(place);
      // Other faults may be somebody else's.
      if (id !== null) one.searchParams.set('id', String(id));
      await told({ method: 'DELETE', url: one }, id === null ? [] : [404]);
      isBroken = false;
    },
  };
}

/** @param also statuses that are as good as a 2xx: a fault that has ended by itself is not there any more */
async function told(question: Parameters<typeof ask>[0], also: readonly number[] = []): Promise<string> {
  const where = `${question.method} ${safeText(redactUrl(question.url.href))}`;
  const hint =
    'give --target-control the address that headroom demo prints as "faults", or one that speaks like it';
  const { status, body } = await ask(question).catch((error: unknown) => {
    const because = error instanceof Error ? error.message : String(error);
    throw new UsageError(`the control of the service does not answer: ${where}: ${because}`, {
      hint,
      cause: error,
    });
  });
  if ((status >= 200 && status < 300) || also.includes(status)) return body;
  throw new UsageError(
    `the control of the service refused: ${where}: ${status} ${safeText(body, { maxLength: 200 })}`,
    { hint },
  );
}

function placeOf(url: string): URL {
  const isHttp = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (!isHttp) {
    throw new UsageError(`--target-control is no http URL: ${safeText(redactUrl(url))}`, {
      hint: 'such as http://127.0.0.1:4000, where /control/faults is',
    });
  }
  const place = new URL(url);
  if (place.pathname === '/') place.pathname = PATH;
  return place;
}

/** The number under which a control keeps the fault; null where it keeps none. */
function idOf(body: string): number | null {
  try {
    const { id }: { id?: unknown } = Object(JSON.parse(body));
    return typeof id === 'number' && Number.isSafeInteger(id) ? id : null;
  } catch {
    return null;
  }
}
