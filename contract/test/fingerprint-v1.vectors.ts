/** Event → fingerprint, as stored in rows. Lines may be added; a line that changes breaks every stored issue. */
export const frozenVectors: readonly (readonly [
  { message: string; stackTrace?: string | null },
  string,
])[] = [
  [{ message: '' }, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  [{ message: 'x' }, '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881'],
  [
    { message: 'Cannot read properties of undefined' },
    'f673013cc2fdab1986998191f8c57ae77b51c44e2b33569066a6e1040cdf90b3',
  ],
  [
    { message: "Cannot read properties of undefined (reading 'id')" },
    'c70e8857e46c63af505a521e318151d5f8594c572bba8bbe20b6ba47eef6145b',
  ],
  [
    { message: 'Timeout after 30000 ms' },
    'c46d07b3a3740ca4fde5d5366ed93e9f582a03d6010c86782abdb7f099e5f1d0',
  ],
  [
    { message: 'connect ECONNREFUSED 127.0.0.1:3306' },
    '8641afac81daee606739841e2e9c0d65a692b1bb9198e55de071f5a14901e1ee',
  ],
  [
    { message: "Duplicate entry 'a' for key `issues_by_fingerprint`" },
    'e852c702da07e6b021cae17d1534183579e7babbd9712b2cd5270a49f462b2af',
  ],
  [
    { message: 'User 6ba7b810-9dad-11d1-80b4-00c04fd430c8 not found' },
    '4764547aa1f8266cb1c430214980934f4dad727cebbd1b7ed2e576f4646078f4',
  ],
  [
    { message: 'GET https://example.com/a/b?c=d#e failed with 502' },
    '92211fc5d6f0027ae66ba40364d5ed372b30eaaed6aa7765dab4e0cacc24186c',
  ],
  [
    { message: 'Mail to ann.b+c@mail.example.com bounced on 2024-02-29T12:00:00.123+01:00' },
    'a7341d0a0410dd71c965fb9101276938d5f150af59bfdd50ca1731a6d5ec0b1c',
  ],
  [
    { message: 'Segfault at 0x7ffee4 in deadbeef1, not in deadbeef' },
    '5a204cba42f4a3075f14f52feca249b80b06b314b905f7a83ea6ee22c0dd9720',
  ],
  [
    { message: '  Took\t1,234.56 ms\n' },
    'b34cd39f7a3944dc43e87bedfa8561ab916f65702e420fd8b2a352c0f263a0c6',
  ],
  [{ message: 'שגיאה 7 ☠ 😀' }, 'b7f59da5e1af1acf602a69d03ee5b85dbbe3ab4626b09e43890ce485669c24b0'],
  [
    { message: "can't read \"a\", don't retry 'b'" },
    'cdebabb4793a932033770edc00c4d02c589bedbd55b56cec06379e9403665d05',
  ],
  [
    { message: '-4 of 12/31/2024 10:00:01' },
    '5179fb1f6b78891dc0baa2089177c3f8bacb4d3825f67c77d5fe2722aa117f46',
  ],
  [
    { message: 'v1.2.3-rc.4 (build 77)' },
    '01d6f771fb346a95505178753942cca1ebd6c7edaeec305b59f4ffe4f09a3aaa',
  ],
  [
    { message: 'worker3.pool2 died' },
    '80d5cf238fb6136520fd02b30c41a5b7de9e447ed093e7d265fa6b97286e4c32',
  ],
  [
    { message: 'Boom', stackTrace: null },
    '2ba4ed212c777250f101057310b6fac1f0aa81da9c712b30847bff0ae34d3664',
  ],
  [
    { message: 'Boom', stackTrace: '' },
    '2ba4ed212c777250f101057310b6fac1f0aa81da9c712b30847bff0ae34d3664',
  ],
  [
    { message: 'Boom', stackTrace: 'TypeError: x\n    at f (/app/a.js:10:20)' },
    '22a2db0b3e42d70c081b726265256de96e76d3c6dde2a0d076bab69548524e21',
  ],
  [
    {
      message: 'Boom',
      stackTrace:
        'TypeError: x\n    at async g (file:///app/b.js:1:2)\n    at /app/c.js:3:4\n    at new D (/app/d.js:5:6)',
    },
    '5a917b40e5c0fbb08060ae7e4f7867ba36c328541cee962b72b28d2b2c8459c2',
  ],
  [
    {
      message: 'Boom',
      stackTrace:
        'TypeError: x\n    at next (node:internal/process/task_queues:95:5)\n    at h (/app/node_modules/x/i.js:1:1)\n    at i (/app/src/i.ts:1:1)\n    at <anonymous>',
    },
    '28d532cef0b2bd9aa0b8c1506c0a29405b15448b8f2277f8b1ec2f45ae2d7f1f',
  ],
  [
    {
      message: 'Boom',
      stackTrace:
        'TypeError: x\n    at a (/1.js:1:1)\n    at b (/1.js:1:1)\n    at c (/1.js:1:1)\n    at d (/1.js:1:1)\n    at e (/1.js:1:1)\n    at f (/1.js:1:1)',
    },
    'a51aa52fa8389878a5da13b4839373b38d7762039b9f8c3e653c44b6475dafbd',
  ],
  [
    {
      message: 'Boom',
      stackTrace:
        'Traceback (most recent call last):\n  File "/app/a.py", line 3, in f\n    g()\n  File "/usr/lib/python3/site-packages/b.py", line 4, in g',
    },
    '47e5651cb37743e5c82f403aa1d007aede68142c28d71464935d7a2571aaf9ea',
  ],
  [
    {
      message: 'Boom',
      stackTrace:
        'java.lang.Error\n\tat com.example.A.f(A.java:10)\n\tat com.example.B.g(B.java:20)',
    },
    '3489f96fda68ba5aac7a0c8dee1d0d72b61dcd8b07b3fe94edea303d985baa8c',
  ],
];
