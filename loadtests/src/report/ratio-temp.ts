export function pairedRatio(pairs: readonly (readonly [number, number])[]) {
  const logs = pairs.map(([a, b]) => Math.log(a / b));
  const n = logs.length;
  const mean = logs.reduce((x, y) => x + y, 0) / n;
  const sd = Math.sqrt(logs.reduce((x, y) => x + (y - mean) ** 2, 0) / (n - 1));
  const t = [0, 0, 12.7, 4.303, 3.182, 2.776][n] ?? 2;
  const half = (t * sd) / Math.sqrt(n);
  return {
    ratio: Math.exp(mean),
    low: Math.exp(mean - half),
    high: Math.exp(mean + half),
    perBlock: logs.map(Math.exp),
  };
}
