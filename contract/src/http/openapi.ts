/** The API's description, made from the same schemas and catalogues that serve it. */
import { z } from 'zod';
import { eventSchema, listQuerySchema } from '../event.js';
import { batchEventsMax } from '../limits.js';
import { type ProblemKind, problems } from '../problems.js';

const jsonSchema = (schema: z.ZodType) => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
};

const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** Answers by status; each names the problem codes that it can carry. */
function refusals(kinds: readonly ProblemKind[]): Record<string, object> {
  const byStatus: Record<string, object> = {};
  for (const status of new Set(kinds.map((kind) => kind.status))) {
    const codes = kinds.filter((kind) => kind.status === status).map((kind) => kind.code);
    byStatus[status] = {
      description: codes.join(', '),
      ...(status === 503 || status === 429
        ? { headers: { 'Retry-After': { schema: { type: 'integer' } } } }
        : {}),
      content: { 'application/problem+json': { schema: ref('Problem') } },
    };
  }
  return byStatus;
}

const ingestRefusals = refusals(
  Object.values(problems).filter((kind) => kind.code !== 'HP_INVALID_QUERY' && kind.status !== 404),
);
const readRefusals = refusals([
  ...[problems.noKey, problems.wrongKey],
  ...[problems.storeUnavailable, problems.overloaded, problems.internal],
]);
/** Or nothing, as an open service asks for none. */
const writes = { security: [{ ingestKey: [] }, {}] };
const reads = { security: [{ readToken: [] }, {}] };
const invalidQuery = refusals([problems.invalidQuery]);
const notFound = refusals([problems.notFound]);
const unready = refusals([problems.storeUnavailable, problems.draining]);

const receipt = {
  type: 'object',
  required: ['status', 'fingerprint'],
  properties: {
    status: { enum: ['saved', 'queued', 'duplicate'] },
    fingerprint: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    truncated: { type: 'array', items: { type: 'string' } },
  },
};

const envelope = (data: object) => ({
  type: 'object',
  required: ['success', 'data', 'timestamp'],
  properties: {
    success: { type: 'boolean' },
    data,
    timestamp: { type: 'string', format: 'date-time' },
  },
});

const read = (operationId: string, description: string, content: object, others: object = {}) => ({
  get: { operationId, responses: { 200: { description, content }, ...others } },
});
const anyJson = { 'application/json': { schema: { type: 'object' } } };
const plainText = { 'text/plain': { schema: { type: 'string' } } };

const nullable = (type: string) => ({ type: [type, 'null'] });

const schemas = {
  Event: jsonSchema(eventSchema),
  Receipt: receipt,
  Problem: {
    type: 'object',
    required: ['type', 'title', 'status', 'code', 'detail', 'retryable'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      code: { enum: Object.values(problems).map((kind) => kind.code) },
      detail: { type: 'string' },
      retryable: { type: 'boolean' },
      errors: {
        type: 'array',
        items: {
          type: 'object',
          properties: { field: { type: 'string' }, reason: { type: 'string' } },
        },
      },
    },
  },
  Issue: {
    type: 'object',
    properties: {
      fingerprint: { type: 'string' },
      message: { type: 'string' },
      stackTrace: nullable('string'),
      level: { type: 'string' },
      environment: nullable('string'),
      release: nullable('string'),
      count: { type: 'integer' },
      firstSeen: { type: 'string', format: 'date-time' },
      lastSeen: { type: 'string', format: 'date-time' },
    },
  },
};

const events = { type: 'array', minItems: 1, maxItems: batchEventsMax, items: ref('Event') };
const receipts = {
  type: 'object',
  properties: {
    receipts: {
      type: 'array',
      items: {
        oneOf: [
          ref('Receipt'),
          { type: 'object', required: ['problem'], properties: { problem: ref('Problem') } },
        ],
      },
    },
  },
};

const listParameters = Object.entries(listQuerySchema.shape).map(([name, schema]) => ({
  name,
  in: 'query',
  schema: jsonSchema(schema),
}));

const bearer = (description: string) => ({ type: 'http', scheme: 'bearer', description });
const securitySchemes = {
  ingestKey: bearer('An ingest key of a project: may write, and read nothing.'),
  readToken: bearer('A read token of a project: may read what the project has, and write nothing.'),
};

export const openApi = {
  openapi: '3.1.0',
  info: { title: 'Error ingest', version: '1' },
  paths: {
    '/api/v1/errors/log': {
      post: {
        operationId: 'logError',
        ...writes,
        requestBody: { required: true, ...json(ref('Event')) },
        responses: {
          200: { description: 'Durable.', ...json(envelope(ref('Receipt'))) },
          ...ingestRefusals,
        },
      },
    },
    '/api/v1/errors/batch': {
      post: {
        operationId: 'logErrors',
        ...writes,
        requestBody: {
          required: true,
          ...json({ type: 'object', required: ['events'], properties: { events } }),
        },
        responses: {
          200: { description: 'All are durable.', ...json(envelope(receipts)) },
          207: { description: 'See each receipt.', ...json(envelope(receipts)) },
          ...ingestRefusals,
        },
      },
    },
    '/api/v1/errors': {
      get: {
        operationId: 'listIssues',
        ...reads,
        parameters: listParameters,
        responses: {
          200: {
            description: 'A page of issues.',
            ...json({
              type: 'object',
              properties: {
                issues: { type: 'array', items: ref('Issue') },
                nextCursor: nullable('string'),
              },
            }),
          },
          ...invalidQuery,
          ...readRefusals,
        },
      },
    },
    '/api/v1/errors/summary': {
      get: {
        operationId: 'summarizeIssues',
        ...reads,
        responses: {
          200: {
            description: 'Totals.',
            ...json({
              type: 'object',
              properties: {
                issues: { type: 'integer' },
                events: { type: 'integer' },
                backlogEvents: { type: 'integer' },
              },
            }),
          },
          ...readRefusals,
        },
      },
    },
    '/api/v1/errors/{fingerprint}': {
      get: {
        operationId: 'findIssue',
        ...reads,
        parameters: [
          { name: 'fingerprint', in: 'path', required: true, schema: { type: 'string' } },
        ],
        responses: {
          200: { description: 'The issue.', ...json(ref('Issue')) },
          ...notFound,
          ...readRefusals,
        },
      },
    },
    '/health/live': read('isLive', 'The process runs.', anyJson),
    '/health/ready': read('isReady', 'It can take events.', anyJson, unready),
    '/metrics': read('metrics', 'In the text format of Prometheus.', plainText),
    '/openapi.json': read('openApi', 'This document.', anyJson),
  },
  components: { schemas, securitySchemes },
};
