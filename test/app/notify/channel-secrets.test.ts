import { describe, expect, test } from 'vitest';
import { channelSecrets } from '../../../src/app/notify/channel-secrets.ts';
import { createRedactor } from '../../../src/core/text.ts';

const facts = { least: 'ticket' } as const;

describe('what is secret about channels', () => {
  test('is every key and path, and nothing that says nothing', () => {
    const secrets = channelSecrets(
      [
        { ...facts, name: 'pd', kind: 'pagerduty', routingKey: '${env:KEY}', url: null },
        { ...facts, name: 'slack', kind: 'slack', url: 'https://chat.example/services/T00/B00/xoxb' },
        {
          ...facts,
          name: 'hook',
          kind: 'webhook',
          url: 'https://chat.example/hook',
          secret: 's1gn',
          headers: [],
        },
        { ...facts, name: 'am', kind: 'alertmanager', urls: ['https://joe:pa%3Ass@am.example'], labels: {} },
      ],
      { 'env:KEY': 'key-value\n' },
      { HTTPS_PROXY: 'http://joe:proxy-pass@proxy:3128', http_proxy: 'joe:bare-pass@proxy:3128' },
    );
    const hidden = [
      'key-value',
      'services/T00/B00/xoxb',
      'xoxb',
      's1gn',
      'pa:ss',
      'pa%3Ass',
      'proxy-pass',
      'bare-pass',
    ];
    for (const text of hidden) expect(secrets).toContain(text);
    const sent = Buffer.from('joe:pa:ss').toString('base64');
    expect(createRedactor(secrets)(`Basic ${sent}`)).toBe('Basic ***');
    for (const text of ['services', 'hook', 'chat.example', '']) expect(secrets).not.toContain(text);
  });

  test('is not the name of a notifier, which is said wherever it is meant', () => {
    const url = 'https://chat.example/team/oncall';
    const secrets = channelSecrets(
      [{ ...facts, name: 'oncall', kind: 'webhook', url, secret: null, headers: [] }],
      {},
      {},
    );
    expect(secrets).toContain('/team/oncall');
    expect(secrets).not.toContain('oncall');
  });

  test.each([
    [['say', '--token', 'abc', 'def'], ['abc']],
    [
      ['say', '--api-key=abc', 'KEY=def', 'level=high'],
      ['abc', 'def'],
    ],
    [
      ['say', 'https://chat.example/T00/xoxb'],
      ['T00', 'xoxb'],
    ],
    [['say', '-v', 'abc'], []],
  ] as const)('is what arguments of a program are named: %o', (command, hidden) => {
    const secrets = channelSecrets([{ ...facts, name: 'own', kind: 'exec', command, timeoutMs: 1 }], {}, {});
    for (const text of hidden) expect(secrets).toContain(text);
    for (const text of command.filter((word) => !hidden.some((each) => word.includes(each)))) {
      expect(secrets).not.toContain(text);
    }
  });

  test('is nothing of a public address', () => {
    const urls = ['http://am-1:9093', 'http://am-2:9093/api/v2/alerts'];
    expect(
      channelSecrets([{ ...facts, name: 'am', kind: 'alertmanager', urls, labels: {} }], {}, {}),
    ).toEqual([]);
  });

  test('is found when a URL is none', () => {
    expect(channelSecrets([{ ...facts, name: 'a', kind: 'slack', url: 'T00/xoxb' }], {}, {})).toEqual([
      'T00/xoxb',
    ]);
  });
});
