/** A canary as a service and a timer of systemd. */

import { formatDurationMs } from '../../core/units.ts';
import { isOfCalendar, timerLines } from './schedule.ts';
import {
  canaryWords,
  deadlineSeconds,
  type InstallWish,
  installName,
  jitterSeconds,
  subjectText,
} from './wish.ts';

/** Both units, one after the other, each under its file name. */
export function systemdText(wish: InstallWish): string {
  const name = installName(wish);
  return `${[
    `# /etc/systemd/system/${name}.service`,
    '# systemctl daemon-reload, then: systemctl enable --now ' + `${name}.timer`,
    ...serviceLines(wish, name),
    '',
    `# /etc/systemd/system/${name}.timer`,
    ...timerUnit(wish),
  ].join('\n')}\n`;
}

function serviceLines(wish: InstallWish, name: string): string[] {
  const words = [...wish.program, ...canaryWords(wish.everyMs), '--state-dir'].map(systemdQuoted);
  return [
    '[Unit]',
    `Description=${description(wish)}`,
    'Wants=network-online.target',
    'After=network-online.target',
    '',
    '[Service]',
    'Type=oneshot',
    // The folder of StateDirectory=, which systemd makes for the user that it makes.
    `ExecStart=${[...words, '%S/headroom', systemdQuoted(subjectText(wish))].join(' ')}`,
    '# Secrets of the plan, NAME=value in each line; readable by root alone.',
    `EnvironmentFile=-/etc/headroom/${name}.env`,
    '# A bad run is no failure of the unit: the notifiers of the plan tell of it. What is left is worth OnFailure=.',
    'SuccessExitStatus=1 3',
    `TimeoutStartSec=${deadlineSeconds(wish)}`,
    '# A user that is made for the run: the plan and the program must be readable by everybody.',
    '# The name is that of all canaries: each would take the state folder from the others, were each a user of its own.',
    'DynamicUser=yes',
    'User=headroom',
    'StateDirectory=headroom',
    'StateDirectoryMode=0700',
    'NoNewPrivileges=yes',
    'CapabilityBoundingSet=',
    'ProtectSystem=strict',
    'ProtectHome=read-only',
    'PrivateTmp=yes',
    'PrivateDevices=yes',
    'ProtectKernelTunables=yes',
    'ProtectKernelModules=yes',
    'ProtectControlGroups=yes',
    'ProtectClock=yes',
    'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
    'RestrictNamespaces=yes',
    'RestrictRealtime=yes',
    'LockPersonality=yes',
    'SystemCallArchitectures=native',
    'SystemCallFilter=@system-service',
    'SystemCallErrorNumber=EPERM',
  ];
}

function timerUnit(wish: InstallWish): string[] {
  return [
    '[Unit]',
    `Description=${description(wish)}`,
    '',
    '[Timer]',
    '# While one run goes on no other is started.',
    ...timerLines(wish.everyMs),
    ...delayLines(wish),
    '',
    '[Install]',
    'WantedBy=timers.target',
  ];
}

/** A timer from one start to the next would add its delay to each of them: runs would be further apart than was asked. */
function delayLines(wish: InstallWish): string[] {
  if (!isOfCalendar(wish.everyMs)) return ['AccuracySec=100ms'];
  return [
    'AccuracySec=1s',
    '# Put off by a time of its own on each machine, the same each time: runs stay evenly spaced.',
    `RandomizedDelaySec=${jitterSeconds(wish)}s`,
    'FixedRandomDelay=yes',
  ];
}

/** Specifiers begin with `%` here too, and a backslash at the end of the line would join the next one to it. */
function description(wish: InstallWish): string {
  const text = subjectText(wish).replaceAll('%', '%%');
  return `headroom canary of ${text}, every ${formatDurationMs(wish.everyMs)}`;
}

/** One word of a command line (systemd.syntax, systemd.service): C escapes in quotes; `%` and `$` are doubled. */
function systemdQuoted(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$');
  return /^[\w@%+=:,./-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}
