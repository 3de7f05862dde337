/** The plan file's schema: what may stand in it, key by key. The same sections read the flags. */
import { z } from 'zod';
import {
  type CanaryFlagsInput,
  type CanaryInput,
  canaryFlagsSchema,
  canarySchema,
} from './canary/canary-section.ts';
import { emitSchema } from './emit/emit-section.ts';
import type { SinkInput } from './emit/sink-text.ts';
import { type TraceInput, traceSchema } from './emit/trace-section.ts';
import { type NotifierInput, notifySchema } from './notify/notify-section.ts';
import { parseObjective } from './objective.ts';
import { observeSchema, type SourceInput } from './observe/observe-section.ts';
import type { Objective } from './plan.ts';
import type { Issue } from './position.ts';
import { type LaunchInput, launchSchema } from './question/launch-section.ts';
import { type HttpInput, httpSchema, type TlsInput, tlsSchema } from './section/connection.ts';
import { type HeaderInput, headerLinesSchema, headersSchema } from './section/headers.ts';
import { type LoadInput, loadSchema } from './section/load.ts';
import { attempt, type Schema, said, text } from './section/scalar.ts';
import { methodSchema, type TargetInput, targetSchema } from './section/target.ts';
import { issuesOf, withoutEchoes } from './section/wording.ts';

/** What a plan file and the flags have in common. */
export interface CommonInput {
  readonly load?: LoadInput | undefined;
  readonly http?: HttpInput | undefined;
  readonly tls?: TlsInput | undefined;
  readonly objectives?: readonly Objective[] | undefined;
  readonly launch?: LaunchInput | undefined;
  readonly observe?: readonly SourceInput[] | undefined;
  readonly emit?: readonly SinkInput[] | undefined;
  readonly trace?: TraceInput | undefined;
  readonly owner?: string | undefined;
}

/** A plan file as written, its quantities in numbers. */
export interface PlanInput extends CommonInput {
  readonly version: 1;
  readonly base?: string | undefined;
  readonly headers?: readonly HeaderInput[] | undefined;
  readonly targets?: readonly TargetInput[] | undefined;
  readonly data?: string | undefined;
  readonly agreement?: readonly Objective[] | undefined;
  readonly canary?: CanaryInput | undefined;
  readonly notify?: readonly NotifierInput[] | undefined;
}

/** The flags, in the same terms. */
export interface FlagsInput extends CommonInput {
  readonly request?:
    | {
        readonly url?: string | undefined;
        readonly method?: string | undefined;
        readonly headers?: readonly HeaderInput[] | undefined;
        readonly body?: string | undefined;
        readonly bodyFile?: string | undefined;
      }
    | undefined;
  readonly base?: string | undefined;
  readonly canary?: CanaryFlagsInput | undefined;
}

const MAX_TARGETS = 1000;
const MAX_OBJECTIVES = 1000;

function objectivesSchema(about: string): Schema<readonly Objective[]> {
  const one = z.string().transform((written, context) => attempt(context, () => parseObjective(written)));
  return z.array(one).max(MAX_OBJECTIVES).meta({ description: about });
}

function commonShape(): { [key in keyof CommonInput]-?: Schema<CommonInput[key]> } {
  return {
    load: loadSchema().optional(),
    http: httpSchema().optional(),
    tls: tlsSchema().optional(),
    objectives: objectivesSchema('What must hold, such as "p99 < 250ms" or "errors < 0.1%".').optional(),
    launch: launchSchema().optional(),
    observe: observeSchema().optional(),
    emit: emitSchema().optional(),
    trace: traceSchema().optional(),
    owner: text('Who says that these servers are ours: lifts the guard on public addresses.').optional(),
  };
}

function dataSchema(): Schema<string> {
  return z
    .union([
      text('CSV, TSV, JSON or JSON Lines file.'),
      z.strictObject({ file: text('CSV, TSV, JSON or JSON Lines file.') }),
    ])
    .meta({ description: 'File of rows for ${data.column}.' })
    .transform((data) => (typeof data === 'string' ? data : data.file));
}

function planSchema(): Schema<PlanInput> {
  return z
    .strictObject({
      version: z.literal(1, { error: versionError }).meta({ description: 'Version of this format: 1.' }),
      base: text('Scheme and host that paths stand below, such as https://staging.example.com.').optional(),
      headers: headersSchema('Headers of every request.').optional(),
      targets: z
        .array(targetSchema())
        .max(MAX_TARGETS)
        .meta({ description: 'What is requested.' })
        .optional(),
      data: dataSchema().optional(),
      ...commonShape(),
      agreement: objectivesSchema(
        'The looser promise to clients: shown, never part of the verdict.',
      ).optional(),
      canary: canarySchema().optional(),
      notify: notifySchema().optional(),
    })
    .meta({ title: 'headroom plan', description: 'What headroom sends, and what must hold.' });
}

function versionError({ input }: { readonly input: unknown }): string {
  if (input === undefined) return said('the key "version" is missing', 'write version: 1 at the top');
  return said('this version of the plan format is not known', 'write version: 1');
}

function flagsSchema(): Schema<FlagsInput> {
  const request = z.strictObject({
    url: text('').optional(),
    method: methodSchema().optional(),
    headers: headerLinesSchema().optional(),
    body: z.string().optional(),
    bodyFile: text('').optional(),
  });
  const [base, canary] = [text('').optional(), canaryFlagsSchema().optional()];
  return z.strictObject({ request: request.optional(), base, canary, ...commonShape() });
}

const PLAN: Schema<PlanInput> = planSchema();
const FLAGS: Schema<FlagsInput> = flagsSchema();

/** JSON Schema (draft-07) of the plan file, with a description for each key. */
export function planJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(PLAN, { target: 'draft-7', io: 'input' });
}

/** A value that fits, or every place where it does not. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly Issue[] };

function check<T>(schema: Schema<T>, tree: unknown): Checked<T> {
  const result = schema.safeParse(tree);
  if (result.success) return { ok: true, value: result.data };
  const wording = { tree, schema: planJsonSchema() };
  return {
    ok: false,
    issues: withoutEchoes(result.error.issues.flatMap((issue) => issuesOf(issue, [], wording))),
  };
}

/** Reads the tree of a plan file. */
export function checkPlan(tree: unknown): Checked<PlanInput> {
  return check(PLAN, tree);
}

/** Reads the tree of {@link flagTree}. */
export function checkFlags(tree: unknown): Checked<FlagsInput> {
  return check(FLAGS, tree);
}
