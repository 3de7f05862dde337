/**
 * A plan file and flags to a frozen {@link Plan}, with the values of its references beside it; or one error that
 * names everything that is wrong. Reads only through {@link PlanReads}; sends nothing.
 */
import { UsageError } from '../core/errors.ts';
import { safeText } from '../core/text.ts';
import { buildCanary } from './canary/build-canary.ts';
import { buildEmit } from './emit/build-emit.ts';
import { buildTrace } from './emit/trace-section.ts';
import { flagTree, type Overrides } from './flags.ts';
import { buildNotify } from './notify/build-notify.ts';
import { parseObjective } from './objective.ts';
import { buildObserve } from './observe/build-observe.ts';
import { serverNameOf } from './observe/server-name.ts';
import { type DataSet, DEFAULTS, type Objective, type Plan, type Secrets, type Target } from './plan.ts';
import { usageErrorOf } from './position.ts';
import { buildLaunch } from './question/launch-question.ts';
import { checkObjectives } from './question/objective-checks.ts';
import { parseData } from './request/data.ts';
import { compileTarget } from './request/template.ts';
import { checkFlags, checkPlan, type FlagsInput, type PlanInput } from './schema.ts';
import { collectReferences, type FoundReference, isOfTold } from './secrets.ts';
import { baseFault } from './section/address.ts';
import { buildHttp } from './section/connection.ts';
import { buildLoad } from './section/schedule.ts';
import { buildTargets } from './section/targets.ts';
import { buildTls } from './section/tls.ts';
import { Complaints } from './source/complaints.ts';
import { type PlanText, type PlanTree, readDocument } from './source/document.ts';
import { attemptRead, type PlanReads } from './source/reads.ts';
import { checkColumns, resolveSecrets } from './source/resolve.ts';

export type { PlanText } from './source/document.ts';
export type { PlanReads } from './source/reads.ts';

const NO_FILE: PlanText = { file: 'plan', text: 'version: 1\n' };

/** A plan file and flags whose shape is right, and their references. */
interface Read {
  readonly file: PlanInput;
  readonly flags: FlagsInput;
  readonly references: readonly FoundReference[];
  readonly flagReferences: readonly FoundReference[];
  readonly secrets: Secrets;
}

/** What the steps of reading a plan share. */
interface Desk {
  readonly source: PlanText | null;
  readonly document: PlanTree;
  readonly reads: PlanReads;
  readonly complaints: Complaints;
  readonly purpose: Purpose;
  /** Servers are looked for that the plan does not name. */
  readonly isDiscovering: boolean;
}

/**
 * What a plan is read for: one run; a search, whose trials take the place of the load; a canary, which takes the place
 * of the load too, and tells somebody.
 */
type Purpose = 'run' | 'search' | 'canary';

function readShapes(desk: Desk, tree: unknown, flagsTree: unknown): Read {
  const { complaints, reads, source } = desk;
  const file = checkPlan(tree);
  const flags = checkFlags(flagsTree);
  const ofFile = collectReferences(tree);
  const ofFlags = collectReferences(flagsTree);
  const isNeeded = (found: FoundReference): boolean => desk.purpose === 'canary' || !isOfTold(found);
  const relativeTo = source?.file ?? null;
  const fileSecrets = resolveSecrets(ofFile.references.filter(isNeeded), { reads, relativeTo });
  const flagSecrets = resolveSecrets(ofFlags.references.filter(isNeeded), { reads, relativeTo: null });
  complaints.addAll('file', [...(file.ok ? [] : file.issues), ...ofFile.issues, ...fileSecrets.issues]);
  complaints.addAll('flags', [...(flags.ok ? [] : flags.issues), ...ofFlags.issues, ...flagSecrets.issues]);
  complaints.settle();
  return {
    file: basedOn(file.ok ? file.value : { version: 1 }, flags.ok ? flags.value : {}),
    flags: flags.ok ? flags.value : {},
    references: ofFile.references,
    flagReferences: ofFlags.references,
    secrets: { ...fileSecrets.secrets, ...flagSecrets.secrets },
  };
}

/** A base that was named wins over the plan's own. */
function basedOn(file: PlanInput, { base }: FlagsInput): PlanInput {
  return base === undefined ? file : { ...file, base };
}

function readData({ file }: Read, desk: Desk): DataSet | null {
  const path = file.data;
  if (path === undefined) return null;
  const relativeTo = desk.source?.file ?? null;
  const read = attemptRead(() => ({ ...parseData(path, desk.reads.readText(path, relativeTo)), file: path }));
  if (read.ok) return read.value;
  const message = read.reason.startsWith(path)
    ? read.reason
    : `the data "${path}" cannot be read: ${read.reason}`;
  desk.complaints.add('file', { path: ['data'], message, hint: read.hint });
  return null;
}

/** Objectives of the file know where they stand. */
function placed(objectives: readonly Objective[], key: string, document: PlanTree): Objective[] {
  return objectives.map((objective, index) => {
    const { line, column } = document.positionOf({ path: [key, index] });
    return { ...objective, position: { line, column } };
  });
}

/** What is asked of the servers. */
type Asked = Pick<Plan, 'objectives' | 'objectivesDefaulted' | 'agreement' | 'launch' | 'canary' | 'notify'>;

function askedOf({ file, flags, secrets }: Read, { document, complaints, purpose }: Desk): Asked {
  const objectives = flags.objectives ?? placed(file.objectives ?? [], 'objectives', document);
  const isDefaulted = objectives.length === 0;
  const launch = buildLaunch({ file: file.launch, flags: flags.launch }, complaints.add);
  const known = purpose === 'canary' ? secrets : null;
  const canary = buildCanary({ file: file.canary, flags: flags.canary, secrets: known }, complaints.add);
  const notify = buildNotify(file.notify, known, complaints.add);
  return {
    objectives: isDefaulted ? [parseObjective(DEFAULTS.objective)] : objectives,
    objectivesDefaulted: isDefaulted,
    agreement: placed(file.agreement ?? [], 'agreement', document),
    ...(launch === null ? {} : { launch }),
    ...(canary === null ? {} : { canary }),
    ...(notify === null ? {} : { notify }),
  };
}

/** What is read, sent on and marked beside the load. */
function besideOf(
  { file, flags, secrets }: Read,
  complaints: Complaints,
): Pick<Plan, 'observe' | 'emit' | 'trace'> {
  const observe = buildObserve({ file: file.observe, flags: flags.observe, secrets }, complaints.add);
  const emit = buildEmit({ file: file.emit, flags: flags.emit, secrets }, complaints.add);
  const trace = buildTrace({ file: file.trace, flags: flags.trace });
  return {
    ...(observe === null ? {} : { observe }),
    ...(emit === null ? {} : { emit }),
    ...(trace === null ? {} : { trace }),
  };
}

function checkBase({ file, flags, secrets }: Read, complaints: Complaints): void {
  const fault = file.base === undefined ? null : baseFault(file.base, secrets);
  const source = flags.base === undefined ? 'file' : 'flags';
  if (fault !== null) complaints.add(source, { path: ['base'], ...fault });
}

/** The whole request is put together once, so that what cannot be sent is found before anything is. */
function checkRequests(plan: Plan, secrets: Secrets): void {
  for (const target of plan.targets) {
    const { origin } = compileTarget(target, { secrets, data: plan.data, seed: plan.seed });
    if (plan.http.version === '2' && origin.startsWith('http:')) {
      throw new UsageError(`target "${safeText(target.name)}": HTTP/2 is spoken over TLS alone`, {
        hint: 'write the URL with https://, or leave out --http2 and http.version',
      });
    }
  }
}

function refuseNothing(targets: readonly Target[], source: PlanText | null): void {
  if (targets.length > 0) return;
  if (source === null)
    throw new UsageError('there is nothing to send to', { hint: 'give a URL, or a plan with --plan' });
  throw new UsageError(`${source.file}: there are no targets`, {
    hint: 'add targets: [ { get: https://host/path } ], or give a URL',
  });
}

/** Freezes everything within; bytes cannot be frozen and stay as they are. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

function assemble(read: Read, desk: Desk): { readonly plan: Plan; readonly secrets: Secrets } {
  const { file, flags } = read;
  const { complaints, reads, source } = desk;
  const relativeTo = source?.file ?? null;
  const complain = complaints.add;
  const data = readData(read, desk);
  checkBase(read, complaints);
  complaints.addAll(
    'file',
    file.data !== undefined && data === null ? [] : checkColumns(read.references, data),
  );
  complaints.addAll('flags', checkColumns(read.flagReferences, data));
  const targets = buildTargets({ file, flags, secrets: read.secrets, reads, relativeTo, complain });
  const tls = buildTls({
    file: file.tls ?? {},
    flags: flags.tls ?? {},
    secrets: read.secrets,
    reads,
    relativeTo,
    complain,
  });
  const plan: Plan = {
    version: 1,
    targets,
    data,
    load: buildLoad({ file: file.load ?? {}, flags: flags.load ?? {} }, complain),
    http: buildHttp(file.http ?? {}, flags.http ?? {}),
    tls: tls.settings,
    ...askedOf(read, desk),
    ...besideOf(read, complaints),
    owner: flags.owner ?? file.owner ?? null,
    seed: flags.load?.seed ?? file.load?.seed ?? reads.drawSeed(),
  };
  const objectivesFrom = flags.objectives === undefined ? 'file' : 'flags';
  const servers = (plan.observe ?? []).map((source) => serverNameOf(source, read.secrets));
  const { purpose, isDiscovering } = desk;
  const setting = { source: objectivesFrom, load: plan.load, purpose, servers, isDiscovering } as const;
  checkObjectives(plan, setting, complain);
  complaints.settle();
  return { plan, secrets: tls.secrets };
}

/** A plan, deeply frozen, and the values of its references. */
export interface ParsedPlan {
  readonly plan: Plan;
  readonly secrets: Secrets;
}

/**
 * Reads a plan: the file, the flags, or both, flags winning. With a URL alone: 30/s for 20 s.
 *
 * @param source null when there is no plan file
 * @returns the plan, deeply frozen, and the values of its references, which are not part of it
 * @throws UsageError with everything that is wrong and where, ready to print
 */
export function parsePlan(source: PlanText | null, overrides: Overrides, reads: PlanReads): ParsedPlan {
  return parsed(source, overrides, { reads, purpose: 'run' });
}

/**
 * As {@link parsePlan}, for a search, whose trials take the place of the load and last as long as the windows of the
 * objectives need: these are not held against the load.
 *
 * @throws UsageError as parsePlan does
 */
export function parseSearchPlan(source: PlanText | null, overrides: Overrides, reads: PlanReads): ParsedPlan {
  return parsed(source, overrides, { reads, purpose: 'search' });
}

/**
 * As {@link parsePlan}, for a command that tells somebody: the references of `notify` and of `canary.control` are read,
 * and addresses checked with their values. Other commands neither read nor need them. Windows of objectives are not
 * held against the load, whose place the canary's takes.
 *
 * @throws UsageError as parsePlan does
 */
export function parseCanaryPlan(source: PlanText | null, overrides: Overrides, reads: PlanReads): ParsedPlan {
  return parsed(source, overrides, { reads, purpose: 'canary' });
}

function parsed(
  source: PlanText | null,
  overrides: Overrides,
  setting: Pick<Desk, 'reads' | 'purpose'>,
): ParsedPlan {
  const document = readDocument(source ?? NO_FILE);
  if (document.refused.length > 0) throw usageErrorOf(document.refused);
  const flagsTree = flagTree(overrides, DEFAULTS.redirectsWhenFollowed);
  const complaints = new Complaints(document, flagsTree);
  const desk: Desk = { source, document, ...setting, complaints, isDiscovering: overrides.discover === true };
  const read = readShapes(desk, document.tree, flagsTree);
  const { plan, secrets } = assemble(read, desk);
  refuseNothing(plan.targets, source);
  checkRequests(plan, secrets);
  return { plan: deepFreeze(plan), secrets: Object.freeze(secrets) };
}
