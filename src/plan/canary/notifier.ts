/** Who is told, as a plan names them. Texts may hold `${env:...}` and `${file:...}`, which stay unexpanded here. */

/** How much it matters: somebody is woken, or finds it in the morning. */
export const SEVERITIES = ['page', 'ticket'] as const;

/** A member of {@link SEVERITIES}. */
export type Severity = (typeof SEVERITIES)[number];

/** One way to tell somebody. */
export type NotifierSettings = NotifierFacts &
  (
    | { readonly kind: 'pagerduty'; readonly routingKey: string; readonly url: string | null }
    | {
        readonly kind: 'alertmanager';
        /** Each of them is told. */
        readonly urls: readonly string[];
        /** Added to the labels of each alert. */
        readonly labels: Readonly<Record<string, string>>;
      }
    | { readonly kind: 'slack' | 'teams' | 'discord' | 'healthchecks'; readonly url: string }
    | {
        readonly kind: 'webhook';
        readonly url: string;
        readonly secret: string | null;
        /** Of each post; lower-case names. */
        readonly headers: readonly (readonly [name: string, value: string])[];
      }
    | {
        readonly kind: 'exec';
        /** Program and arguments; no shell. */
        readonly command: readonly [string, ...string[]];
        readonly timeoutMs: number;
      }
  );

/** What all of them have. */
export interface NotifierFacts {
  /** Unique in its plan; a channel's spooled events are known by it. */
  readonly name: string;
  /** The least that it is told of. */
  readonly least: Severity;
}

/** The kinds of notifiers, as keys of the plan. */
export type NotifierKind = NotifierSettings['kind'];

/** Every kind, in the order in which messages name them. */
export const KINDS: readonly NotifierKind[] = [
  'pagerduty',
  'alertmanager',
  'slack',
  'teams',
  'discord',
  'webhook',
  'exec',
  'healthchecks',
];
