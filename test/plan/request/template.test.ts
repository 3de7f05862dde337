import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { integerAt, STREAM } from '../../../src/core/random.ts';
import type { DataSet, Secrets, Target } from '../../../src/plan/plan.ts';
import { type CompiledTarget, compileTarget } from '../../../src/plan/request/template.ts';

const DATA: DataSet = {
  columns: ['id', 'name', 'unfit'],
  rows: [
    ['1', 'ann & "co"', 'x'],
    ['2', 'bob/é\n', 'a\r\nset-cookie: x'],
    ['3', 'c d', 'y'],
  ],
};
const SECRETS: Secrets = {
  'env:TOKEN': 's3cret',
  'env:BASE': 'https://staging.example.com:8443/v1/',
  'env:HOST': 'h.example.com',
  'env:PASS': 'p@ss/w?rd',
  'env:QUOTED': 'a"b\\c d',
  'env:BROKEN': 'line\nbreak-s3cret',
  'file:t.txt': 'from-file\n',
};

function target(part: Partial<Target>): Target {
  return {
    name: 'followers',
    method: 'GET',
    url: 'http://127.0.0.1:8080/',
    headers: [],
    body: null,
    weight: 1,
    timeoutMs: 1000,
    expect: { statuses: null, headers: [], body: [], json: [], size: null },
    ...part,
  };
}

function compile(part: Partial<Target>, seed = 7): CompiledTarget {
  return compileTarget(target(part), { secrets: SECRETS, data: DATA, seed });
}

function rowOf(index: number, seed = 7): readonly string[] {
  return DATA.rows[integerAt(seed, STREAM.dataRow, index, { low: 0, high: 2 })] ?? [];
}

function failureOf(part: Partial<Target>): string {
  try {
    compile(part);
  } catch (error) {
    if (error instanceof UsageError) {
      return error.message;
    }
    throw error;
  }
  return 'accepted';
}

describe('a target that does not vary', () => {
  const compiled = compile({
    url: 'http://127.0.0.1:8080/a?token=${env:TOKEN}',
    headers: [
      ['authorization', 'Bearer ${env:TOKEN}'],
      ['x-file', '${file:t.txt}'],
    ],
    body: '$${not} ${env:TOKEN}',
  });

  test('renders the same frozen object for every arrival', () => {
    expect(compiled.static).toBe(true);
    expect(compiled.render(0)).toBe(compiled.render(1e15));
    expect(Object.isFrozen(compiled.render(0)) && Object.isFrozen(compiled.render(0).headers)).toBe(true);
  });

  test('has its secrets in place', () => {
    expect(compiled.render(5)).toEqual({
      path: '/a?token=s3cret',
      headers: ['authorization', 'Bearer s3cret', 'x-file', 'from-file'],
      body: '${not} s3cret',
    });
  });

  test('sends bytes as they are, references or not', () => {
    const body = new TextEncoder().encode('${uuid} \n');
    const bytes = compile({ body });
    expect(bytes.static).toBe(true);
    expect(bytes.render(1).body).toBe(body);
  });
});

describe('the URL', () => {
  test.each([
    { url: 'http://127.0.0.1:8080', origin: 'http://127.0.0.1:8080', path: '/' },
    { url: 'https://example.com:443/a#top', origin: 'https://example.com', path: '/a' },
    { url: 'HTTP://EXAMPLE.com?q=1', origin: 'http://example.com', path: '/?q=1' },
    { url: 'http://[::1]:80/a b?c=é d|', origin: 'http://[::1]', path: '/a%20b?c=%C3%A9%20d%7C' },
    { url: 'http://h/a%2Fb/../c?u=http://x/y', origin: 'http://h', path: '/a%2Fb/../c?u=http://x/y' },
    { url: 'https://${env:HOST}:8443/x', origin: 'https://h.example.com:8443', path: '/x' },
    { url: '${env:BASE}', origin: 'https://staging.example.com:8443', path: '/v1/' },
    { url: '${env:BASE}/users', origin: 'https://staging.example.com:8443', path: '/v1/users' },
    { url: '${env:BASE}?u=http://x', origin: 'https://staging.example.com:8443', path: '/v1/?u=http://x' },
    {
      url: 'http://h/${env:PASS}?p=${env:PASS}',
      origin: 'http://h',
      path: '/p%40ss%2Fw%3Frd?p=p%40ss%2Fw%3Frd',
    },
    { url: 'http://h/$${uuid}', origin: 'http://h', path: '/$%7Buuid%7D' },
    { url: 'http://bücher.example/', origin: 'http://xn--bcher-kva.example', path: '/' },
  ])('$url goes to $origin and asks for $path', ({ url, origin, path }) => {
    const compiled = compile({ url });
    expect([compiled.origin, compiled.render(0).path]).toEqual([origin, path]);
  });

  test('takes credentials out, and a secret in them cannot move the host', () => {
    const compiled = compile({ url: 'http://user:${env:PASS}@${env:HOST}/x' });
    expect(compiled.origin).toBe('http://h.example.com');
    const expected = Buffer.from('user:p@ss/w?rd').toString('base64');
    expect(compiled.render(0).headers).toEqual(['authorization', `Basic ${expected}`]);
    const own = compile({ url: 'http://user:x@h/', headers: [['authorization', 'Bearer y']] });
    expect(own.render(0).headers).toEqual(['authorization', 'Bearer y']);
  });

  test('encodes what varies', () => {
    const compiled = compile({ url: 'http://h/u/${data.name}?n=${data.name}&i=${seq}#${uuid}' });
    for (const index of [0, 1, 2, 3, 4]) {
      const name = encodeURIComponent(rowOf(index)[1] ?? '');
      expect(compiled.render(index).path).toBe(`/u/${name}?n=${name}&i=${index}`);
    }
  });

  test.each([
    ['http://${data.name}/x', 'only ${env:...} and ${file:...} may stand in the host of a URL'],
    ['http://h:${random.int(1,2)}', 'only ${env:...} and ${file:...} may stand in the host of a URL'],
    ['${seq}://h/', 'only ${env:...} and ${file:...} may stand in the host of a URL'],
    ['ftp://h/', 'its URL is not an absolute http or https URL'],
    ['/only/a/path', 'its URL is not an absolute http or https URL'],
    ['http://${env:BROKEN}/', 'its URL is not an absolute http or https URL'],
    ['http://h:${env:TOKEN}/', 'its URL is not an absolute http or https URL'],
    ['http://h/${env:NONE}', '${env:NONE} has no value'],
    ['http://h/${env:toString}', '${env:toString} has no value'],
    ['http://h/${data.nmae}', '${data.nmae}: there is no such column'],
    ['http://h/${oops}', 'URL: unknown reference "${oops}", at character 10'],
  ])('%s is refused without showing a secret', (url, message) => {
    const failure = failureOf({ url });
    expect(failure).toContain('target "followers"');
    expect(failure).toContain(message);
    expect(failure).not.toContain('s3cret');
  });
});

describe('headers', () => {
  test('vary with the arrival', () => {
    const compiled = compile({
      headers: [
        ['x-id', 'n-${seq}-${data.id}'],
        ['x-fixed', 'é'],
      ],
    });
    expect(compiled.static).toBe(false);
    expect(compiled.render(4).headers).toEqual(['x-id', `n-4-${rowOf(4)[0]}`, 'x-fixed', 'é']);
  });

  test('that do not vary are not made anew, though the path does', () => {
    const compiled = compile({ url: 'http://h/${seq}', headers: [['a', 'b']] });
    expect(compiled.render(1).headers).toBe(compiled.render(2).headers);
    expect(compiled.render(1)).not.toBe(compiled.render(2));
  });

  test.each([
    ['${env:BROKEN}', 'header x-a: its value holds a line break'],
    ['a\nb', 'header x-a: its value holds a line break'],
    [
      '日本',
      'header x-a: its value holds a line break, another control character or a character beyond Latin-1',
    ],
    ['${seq} ${data.unfit}', 'header x-a: row 2 of the data holds a line break'],
    ['${nothing}', 'header x-a: unknown reference "${nothing}", at character 1'],
  ])('cannot be split by %j', (value, message) => {
    const failure = failureOf({ headers: [['x-a', value]] });
    expect(failure).toContain(message);
    expect(failure).not.toContain('s3cret');
  });
});

describe('the body', () => {
  test.each([
    { type: 'application/json', body: '{"n":"${env:QUOTED}"}', sent: '{"n":"a\\"b\\\\c d"}' },
    { type: 'application/vnd.x+json; charset=utf-8', body: '"${env:QUOTED}"', sent: '"a\\"b\\\\c d"' },
    { type: 'application/x-www-form-urlencoded', body: 'n=${env:QUOTED}&m=1', sent: 'n=a%22b%5Cc+d&m=1' },
    { type: 'text/plain', body: '${env:QUOTED}', sent: 'a"b\\c d' },
    { type: 'text/plain', body: '${file:t.txt}', sent: 'from-file\n' },
  ])('of $type escapes what it holds: $body', ({ type, body, sent }) => {
    expect(compile({ body, headers: [['content-type', type]] }).render(0).body).toBe(sent);
  });

  test('without a content type is raw', () => {
    expect(compile({ body: '${env:QUOTED}' }).render(0).body).toBe('a"b\\c d');
  });

  test('in JSON stays JSON, whatever the row', () => {
    const compiled = compile({
      body: '{"name":"${data.name}","id":${data.id},"n":${random.int(5,5)}}',
      headers: [['content-type', 'application/json']],
    });
    for (const index of [0, 1, 2, 3, 4, 5]) {
      const [id, name] = rowOf(index);
      expect(JSON.parse(String(compiled.render(index).body))).toEqual({ name, id: Number(id), n: 5 });
    }
  });
});

describe('what is drawn for an arrival', () => {
  test('comes from one row, in URL, headers and body', () => {
    const compiled = compile({
      url: 'http://h/${data.id}',
      headers: [['x', '${data.id}']],
      body: '${data.id}',
    });
    for (let index = 0; index < 50; index += 1) {
      const { path, headers, body } = compiled.render(index);
      expect([path, headers[1]]).toEqual([`/${String(body)}`, body]);
    }
  });

  test('covers all rows and all integers', () => {
    const compiled = compile({ url: 'http://h/${data.id}/${random.int(-1,1)}' });
    const seen = new Set(Array.from({ length: 200 }, (_, index) => compiled.render(index).path));
    expect([...seen].toSorted()).toEqual([
      '/1/-1',
      '/1/0',
      '/1/1',
      '/2/-1',
      '/2/0',
      '/2/1',
      '/3/-1',
      '/3/0',
      '/3/1',
    ]);
  });

  test('numbers random references through URL, headers and body', () => {
    const whole = 'random.int(0,1000000)';
    const { path, headers, body } = compile({
      url: `http://h/\${${whole}}`,
      headers: [['x', `\${${whole}}`]],
      body: `\${${whole}}`,
    }).render(12);
    const drawn = [0, 1, 2].map((k) =>
      String(integerAt(7, STREAM.template + k, 12, { low: 0, high: 1_000_000 })),
    );
    expect([path.slice(1), headers[1], body]).toEqual(drawn);
  });

  test('has one UUID of version 4, and another for every arrival and seed', () => {
    const compiled = compile({ url: 'http://h/${uuid}', body: '${uuid}' });
    const seen = new Set<string>();
    for (let index = 0; index < 2000; index += 1) {
      const { path, body } = compiled.render(index);
      expect(path).toBe(`/${String(body)}`);
      seen.add(String(body));
    }
    expect(seen.size).toBe(2000);
    const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    expect([...seen].filter((uuid) => !form.test(uuid))).toEqual([]);
    expect(compile({ body: '${uuid}' }, 8).render(0).body).not.toBe(compiled.render(0).body);
  });
});

test('data is refused where there is none', () => {
  const context = { secrets: {}, data: null, seed: 1 };
  expect(() => compileTarget(target({ body: '${data.id}' }), context)).toThrow('the plan has no data');
});
