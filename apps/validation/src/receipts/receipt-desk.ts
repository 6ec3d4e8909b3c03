import { MAX_RECEIPT_BATCH, MAX_RECEIPT_PAYLOAD_BYTES, type ReceiptSigner } from '@leasehold/tokens';

/** An answer that waits for its receipt. */
export interface AwaitingReceipt {
  /** JSON of a receipt's payload. */
  readonly payload: string;
  /** Wants an ordinary JWS of its own. */
  readonly jws: boolean;
  /** Called in the same turn of the event loop in which the answer was handed in. */
  sign(receipt: string): void;
  /** No key signs at the moment. */
  fail(): void;
}

export interface ReceiptDeskOptions {
  readonly signerNow: () => ReceiptSigner | undefined;
  /** Told of each signature: how many receipts it covers. */
  readonly signed: (count: number) => void;
}

/**
 * Signs answers that are ready in the same turn of the event loop together. Nothing waits for a batch to fill: a turn
 * ends, and what it has collected is signed.
 */
export class ReceiptDesk {
  readonly #options: ReceiptDeskOptions;
  #waiting: AwaitingReceipt[] = [];

  constructor(options: ReceiptDeskOptions) {
    this.#options = options;
  }

  add(answer: AwaitingReceipt): void {
    if (this.#waiting.push(answer) === 1) setImmediate(this.#signAll);
  }

  readonly #signAll = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    const signer = this.#options.signerNow();
    if (signer === undefined) {
      for (const answer of waiting) answer.fail();
      return;
    }
    let batch: AwaitingReceipt[] = [];
    for (const answer of waiting) {
      if (answer.jws) {
        this.#options.signed(1);
        answer.sign(signer.signJws(answer.payload));
      } else if (batch.push(answer) === MAX_RECEIPT_BATCH) {
        this.#signTogether(signer, batch);
        batch = [];
      }
    }
    if (batch.length > 0) this.#signTogether(signer, batch);
  };

  #signTogether(signer: ReceiptSigner, batch: readonly AwaitingReceipt[]): void {
    const payloads: string[] = [];
    for (const answer of batch) payloads.push(answer.payload);
    const receipts = signer.signBatch(payloads);
    this.#options.signed(batch.length);
    for (let at = 0; at < batch.length; at += 1) batch[at]?.sign(receipts[at] ?? '');
  }
}

/** Whether a payload fits into a receipt. Most are far shorter than what needs counting. */
export const fitsReceipt = (payload: string): boolean =>
  payload.length * 3 <= MAX_RECEIPT_PAYLOAD_BYTES || Buffer.byteLength(payload) <= MAX_RECEIPT_PAYLOAD_BYTES;
