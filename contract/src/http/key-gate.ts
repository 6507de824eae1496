/** Lets in who has a key for what is asked, before anything of the body is read. */
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem, problems } from '../problems.js';
import { defaultProject, Projects, type Right } from '../projects.js';
import { boundProjectBodyBytes } from './body-bytes.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose events or issues these are. */
    project: string;
  }
}

/** Health, metrics and the API's description are for whoever reaches the port. */
const guarded = /^\/api\//;

@Injectable()
export class KeyGate {
  constructor(host: HttpAdapterHost, projects: Projects) {
    const server: FastifyInstance = host.httpAdapter.getInstance();
    server.decorateRequest('project', defaultProject);
    if (projects.open) return;
    server.addHook('onRequest', (request, _reply, next) => {
      if (!guarded.test(request.routeOptions.url ?? '')) return next();
      const refusal = this.refusalOf(request, projects);
      return refusal ? next(refusal) : next();
    });
    boundProjectBodyBytes(server);
  }

  private refusalOf(request: FastifyRequest, projects: Projects): Problem | null {
    const { authorization = '' } = request.headers;
    const [, key] = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization) ?? [];
    if (key === undefined) {
      return new Problem(problems.noKey, 'Send the header Authorization: Bearer <key>.');
    }
    const grant = projects.grantOf(key);
    if (!grant) return new Problem(problems.noKey, 'No project has this key.');
    const needed: Right = request.method === 'POST' ? 'write' : 'read';
    if (grant.right !== needed) {
      const detail =
        needed === 'write'
          ? 'A read token can only read. Send an ingest key.'
          : 'An ingest key can only write. Send a read token.';
      return new Problem(problems.wrongKey, detail);
    }
    request.project = grant.project.name;
    return null;
  }
}
