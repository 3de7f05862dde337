/** Shape of the `notify` section of a plan: a list of those who are told. */
import { z } from 'zod';
import { UnitError } from '../../core/units.ts';
import { KINDS, type NotifierKind, SEVERITIES, type Severity } from '../canary/notifier.ts';
import { type HeaderInput, headersSchema } from '../section/headers.ts';
import { positiveDuration, type Report, report, type Schema, said, text, textOf } from '../section/scalar.ts';

/** One notifier as written: its own keys, and one of the kinds. */
export type NotifierInput = {
  readonly name?: string | undefined;
  readonly least?: Severity | undefined;
} & { readonly [kind in NotifierKind]?: KindInput[kind] | undefined };

/** What each kind takes. */
export interface KindInput {
  readonly pagerduty: { readonly routingKey: string; readonly url?: string | undefined };
  readonly alertmanager: {
    readonly url?: string | undefined;
    readonly urls?: readonly string[] | undefined;
    readonly labels?: Readonly<Record<string, string>> | undefined;
  };
  readonly slack: { readonly url: string };
  readonly teams: { readonly url: string };
  readonly discord: { readonly url: string };
  readonly healthchecks: { readonly url: string };
  readonly webhook: {
    readonly url: string;
    readonly secret?: string | undefined;
    readonly headers?: readonly HeaderInput[] | undefined;
  };
  readonly exec: { readonly command: readonly string[]; readonly timeout?: number | undefined };
}

const MAX_NOTIFIERS = 50;
const MAX_URLS = 20;
const MAX_LABELS = 50;
const MAX_ARGUMENTS = 200;
const MAX_NAME_LENGTH = 60;
const NAME_HINT = 'write letters, digits and . _ -, such as slack-night';

function readName(name: string): string {
  if (name === '') throw new UnitError('the name of the notifier is empty', { hint: NAME_HINT });
  if (name.length > MAX_NAME_LENGTH) {
    throw new UnitError(`the name of a notifier has at most ${MAX_NAME_LENGTH} characters`, {
      hint: NAME_HINT,
    });
  }
  const index = name.search(/[^A-Za-z\d._-]/);
  if (index < 0) return name;
  throw new UnitError('this character cannot stand in the name of a notifier', { hint: NAME_HINT, index });
}

/** A text alone stands for the one key that the kind needs. */
function orText<T>(schema: Schema<T>, whole: (text: string) => T, example: string): Schema<T> {
  return z.union([text('').transform(whole), schema], {
    error: said('expected a text, or keys with values', `write it as ${example}`),
  });
}

function pagerdutySchema(): Schema<KindInput['pagerduty']> {
  const schema = z
    .strictObject({
      routingKey: text('Integration key of the service (Events API v2), best as ${env:NAME}.'),
      url: text('Where events go, for another region than the United States.').optional(),
    })
    .meta({ description: 'PagerDuty, Events API v2.' });
  return orText(schema, (routingKey) => ({ routingKey }), '{ routingKey: "${env:PD_KEY}" }');
}

function alertmanagerSchema(): Schema<KindInput['alertmanager']> {
  const value = z.string().meta({ description: 'Value of the label.' });
  const schema = z
    .strictObject({
      url: text('Address of an Alertmanager, such as http://localhost:9093.').optional(),
      urls: z
        .array(text(''))
        .min(1)
        .max(MAX_URLS)
        .meta({ description: 'Addresses of all members of a cluster: each is told.' })
        .optional(),
      labels: z
        .record(z.string(), value)
        .meta({ description: 'Added to the labels of each alert.' })
        .optional(),
    })
    .meta({ description: 'Prometheus Alertmanager, API v2.' })
    .superRefine(checkAlertmanager);
  return orText<KindInput['alertmanager']>(schema, (url) => ({ url }), '{ url: "http://localhost:9093" }');
}

function checkAlertmanager({ url, urls, labels = {} }: KindInput['alertmanager'], context: Report): void {
  if ((url === undefined) === (urls === undefined)) {
    report(context, {
      message: url === undefined ? 'neither "url" nor "urls" is there' : '"url" does not go with "urls"',
      hint: 'write url: http://localhost:9093, or urls with all members of the cluster',
      missing: url === undefined,
    });
  }
  for (const name of Object.keys(labels)) {
    if (/^[A-Za-z_]\w*$/.test(name) && !name.startsWith('__')) continue;
    report(context, {
      message: 'this is no name of a label',
      hint: 'write letters, digits and _, not beginning with a digit or with __',
      path: ['labels', name],
      onKey: true,
    });
  }
  if (Object.keys(labels).length > MAX_LABELS) {
    report(context, {
      message: `there are more than ${MAX_LABELS} labels`,
      hint: 'keep those that routes need',
      path: ['labels'],
    });
  }
}

function hookSchema(about: string): Schema<{ readonly url: string }> {
  const schema = z.strictObject({ url: text('Its URL, best as ${env:NAME}: who knows it can post.') });
  return orText(schema.meta({ description: about }), (url) => ({ url }), '{ url: "${env:HOOK}" }');
}

function webhookSchema(): Schema<KindInput['webhook']> {
  const schema = z
    .strictObject({
      url: text('Where each event is posted as JSON.'),
      secret: text('Key with which posts are signed, best as ${env:NAME}.').optional(),
      headers: headersSchema('Headers of each post, such as authorization.').optional(),
    })
    .meta({ description: 'JSON posted to a URL, signed when there is a secret.' });
  return orText<KindInput['webhook']>(
    schema,
    (url) => ({ url }),
    '{ url: "https://host/path", secret: "${env:NAME}" }',
  );
}

function execSchema(): Schema<KindInput['exec']> {
  const command = z
    .array(z.string())
    .min(1)
    .max(MAX_ARGUMENTS)
    .meta({ description: 'Program and arguments; no shell.' });
  const schema = z
    .strictObject({
      command,
      timeout: positiveDuration('How long it may take (default: 10s).').optional(),
    })
    .meta({ description: 'A program that is handed each event as JSON on standard input.' });
  return z
    .union([command.transform((list): KindInput['exec'] => ({ command: list })), schema], {
      error: said(
        'expected a list of program and arguments, or keys with values',
        'write it as [ /usr/bin/notify, argument ]: no shell reads it',
      ),
    })
    .superRefine((exec, context) => {
      const isBlank = exec.command[0]?.trim() === '';
      const hasNul = exec.command.some((word) => word.includes('\0'));
      if (!isBlank && !hasNul) return;
      report(context, { message: 'the command names no program', hint: 'write the path of a program first' });
    });
}

function entrySchema(): Schema<NotifierInput> {
  const hook = (about: string): Schema<{ readonly url: string } | undefined> => hookSchema(about).optional();
  return z
    .strictObject({
      name: textOf('Name by which it is known (default: its kind).', readName).optional(),
      least: z
        .enum(SEVERITIES)
        .meta({ description: 'The least that it is told of (default: page for pagerduty, else ticket).' })
        .optional(),
      pagerduty: pagerdutySchema().optional(),
      alertmanager: alertmanagerSchema().optional(),
      slack: hook('Incoming webhook of Slack.'),
      teams: hook('Workflow of Microsoft Teams.'),
      discord: hook('Webhook of Discord.'),
      webhook: webhookSchema().optional(),
      exec: execSchema().optional(),
      healthchecks: hook('Ping URL of healthchecks.io: told of the start and the end of each run.'),
    })
    .superRefine(refuseOtherThanOne);
}

function refuseOtherThanOne(entry: NotifierInput, context: Report): void {
  const given = KINDS.filter((kind) => entry[kind] !== undefined);
  if (given.length === 1) return;
  const [first, second] = given;
  if (first === undefined || second === undefined) {
    report(context, {
      message: 'this notifier has no kind',
      hint: `add one of ${KINDS.join(', ')}`,
      missing: true,
    });
    return;
  }
  report(context, {
    message: `"${second}" does not go with "${first}"`,
    hint: 'let each of them be an item of the list',
    path: [second],
    onKey: true,
  });
}

/** Shape of the section; unknown keys are refused. */
export function notifySchema(): Schema<readonly NotifierInput[]> {
  return z.array(entrySchema()).max(MAX_NOTIFIERS).meta({ description: 'Who is told of incidents.' });
}
