/** XML as libxml2 reads it: `requires('xmllint')`. */

import { spawnSync } from 'node:child_process';

function xmllint(
  args: readonly string[],
  xml: string,
): { readonly code: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync('xmllint', ['--nonet', ...args, '-'], {
    input: xml,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { code: status, text: status === 0 ? stdout : stderr };
}

/** What is wrong with the text by a schema, or at all; '' for nothing. */
export function schemaErrors(xml: string, schema: string): string {
  const { code, text } = xmllint(['--noout', '--schema', `test/fixtures/junit/${schema}.xsd`], xml);
  return code === 0 ? '' : text;
}

/** What an XPath expression of type string or number gives, without the last line break. */
export function xpath(xml: string, expression: string): string {
  const { code, text } = xmllint(['--xpath', expression], xml);
  if (code !== 0) throw new Error(text);
  return text.replace(/\n$/, '');
}
