/** The largest HTML that is printed, in characters: some 100 000 units in an annex. */
export const MOST_HTML = 64 * 1024 * 1024;
/** Printing takes 20-200 ms for the usual; a thousand pages take seconds. In milliseconds. */
export const TIME_LIMIT = 25_000;
/** A page grows with what it printed: after so many documents it gives way to a fresh one. */
export const PRINTS_PER_PAGE = 40;
/** Documents that may wait for a page. */
export const MOST_WAITING = 10_000;
