/**
 * The field rules of OTLP's metrics as its JSON mapping has them (opentelemetry-proto, metrics/v1/metrics.proto and the
 * protocol's section "JSON Protobuf Encoding"): known names alone, enums as numbers, 64-bit integers as text, and what
 * the comments of the messages demand of histograms. Throws at the first breach.
 */

export interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export interface NumberPoint {
  readonly attributes?: readonly Attribute[];
  readonly startTimeUnixNano?: string;
  readonly timeUnixNano: string;
  readonly asInt?: string;
  readonly asDouble?: number;
}

export interface ExponentialPoint {
  readonly attributes?: readonly Attribute[];
  readonly startTimeUnixNano?: string;
  readonly timeUnixNano: string;
  readonly count: string;
  readonly sum?: number;
  readonly scale: number;
  readonly zeroCount: string;
  readonly zeroThreshold?: number;
  readonly positive?: { readonly offset: number; readonly bucketCounts: readonly string[] };
  readonly min?: number;
  readonly max?: number;
}

export interface OtlpMetric {
  readonly name: string;
  readonly description?: string;
  readonly unit?: string;
  readonly sum?: {
    readonly aggregationTemporality: number;
    readonly isMonotonic?: boolean;
    readonly dataPoints: readonly NumberPoint[];
  };
  readonly gauge?: { readonly dataPoints: readonly NumberPoint[] };
  readonly exponentialHistogram?: {
    readonly aggregationTemporality: number;
    readonly dataPoints: readonly ExponentialPoint[];
  };
}

/** What a request holds. */
export interface OtlpRequest {
  readonly resource: readonly Attribute[];
  readonly scope: { readonly name: string; readonly version?: string };
  readonly metrics: readonly OtlpMetric[];
}

type Check = (value: unknown, path: string) => void;

function refuse(path: string, why: string): never {
  throw new Error(`${path}: ${why}`);
}

function integer(bounds: { readonly signed: boolean; readonly bits: 32 | 64 }): Check {
  const { signed, bits } = bounds;
  return (value, path) => {
    if (bits === 64 ? typeof value !== 'string' : typeof value !== 'number')
      refuse(path, `no ${bits}-bit integer`);
    if (!/^(0|-?[1-9]\d*)$/.test(String(value))) refuse(path, `no integer: ${String(value)}`);
    const wide = BigInt(String(value));
    const fits = signed ? BigInt.asIntN(bits, wide) === wide : BigInt.asUintN(bits, wide) === wide;
    if (!fits) refuse(path, `out of bounds: ${String(value)}`);
  };
}

const UINT64 = integer({ signed: false, bits: 64 });
const INT64 = integer({ signed: true, bits: 64 });
const INT32 = integer({ signed: true, bits: 32 });
const TEXT: Check = (value, path) => {
  if (typeof value !== 'string') refuse(path, 'no text');
};
const BOOLEAN: Check = (value, path) => {
  if (typeof value !== 'boolean') refuse(path, 'no boolean');
};
const DOUBLE: Check = (value, path) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) refuse(path, 'no finite number');
};
const TEMPORALITY: Check = (value, path) => {
  if (value !== 1 && value !== 2) refuse(path, 'an enum is a number, 1: delta, 2: cumulative');
};

function list(check: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) refuse(path, 'no list');
    value.forEach((one, index) => check(one, `${path}[${index}]`));
  };
}

function message(fields: Readonly<Record<string, Check>>, required: readonly string[] = []): Check {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(path, 'no message');
    for (const [key, field] of Object.entries(value))
      (fields[key] ?? refuse(`${path}.${key}`, 'an unknown field'))(field, `${path}.${key}`);
    for (const key of required) if (!(key in value)) refuse(`${path}.${key}`, 'is missing');
  };
}

function oneOf(fields: Readonly<Record<string, Check>>): Check {
  const check = message(fields);
  return (value, path) => {
    check(value, path);
    if (Object.keys(value as object).length !== 1) refuse(path, 'not exactly one of a choice');
  };
}

const ANY_VALUE = oneOf({ stringValue: TEXT, boolValue: BOOLEAN, intValue: INT64, doubleValue: DOUBLE });
const KEY_VALUE = message({ key: TEXT, value: ANY_VALUE }, ['key', 'value']);
const POINT = { attributes: list(KEY_VALUE), startTimeUnixNano: UINT64, timeUnixNano: UINT64 };
const NUMBER_POINT = message({ ...POINT, asInt: INT64, asDouble: DOUBLE }, ['timeUnixNano']);
const BUCKETS = message({ offset: INT32, bucketCounts: list(UINT64) });
const EXPONENTIAL_POINT = message(
  {
    ...POINT,
    count: UINT64,
    sum: DOUBLE,
    scale: INT32,
    zeroCount: UINT64,
    positive: BUCKETS,
    negative: BUCKETS,
    min: DOUBLE,
    max: DOUBLE,
    zeroThreshold: DOUBLE,
  },
  ['timeUnixNano', 'count', 'scale', 'zeroCount'],
);
const METRIC = message(
  {
    name: TEXT,
    description: TEXT,
    unit: TEXT,
    gauge: message({ dataPoints: list(NUMBER_POINT) }, ['dataPoints']),
    sum: message(
      { dataPoints: list(NUMBER_POINT), aggregationTemporality: TEMPORALITY, isMonotonic: BOOLEAN },
      ['dataPoints', 'aggregationTemporality'],
    ),
    exponentialHistogram: message(
      { dataPoints: list(EXPONENTIAL_POINT), aggregationTemporality: TEMPORALITY },
      ['dataPoints', 'aggregationTemporality'],
    ),
  },
  ['name'],
);
const SCOPE = message({ name: TEXT, version: TEXT });
const RESOURCE = message({ attributes: list(KEY_VALUE) });
const REQUEST = message(
  {
    resourceMetrics: list(
      message({ resource: RESOURCE, scopeMetrics: list(message({ scope: SCOPE, metrics: list(METRIC) })) }),
    ),
  },
  ['resourceMetrics'],
);

/** Reads a request of one resource and one scope. */
export function readOtlp(json: string): OtlpRequest {
  const parsed: unknown = JSON.parse(json);
  REQUEST(parsed, 'request');
  const { resourceMetrics } = parsed as {
    resourceMetrics: {
      resource: { attributes: Attribute[] };
      scopeMetrics: { scope: OtlpRequest['scope']; metrics: OtlpMetric[] }[];
    }[];
  };
  const [{ resource, scopeMetrics } = refuse('request', 'no resource')] = resourceMetrics;
  const [{ scope, metrics } = refuse('request', 'no scope')] = scopeMetrics;
  unique(
    metrics.map(({ name }) => name),
    'metrics',
  );
  unique(
    resource.attributes.map(({ key }) => key),
    'resource',
  );
  metrics.forEach(checkMetric);
  return { resource: resource.attributes, scope, metrics };
}

function unique(keys: readonly string[], path: string): void {
  if (new Set(keys).size !== keys.length) refuse(path, 'something twice');
}

function checkMetric({ name, sum, gauge, exponentialHistogram }: OtlpMetric): void {
  if (!/^[A-Za-z][\w./-]{0,254}$/.test(name)) refuse(name, 'no name of an instrument');
  const kinds = [sum, gauge, exponentialHistogram].filter((kind) => kind !== undefined);
  const [kind = refuse(name, 'no data')] = kinds;
  if (kinds.length !== 1) refuse(name, 'two kinds of data');
  checkPoints(kind.dataPoints, { name, isGauge: gauge !== undefined });
  for (const point of (sum ?? gauge)?.dataPoints ?? [])
    checkNumber(point, { name, isMonotonic: sum?.isMonotonic === true });
  for (const point of exponentialHistogram?.dataPoints ?? []) checkExponential(point, name);
}

type Points = readonly (NumberPoint | ExponentialPoint)[];

function checkPoints(
  points: Points,
  { name, isGauge }: { readonly name: string; readonly isGauge: boolean },
): void {
  if (points.length === 0) refuse(name, 'no points');
  unique(
    points.map(({ attributes }) => JSON.stringify(attributes)),
    name,
  );
  for (const { attributes = [], startTimeUnixNano, timeUnixNano } of points) {
    unique(
      attributes.map(({ key }) => key),
      name,
    );
    if (!isGauge && startTimeUnixNano === undefined) refuse(name, 'no start of a stretch');
    if (BigInt(startTimeUnixNano ?? '0') > BigInt(timeUnixNano)) refuse(name, 'ends before it starts');
  }
}

function checkNumber(
  { asInt, asDouble }: NumberPoint,
  { name, isMonotonic }: { readonly name: string; readonly isMonotonic: boolean },
): void {
  if ((asInt === undefined) === (asDouble === undefined)) refuse(name, 'not one value');
  if (isMonotonic && BigInt(asInt ?? '0') < 0n) refuse(name, 'a monotonic sum below zero');
}

function checkExponential(point: ExponentialPoint, name: string): void {
  const counts = (point.positive?.bucketCounts ?? []).map(BigInt);
  const total = counts.reduce((all, count) => all + count, BigInt(point.zeroCount));
  if (total !== BigInt(point.count)) refuse(name, `${total} in buckets, ${point.count} counted`);
  if (point.scale > 20 || point.scale < -10) refuse(name, 'a scale out of bounds');
  if (counts.length > 0 && (counts[0] === 0n || counts.at(-1) === 0n))
    refuse(name, 'empty buckets at an end');
  if ((point.min ?? 0) > (point.max ?? 0)) refuse(name, 'the least is above the largest');
}
