/** How far an exchange has come, from the moment it is taken up. */

/** Where an exchange stands; names the phase that a deadline strikes. `proxy`: on the way to, or through, a proxy. */
export type Stage =
  | 'idle'
  | 'waiting'
  | 'dns'
  | 'connect'
  | 'proxy'
  | 'tls'
  | 'send'
  | 'wait'
  | 'receive'
  | 'ended';
