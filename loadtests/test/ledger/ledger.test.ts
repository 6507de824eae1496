import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { type LedgerPhase, ledgerOf, offendersMax } from '@hotpath/loadtests/ledger/ledger';
import { beforeEach, describe, expect, test } from 'vitest';
import type { OutcomeLetter } from '../../k6/outcome.ts';
import { workload, workloadIssue } from '../../k6/workload.ts';

const options = { issues: 20, firstSightShare: 0.1, skew: 1 };
const warmUp = { ...options, seed: 11, introduce: true };
const measured = { ...options, seed: 12 };
const attempts = 300;

/** A service that stores what it says; the tests then make it lie about one event. */
class Service {
  readonly stored = new Map<string, number>();
  readonly phases: LedgerPhase[] = [];

  run(load: typeof measured, letterOf: (index: number) => OutcomeLetter | null): this {
    const lines: [number, OutcomeLetter][] = [];
    for (let index = 0; index < attempts; index++) {
      const letter = letterOf(index);
      if (letter !== null) lines.push([index, letter]);
      if (letter === 'c') this.count(load, index, 1);
    }
    const started = Math.max(...lines.map(([index]) => index)) + 1;
    const eachAttempt: LedgerPhase['attempts']['eachAttempt'] = (visit) => {
      for (const [index, letter] of lines) visit(index, letter);
    };
    this.phases.push({ workload: load, attempts: { started, eachAttempt } });
    return this;
  }

  count(load: typeof measured, index: number, by: number): void {
    const fingerprint = fingerprintV1(workload(load)(index));
    this.stored.set(fingerprint, (this.stored.get(fingerprint) ?? 0) + by);
  }

  ledger() {
    return ledgerOf(this.phases, this.stored);
  }
}

/** Every tenth is refused, every eleventh fails, else counted. */
const mixed = (index: number): OutcomeLetter => {
  if (index % 10 === 3) return index % 20 === 3 ? 's' : 'r';
  return index % 11 === 5 ? (index % 2 === 0 ? 'f' : 'u') : 'c';
};
const firstWith = (wanted: OutcomeLetter, from = 0): number => {
  for (let index = from; ; index++) if (mixed(index) === wanted) return index;
};
/** In an issue of its own, so that no other event of the issue can cover for it. */
const firstAloneWith = (wanted: OutcomeLetter): number => {
  const issueOf = workloadIssue(measured);
  for (let index = 0; index < attempts; index++)
    if (mixed(index) === wanted && issueOf(index).includes(' ')) return index;
  throw new Error(`no first sight is answered with ${wanted}`);
};

let service: Service;
beforeEach(() => {
  service = new Service().run(warmUp, mixed).run(measured, mixed);
});

test('an honest service closes it, over both phases', () => {
  const ledger = service.ledger();
  const each = Array.from({ length: attempts }, (_, index) => mixed(index));
  const twice = (...letters: OutcomeLetter[]) =>
    2 * each.filter((letter) => letters.includes(letter)).length;
  expect(ledger).toMatchObject({ closed: true, openBy: 0, issuesOpen: 0, worst: [] });
  expect(ledger.acknowledged).toBe(twice('c'));
  expect(ledger.refused).toBe(twice('r', 's'));
  expect(ledger.unknown).toBe(twice('f', 'u'));
  expect(ledger.stored).toBe(ledger.acknowledged);
});

test('a lost event opens it, and the issue is named', () => {
  const index = firstWith('c', 40);
  service.count(measured, index, -1);
  const ledger = service.ledger();
  expect(ledger).toMatchObject({ closed: false, openBy: 1, lost: 1, surplus: 0, issuesOpen: 1 });
  expect(ledger.worst[0]).toMatchObject({ issue: workloadIssue(measured)(index), lost: 1 });
});

test('an issue whose row is gone is lost whole', () => {
  const index = firstWith('c');
  const fingerprint = fingerprintV1(workload(measured)(index));
  const count = service.stored.get(fingerprint);
  service.stored.delete(fingerprint);
  expect(service.ledger()).toMatchObject({ closed: false, lost: count });
});

test('an event counted twice opens it', () => {
  service.count(measured, firstAloneWith('c'), 1);
  expect(service.ledger()).toMatchObject({ closed: false, openBy: 1, lost: 0, surplus: 1 });
});

test.each(['r', 's'] as const)('a refused event (%s) that is counted opens it', (letter) => {
  service = new Service().run(measured, (index) => (index % 5 === 0 ? letter : 'c'));
  service.count(measured, 35, 1);
  expect(service.ledger()).toMatchObject({ closed: false, lost: 0, surplus: 1 });
});

test.each(['f', 'u'] as const)(
  'an unknown event (%s) may be stored once or not at all',
  (letter) => {
    service = new Service().run(measured, (index) => (index === 9 ? letter : 'c'));
    expect(service.ledger()).toMatchObject({ closed: true, unknown: 1 });
    service.count(measured, 9, 1);
    expect(service.ledger()).toMatchObject({ closed: true, unknown: 1 });
    service.count(measured, 9, 1);
    expect(service.ledger()).toMatchObject({ closed: false, surplus: 1 });
  },
);

test('the unknown of one issue does not cover a surplus of another', () => {
  const [lone, other] = [firstAloneWith('c'), firstWith('u')];
  service.count(measured, lone, 1);
  expect(mixed(other)).toBe('u');
  expect(service.ledger()).toMatchObject({ closed: false, lost: 0, surplus: 1 });
});

test('a loss in one issue and a surplus in another do not cancel out', () => {
  service.count(measured, firstAloneWith('c'), 1);
  service.count(warmUp, firstWith('c'), -1);
  expect(service.ledger()).toMatchObject({ openBy: 2, lost: 1, surplus: 1, issuesOpen: 2 });
});

test('a fingerprint that nobody sent is reported and opens it', () => {
  service.stored.set('f'.repeat(64), 3);
  const ledger = service.ledger();
  expect(ledger).toMatchObject({ closed: false, unexpectedFingerprints: 1, surplus: 3 });
  expect(ledger.worst[0]).toMatchObject({ fingerprint: 'f'.repeat(64), issue: null, stored: 3 });
});

describe('iterations without a line', () => {
  test('in between are unknown', () => {
    const interrupted = (index: number) => (index % 50 === 7 ? null : ('c' as const));
    service = new Service().run(measured, interrupted);
    expect(service.ledger()).toMatchObject({ closed: true, unknown: attempts / 50 });
    service.count(measured, 57, 1);
    expect(service.ledger()).toMatchObject({ closed: true });
  });

  test('after the last line are unknown as far as they may have started', () => {
    service = new Service().run(measured, (index) => (index < 290 ? 'c' : null));
    for (let index = 290; index < 295; index++) service.count(measured, index, 1);
    expect(service.ledger()).toMatchObject({ closed: false, surplus: 5 });
    const [phase] = service.phases as [LedgerPhase];
    const told = ledgerOf([{ ...phase, startedAtMost: 295 }], service.stored);
    expect(told).toMatchObject({ closed: true, unknown: 5 });
  });
});

describe('an event with several answers', () => {
  const answers = (letters: OutcomeLetter[]): LedgerPhase => ({
    workload: measured,
    attempts: {
      started: 1,
      eachAttempt: (visit) => {
        for (const letter of letters) visit(0, letter);
      },
    },
  });
  const stored = (count: number) =>
    new Map(count > 0 ? [[fingerprintV1(workload(measured)(0)), count] as const] : []);

  test('counts once: counted, then duplicate', () => {
    expect(ledgerOf([answers(['c', 'd'])], stored(1))).toMatchObject({ closed: true });
    expect(ledgerOf([answers(['c', 'd'])], stored(2))).toMatchObject({ surplus: 1 });
  });

  test('is acknowledged by one receipt, whatever else it got', () => {
    for (const letters of [['u', 'd'], ['s', 'c'], ['d'], ['c', 's']] as OutcomeLetter[][]) {
      expect(ledgerOf([answers(letters)], stored(1))).toMatchObject({ closed: true });
      expect(ledgerOf([answers(letters)], stored(0))).toMatchObject({ lost: 1 });
    }
  });

  test('is unknown if it was refused once and failed once', () => {
    expect(ledgerOf([answers(['u', 's'])], stored(0))).toMatchObject({ closed: true });
    expect(ledgerOf([answers(['s', 'f'])], stored(1))).toMatchObject({ closed: true });
  });
});

test('the furthest off are named first, and never more than 20', () => {
  for (const fingerprint of service.stored.keys()) service.stored.set(fingerprint, 0);
  const { worst, issuesOpen } = service.ledger();
  expect(issuesOpen).toBeGreaterThan(offendersMax);
  expect(worst.length).toBe(offendersMax);
  const lost = worst.map((line) => line.lost);
  expect(lost).toEqual(lost.toSorted((a, b) => b - a));
  expect(lost[0]).toBeGreaterThan(1);
});

test('the seed of another run does not close it', () => {
  const [, phase] = service.phases as [LedgerPhase, LedgerPhase];
  const wrong = ledgerOf([{ ...phase, workload: { ...measured, seed: 13 } }], service.stored);
  expect(wrong.closed).toBe(false);
});
