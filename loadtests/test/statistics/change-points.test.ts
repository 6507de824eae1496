import { changePoints, valuesMin } from '@hotpath/loadtests/statistics/change-points';
import { randomFrom } from '@hotpath/loadtests/statistics/random';
import { expect, test } from 'vitest';

/**
 * Annual flow of the Nile at Aswan 1871–1970, 10⁸ m³: R's data set `Nile` (Cobb, Biometrika 65, 1978; mean
 * 919.35). It fell when the first dam was begun: every method puts the change after 1898, the 28th value.
 */
const nile = [
  1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180,
  799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701,
  916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862,
  698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812,
  742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906,
  901, 1170, 912, 746, 919, 718, 714, 740,
];

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

test('the Nile changed once, after 1898', () => {
  expect([nile.length, sum(nile) / nile.length]).toEqual([100, 919.35]);
  expect(changePoints(nile)).toEqual([{ at: 28, p: 0.002 }]);
  expect(changePoints(nile.map(Math.log)).map(({ at }) => at)).toEqual([28]);
});

test('two changes are found where they are, up and down', () => {
  const noise = randomFrom(5);
  const levels = [...Array(10).fill(10), ...Array(10).fill(12), ...Array(10).fill(9)];
  const found = changePoints(levels.map((level: number) => level + 0.4 * (noise() - 0.5)));
  expect(found.map(({ at }) => at)).toEqual([10, 20]);
});

test('in noise alone, skewed or not, about one series in twenty is marked', () => {
  const random = randomFrom(11);
  const series = 400;
  for (const draw of [() => random(), () => -Math.log(1 - random())]) {
    let marked = 0;
    for (let drawn = 0; drawn < series; drawn++) {
      if (changePoints(Array.from({ length: 16 }, draw), drawn).length > 0) marked++;
    }
    expect(marked / series).toBeGreaterThan(0.02);
    expect(marked / series).toBeLessThan(0.085);
  }
});

test('a step of 20 % among runs that scatter by 5 % is found in nine of ten series', () => {
  const random = randomFrom(3);
  let found = 0;
  for (let drawn = 0; drawn < 100; drawn++) {
    const values = Array.from({ length: 16 }, (_, at) => {
      const noise = (random() + random() + random() - 1.5) * 0.1; // a deviation of 0.05
      return (at < 9 ? 0 : Math.log(1.2)) + noise;
    });
    if (changePoints(values, drawn).some(({ at }) => Math.abs(at - 9) <= 1)) found++;
  }
  expect(found).toBeGreaterThanOrEqual(90);
});

test('one record that is off is no change, nor is anything in too few, or in equal ones', () => {
  const steady = [10, 10.1, 9.9, 10.05, 9.95, 10, 10.1, 9.9, 10.02, 9.97];
  const hiccup = steady.map((value, at) => (at === 8 ? 30 : value));
  expect(changePoints(hiccup)).toEqual([]);
  const short = [...Array(valuesMin / 2).fill(1), ...Array(valuesMin / 2 - 1).fill(2)];
  expect(changePoints(short)).toEqual([]);
  expect(changePoints([...short, 2.01]).map(({ at }) => at)).toEqual([valuesMin / 2]);
  expect(changePoints(Array(20).fill(7))).toEqual([]);
});
