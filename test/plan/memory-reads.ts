/** The world that a plan is read from, in memory: files by path, environment, standard input. */
import type { PlanReads } from '../../src/plan/parse.ts';

export interface Memory {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

function missing(path: string): Error {
  return Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
}

/** Paths relative to a plan file are looked up below its folder, those of flags as they are; the seed is 42. */
export function memoryReads({ files = {}, env = {}, stdin = '' }: Memory = {}): PlanReads {
  const readText = (path: string, relativeTo: string | null): string => {
    const folder = relativeTo === null || path.startsWith('/') ? '' : (/^.*\//.exec(relativeTo)?.[0] ?? '');
    const text = files[folder + path];
    if (text === undefined) throw missing(path);
    return text;
  };
  return {
    readText,
    readBytes: (path, relativeTo) => new TextEncoder().encode(readText(path, relativeTo)),
    readStdin: () => new TextEncoder().encode(stdin),
    env: (name) => env[name],
    drawSeed: () => 42,
  };
}
