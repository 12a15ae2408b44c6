import { SeededRandom } from 'nestjs-kinesis/testing';

/** Enough that no aggregate has an event twice, which would compress better than events do. */
const EVENTS = 20_000;

const STATES = ['created', 'paid', 'packed', 'shipped', 'delivered', 'returned'];
const COUNTRIES = ['AT', 'BR', 'CH', 'DE', 'ES', 'FR', 'GB', 'IN', 'JP', 'NL', 'PL', 'SE', 'US'];
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** Orders as they happen: half of each is names of fields, a third differs from event to event. Their JSON has so many bytes. */
export function createEvents(bytes: number): object[] {
  const random = new SeededRandom(1);
  const below = (limit: number): number => Math.floor(random.next() * limit);
  const oneOf = (from: readonly string[]): string => from[below(from.length)] ?? '';
  const letters = (count: number): string =>
    Array.from({ length: count }, () => LETTERS[below(LETTERS.length)]).join('');
  return Array.from({ length: EVENTS }, (_, index) => {
    const event = {
      orderId: below(2 ** 32)
        .toString(16)
        .padStart(8, '0'),
      state: oneOf(STATES),
      at: 1_763_884_800_000 + index * 137 + below(100),
      customer: { id: 1_000_000 + below(9_000_000), country: oneOf(COUNTRIES), returning: below(3) > 0 },
      total: below(100_000) / 100,
      currency: 'EUR',
      items: 1 + below(9),
      voucher: '',
    };
    return { ...event, voucher: letters(bytes - JSON.stringify(event).length) };
  });
}
