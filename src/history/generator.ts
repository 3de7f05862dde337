/** Which machines measure alike: runs of one class may be held against each other, others not. */

import { createHash } from 'node:crypto';
import type { HostFacts, ResultDocument } from '../result/document.ts';

/** A class of generators. */
export interface GeneratorClass {
  /** Hexadecimal, 16 digits: equal for equal classes. */
  readonly hash: string;
  /** In words: `linux x64, 4 x Intel Xeon, node 20, headroom 1.2`. */
  readonly text: string;
}

/** What a class goes by. */
export interface Maker {
  readonly host: Pick<HostFacts, 'platform' | 'arch' | 'cpuCount' | 'cpuModel'>;
  readonly tool: Pick<ResultDocument['tool'], 'version' | 'node'>;
}

/** The class of the machine that made a result: platform, processors, major of Node, major and minor of headroom. */
export function generatorOf({ host, tool }: Maker): GeneratorClass {
  const node = /^v?(\d+)/.exec(tool.node)?.[1] ?? tool.node;
  const version = /^\d+\.\d+/.exec(tool.version)?.[0] ?? tool.version;
  const cpu = host.cpuModel?.replaceAll(/\s+/g, ' ') ?? 'unknown processor';
  const text = `${host.platform} ${host.arch}, ${host.cpuCount} x ${cpu}, node ${node}, headroom ${version}`;
  return { hash: createHash('sha256').update(text).digest('hex').slice(0, 16), text };
}
