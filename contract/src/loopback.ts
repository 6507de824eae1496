/** Is an address one of this machine's own loopback? Of a socket that is gone nobody knows, so no. */
export function isLoopback(address: string | undefined): boolean {
  return /^(::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/i.test(address ?? '');
}
