import { describe, expect, test } from 'vitest';
import { repeatLine, secretsOf } from '../../src/cli/secrecy.ts';

describe('secrets are found in', () => {
  test.each<readonly [where: string, args: readonly string[], secrets: readonly string[]]>([
    ['a header', ['-H', 'Authorization: Bearer hunter22'], ['Bearer hunter22', 'hunter22']],
    ['a header joined to its flag', ['-HX-Api-Key:hunter22'], ['hunter22']],
    ['a long flag with =', ['--header=Cookie: sid=hunter22'], ['sid=hunter22']],
    ['the user part of a URL', ['http://bob:p%40ss@h/'], ['bob:p%40ss', 'bob:p@ss', 'p%40ss', 'p@ss']],
    ['a URL whose scheme was forgotten', ['bob:hunter22@h:80/'], ['bob:hunter22', 'hunter22']],
    ['the query of a URL', ['http://h/?a=1&access_token=hunter22'], ['hunter22']],
    ['a proxy', ['-x', 'http://u:hunter22@proxy:3128'], ['u:hunter22', 'hunter22']],
    ['a source', ['--observe', 'expvar=http://u:hunter22@h/'], ['u:hunter22', 'hunter22']],
    ['a sink', ['--emit=otlp=http://h/?token=hunter22'], ['hunter22']],
    ['a JSON body', ['-b', '{"user":"bob","password":"hunter22"}'], ['hunter22']],
    ['a form body', ['--data=user=bob&password=hunter22'], ['hunter22']],
  ])('%s', (_, args, secrets) => {
    expect(new Set(secretsOf(args))).toEqual(new Set(secrets));
  });

  test('nothing that is none', () => {
    const args = ['-H', 'accept: text/html', 'http://h/?q=shoes', '-b', '{"id":7}', '-r', '200/s'];
    expect(secretsOf(args)).toEqual([]);
  });

  test('references are not values', () => {
    expect(
      secretsOf(['-H', 'authorization: Bearer ${env:TOKEN}', 'http://${env:USER}:${env:PASS}@h/']),
    ).toEqual([]);
  });
});

describe('the line that repeats a run', () => {
  test.each<readonly [args: readonly string[], line: string]>([
    [['run', 'http://h/'], 'headroom run http://h/ --seed 7'],
    [['run', '--seed', '3', 'http://h/'], 'headroom run --seed 3 http://h/'],
    [
      [
        'run',
        '--observe=expvar=http://u:hunter22@h/',
        '--emit',
        'otlp=http://o/?token=hunter22',
        'http://h/',
      ],
      "headroom run '--observe=expvar=http://***@h/' --emit 'otlp=http://o/?token=***' http://h/ --seed 7",
    ],
    [['run', '--seed=3', 'http://h/'], 'headroom run --seed=3 http://h/'],
    [
      ['run', '--objective', 'p99 < 250ms', 'http://h/a b'],
      "headroom run --objective 'p99 < 250ms' 'http://h/a b' --seed 7",
    ],
    [['run', '-b', "it's"], String.raw`headroom run -b 'it'\''s' --seed 7`],
    [
      ['run', '-H', 'Authorization: Bearer hunter22', 'http://bob:hunter22@h/?key=abcdef&q=1'],
      "headroom run -H 'Authorization: ***' 'http://***@h/?key=***&q=1' --seed 7",
    ],
  ])('of %j', (args, line) => {
    expect(repeatLine(args, 7)).toBe(line);
  });
});

test('secrets in the command line of a server are found, and not shown again', () => {
  const args = [
    'run',
    '--start',
    'API_TOKEN=open-sesame PORT=8080 npm start -- --password "let me in" --port 1',
  ];
  expect(secretsOf(args)).toEqual(expect.arrayContaining(['open-sesame', 'let me in']));
  const line = repeatLine(args, 1);
  expect(line).toContain('PORT=8080');
  expect(line).not.toMatch(/open-sesame|let me in/);
});
