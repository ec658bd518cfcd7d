import { type Instant } from '@seatledger/domain';

/** What the time is; another one in tests. */
export type Clock = () => Instant;

export const CLOCK = Symbol('clock');
