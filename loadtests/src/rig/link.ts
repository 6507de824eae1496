/** A TCP proxy between two processes of the rig that can be cut, stalled and made to swallow answers. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { RigDirectory } from './rig-directory.js';

type State = 'open' | 'stalled' | 'answers lost';
type Direction = 'there' | 'back';

interface Chunk {
  readonly to: Socket;
  readonly bytes: Buffer;
}

/** What was done to the traffic so far. */
export interface LinkCounts {
  connectionsReset: number;
  bytesHeld: number;
  bytesLost: number;
}

export class Link {
  readonly counts: LinkCounts = { connectionsReset: 0, bytesHeld: 0, bytesLost: 0 };
  private state: State = 'open';
  private held: Chunk[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly forgotten = new WeakSet<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly targetPort: () => number,
  ) {}

  /** @param targetPort on 127.0.0.1, asked at each connection */
  static async open(directory: RigDirectory, targetPort: () => number): Promise<Link> {
    const server = createServer({ noDelay: true });
    const link = new Link(server, targetPort);
    server.on('connection', (near) => link.carry(near));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    directory.onClose(async () => {
      link.reset();
      server.close();
    });
    return link;
  }

  /** The same URL, by way of this link. */
  urlOf(target: string): string {
    const url = new URL(target);
    url.port = String((this.server.address() as { port: number }).port);
    return url.href;
  }

  /** Ends every connection the hard way; new ones are taken. */
  reset(): void {
    for (const socket of this.sockets) {
      if (socket.destroyed) continue;
      this.counts.connectionsReset += 1;
      socket.resetAndDestroy();
    }
    this.held = [];
  }

  /** Nothing arrives, in both directions and on new connections too, until heal() delivers it all. */
  stall(): void {
    this.state = 'stalled';
  }

  /** What is sent arrives and no answer comes back; heal() ends the connections, as their answers are gone. */
  loseAnswers(): void {
    this.state = 'answers lost';
  }

  /** As a firewall that forgets: the connections that there are carry nothing for ever, and nobody closes them; new ones work. */
  forget(): void {
    for (const socket of this.sockets) this.forgotten.add(socket);
  }

  heal(): void {
    const { state, held } = this;
    this.state = 'open';
    this.held = [];
    if (state === 'answers lost') this.reset();
    for (const { to, bytes } of held) if (!to.destroyed) to.write(bytes);
  }

  private carry(near: Socket): void {
    const far = connect({ port: this.targetPort(), host: '127.0.0.1', noDelay: true });
    this.join(near, far, 'there');
    this.join(far, near, 'back');
  }

  private join(from: Socket, to: Socket, direction: Direction): void {
    this.sockets.add(from);
    from.on('data', (bytes: Buffer) => {
      if (!this.forgotten.has(from)) this.deliver(to, bytes, direction);
    });
    from.on('error', () => {}); // its close follows, and ends the other side
    from.on('close', (failed) => {
      this.sockets.delete(from);
      if (failed) to.destroy();
      else to.end(); // after what is still on its way there
    });
  }

  private deliver(to: Socket, bytes: Buffer, direction: Direction): void {
    if (this.state === 'stalled') {
      this.counts.bytesHeld += bytes.length;
      this.held.push({ to, bytes });
    } else if (this.state === 'answers lost' && direction === 'back') {
      this.counts.bytesLost += bytes.length;
    } else if (!to.destroyed) to.write(bytes);
  }
}
