/** A batch as bytes in a journal file, and back. What it means is journal.ts' business. */
import { crc32 } from 'node:zlib';
import type { IngestedEvent } from '@hotpath/contract/event';
import { fromIssueKey, issueKeyOf } from './issue-key.js';
import { packSample } from './sample.js';

/** All that countBatch needs of an event. */
export interface KeptCounting {
  readonly event: Pick<IngestedEvent, 'project' | 'fingerprint' | 'eventId' | 'seenAtMs'>;
  readonly sample: string;
}

export interface KeptBatch {
  readonly sequence: number;
  readonly countings: readonly KeptCounting[];
}

/** "HPJB". With it a reader finds the next record behind one whose length it can't trust. */
const marker = Buffer.from('HPJB');
/** marker, length of the text, CRC-32 of the text, CRC-32 of these three: 4 bytes each, big endian. */
const headBytes = 16;

/**
 * The text: the sequence number, then a line an event: "issue seenAtMs eventId sample".
 * The first event of each issue in a file brings its sample, also where Redis knows the issue now: it may
 * have lost its data by the time this is read. With each event the journal would be seven times as long.
 * @param sampled the issues that the file has a sample of; those of this batch are added
 */
export function packBatch(
  sequence: number,
  batch: readonly { readonly event: IngestedEvent }[],
  sampled: Set<string>,
): Buffer {
  let text = `${sequence}`;
  for (const { event } of batch) {
    const { fingerprint, seenAtMs, eventId } = event;
    const sample = sampled.has(fingerprint) ? '' : packSample(event); // JSON has no raw line break
    sampled.add(fingerprint);
    text += `\n${issueKeyOf(event)} ${seenAtMs} ${eventId ?? ''} ${sample}`;
  }
  const record = Buffer.allocUnsafe(headBytes + Buffer.byteLength(text));
  record.write(text, headBytes);
  const body = record.subarray(headBytes);
  marker.copy(record);
  record.writeUInt32BE(body.length, 4);
  record.writeUInt32BE(crc32(body), 8);
  record.writeUInt32BE(crc32(record.subarray(0, 12)), 12);
  return record;
}

/** @param samples those of the file so far, by issue; those of this batch are added */
export function unpackBatch(text: Buffer, samples: Map<string, string>): KeptBatch {
  const [sequence, ...lines] = text.toString().split('\n');
  const countings = lines.map(unpackLine);
  for (const { event, sample } of countings) if (sample) samples.set(event.fingerprint, sample);
  return { sequence: Number(sequence), countings };
}

function unpackLine(line: string): KeptCounting {
  const [, key = '', seenAtMs, eventId, sample = ''] = /^(\S+) (\d+) (\S*) (.*)$/s.exec(line) ?? [];
  const event = { ...fromIssueKey(key), seenAtMs: Number(seenAtMs), eventId: eventId || null };
  return { event, sample };
}

export interface Records {
  /** Their texts: to unpack all of a file at once would hold up every request meanwhile. */
  readonly batches: readonly Buffer[];
  /** Ends in the beginning of a record: its writer died before it acknowledged anything of it. */
  readonly torn: boolean;
  /** Bytes that are neither a record nor the beginning of the last one: something else wrote here. */
  readonly damagedBytes: number;
}

/** Reads on behind damage, so that it costs what it hit and no more. */
export function readRecords(bytes: Buffer): Records {
  const batches: Buffer[] = [];
  let damagedBytes = 0;
  let at = 0;
  while (at < bytes.length) {
    const found = recordAt(bytes, at);
    if (found === 'torn') return { batches, torn: true, damagedBytes };
    if (found === 'damaged') {
      const next = nextRecord(bytes, at + 1);
      damagedBytes += next - at;
      at = next;
    } else {
      batches.push(found);
      at += headBytes + found.length;
    }
  }
  return { batches, torn: false, damagedBytes };
}

/** The text of the record that begins here, or why there is none. */
function recordAt(bytes: Buffer, at: number): Buffer | 'torn' | 'damaged' {
  const head = bytes.subarray(at, at + headBytes);
  if (head.length < headBytes) {
    const begun = head.subarray(0, marker.length);
    return begun.equals(marker.subarray(0, begun.length)) ? 'torn' : blank(bytes, at);
  }
  if (!head.subarray(0, 4).equals(marker)) return blank(bytes, at);
  if (crc32(head.subarray(0, 12)) !== head.readUInt32BE(12)) return 'damaged';
  const start = at + headBytes;
  const body = bytes.subarray(start, start + head.readUInt32BE(4));
  if (body.length < head.readUInt32BE(4)) return 'torn';
  return crc32(body) === head.readUInt32BE(8) ? body : 'damaged';
}

/** After a power cut a file may be as long as its last write made it, with zeros where data had to come. */
const blank = (bytes: Buffer, at: number) =>
  bytes.subarray(at).every((byte) => byte === 0) ? 'torn' : 'damaged';

function nextRecord(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(marker, from); at !== -1; at = bytes.indexOf(marker, at + 1)) {
    if (recordAt(bytes, at) !== 'damaged') return at;
  }
  return bytes.length;
}
