/**
 * What GitHub's runner takes for a command in the output of a step (actions/runner, ActionCommand.cs): `::name k=v,..::data`
 * after leading blanks, and the legacy `##[name k=v;..]data` anywhere in a line. Any name counts, known or not.
 */

export interface WorkflowCommand {
  readonly form: 'current' | 'legacy';
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** Every command in the output, in its order, unescaped. */
export function workflowCommands(output: string): WorkflowCommand[] {
  return output.split(/\r\n|\r|\n/).flatMap((line) => {
    const command = currentForm(line) ?? legacyForm(line);
    return command === null ? [] : [command];
  });
}

function currentForm(raw: string): WorkflowCommand | null {
  const line = raw.trimStart();
  if (!line.startsWith('::')) return null;
  const end = line.indexOf('::', 2);
  if (end < 0) return null;
  const head = line.slice(2, end);
  const blank = head.indexOf(' ');
  const name = blank < 0 ? head : head.slice(0, blank);
  const properties = propertiesOf(blank < 0 ? '' : head.slice(blank + 1), ',');
  return { form: 'current', name, properties, data: unescaped(line.slice(end + 2)) };
}

function legacyForm(line: string): WorkflowCommand | null {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return null;
  const head = line.slice(start + 3, end);
  const blank = head.indexOf(' ');
  const name = blank < 0 ? head : head.slice(0, blank);
  const properties = propertiesOf(blank < 0 ? '' : head.slice(blank + 1), ';');
  return { form: 'legacy', name, properties, data: line.slice(end + 1) };
}

function propertiesOf(text: string, separator: string): Record<string, string> {
  const pairs = text
    .trim()
    .split(separator)
    .filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      const value = unescaped(
        pair
          .slice(at + 1)
          .replaceAll('%3A', ':')
          .replaceAll('%2C', ','),
      );
      return [pair.slice(0, at), value];
    }),
  );
}

/** Per cent last, as the runner does it. */
function unescaped(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
