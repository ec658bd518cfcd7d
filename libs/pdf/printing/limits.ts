/** The largest HTML that is printed, in characters. */
export const MAX_HTML = 16 * 1024 * 1024;
/** Printing takes 20-200 ms for the usual; a thousand pages take seconds. In milliseconds. */
export const TIME_LIMIT = 25_000;
/** A page grows with what it printed: after so many documents it gives way to a fresh one. */
export const PRINTS_PER_PAGE = 40;
/** Documents that may wait for a page. */
export const MAX_WAITING = 10_000;
/** Memory of the browser, in bytes: a page needs 3-5 MB while it is printed. */
export const BROWSER_MEMORY = 2 * 1024 ** 3;
/** Heap of the finishing thread, in MiB. */
export const FINISHING_MEMORY = 512;
/** How much of its heap finishing a document takes, as a multiple of its size. */
export const FINISHING_FACTOR = 8;
/**
 * Of its heap for what is young, in MiB: all that a usual document is taken apart into. With less it
 * is copied about by the garbage collector while it still lives, for a third of finishing's time.
 */
export const FINISHING_HEADROOM_MB = 96;
