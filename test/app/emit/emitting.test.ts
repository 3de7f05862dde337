import { describe, expect, test } from 'vitest';
import type { Emission } from '../../../src/app/emit/emission.ts';
import { bothListen, emitting } from '../../../src/app/emit/emitting.ts';
import type { EmitSettings } from '../../../src/plan/emit/emit-settings.ts';
import { Recording } from '../../../src/record/recording.ts';
import { SAMPLE_LAYOUT, samplePlan, sampleResult } from '../../support/sample-result.ts';
import { udpReceiver } from '../../support/sinks.ts';
import { fakeWorld } from '../fake-world.ts';

const part = new Recording(SAMPLE_LAYOUT).take();

function placeOf(emit?: readonly EmitSettings[]): Parameters<typeof emitting>[0] {
  return {
    subject: { plan: samplePlan(emit === undefined ? {} : { emit }), secrets: {} },
    ground: { world: fakeWorld(), runId: 'run-1' },
    say: () => undefined,
  };
}

const dogstatsd = (port: number): readonly EmitSettings[] => [
  { kind: 'dogstatsd', url: `udp://127.0.0.1:${port}`, prefix: 'headroom', tags: [] },
];

describe('two that listen', () => {
  test('are both told, whoever is there', () => {
    const told: string[] = [];
    const one = { onPart: () => told.push('one') };
    const other = { onPart: () => told.push('other'), onSpans: () => told.push('spans') };
    const both = bothListen(one, other);
    both.onPart?.(part);
    both.onSpans?.([], 0, 0);
    expect(told).toEqual(['one', 'other', 'spans']);
    expect(Object.keys(both)).toEqual(['onSpans', 'onPart']);
  });

  test('are nobody when neither listens: it costs nothing then', () => {
    expect(bothListen({}, {})).toEqual({});
    const told: string[] = [];
    bothListen({}, { onPart: () => told.push('other') }).onPart?.(part);
    expect(told).toEqual(['other']);
  });
});

describe('emitting', () => {
  test.each([[undefined], [[]]])('changes nothing where there are no sinks: %j', async (emit) => {
    const result = sampleResult();
    const seen: unknown[] = [];
    const returned = await emitting(placeOf(emit), async (listeners, end) => {
      seen.push(listeners, await end());
      return result;
    });
    expect(seen).toEqual([{}, {}]);
    expect(returned).toBe(result);
  });

  test('throws what the load throws, and lets go of its sockets', async () => {
    const ran = emitting(placeOf([{ kind: 'prometheus', listen: '127.0.0.1:0' }]), () =>
      Promise.reject(new Error('no load')),
    );
    await expect(ran).rejects.toThrow('no load');
  });

  test('leaves the verdict and the end to whoever takes it over', async () => {
    const receiver = await udpReceiver();
    const taken: Emission[] = [];
    const place = {
      ...placeOf(dogstatsd(receiver.port)),
      onEmission: (own: Emission) => void taken.push(own),
    };
    await emitting(place, () => Promise.resolve(sampleResult()));
    expect(taken).toHaveLength(1);
    taken[0]?.close();
    await receiver.stop();
    expect(receiver.datagrams).toEqual([]);
  });
});
