/** Bounds that only this arm has: unit, then qualifier, last. */

/** Events in one Lua call. Redis serves nobody else meanwhile: about 4 us an event, so 2 ms. */
export const batchEventsMax = 512;
/** Text (message and stack) of a batch, in characters: what the journal writes, and what is sent if all are first sights. */
export const batchCharsMax = 1_048_576;
/** Events of this process that wait or travel hold at most this much text; over it they are shed. */
export const inFlightCharsMax = 64 * 1_048_576;

/** An answer from Redis takes under 1 ms; after this it is unknown whether the batch was counted. */
export const redisAnswerMsMax = 250;
export const redisConnectMsMax = 1_000;
/** A process that starts waits this long for Redis, then starts without. */
export const redisBootMsMax = 2_000;
/** The worker is in no hurry, but must notice a frozen Redis. */
export const workerAnswerMsMax = 5_000;
/**
 * A connection that owes an answer and says nothing for this long is given up: whoever should have closed it
 * is gone. Without it the kernel finds out after some 15 minutes.
 */
export const redisSilenceMsMax = 3_000;
export const workerSilenceMsMax = 10_000;
/** BullMQ asks for jobs for up to 10 s at a time. */
export const jobsSilenceMsMax = 30_000;
/** First error after Redis comes back: reconnect at this pace, for as long as the process lives. */
export const redisReconnectMs = 100;
/** An event that waited this long for its batch is shed (503). */
export const batchMsMax = 2_000;

/** While Redis is out it is asked at first this often, then half as often each time. */
export const redisProbeMsMin = 100;
export const redisProbeMsMax = 1_000;
/** Batches that leave the journal for each that comes while it is replayed: so it ends under any load. */
export const replaysPerBatch = 2;
/** A file of the journal: space comes back in such steps, and one is in memory while it is replayed. */
export const journalFileBytesMax = 4 * 1_048_576;
/** A process that starts replays what was left for this long, then serves while it goes on. */
export const bootReplayMsMax = 10_000;
/** How often the directory is looked at for what a process left that ended meanwhile. */
export const adoptEveryMs = 60_000;
/** A process that ends finishes a replay under way for this long, then leaves the rest to the next. */
export const drainReplayMsMax = 1_000;

/** A retried event id counts once for at least this long, and is forgotten after at most twice. Time in which Redis is out counts too. */
export const eventIdWindowMs = 600_000;
/** Fingerprints a process remembers as known to Redis: 64 B each; forgetting one costs one sample sent. */
export const knownFingerprintsMax = 200_000;

/** First sights waiting in this process for BullMQ; the rest is left to the sync, which is as safe. */
export const firstSightsWaitingMax = 1_000;
/** First sights of this long share one job: a new issue is in MySQL about 0.3 s after its receipt. */
export const firstSightLingerMs = 250;
/** Fingerprints in a job: 6 KiB; their samples come to 400 KiB at the worker, 20 MiB at the worst. */
export const firstSightsPerJobMax = 100;
/** Jobs in the queue above which no more are added: at such a rate the sync is as fast. */
export const firstSightJobsMax = 500;
export const firstSightAttemptsMax = 5;
export const firstSightRetryMs = 500;
export const firstSightConcurrencyMax = 4;
export const failedJobsKeptMax = 100;

/** Rows in one transaction: holds row locks for about 40 ms. All 100k at once held them 2-3 s. */
export const chunkRowsMax = 1_000;
/** Samples in one answer of Redis to the sync: 20 MiB at the worst, of texts at 3 bytes a character. */
export const samplesAtOnce = 100;
/** A chunk whose worker has not finished it by then is taken over by whoever asks next. */
export const chunkTakeoverMs = 5_000;
/** Longest wait for the answer to a statement of the worker; the longest has 1,000 counts, or samples of 3 MiB. */
export const syncAnswerMsMax = 15_000;
/** A sync that failed pauses at first this long, then twice as long each time: a MySQL that comes back is not met by all at once. */
export const syncRetryMsMin = 250;
/** And at most this long: what the end of an outage takes to be noticed. */
export const syncRetryMsMax = 5_000;
export const deadlockAttemptsMax = 5;
export const deadlockRetryMs = 20;
/** After each chunk the sync rests this many times as long as it worked, so that it never owns a core. */
export const syncRestRatio = 1;
/** A stalled worker that comes back later than this could apply a chunk again. */
export const appliedChunksKeptHours = 24;
/** In one statement, so that it holds no lock for long; it is repeated until none is left. */
export const appliedChunksForgottenAtOnce = 10_000;
/**
 * Text of the new issues in one statement, UTF-16 units: at most 3 bytes each, so well below the 16 MiB that MariaDB
 * takes as `max_allowed_packet` when it is not told otherwise (MySQL: 64).
 */
export const insertCharsMax = 1_048_576;
/** A sender is forgotten after this long without a batch; no older journal is replayed. About 600 B each. */
export const sendersKeptDays = 30;
/** Connections for reads in the API process; nothing on the ingest path uses them. */
export const readPoolSize = 3;
/** The worker's readiness and metrics ask each store; an answer that takes longer is none. Less than the host waits for both. */
export const storeAnswerMsMax = 700;
