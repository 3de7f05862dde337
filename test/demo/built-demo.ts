/** Builds the example system alone into a temporary folder: its processes run from the build only. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { startDemo } from '../../src/demo/topology.ts';

export interface BuiltDemo {
  readonly startDemo: typeof startDemo;
  /** The built topology module, for a process of one's own to import. */
  readonly topologyUrl: string;
  remove(): void;
}

export async function buildDemo(): Promise<BuiltDemo> {
  const root = resolve(import.meta.dirname, '../..');
  const folder = mkdtempSync(join(tmpdir(), 'headroom-demo-build-'));
  const config = {
    extends: join(root, 'tsconfig.build.json'),
    compilerOptions: {
      rootDir: join(root, 'src'),
      outDir: join(folder, 'dist'),
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include: [join(root, 'src/demo')],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '--noCheck', '-p', join(folder, 'tsconfig.json')]);
  const topologyUrl = pathToFileURL(join(folder, 'dist/demo/topology.js')).href;
  const topology: { startDemo: typeof startDemo } = await import(/* @vite-ignore */ topologyUrl);
  return {
    startDemo: topology.startDemo,
    topologyUrl,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
