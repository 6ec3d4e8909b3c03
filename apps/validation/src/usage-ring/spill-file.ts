import { type FileHandle, open, unlink } from 'node:fs/promises';
import { claimFile, type FileClaim } from './claim-file.js';

/** How much of a file is read for one publication. */
const READ_BYTES = 1_048_576;
const SYNC_MS = 1_000;
const NEWLINE = 0x0a;

export interface SpilledLines {
  readonly lines: readonly string[];
  /** Where the next read goes on once these have been published. */
  readonly end: number;
}

/**
 * Lines that wait on disk until the log takes them, in their order. A write reaches the operating system before it
 * resolves (so the end of this process loses nothing of it) and the disk at most a second later (so the end of the
 * machine loses a second). While it is open it is claimed, so that nobody else takes it over.
 */
export class SpillFile {
  readonly path: string;
  #handle: FileHandle | undefined;
  #claim: FileClaim | undefined;
  #written = 0;
  #published = 0;
  #writing = 0;
  #syncTimer: NodeJS.Timeout | undefined;
  /** Writes, cuts and syncs happen one after the other. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.path = path;
  }

  /** Whether all that was ever written has been published. */
  get isEmpty(): boolean {
    return this.#writing === 0 && this.#published >= this.#written;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#written - this.#published;
  }

  async append(text: string): Promise<void> {
    this.#writing += 1;
    try {
      await this.#inTurn(async () => {
        const handle = await this.#opened();
        const bytes = Buffer.from(text, 'utf8');
        await writeWhole(handle, bytes, this.#written);
        this.#written += bytes.length;
      });
    } finally {
      this.#writing -= 1;
    }
    this.#syncTimer ??= setTimeout(() => void this.#sync(), SYNC_MS).unref();
  }

  /** Takes over what a former process has written; false when another has the file: its writer lives, or an heir does. */
  async adopt(): Promise<boolean> {
    return await this.#inTurn(async () => {
      this.#claim = await claimFile(this.path);
      if (this.#claim === undefined) return false;
      const handle = await this.#opened();
      this.#written = (await handle.stat()).size;
      return true;
    });
  }

  /** The lines that wait, about a mebibyte of them; a line that was never finished is left out, and skipped at the end. */
  async read(): Promise<SpilledLines> {
    return await this.#inTurn(async () => {
      const handle = await this.#opened();
      const start = this.#published;
      for (let size = READ_BYTES; ; size *= 2) {
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(size), 0, size, start);
        const bytes = buffer.subarray(0, bytesRead);
        const last = bytes.lastIndexOf(NEWLINE);
        if (last >= 0) return { lines: bytes.toString('utf8', 0, last).split('\n'), end: start + last + 1 };
        if (bytesRead < size) return { lines: [], end: start + bytesRead };
      }
    });
  }

  /** Everything before `end` has been published. An empty file is cut to nothing. */
  advance(end: number): void {
    this.#published = end;
    if (!this.isEmpty) return;
    this.#published = 0;
    this.#written = 0;
    void this.#inTurn(async () => {
      await this.#handle?.truncate(0);
    }).catch(() => undefined);
  }

  /** Writes to the disk what is not there yet; a file with nothing in it goes. */
  async close(): Promise<void> {
    clearTimeout(this.#syncTimer);
    await this.#inTurn(async () => {
      try {
        if (this.#handle !== undefined) await this.#closeHandle(this.#handle);
      } finally {
        await this.#claim?.release();
        this.#claim = undefined;
      }
    });
  }

  async #closeHandle(handle: FileHandle): Promise<void> {
    if (!this.isEmpty) await handle.datasync();
    await handle.close();
    this.#handle = undefined;
    if (this.isEmpty) await unlink(this.path).catch(() => undefined);
  }

  async #opened(): Promise<FileHandle> {
    this.#claim ??= await claimFile(this.path);
    if (this.#claim === undefined) throw new Error(`another process has ${this.path}`);
    this.#handle ??= await open(this.path, 'a+', 0o600);
    return this.#handle;
  }

  async #sync(): Promise<void> {
    this.#syncTimer = undefined;
    await this.#inTurn(async () => {
      await this.#handle?.datasync();
    }).catch(() => undefined);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#tail.then(work, work);
    this.#tail = done.catch(() => undefined);
    return done;
  }
}

/** A write may be taken in parts. A failed one is taken back, so that what comes after begins on a line of its own. */
async function writeWhole(handle: FileHandle, bytes: Buffer, at: number): Promise<void> {
  try {
    for (let done = 0; done < bytes.length;) {
      done += (await handle.write(bytes, done, bytes.length - done, null)).bytesWritten;
    }
  } catch (error) {
    await handle.truncate(at).catch(() => undefined);
    throw error;
  }
}
