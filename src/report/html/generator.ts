/** Whether our own conduct lets the result be judged: send lag, the validity checks, and this machine. */

import { formatBytes, formatDurationMs, formatRate } from '../../core/units.ts';
import type { ResultDocument } from '../../result/document.ts';
import { lagFigure } from '../figure/lag.ts';
import { formatCount, plural } from '../format.ts';
import { withUnit } from '../terminal/closing.ts';
import { card, figures, section, sentence, statusMark } from './section.ts';
import { type Cell, entriesMarkup, tableMarkup } from './table.ts';

const BLOCKS = { fail: 'a fail', pass: 'a pass', both: 'pass and fail', nothing: 'nothing' } as const;

/** The section of the generator. */
export function generatorMarkup(result: ResultDocument): string {
  const { validity } = result;
  const failed = validity.checks.filter(({ status }) => status === 'fail').length;
  const beside = failed === 0 ? 'every check that applies has passed' : `${plural(failed, 'check')} failed`;
  return section(
    { id: 'generator', title: 'Can this result be trusted?', beside },
    figures([lagFigure(result)], card(machineMarkup(result), 'This machine')),
    card(checkTable(result), 'Validity checks'),
  );
}

function checkTable({ validity }: ResultDocument): string {
  return tableMarkup({
    head: ['', 'check', 'measured', 'limit', 'would block', ''],
    aligns: 'llrrlw',
    rows: validity.checks.map(({ id, status, measured, limit, unit, blocks, text, code }): Cell[] => [
      statusMark(status),
      id,
      withUnit(measured, unit),
      withUnit(limit, unit),
      BLOCKS[blocks],
      sentence(code === null ? text : `${text} (${code})`),
    ]),
  });
}

function machineMarkup({ host, calibration, tool }: ResultDocument): string {
  const { platform, arch, cpuCount, cpuModel, memoryBytes, descriptorLimit, workers, coLocated } = host;
  return entriesMarkup([
    ['processor', `${formatCount(cpuCount)} × ${cpuModel ?? 'unknown'}`],
    ['system', `${platform} ${arch}, node ${tool.node.replace(/^v/, '')}`],
    ['memory', formatBytes(memoryBytes)],
    ...(descriptorLimit === null ? [] : [['descriptors', formatCount(descriptorLimit)] as const]),
    ['workers', formatCount(workers)],
    ['target', coLocated ? 'on this very machine: they share its processors' : 'on another machine'],
    ...(calibration === null
      ? []
      : [
          // A short warm-up ends before the code is fast: what it reached is no ceiling.
          ...(calibration.kind === 'full'
            ? [
                [
                  'ceiling',
                  `${formatRate(calibration.ceilingPerSecond)} per worker, against a server that does nothing`,
                ] as const,
              ]
            : []),
          [
            'floor',
            `${formatDurationMs(calibration.floorUs / 1000)} added by this generator and the loopback (${calibration.kind} calibration)`,
          ] as const,
        ]),
  ]);
}
