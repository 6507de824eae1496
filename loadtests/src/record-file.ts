import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { recordText } from './record-text.js';

/** The record can't be used. The message says what is wrong and where. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

interface RecordKind<R> {
  /** In a directory of its own. */
  readonly fileName: string;
  /** As in "is no … record". */
  readonly name: string;
  /** A change of meaning raises it; a reader refuses versions that it doesn't know. */
  readonly version: number;
  readonly schema: z.ZodType<R>;
}

/** One kind of record on disk: the JSON file that all which is printed or drawn of it comes from. */
export class RecordFile<R> {
  constructor(private readonly kind: RecordKind<R>) {}

  /** Throws RecordError on another version or a shape that isn't this record's. */
  parse(json: unknown, origin: string): R {
    const { name, version, schema } = this.kind;
    const head = z.object({ schemaVersion: z.number() }).safeParse(json);
    if (!head.success)
      throw new RecordError(`${origin} is no ${name} record: it has no schemaVersion`);
    if (head.data.schemaVersion !== version) {
      throw new RecordError(
        `${origin} has schema version ${head.data.schemaVersion}; this Hotpath reads ${version}`,
      );
    }
    const record = schema.safeParse(json);
    if (record.success) return record.data;
    throw new RecordError(`${origin} is damaged\n${z.prettifyError(record.error)}`);
  }

  /** Throws RecordError when the directory holds none that can be read. */
  async read(directory: string): Promise<R> {
    const file = this.pathIn(directory);
    const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      throw new RecordError(`${file} can't be read: ${cause.code ?? cause.message}`, { cause });
    });
    return this.parse(parseJson(text, file), file);
  }

  /** Replaces the file in one step: whoever reads it, or dies while it is written, finds a whole record. */
  async write(directory: string, record: R): Promise<void> {
    const file = this.pathIn(directory);
    await writeFile(`${file}.part`, recordText(this.kind.schema.parse(record)));
    await rename(`${file}.part`, file);
  }

  pathIn(directory: string): string {
    return join(directory, this.kind.fileName);
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RecordError(`${file} is not JSON`, { cause });
  }
}
