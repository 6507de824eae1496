import { isLoopback } from '@hotpath/contract/loopback';
import { expect, test } from 'vitest';

test('only addresses of this machine itself are loopback', () => {
  expect(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'].map(isLoopback)).not.toContain(
    false,
  );
  const others = [
    '10.0.0.7',
    '192.168.127.1',
    '::ffff:10.127.0.1',
    'fe80::1',
    '127.0.0.1.example',
    '',
  ];
  expect([...others, undefined].map(isLoopback)).not.toContain(true);
});
