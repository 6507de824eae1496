/** Whose a journal file is. Two processes may share a directory, and none may take a live one's file. */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';

/**
 * Says in a directory that this process lives, until it is closed or dies, however it dies.
 * A socket and not a pid: containers that share a volume don't see each other's pids. It never connects
 * across hosts, so the directory must be on a local disk, as it should for its fsync.
 */
export class JournalOwner {
  private constructor(
    private readonly path: string,
    private readonly name: string,
    private readonly directory: FileHandle,
    private readonly server: Server,
  ) {}

  /** @throws {Error} when the directory cannot be used */
  static async open(path: string, name: string): Promise<JournalOwner> {
    const directory = await open(path, 'r');
    const server = createServer((connection) => connection.destroy());
    const owner = new JournalOwner(path, name, directory, server);
    // Bound and not yet listening it would look dead, and be cleared away: so under the name that others
    // look at only once it listens.
    const bindingName = `${name}.binding`;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(owner.socketOf(bindingName), resolve);
    });
    server.unref();
    await rename(join(path, bindingName), owner.lockOf(name));
    return owner;
  }

  lives(name: string): Promise<boolean> {
    return new Promise((resolve) => {
      const connection = createConnection(this.socketOf(`${name}.lock`), () => {
        connection.destroy();
        resolve(true);
      });
      // Any other failure (no right to ask, too many asking) says nothing of the owner: let it be.
      connection.once('error', ({ code }: NodeJS.ErrnoException) =>
        resolve(code !== 'ENOENT' && code !== 'ECONNREFUSED'),
      );
    });
  }

  async forget(dead: string): Promise<void> {
    await rm(this.lockOf(dead), { force: true });
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
    await this.forget(this.name); // the server only knows the name that it was bound to
    await this.directory.close();
  }

  private lockOf(name: string): string {
    return join(this.path, `${name}.lock`);
  }

  /** A socket's path may have 107 bytes; by the directory's descriptor it is short wherever that lies. */
  private socketOf(file: string): string {
    const linux = process.platform === 'linux';
    return join(linux ? `/proc/self/fd/${this.directory.fd}` : this.path, file);
  }
}
