/** Flags that let headroom start the server under test, and stop it. */

import type { Group } from './flag.ts';

/** Of commands that send traffic. */
export const SERVER: Group = [
  'Server under test:',
  [
    { flags: '--start <command>', text: "start this server, wait for it, and stop it, such as 'npm start'" },
    { flags: '--wait-ready <time>', text: 'how long it may take to answer (default: 60s)' },
    { flags: '--ready-url <url>', text: "what to ask it (default: the first target's URL)" },
    { flags: '--start-log <file>', text: 'where its output is kept (default: headroom-server.log)' },
  ],
];
