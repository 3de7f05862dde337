/**
 * The import rule: which room may use which, and where each package and each power of Node may appear.
 * Every rule carries the reason it exists. test/architecture.test.ts proves that it cruises every source file.
 */

const calculations = ['core', 'stats', 'plan', 'record', 'verdict', 'result'];
const edges = ['load', 'observe', 'telemetry', 'notify', 'report', 'history', 'convert', 'cluster'];

/** Room -> the rooms it may import besides itself, and why not more. */
const rooms = {
  core: { uses: [], because: 'it holds the words every room shares, so it depends on nothing' },
  stats: { uses: ['core'], because: 'numbers in, numbers out: it never sees a request' },
  plan: { uses: ['core'], because: 'a plan is data: parsing it needs nothing that runs or judges it' },
  record: {
    uses: ['core', 'stats'],
    because: 'a recording says what happened, whatever the plan asked and the verdict will be',
  },
  verdict: {
    uses: ['core', 'stats', 'plan', 'record'],
    because: 'judging is pure: it sees recorded facts and objectives, no traffic',
  },
  result: {
    uses: ['core', 'plan', 'record', 'verdict'],
    because: 'the document must be readable without anything that can make traffic',
  },
  load: {
    uses: ['core', 'plan', 'record'],
    because: 'the load engine knows no objective: it cannot be tempted to look good',
  },
  observe: { uses: ['core'], because: 'reading a server side is independent of our own measurements' },
  telemetry: {
    uses: ['core', 'record', 'result'],
    because: 'a wire format needs the numbers, not the judgement',
  },
  notify: {
    uses: ['core', 'verdict', 'result'],
    because: 'a pager is told a verdict and never computes one',
  },
  report: {
    uses: ['core', 'record', 'verdict', 'result'],
    because: 'a report is a pure function of a result: no rerun, no side effect',
  },
  history: {
    uses: ['core', 'record', 'verdict', 'result'],
    because: 'it stores results and compares them; it does not measure',
  },
  convert: { uses: ['core', 'plan'], because: 'foreign formats become a plan and nothing else' },
  cluster: {
    uses: ['core', 'plan', 'record'],
    because: 'a machine runs a segment it is handed, through a function it is given',
  },
  demo: { uses: [], because: 'the system under test shares no code with the tool that judges it' },
  app: { uses: [...calculations, ...edges], because: 'it is the only place where rooms meet' },
  cli: { uses: ['app', 'core', 'plan', 'result'], because: 'commands turn flags into one call of app' },
};

/** Commands that start the example system, which nothing else may see. */
const demoCommands = '^src/cli/(commands/demo|pager/drill)[.]ts$';

const roomRules = Object.entries(rooms).map(([room, { uses, because }]) => ({
  name: `${room}-imports`,
  severity: 'error',
  comment: `${room}/ may use ${uses.join(', ') || 'nothing of ours'}: ${because}.`,
  from: { path: `^src/${room}/`, ...(room === 'cli' && { pathNot: demoCommands }) },
  to: { path: '^(src|test|bench|bin)/', pathNot: `^src/(${[room, ...uses].join('|')})/` },
}));

const entryRules = [
  {
    name: 'demo-commands-imports',
    severity: 'error',
    comment: 'The commands that start the example system use what every command uses, and demo/.',
    from: { path: demoCommands },
    to: { path: '^(src|test|bench|bin)/', pathNot: '^src/(cli|app|core|plan|result|demo)/' },
  },
  {
    name: 'index-imports',
    severity: 'error',
    comment:
      'The library entry offers app, core, plan and result: other rooms can change without a new major.',
    from: { path: '^src/index[.]ts$' },
    to: { path: '^src/', pathNot: '^src/(app|core|plan|result)/' },
  },
  {
    name: 'known-rooms-only',
    severity: 'error',
    comment: 'A new room needs a line in the table above: what it may import, and why not more.',
    from: {},
    to: { path: '^src/', pathNot: `^src/(index[.]ts$|(${Object.keys(rooms).join('|')})/)` },
  },
  {
    name: 'nothing-imports-the-library-entry',
    severity: 'error',
    comment: 'src/index.ts is for programs that embed headroom; from inside it would close a cycle.',
    from: { path: '^src/' },
    to: { path: '^src/index[.]ts$' },
  },
];

/** A fence: `what` may be imported from `where` only. */
function fence(name, { what, where, reason }) {
  return {
    name: `fence-${name}`,
    severity: 'error',
    comment: `${reason}.`,
    from: { path: '^src/', pathNot: where },
    to: { path: what },
  };
}

const packageFences = [
  fence('undici', {
    what: 'node_modules/undici/',
    where: '^src/(load|app)/',
    reason: 'Only load/ and app/ talk HTTP; others are handed a fetch, so the transport can be replaced',
  }),
  fence('hdr-histogram', {
    what: 'node_modules/hdr-histogram-js/',
    where: '^src/record/histogram[.]ts$',
    reason: 'One file knows the wire format and its quirks',
  }),
  fence('commander', {
    what: 'node_modules/commander/',
    where: '^src/cli/',
    reason: 'Flags end in cli/: app is called with values',
  }),
  fence('terminal', {
    what: 'node_modules/(chalk|cli-table3)/',
    where: '^src/(report/terminal[^/]*|cli/progress)[.]ts$',
    reason: 'Colour and tables belong to the terminal; every other format must be free of escape codes',
  }),
  fence('plan-text', {
    what: 'node_modules/(yaml|zod)/',
    where: '^src/(plan|result|convert)/',
    reason: 'Untrusted text is parsed and checked once, where it enters',
  }),
  fence('data-text', {
    what: 'node_modules/(csv-parse|json-p3)/',
    where: '^src/(plan|convert)/',
    reason: 'Data files and JSON paths are understood where the plan is; load/ gets what they became',
  }),
  fence('sqlite', {
    what: 'node_modules/@photostructure/sqlite/',
    where: '^src/(history|demo)/',
    reason: 'Only history/ and the example system keep a database',
  }),
];

const nodeFences = [
  fence('process-and-files', {
    what: '^(node:)?(fs|fs/promises|child_process|process)$',
    where: '^src/(app/world([.]ts$|/)|cli/|demo/)',
    reason:
      'Files, child processes and the process itself are reached through the World, so that tests can replace them',
  }),
  fence('clocks', {
    what: '^(node:)?(timers|timers/promises|perf_hooks)$',
    where: '^src/(core/clock[.]ts$|load/|demo/)',
    reason: 'Time is a value that is handed in; the hot loop of load/ is the one exception',
  }),
  fence('threads', {
    what: '^(node:)?(worker_threads|cluster)$',
    where: '^src/(load|demo)/',
    reason: 'Threads are how load/ makes traffic; nothing else needs one',
  }),
  {
    name: 'fence-numbers',
    severity: 'error',
    comment:
      'Statistics take numbers: a formula that knows what a request is cannot be checked against a book.',
    from: { path: '^src/stats/' },
    to: { path: '^src/core/attempt[.]ts$' },
  },
  {
    name: 'fence-pure-rooms',
    severity: 'error',
    comment:
      'These rooms calculate: the same input gives the same output, with no network and no machine in it.',
    from: { path: '^src/(core|stats|plan|record|verdict|result|report|convert)/' },
    to: { path: '^(node:)?(net|tls|dgram|dns|dns/promises|http|https|http2|os)$' },
  },
];

const hygiene = [
  {
    name: 'no-circular',
    severity: 'error',
    comment: 'Two files that need each other are one file, or hide a third.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-orphan',
    severity: 'error',
    comment: 'A file that imports nothing and that nothing imports is left over.',
    from: { orphan: true, path: '^src/', pathNot: '^src/(index|load/worker-main)[.]ts$' },
    to: {},
  },
  {
    name: 'not-to-dev-dep',
    severity: 'error',
    comment: 'What users install does not include development dependencies.',
    from: { path: '^(src|bin)/' },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
  },
  {
    name: 'declared-dependencies-only',
    severity: 'error',
    comment: 'A package that package.json does not name disappears with the next install.',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'resolvable',
    severity: 'error',
    comment: 'An import that leads nowhere is a fault that only shows when it runs.',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'not-to-test',
    severity: 'error',
    comment: 'Code that users run does not depend on tests or benchmarks.',
    from: { path: '^(src|bin)/' },
    to: { path: '^(test|bench)/' },
  },
];

export default {
  forbidden: [...roomRules, ...entryRules, ...packageFences, ...nodeFences, ...hygiene],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules/' },
    exclude: { path: '^(dist|test/fixtures)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
