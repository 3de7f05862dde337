/** A recording to and from its place in a part: what is read back is, to the last bit, what was written. */

import type { Exemplar } from '../../core/trace/exemplar.ts';
import type { Recording, RecordingPart } from '../../record/recording.ts';
import type { TargetPart } from '../../record/target-recording.ts';
import { numbersOf, numbersText } from './numbers.ts';
import type { RecordingText, TargetText } from './part.ts';
import { readTally, writeTally } from './tally-text.ts';
import { readExceedance, readWindow, writeExceedance, writeWindow } from './window-text.ts';

/** A recording for a part; it is left as it was. @param clean makes a server's text harmless, without secrets */
export function writeRecording(recording: Recording, clean: (text: string) => string): RecordingText {
  const part = recording.take();
  recording.absorb(part);
  return {
    counts: part.counts,
    targets: part.targets.map(writeTarget),
    phases: part.phases.map(writeTally),
    lag: writeTally(part.lag),
    causes: part.causes,
    examples: part.examples.map(([cause, examples]) => [
      cause,
      examples.map((example) => safeExemplar(example, clean)),
    ]),
    slowest: part.slowest.map((exemplar) => safeExemplar(exemplar, clean)),
    addresses: part.addresses.map(([address, { attempts, failed }]) => [clean(address), attempts, failed]),
    windows: part.windows.map(writeWindow),
    completions: part.completions.map(numbersText),
    exceedances: part.exceedances.map(writeExceedance),
    warmupExceedances: part.warmupExceedances.map(writeExceedance),
  };
}

/** A recording out of a part, to be absorbed. @throws RangeError when a list of counts is none */
export function readRecording(text: RecordingText): RecordingPart {
  return {
    counts: text.counts,
    targets: text.targets.map(readTarget),
    phases: text.phases.map(readTally),
    lag: readTally(text.lag),
    causes: text.causes,
    examples: text.examples,
    slowest: text.slowest,
    addresses: text.addresses.map(([address, attempts, failed]) => [address, { attempts, failed }]),
    windows: text.windows.map(readWindow),
    completions: text.completions.map((counts) => {
      const [window = 0, completed = 0, good = 0, broken = 0] = numbersOf(counts, 4);
      return [window, completed, good, broken] as const;
    }),
    exceedances: text.exceedances.map(readExceedance),
    warmupExceedances: text.warmupExceedances.map(readExceedance),
  };
}

function safeExemplar(exemplar: Exemplar, clean: (text: string) => string): Exemplar {
  const { detail, remote } = exemplar;
  return { ...exemplar, detail: clean(detail), remote: remote === null ? null : clean(remote) };
}

function writeTarget(part: TargetPart): TargetText {
  const { response, responseFailed, service, connection } = part;
  return {
    ...part,
    response: writeTally(response),
    responseFailed: writeTally(responseFailed),
    service: writeTally(service),
    connection: writeTally(connection),
  };
}

function readTarget(text: TargetText): TargetPart {
  const { response, responseFailed, service, connection } = text;
  return {
    ...text,
    response: readTally(response),
    responseFailed: readTally(responseFailed),
    service: readTally(service),
    connection: readTally(connection),
  };
}
