/** A server, an arm or a needed program let us down; the message says what to do. The process ends with 13. */
export class RigError extends Error {
  override readonly name = 'RigError';
}
