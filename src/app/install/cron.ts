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

/** Cron cuts longer commands (vixie-cron, MAX_COMMAND). */
const LONGEST_COMMAND = 990;

/** The lines, with what they rest on. @throws UsageError for times that cron cannot say, and a command that is too long */
export function cronText(wish: InstallWish): string {
  const secrets = shellQuoted(`/etc/headroom/${installName(wish)}.env`);
  const words = [...wish.program, ...canaryWords(wish.everyMs), '-q', subjectText(wish)].map(shellQuoted);
  const command = [
    `sleep $((RANDOM % ${jitterSeconds(wish)}))`,
    `set -a; [ ! -r ${secrets} ] || . ${secrets}`,
    `exec timeout -k 10 ${deadlineSeconds(wish)} ${words.join(' ')} >/dev/null`,
  ].join('; ');
  const line = `${cronSchedule(wish.everyMs)} ${inCrontab(command)}`;
  if (line.length > LONGEST_COMMAND) {
    throw new UsageError('the command is longer than cron takes', {
      hint: 'move the plan to a shorter path',
    });
  }
  return `${[
    `# A canary every ${formatDurationMs(wish.everyMs)}. Add these lines with crontab -e.`,
    '# - No flock: while one run of a check goes on, the next one says so and leaves.',
    '# - It starts at a random second, so that not all jobs of a minute start at once.',
    `# - Secrets of the plan, NAME='value' in each line, as a shell reads it: ${secrets}, readable by this user alone.`,
    '# - Cron mails what the canary could not do; what it found goes to its notifiers. For a record add --log FILE,',
    '#   for an exporter --report prometheus=FILE.prom.',
    'SHELL=/bin/bash',
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
