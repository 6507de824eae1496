import { listeningAddressesOf } from '../proc.js';

const askMsMax = 2_000;

/**
 * Where a process serves that chose its port itself, once it answers there: the kernel says which
 * address is its own. Undefined until then.
 */
export async function listeningUrlOf(pid: number, path: string): Promise<string | undefined> {
  const [address] = listeningAddressesOf(pid).filter((one) => one.startsWith('127.0.0.1:'));
  if (address === undefined) return undefined;
  const url = `http://${address}`;
  try {
    const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(askMsMax) });
    await answer.text();
    return answer.ok ? url : undefined;
  } catch {
    return undefined; // it listens and does not answer yet
  }
}
