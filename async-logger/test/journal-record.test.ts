import { type IngestedEvent, parseEvent } from '@hotpath/contract/event';
import { describe, expect, test } from 'vitest';
import { packBatch, type Records, readRecords, unpackBatch } from '../src/journal-record.js';
import { packSample, unpackSample } from '../src/sample.js';

const event = (message: string, more: object = {}): IngestedEvent =>
  parseEvent({ message, ...more }, 1_800_000_000_000);

describe('a record', () => {
  const odd = event('a\nb \u2028 "c" 🦊 \0', { eventId: 'x.y:z-1', stackTrace: 'at a\n\tat b ' });
  const plain = parseEvent({ message: 'plain' }, 1_800_000_000_000, undefined, 'shop');
  const batch = [{ event: odd }, { event: plain }, { event: odd }];

  test('comes back with all that countBatch needs, and one sample an issue in a file', () => {
    const sampled = new Set<string>();
    const file = Buffer.concat([7, 8].map((sequence) => packBatch(sequence, batch, sampled)));
    const { batches, torn, damagedBytes } = readRecords(file);
    expect({ torn, damagedBytes }).toEqual({ torn: false, damagedBytes: 0 });
    const samples = new Map<string, string>();
    const [one, two] = batches.map((text) => unpackBatch(text, samples));
    expect([one?.sequence, two?.sequence]).toEqual([7, 8]);
    expect([...samples.values()]).toEqual([packSample(odd), packSample(plain)]);
    expect(two?.countings.map(({ sample }) => sample)).toEqual(['', '', '']);
    const { countings = [] } = one ?? {};
    expect(two?.countings.map((counting) => counting.event)).toEqual(
      countings.map((counting) => counting.event),
    );
    const sightings = [odd, plain, odd].map(({ project, fingerprint, eventId, seenAtMs }) => ({
      ...{ project, fingerprint, eventId, seenAtMs },
    }));
    expect(countings.map((counting) => counting.event)).toEqual(sightings);
    expect(countings.map(({ sample }) => sample)).toEqual([packSample(odd), packSample(plain), '']);
    expect(unpackSample(countings[0]?.sample ?? '')).toEqual(odd);
  });

  const records = [1, 2, 3].map((sequence) => packBatch(sequence, batch, new Set()));
  const whole = Buffer.concat(records);
  const [first, second, third] = records as [Buffer, Buffer, Buffer];
  const numbersOf = ({ batches }: Records) =>
    batches.map((text) => unpackBatch(text, new Map()).sequence);

  test('that is torn at any byte takes nothing with it, and is no damage', () => {
    for (let kept = 1; kept < third.length; kept++) {
      const read = readRecords(whole.subarray(0, whole.length - third.length + kept));
      expect([kept, read.torn, read.damagedBytes, ...numbersOf(read)]).toEqual([
        ...[kept, true, 0, 1, 2],
      ]);
    }
  });

  test('with a flipped bit at any byte is damage, before other records and behind them', () => {
    for (const [start, length, others] of [
      [first.length, second.length, [1, 3]],
      [first.length + second.length, third.length, [1, 2]],
    ] as const) {
      for (let at = start; at < start + length; at++) {
        const bytes = Buffer.from(whole);
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (at % 8)), at);
        const read = readRecords(bytes);
        expect([at, read.torn, read.damagedBytes, ...numbersOf(read)]).toEqual([
          ...[at, false, length, ...others],
        ]);
      }
    }
  });

  test('that a power cut left as zeros is torn, and damage when records follow', () => {
    const zeros = Buffer.alloc(100);
    expect(readRecords(Buffer.concat([first, zeros]))).toMatchObject({
      ...{ torn: true, damagedBytes: 0 },
    });
    const read = readRecords(Buffer.concat([first, zeros, third]));
    expect([read.torn, read.damagedBytes, ...numbersOf(read)]).toEqual([false, 100, 1, 3]);
  });
});
