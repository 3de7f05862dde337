import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { link } from '../../../src/report/chart/markup.ts';
import { traceText } from '../../../src/report/server/markdown.ts';
import { traceLink } from '../../../src/report/server/trace-link.ts';
import { nastyText } from '../../support/hostile-text.ts';

const ID = '00000000000000004bf92f3577b34da6';

describe('the address of a trace', () => {
  test.each([
    ['https://t.example/trace/{trace_id}', `https://t.example/trace/${ID}`],
    ['http://127.0.0.1:16686/trace/{trace_id}?x={trace_id}', `http://127.0.0.1:16686/trace/${ID}?x=${ID}`],
    ['https://t.example/?q="{trace_id}"&a=<b>', `https://t.example/?q=%22${ID}%22&a=%3Cb%3E`],
    ["https://t.example/'{trace_id}'", `https://t.example/%27${ID}%27`],
  ])('%s', (template, address) => {
    expect(traceLink(template, ID)).toBe(address);
  });

  test.each([
    ['javascript:alert("{trace_id}")'],
    ['data:text/html,{trace_id}'],
    ['ftp://t.example/{trace_id}'],
    ['//t.example/{trace_id}'],
    ['/trace/{trace_id}'],
    ['https:///{trace_id}'],
    ['https://t.example/trace'],
    ['https://t.example/{trace_id}?token=***'],
    [' https://t.example/{trace_id}'],
    [''],
  ])('is none where the template is no address of a page: %s', (template) => {
    expect(traceLink(template, ID)).toBeNull();
  });

  test.each([null, undefined, '', ID.slice(1), `${ID}0`, ID.toUpperCase(), `"${ID.slice(1)}`])(
    'is none without an id: %s',
    (id) => {
      expect(traceLink('https://t.example/{trace_id}', id)).toBeNull();
    },
  );

  test('ends no attribute, no cell and no link, whatever the template holds', () => {
    const template = fc
      .tuple(nastyText, nastyText)
      .map(([before, after]) => `https://t.example/${before}{trace_id}${after}`);
    fc.assert(
      fc.property(template, (text) => {
        const address = traceLink(text, ID);
        if (address === null) return;
        expect(address).toMatch(/^https:\/\/t\.example\/[^\s"'<>]*$/);
        expect(link(address, ID)).toMatch(/^<a href="[^"<>]*" rel="noopener noreferrer">[\da-f]{32}<\/a>$/);
        const inner = /^\[[\da-f]{32}\]\((.*)\)$/.exec(traceText(ID, text))?.[1] ?? 'no link';
        expect(inner).toMatch(/^https:[^\s()[\]|\\`<>"'*_~$!]*$/);
      }),
      { numRuns: 300 },
    );
  });
});
