/** A command that the platform has acknowledged. */
export interface AcknowledgedCommand {
  readonly type: string;
  readonly version: number;
}

/** A license, as far as answers have told of it. */
export interface KnownLicense {
  readonly id: string;
  readonly reference: string;
  readonly commands: AcknowledgedCommand[];
  /** Nobody waits for an answer about it. */
  isFree: boolean;
}

/** Validations of one license, which one round alone has used. */
export interface RoundOfCalls {
  readonly licenseId: string;
  readonly key: string;
  asked: number;
  /** When each grant was received, in milliseconds of the process. */
  readonly grantedAt: number[];
  killedAt: number;
}

/** An issue that was cut off: it has happened or it has not. */
export interface CutOffIssue {
  readonly reference: string;
  readonly body: object;
}

/** Everything that clients were told, over all kills: what the platform must still know in the end. */
export interface Ledger {
  readonly licenses: KnownLicense[];
  readonly apiKeyIds: string[];
  readonly calls: RoundOfCalls[];
  readonly cutOff: CutOffIssue[];
  acknowledged: number;
}

export const openLedger = (): Ledger => ({ licenses: [], apiKeyIds: [], calls: [], cutOff: [], acknowledged: 0 });

/** Grants that a kill may not lose, and the most that may ever be counted. */
export function boundsOf(round: RoundOfCalls, lostWithinMs: number): { readonly least: number; readonly most: number } {
  const safe = round.grantedAt.filter((at) => at <= round.killedAt - lostWithinMs).length;
  return { least: safe, most: round.asked };
}
