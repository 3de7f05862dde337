/** A canary as lines of a crontab. */

import { UsageError } from '../../core/errors.ts';
import { shellQuoted } from '../../core/shell.ts';
import { formatDurationMs } from '../../core/units.ts';
import { cronSchedule } from './schedule.ts';
import {
  canaryWords,
  deadlineSeconds,
  type InstallWish,
  installName,
  jitterSeconds,
  subjectText,
} from './wish.ts';

/** Cron cuts longer commands (vixie-cron, MAX_COMMAND); in bytes. */
const LONGEST_COMMAND = 990;

/** The lines, with what they rest on. @throws UsageError for times that cron cannot say, and a command that is too long */
export function cronText(wish: InstallWish): string {
  const secrets = shellQuoted(`/etc/headroom/${installName(wish)}.env`);
  const words = [...wish.program, ...canaryWords(wish.everyMs), '-q', subjectText(wish)].map(shellQuoted);
  const command = [
    // The number of the shell's process: no plain `sh` has RANDOM, and a variable SHELL would hold for the lines below too.
    `sleep $(($$ % ${jitterSeconds(wish)}))`,
    `set -a; [ ! -r ${secrets} ] || . ${secrets}`,
    `exec timeout -k 10 ${deadlineSeconds(wish)} ${words.join(' ')} >/dev/null`,
  ].join('; ');
  const line = `${cronSchedule(wish.everyMs)} ${inCrontab(command)}`;
  if (Buffer.byteLength(line) > LONGEST_COMMAND) {
    throw new UsageError('the command is longer than cron takes', {
      hint: 'move the plan to a shorter path',
    });
  }
  return `${[
    `# A canary every ${formatDurationMs(wish.everyMs)}. Add this line with crontab -e.`,
    '# - No flock: while one run of a check goes on, the next one says so and leaves.',
    '# - It starts at a second of its own, so that not all jobs of a minute start at once.',
    `# - Secrets of the plan, NAME='value' in each line, as a shell reads it: ${secrets}, readable by this user alone.`,
    '# - Cron mails what the canary could not do; what it found goes to its notifiers. For a record add --log FILE,',
    '#   for an exporter --report prometheus=FILE.prom.',
    line,
  ].join('\n')}\n`;
}

/**
 * The command as a crontab holds it: an unescaped `%` would end it. Cron takes the backslash before a `%` away, but
 * counts backslashes in pairs: one that stands before a `%` is parted from it by an empty word.
 */
function inCrontab(command: string): string {
  return command.replaceAll('\\%', "\\''%").replaceAll('%', '\\%');
}
