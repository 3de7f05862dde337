/** `headroom exec -- COMMAND`: another program in our place, timed. */

import { basename } from 'node:path';
import { placeOf, shownAddress } from '../../app/emit/address.ts';
import type { CommandNaming } from '../../app/exec/command-span.ts';
import type { CommandSink } from '../../app/exec/deliver.ts';
import { execute } from '../../app/exec/exec.ts';
import { UsageError } from '../../core/errors.ts';
import { readSink, readTag, type SinkInput } from '../../plan/emit/sink-text.ts';
import { readValue } from '../options.ts';
import type { Outcome, Session } from '../session.ts';

/** Runs the command; the code that it ends with is ours. */
export async function execCommand(session: Session): Promise<Outcome> {
  const { flags, operands, world, say } = session;
  const [program, ...args] = operands;
  if (program === undefined || program === '') throw noCommand();
  const naming = namingOf(session, program);
  const sinks = sinksOf(flags.list('emit'));
  const { end, ids, delivered } = await execute({ argv: [program, ...args], naming, sinks, say }, world);
  if (flags.has('verbose')) {
    const trace = `trace ${ids.traceId}, span ${ids.spanId}${ids.parentId === 0n ? '' : `, parent ${ids.parentId}`}`;
    const took = (end.elapsedMs / 1000).toFixed(6);
    say(
      `${naming.name} took ${took} s, exit code ${end.code}; ${trace}; ${delivered} of ${sinks.length} sinks told`,
    );
  }
  return { code: end.code, isForeign: true };
}

function noCommand(): UsageError {
  return new UsageError('no command was given', {
    hint: 'headroom exec --emit KIND=ADDRESS -- COMMAND [ARGUMENT...]',
  });
}

function namingOf({ flags }: Session, program: string): CommandNaming {
  const name = flags.text('name')?.trim() ?? basename(program);
  const service = flags.text('service')?.trim() ?? 'headroom';
  for (const [flag, value] of [
    ['--name', name],
    ['--service', service],
  ] as const) {
    if (value === '' || /\p{Cc}/u.test(value)) {
      throw new UsageError(`${flag}: "${value === '' ? '' : '...'}" is no name`, {
        hint: 'write a word such as backup',
      });
    }
  }
  return {
    name,
    service,
    indicator: flags.has('indicator'),
    tags: flags.list('tag').map((tag) => readValue('--tag', tag, readTag)),
  };
}

function sinksOf(written: readonly string[]): readonly CommandSink[] {
  if (written.length === 0) {
    throw new UsageError('nobody is there to be told how long the command took', {
      hint: 'add --emit dogstatsd=udp://127.0.0.1:8125 or --emit ssf=udp://127.0.0.1:8128; it may be repeated',
    });
  }
  return written.map((text) => sinkOf(readValue('--emit', text, readSink)));
}

/** What each kind goes over, as a run's sinks do. */
const WAYS = { dogstatsd: ['udp', 'tcp'], ssf: ['udp', 'unix'] } as const;

function sinkOf({ kind, address }: SinkInput): CommandSink {
  if (kind !== 'dogstatsd' && kind !== 'ssf') {
    throw new UsageError(`--emit: ${kind} takes no single command`, { hint: 'use dogstatsd or ssf' });
  }
  const url = address.includes('://') ? address : `udp://${address}`;
  const place = placeOf(url, {});
  const ways: readonly string[] = WAYS[kind];
  if (!ways.includes(place.kind)) {
    throw new UsageError(`--emit: ${kind} does not go over ${place.kind}`, {
      hint: `use ${ways.join(' or ')}`,
    });
  }
  return { kind, place, address: shownAddress(url) };
}
