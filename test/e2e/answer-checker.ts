import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ApiAnswer } from './api-client.js';
import type { Operation } from './open-api-document.js';

/** Says in what an answer differs from what the OpenAPI document promises; nothing when it does not. */
export type AnswerChecker = (operation: Operation, answer: Omit<ApiAnswer, 'body'>) => readonly string[];

const DOCUMENT = 'https://leasehold.test/openapi.json';

export function createAnswerChecker(document: Readonly<Record<string, unknown>>): AnswerChecker {
  // OpenAPI has keywords that JSON Schema does not know
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ ...document, $id: DOCUMENT });
  const pointer = (...path: readonly string[]): string =>
    path.map((part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');

  const compiled = new Map<string, ValidateFunction>();
  const faultsOfBody = ({ method, path }: Operation, status: string, type: string, body: unknown): string[] => {
    const place = pointer('paths', path, method.toLowerCase(), 'responses', status, 'content', type, 'schema');
    const validate = compiled.get(place) ?? ajv.compile({ $ref: `${DOCUMENT}#${place}` });
    compiled.set(place, validate);
    return validate(body) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
  };

  return (operation, { status, headers, text }) => {
    const described = operation.responses[String(status)];
    if (described === undefined) return [`status ${status} is not in the document: ${text}`];
    const missing = Object.keys(described.headers ?? {}).filter((name) => !headers.has(name));
    const faults = missing.map((name) => `there is no header ${name}`);
    const type = (headers.get('content-type') ?? '').split(';', 1)[0] ?? '';
    if (described.content === undefined) return text === '' ? faults : [...faults, `there is a body: ${text}`];
    if (described.content[type] === undefined) return [...faults, `the type ${type} is not in the document`];
    return [...faults, ...faultsOfBody(operation, String(status), type, JSON.parse(text))];
  };
}
