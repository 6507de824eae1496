/** Does a connection come from this machine? Of a socket that is gone nobody knows, so no. */
export function isLoopback(remoteAddress: string | undefined): boolean {
  return /^(::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/i.test(remoteAddress ?? '');
}
