/** `--start` and its like: a server under test that is ours to start and to stop. */

import type { Subject } from '../../app/send.ts';
import {
  describeEnd,
  quoted,
  type RunningServer,
  type ServerOrder,
  withServer,
} from '../../app/server/supervise.ts';
import { UsageError } from '../../core/errors.ts';
import { parseDuration, parseRate, UnitError } from '../../core/units.ts';
import type { ResultDocument } from '../../result/document.ts';
import { spelledFlag } from '../options.ts';
import type { Session } from '../session.ts';

const WAIT_MS = 60_000;
const LOG = 'headroom-server.log';
/** Flags that mean nothing without a server. */
const NEEDS_START = ['waitReady', 'readyUrl', 'startLog'];

/**
 * Measures while the server that was asked for is up; without one, measures. What became of the server stands in the
 * result's notes, and its last lines on stderr where the run failed or the server died.
 *
 * @throws UsageError when the flags are wrong, or the server does not come up
 */
export async function measureServed(
  session: Session,
  subject: Subject,
  measure: () => Promise<ResultDocument>,
): Promise<ResultDocument> {
  const order = serverOrder(session, subject);
  if (order === null) return measure();
  return withServer(order, session.world, async (server) => {
    const result = await measure();
    const ended = server.ended();
    if (ended !== null || result.verdict.status === 'fail') showTail(server, session);
    if (ended === null) return result;
    const text = `The server that was started ended during the run: ${describeEnd(ended)}.`;
    return { ...result, notes: [{ code: 'SERVER_EXITED', text }, ...result.notes] };
  });
}

function showTail(server: RunningServer, { say }: Session): void {
  const tail = server.tail();
  if (tail.length > 0) say(`the server said last:\n${quoted(tail)}`);
}

function serverOrder(session: Session, { plan, secrets }: Subject): ServerOrder | null {
  const { flags, vault, say } = session;
  const command = flags.text('start');
  if (command === undefined) {
    const idle = NEEDS_START.find((name) => flags.text(name) !== undefined);
    if (idle === undefined) return null;
    throw new UsageError(`${spelledFlag(idle)} is about a server that headroom starts`, {
      hint: "say which: --start 'npm start'",
    });
  }
  if (command.trim() === '') {
    throw new UsageError('--start is empty', { hint: "give a command line, such as --start 'npm start'" });
  }
  refuseRate(command);
  const readyUrl = flags.text('readyUrl');
  return {
    plan,
    secrets,
    command,
    waitMs: waitMs(session),
    log: flags.text('startLog') ?? LOG,
    ...(readyUrl === undefined ? {} : { readyUrl }),
    redact: (text) => vault.redact(text),
    say,
  };
}

/** No command is called `50/s`: whoever writes that means the rate of a search. */
function refuseRate(text: string): void {
  try {
    parseRate(text);
  } catch {
    return;
  }
  throw new UsageError(`--start starts a server, and "${text}" is a rate`, {
    hint: `the rate with which capacity begins is --start-rate ${text}`,
  });
}

function waitMs({ flags }: Session): number {
  const text = flags.text('waitReady');
  if (text === undefined) return WAIT_MS;
  try {
    const ms = parseDuration(text);
    if (ms > 0) return ms;
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
  }
  throw new UsageError(`--wait-ready does not know "${text}"`, { hint: 'write a time such as 60s' });
}
