/** Whose a journal file is. Two processes may share a directory, and none may take a live one's file. */
import { createConnection, createServer, type Server } from 'node:net';
import { join, relative } from 'node:path';

/** What the kernel takes for a socket's path; Node would cut a longer one without a word. */
const pathBytesMax = 103;

/**
 * Says that `owner` lives, until the server is closed or the process dies, however it dies.
 * A socket and not a pid: containers that share a volume don't see each other's pids. Never connects
 * across hosts, so the directory must be on a local disk, as it should for its fsync.
 * @throws {Error} when the directory cannot be used
 */
export function ownJournal(directory: string, owner: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy());
    server.once('error', reject);
    server.listen(socketOf(directory, owner), () => resolve(server.unref()));
  });
}

export function ownerLives(directory: string, owner: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(socketOf(directory, owner), () => {
      connection.destroy();
      resolve(true);
    });
    // Any other failure (no right to ask, too many asking) says nothing of the owner: let it be.
    connection.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code !== 'ENOENT' && code !== 'ECONNREFUSED'),
    );
  });
}

export const socketName = (owner: string): string => `${owner}.lock`;

function socketOf(directory: string, owner: string): string {
  const path = relative(process.cwd(), join(directory, socketName(owner)));
  if (Buffer.byteLength(path) <= pathBytesMax) return path;
  throw new Error(`its path is too long by ${Buffer.byteLength(path) - pathBytesMax} bytes`);
}
