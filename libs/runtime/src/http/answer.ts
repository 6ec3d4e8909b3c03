export interface AnswerOptions {
  /** The version of the object; sent as the strong entity tag `"7"`. */
  readonly etag?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Another status than the route's. */
  readonly status?: number;
}

/** An answer with more than a body. Made by {@link answer}, taken apart by the HTTP adapter. */
export class Answered<Body> {
  readonly body: Body;
  readonly options: AnswerOptions;

  constructor(body: Body, options: AnswerOptions) {
    this.body = body;
    this.options = options;
  }
}

/**
 * What a controller returns when its answer has an entity tag, headers or another status.
 *
 * @example return answer(body, { etag: license.version });
 */
export const answer = <Body>(body: Body, options: AnswerOptions): Answered<Body> => new Answered(body, options);

/** The entity tag of a version: `"7"`. */
export const entityTag = (version: number): string => `"${version}"`;
