/**
 * Every bound that both arms obey: unit, then qualifier, last. Imports nothing, so that k6 can load it.
 * A bound that only one arm has lives in that arm.
 */

function must(holds: boolean, why: string): void {
  if (!holds) throw new Error(`limits contradict each other: ${why}`);
}

/** A longer message is cut, not refused: an error report must not be lost for being long. */
export const messageCharsMax = 4_096;
/** About 500 frames; a longer stack is cut at its end, where the outermost frames are. */
export const stackTraceCharsMax = 65_536;
/** A UUID is 36; 64 leaves room for a digest in hex. Refused when longer: a cut id could collide. */
export const eventIdCharsMax = 64;
export const environmentCharsMax = 64;
export const releaseCharsMax = 128;

/** Body of one event: a full message and stack in UTF-8 with escapes fit; over it the answer is 413. */
export const bodyBytesMax = 128 * 1_024;
/** Body of a batch: 100 events of 10 KiB. */
export const batchBodyBytesMax = 1_024 * 1_024;
export const batchEventsMax = 100;
/** Bodies that are being received or wait for their answer, all together: 128 MiB. A hundred thousand usual events, or 128 full batches. */
export const bodyBytesInFlightMax = 128 * 1_024 * 1_024;
/** Those of one project with keys: who has one key must not keep out the others. Four such projects together do. */
export const projectBodyBytesInFlightMax = bodyBytesInFlightMax / 4;
must(batchBodyBytesMax >= bodyBytesMax, 'a batch must be able to carry one full event');

/** Projects in the file, and keys of each kind in a project. A batch names those that it needs: at most one an event. */
export const fileProjectsMax = 1_000;
export const projectKeysMax = 100;
/** 20 characters of 64 are 120 bits: nobody guesses one. */
export const keyCharsMin = 20;
export const keyCharsMax = 200;
/**
 * New issues of a project in a minute; more are counted together, under one issue. 1,000 a second: the scenarios bring
 * 1 % first sights, at saturation (26,000 a second) a quarter of this. A row and what Redis knows of it come to 1 KiB.
 */
export const newIssuesPerMinuteDefault = 60_000;
/** Issues that a project may have in all; about 120 MiB of Redis. */
export const issuesPerProjectMax = 1_000_000;

/** Bad fields named in one refusal; a hostile body must not make a long answer. */
export const problemFieldsMax = 20;

/** Rows on one page of the read API. */
export const pageRowsMax = 100;
export const pageRowsDefault = 20;
/** A search runs LIKE on the messages of at most the page's index range: keep patterns short. */
export const searchCharsMax = 200;

/** How long a request may take to arrive whole; a slower client is cut off. Node's own default is 300 s. */
export const requestMsMax = 10_000;
/** How often connections are looked through for slow ones: so much later they are cut off. Node's default is 30 s. */
export const slowRequestCheckMs = 1_000;
/** Request line and header fields. */
export const headerBytesMax = 16 * 1_024;
/**
 * Longest silence in both directions within a request: a client that does not read its answer is cut off. Longer
 * than any answer takes: two waits for the pool and two statements are 30 s.
 */
export const connectionSilenceMsMax = 60_000;
/**
 * Connections at once; the next is closed at once. An idle one takes some 15 KiB, and a file descriptor, of which
 * a service often gets 1,024 if nobody asks for more: then that is the limit.
 */
export const connectionsMax = 10_000;
/** After the last answer what the client still sends is read and dropped for as long, or a reset overtakes the answer. */
export const lingerMsMax = 1_000;
/** Idle keep-alive connections are kept longer than any think time of a scenario. */
export const keepAliveMsMax = 72_000;

/** Longest wait for a database connection; then 503. mysql2 itself would wait for ever. */
export const poolWaitMsMax = 10_000;
/** Requests that may wait for a connection; mysql2's own queue has no end. The next gets 503. */
export const poolPendingRequestsMax = 10_000;
export const mysqlConnectMsMax = 3_000;
/** Longest wait for the answer to a statement of a request. A commit takes 1 to 10 ms; a row lock may be waited for. */
export const mysqlAnswerMsMax = 5_000;
must(
  connectionSilenceMsMax > 2 * (poolWaitMsMax + mysqlAnswerMsMax),
  'a slow answer is no silence',
);

/**
 * Requests whose phases are kept for a look at the slow ones, 48 B each: 192 KiB a process. Of 4,096 some 80
 * lie between the 94th and the 96th percentile.
 */
export const sampledRequestsMax = 4_096;

/** What a 503 tells the client to wait before it tries again. */
export const retryAfterSeconds = 1;

/** Readiness asks the stores; an answer that takes longer is a no. */
export const readyMsMax = 1_000;
/** Between "no longer ready" and "closed": the default of DRAIN_MS_MAX. */
export const drainMsMaxDefault = 10_000;
