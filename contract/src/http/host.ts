/**
 * One Nest + Fastify process, from listening to drained; the same for every arm, rung and worker.
 * States: starting → listening → leaving (SIGTERM, SIGINT) → draining → closed. Leaves with 0 when everything
 * accepted was finished in DRAIN_MS_MAX, else with 1.
 */
import 'reflect-metadata';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConsoleLogger, Logger, Module, type ModuleMetadata, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { watchEventLoop } from '../event-loop.js';
import * as limits from '../limits.js';
import { PhaseClock } from '../phase-clock.js';
import { Problem, problems } from '../problems.js';
import { openProjects, type ProjectSettings, Projects, readProjects } from '../projects.js';
import type { HostSettings } from '../settings.js';
import { TokenBuckets } from '../token-buckets.js';
import { boundBodyBytes } from './body-bytes.js';
import { DrainState } from './drain-state.js';
import { IngestController } from './ingest.controller.js';
import { Intake } from './intake.js';
import { IssuesController } from './issues.controller.js';
import { acceptJsonBodies } from './json-body.js';
import { KeyGate } from './key-gate.js';
import { OpenApiController } from './openapi.controller.js';
import { OpsController } from './ops.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { observePhases } from './request-phases.js';
import { answerHeaders, answerUnreadable, answerUnroutable } from './unreadable-requests.js';

/** Completes an arm's module with what every process serves: health and metrics. */
export function opsModule(metadata: ModuleMetadata): Type {
  class OpsModule {}
  Module({
    ...metadata,
    controllers: [...(metadata.controllers ?? []), OpsController],
    providers: [...(metadata.providers ?? []), DrainState],
  })(OpsModule);
  return OpsModule;
}

interface ApiSettings extends ProjectSettings {
  readonly INSTANCES: number;
}

/**
 * Completes an arm's three ports with the API in front of them.
 * @param settings null: the one open project, wherever it listens
 */
export function apiModule(settings: ApiSettings | null, metadata: ModuleMetadata): Type {
  const projects = () => (settings ? readProjects(settings) : openProjects);
  const buckets = (known: Projects) => new TokenBuckets(known, settings?.INSTANCES ?? 1);
  return opsModule({
    ...metadata,
    controllers: [OpenApiController, IngestController, IssuesController],
    providers: [
      { provide: Projects, useFactory: projects },
      { provide: TokenBuckets, useFactory: buckets, inject: [Projects] },
      ...(metadata.providers ?? []),
      KeyGate,
      Intake,
    ],
  });
}

export async function createHost(module: Type): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: limits.batchBodyBytesMax,
    requestTimeout: limits.requestMsMax,
    connectionTimeout: limits.connectionSilenceMsMax,
    keepAliveTimeout: limits.keepAliveMsMax,
    forceCloseConnections: 'idle',
    return503OnClosing: false, // the ingest path answers that itself, as a problem
    clientErrorHandler: answerUnreadable,
    frameworkErrors: answerUnroutable,
    http: {
      maxHeaderSize: limits.headerBytesMax,
      headersTimeout: limits.requestMsMax,
      connectionsCheckingInterval: limits.slowRequestCheckMs,
      requireHostHeader: false, // Node's own refusal is no problem+json
    },
  });
  const server = adapter.getInstance();
  server.server.maxConnections = limits.connectionsMax;
  // Node would refuse what it does not know with an answer of its own; the rest of the request says enough.
  server.server.on('checkExpectation', (request, reply) => {
    server.server.emit('request', request, reply);
  });
  server.decorateRequest('clock', null as never); // its own at every request
  server.decorateRequest('events', 1);
  server.addHook('onRequest', (request, reply, next) => {
    request.clock = new PhaseClock(performance.now());
    // Not reply.raw.setHeader: what Node then writes it puts together header by header, on its slow path.
    reply.headers(answerHeaders);
    next(
      hasHost(request)
        ? undefined
        : new Problem(problems.badRequest, 'The header Host is missing.'),
    );
  });
  boundBodyBytes(server as never);
  server.addHook('onResponse', (request, _reply, next) => {
    observePhases(request.clock);
    next();
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: new ConsoleLogger({ json: true, logLevels: ['warn', 'error', 'fatal'] }),
  });
  acceptJsonBodies(server as never);
  watchEventLoop();
  app.useGlobalFilters(new ProblemFilter());
  return app;
}

const hasHost = ({ headers, raw }: FastifyRequest) =>
  headers.host !== undefined || raw.httpVersionMinor === 0;

/** Serves until told to stop. A failure to start is one line on stderr and exit code 1. */
export async function serve(module: Type, settings: HostSettings): Promise<void> {
  const log = new Logger('host');
  try {
    const app = await createHost(module);
    await app.listen(settings.PORT, settings.HOST);
    const stop = () => void drain(app, settings);
    process.once('SIGTERM', stop).once('SIGINT', stop);
    say({ event: 'listening', url: urlOf(app), pid: process.pid });
  } catch (error) {
    log.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}

function urlOf(app: NestFastifyApplication): string {
  const { address, port } = app.getHttpServer().address() as AddressInfo;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** Not ready at once, closed to new requests after DRAIN_GRACE_MS, gone DRAIN_MS_MAX after that at the latest. */
async function drain(app: NestFastifyApplication, settings: HostSettings): Promise<void> {
  const state = app.get(DrainState);
  state.leaving = true;
  // Each connection ends with its next answer: one that is used again just as it is closed is a failed request.
  app.getHttpServer().prependListener('request', (_request: unknown, answer: ServerResponse) => {
    answer.shouldKeepAlive = false;
  });
  await sleep(settings.DRAIN_GRACE_MS);
  state.draining = true;
  const startedAt = performance.now();
  const msMax = settings.DRAIN_MS_MAX;
  setTimeout(() => {
    say({ event: 'drain-overrun', msMax });
    process.exit(1);
  }, msMax).unref();
  await app.close(); // no new connections, requests in flight answered, then the providers' shutdown hooks
  say({ event: 'drained', ms: Math.round(performance.now() - startedAt) });
  process.exit(0);
}

function say(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
