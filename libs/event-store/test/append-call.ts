import { metadata } from './events.js';

/** A claim as `append_events` is told it; whether it is true is what the function has to find out. */
export interface ToldClaim {
  readonly slot: number;
  readonly stream: string;
}

/** The call of `append_events` by which one command claims streams for an event each and passes events of version 1. */
export function appendCall(
  claims: readonly ToldClaim[],
  events: readonly { readonly id: string; readonly stream: string }[],
): { readonly text: string; readonly values: unknown[] } {
  const each = (items: readonly object[], value: unknown): unknown[] => items.map(() => value);
  const json = (value: object): string => each(events, JSON.stringify(value)).join('\n');
  const values = [
    ...[each(claims, 0), claims.map(({ slot }) => slot), claims.map(({ stream }) => stream)],
    ...[each(claims, 0), each(claims, 1)],
    ...[each(events, 0), events.map(({ stream }) => stream), each(events, 1), events.map(({ id }) => id)],
    ...[each(events, 'SeatAdded'), each(events, 1), each(events, 'tenant-1'), each(events, new Date())],
    ...[json({ seats: 1 }), json(metadata), null],
  ];
  const places = values.map((_value, index) => `$${index + 1}`).join(', ');
  return { text: `select store.append_events(${places}) as outcome`, values };
}
