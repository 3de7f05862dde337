/** Crontabs and units of systemd, read as cron and systemd read them. */

/** A line of a crontab. */
export interface CronJob {
  readonly fields: string;
  readonly shell: string;
  /** What the shell is handed: an unescaped `%` ends it, a backslash before one is gone (vixie-cron, do_command.c). */
  readonly command: string;
}

/** @throws Error for a line that is no comment, no variable and no job */
export function cronJobs(text: string): CronJob[] {
  const jobs: CronJob[] = [];
  let shell = '/bin/sh';
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const variable = /^([A-Z_]+)=(.*)$/.exec(line);
    if (variable !== null) {
      if (variable[1] === 'SHELL') shell = variable[2] ?? '';
      continue;
    }
    const job = /^((?:[\d*/,-]+ ){5})(.*)$/.exec(line);
    if (job === null) throw new Error(`no line of a crontab: ${line}`);
    jobs.push({ fields: (job[1] ?? '').trim(), shell, command: handedOver(job[2] ?? '') });
  }
  return jobs;
}

function handedOver(written: string): string {
  let command = '';
  let isEscaped = false;
  for (const character of written) {
    if (isEscaped && character === '%') command = command.slice(0, -1);
    else if (character === '%') return command;
    isEscaped = !isEscaped && character === '\\';
    command += character;
  }
  return command;
}

/** A unit under its file name. */
export interface Unit {
  readonly file: string;
  readonly text: string;
  readonly value: (section: string, key: string) => string | undefined;
}

/** The units of a text, each after a comment with its path. @throws Error for a line that no unit has */
export function unitOf(text: string): Unit[] {
  const parts = text.split(/^# (\/etc\/systemd\/system\/\S+)\n/m).slice(1);
  return parts.flatMap((file, index) => {
    const body = parts[index + 1] ?? '';
    return index % 2 === 1 ? [] : [{ file, text: body, value: valuesOf(body) }];
  });
}

function valuesOf(text: string): Unit['value'] {
  const values = new Map<string, string>();
  let section = '';
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    if (line.endsWith('\\')) throw new Error(`it goes on in the next line: ${line}`);
    const head = /^\[(\w+)\]$/.exec(line);
    const pair = /^([A-Z]\w*)=(.*)$/.exec(line);
    if (head === null && (pair === null || section === '')) throw new Error(`no line of a unit: ${line}`);
    if (head !== null) section = head[1] ?? '';
    else values.set(`${section} ${pair?.[1]}`, pair?.[2] ?? '');
  }
  return (name, key) => values.get(`${name} ${key}`);
}

/**
 * The words of `ExecStart=`: quotes and C escapes (systemd.syntax), then specifiers, of which `%%` is a per cent sign and
 * others are shown as `<S>`, then `$$` (systemd.service, "Command lines").
 */
export function execWords(line: string): string[] {
  const words: string[] = [];
  for (let rest = line.trim(); rest !== ''; ) {
    const quoted = /^"((?:[^"\\]|\\.)*)"(?: +|$)/.exec(rest);
    const match = quoted ?? /^([^\s"'\\]+)(?: +|$)/.exec(rest);
    if (match === null) throw new Error(`no word at: ${rest}`);
    const unescaped = (match[1] ?? '').replaceAll(/\\(.)/g, (_, character: string) => {
      if (!'\\"'.includes(character)) throw new Error(`an escape that changes it: ${character}`);
      return character;
    });
    const specified = unescaped.replaceAll(/%(.)/g, (_, letter: string) =>
      letter === '%' ? '%' : `<${letter}>`,
    );
    if (/(?<!\$)(?:\$\$)*\$(?!\$)/.test(specified)) throw new Error(`a variable in: ${specified}`);
    words.push(specified.replaceAll('$$', '$'));
    rest = rest.slice(match[0].length);
  }
  return words;
}
